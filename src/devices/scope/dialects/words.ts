// What the answers of several families have in common.

import { WaveformError } from '../waveform.ts';

/** Points of one record that are fetched, at most: 2 GiB as doubles. */
const MOST_POINTS = 2 ** 28;

/** Throws `bad-preamble` for a record that nobody has room for. */
export function checkPoints(points: number): void {
  if (points <= MOST_POINTS) return;
  throw new WaveformError(
    'bad-preamble',
    `The record has ${points} points; up to ${MOST_POINTS} are fetched. Set a shorter one.`,
  );
}

/** A page without a point would be asked for again and again. */
export function emptyPage(got: number, points: number): WaveformError {
  return new WaveformError(
    'truncated',
    `The scope sends no more after ${got} of ${points} points. Fetch the record again.`,
  );
}

/** Whether a question for yes or no was answered with yes. */
export function isYes(answer: string): boolean {
  return /^(1|ON)$/i.test(answer.trim());
}

/** Analogue channels by the last digit of the model's number, as makers count them (DS1054Z: 4); 4 where it says none. */
export function channelsOfModel(model: string): number {
  const last = Number(/\d+/.exec(model)?.[0].at(-1));
  return last === 2 || last === 4 || last === 8 ? last : 4;
}
