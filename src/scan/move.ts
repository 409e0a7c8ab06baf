// Moving an axis as it wants to be moved: from its side of the backlash, and settled; and whether it is there then.

import { type Clock, delay } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import { type Axis, approach } from './axis.ts';

/**
 * Moves, waits until the axis has settled, and looks whether it is there; an axis that is there stays. Rejects as
 * `Axis.moveTo` does, and with `device/position` when the axis reads a tolerance or more away from where it was sent.
 */
export async function moveAxis(axis: Axis, target: number, clock: Clock, signal: AbortSignal): Promise<void> {
  const from = axis.position;
  if (from === target && isAt(axis, target)) return;
  for (const place of approach(axis, from, target)) await axis.moveTo(place, signal);
  if (axis.settlingS) await delay(clock, axis.settlingS * 1000, signal);
  if (isAt(axis, target)) return;
  const { name, tolerance } = axis;
  throw new LabError(
    'device/position',
    `${name} was sent to ${target} and reads ${axis.read()}, not within its tolerance of ${tolerance}. See what holds it, or give it a larger tolerance or a settling time.`,
    { context: { axis: name, target, position: axis.read() } },
  );
}

/** Positions closer together than the tolerance are the same; a reading that is no number is nowhere. */
function isAt(axis: Axis, target: number): boolean {
  return Math.abs(axis.read() - target) < axis.tolerance;
}

/** How a move by hand can be ended. */
export interface MoveStops {
  /** The axis goes back to where it was. */
  readonly stop: AbortSignal;
  /** The axis stays where it is, also on its way back. */
  readonly emergency: AbortSignal;
}

/**
 * Moves one axis by hand. Throws `setup/invalid` for a target that is no number or outside of the limits, before anything
 * moves, and as `moveAxis` does. A move that was ended rejects with `cancelled`, which says where the axis is.
 */
export async function goTo(axis: Axis, target: number, clock: Clock, { stop, emergency }: MoveStops): Promise<void> {
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
  const either = AbortSignal.any([stop, emergency]);
  try {
    await moveAxis(axis, target, clock, either);
  } catch (cause) {
    if (!either.aborted) throw cause;
    const isBack = await goBack(axis, from, clock, emergency);
    const where = isBack ? `is back at ${from}` : `stays at ${axis.read()}`;
    throw new LabError('cancelled', `The move to ${target} was cancelled; ${name} ${where}.`, { cause });
  }
}

/** Resolves with whether it is there, which it is not after an emergency. */
async function goBack(axis: Axis, place: number, clock: Clock, emergency: AbortSignal): Promise<boolean> {
  if (emergency.aborted) return false;
  try {
    await moveAxis(axis, place, clock, emergency);
    return true;
  } catch (error) {
    if (!emergency.aborted) throw error;
    return false;
  }
}
