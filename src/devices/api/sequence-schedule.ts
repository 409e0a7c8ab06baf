// When the steps of a sequence begin: whole milliseconds from its start, each counted from there and not from the step
// before, so that nothing adds up. A place counts the steps through all rounds.

import type { Sequence } from '../../model/sequence.ts';

export class SequenceSchedule {
  /** Infinite until it is stopped. */
  readonly placeCount: number;
  readonly #startsMs: readonly number[];
  readonly #roundMs: number;

  constructor({ steps, roundCount = Number.POSITIVE_INFINITY }: Sequence) {
    const startsMs: number[] = [];
    let endMs = 0;
    for (const { durationS } of steps) {
      startsMs.push(endMs);
      endMs += Math.round(durationS * 1000);
    }
    this.#startsMs = startsMs;
    this.#roundMs = endMs;
    this.placeCount = steps.length * roundCount;
  }

  /** Of the place behind the last one it is the end of all; infinite where there is none. */
  startMs(place: number): number {
    if (!Number.isFinite(place)) return place;
    const stepCount = this.#startsMs.length;
    return Math.floor(place / stepCount) * this.#roundMs + this.#startsMs[place % stepCount]!;
  }

  /** The place that it is in by the clock: the last one when all is over. */
  placeAt(elapsedMs: number): number {
    const roundIndex = Math.floor(elapsedMs / this.#roundMs);
    const inRoundMs = elapsedMs - roundIndex * this.#roundMs;
    const stepIndex = this.#startsMs.findLastIndex((startMs) => startMs <= inRoundMs);
    return Math.min(roundIndex * this.#startsMs.length + stepIndex, this.placeCount - 1);
  }
}
