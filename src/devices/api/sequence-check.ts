// A whole sequence is looked at before anything of it is set, and the step that is wrong is named.

import { LabError, toError } from '../../base/errors.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import {
  LEAST_DURATION_S,
  MOST_DURATION_S,
  MOST_ROUNDS,
  MOST_STEPS,
  type Sequence,
  type SequenceStep,
} from '../../model/sequence.ts';

export type SetPoints = Readonly<Record<string, ParameterValue>>;

/** Throws `setup/invalid` unless `values` may be set while the instrument has `before`, as far as that is known. */
type CheckStep = (values: SetPoints, before: SetPoints) => void;

/** `before`: what the instrument is set to now. Throws `setup/invalid`, with `context.stepIndex` where a step is wrong. */
export function checkSequence({ steps, roundCount }: Sequence, before: SetPoints, check: CheckStep): void {
  if (steps.length === 0 || steps.length > MOST_STEPS) {
    throw refusal(`A sequence has from 1 to ${MOST_STEPS} steps, this one has ${steps.length}.`);
  }
  if (roundCount !== undefined && !(Number.isInteger(roundCount) && roundCount >= 1 && roundCount <= MOST_ROUNDS)) {
    throw refusal(
      `A sequence is done from 1 to ${MOST_ROUNDS} times, or until it is stopped, but not ${roundCount} times.`,
    );
  }
  let state = before;
  for (const [stepIndex, step] of steps.entries()) {
    try {
      checkDuration(step);
      check(step.values, state);
    } catch (thrown) {
      const { message } = toError(thrown);
      throw new LabError('setup/invalid', `Nothing was set. Step ${stepIndex + 1}: ${message}`, {
        cause: thrown,
        context: { stepIndex },
      });
    }
    state = { ...state, ...step.values };
  }
}

function checkDuration({ durationS }: SequenceStep): void {
  if (durationS >= LEAST_DURATION_S && durationS <= MOST_DURATION_S) return;
  throw new LabError(
    'setup/invalid',
    `it lasts ${durationS} s. A step lasts from ${LEAST_DURATION_S} s to ${MOST_DURATION_S} s.`,
  );
}

function refusal(message: string): LabError {
  return new LabError('setup/invalid', `Nothing was set. ${message}`);
}
