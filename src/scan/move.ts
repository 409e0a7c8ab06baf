// Moving an axis as it wants to be moved: from its side of the backlash, and settled.

import { type Clock, delay } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import { type Axis, approach } from './axis.ts';

/** Moves and waits until the axis has settled; an axis that is there stays. Rejects as `Axis.moveTo` does. */
export async function moveAxis(axis: Axis, target: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const from = axis.position;
  if (from === target) return;
  for (const place of approach(axis, from, target)) await axis.moveTo(place, signal);
  if (axis.settlingS) await delay(clock, axis.settlingS * 1000, signal);
}

/**
 * Moves one axis by hand. Throws `setup/invalid` for a target that is no number or outside of the limits, before anything
 * moves. An interrupted move goes back to where the axis was and rejects with `cancelled`.
 */
export async function goTo(axis: Axis, target: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const { name, limits, position: from } = axis;
  if (!Number.isFinite(target)) {
    throw new LabError('setup/invalid', `${name} cannot go to ${target}: that is no position. Nothing was moved.`);
  }
  if (limits && approach(axis, from, target).some((place) => place < limits.low || place > limits.high)) {
    throw new LabError(
      'setup/invalid',
      `${name} cannot go to ${target}: on the way it would leave its limits ${limits.low} to ${limits.high}. Nothing was moved.`,
    );
  }
  try {
    await moveAxis(axis, target, clock, signal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    await moveAxis(axis, from, clock, new AbortController().signal);
    throw new LabError('cancelled', `The move to ${target} was cancelled; ${name} is back at ${from}.`, { cause });
  }
}
