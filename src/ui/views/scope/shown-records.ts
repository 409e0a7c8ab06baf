// Which record is on the screen: the newest, the mean of the newest ones, or an earlier one that somebody stepped to. Read
// within a render it keeps up.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { LiveTraces } from '../../../model/live-traces.ts';
import type { TraceAnalysis } from '../../../model/trace-analysis.ts';
import { Averager } from './averager.ts';
import { NO_RECORDS, type RecordWindow } from './record-density.ts';
import { RecordFollower } from './record-follower.ts';
import type { ShownRecord } from './screen.ts';

export class ShownRecords {
  readonly #averager: Averager;
  readonly #record = signal<ShownRecord | undefined>(undefined);
  readonly #held = signal<number | undefined>(undefined);
  #follower = new RecordFollower();
  #meanOf = 1;
  /** Records that the mean was taken of, the last of them before this one. */
  #meanEnd = 0;
  /** The newest, kept for when an earlier record is shown no more. */
  #mean: ShownRecord | undefined;

  constructor(analysis: Pick<TraceAnalysis, 'mean'>) {
    this.#averager = new Averager(analysis);
  }

  get record(): ReadonlySignal<ShownRecord | undefined> {
    return this.#record;
  }

  /** Number of the record that is shown instead of the newest. */
  get held(): ReadonlySignal<number | undefined> {
    return this.#held;
  }

  /** Records so far, those that cannot be had any more too. */
  get count(): number {
    return this.#follower.count;
  }

  /** As it came. */
  get newest(): ShownRecord | undefined {
    return this.#follower.record(this.count - 1);
  }

  /** Those that are still there. */
  get all(): RecordWindow {
    return this.#last(this.count, this.count);
  }

  /** Those of another instrument. */
  begin(): void {
    this.#follower = new RecordFollower();
    this.#forgetMean();
    this.#record.value = undefined;
    this.#held.value = undefined;
  }

  /** Shows the newest, and gives all that are new, oldest first. */
  look(traces: LiveTraces | undefined): readonly ShownRecord[] {
    const records = this.#follower.look(traces);
    const newest = records.at(-1);
    if (newest && this.#meanOf === 1 && this.#held.value === undefined) this.#record.value = newest;
    return records;
  }

  /** To an earlier or a later one; false where there is none. */
  step(by: number): boolean {
    if (this.count === 0) return false;
    const number = Math.max(this.#follower.first, (this.#held.value ?? this.count - 1) + by);
    const record = this.#follower.record(number);
    if (number >= this.count - 1 || !record) this.showNewest();
    else this.hold(record, number);
    return true;
  }

  /** Shows this one until the newest is wished for. */
  hold(record: ShownRecord, number: number): void {
    this.#held.value = number;
    this.#record.value = record;
  }

  /** The newest record, or the newest mean, in the place of an earlier one. */
  showNewest(): void {
    if (this.#held.value === undefined) return;
    this.#held.value = undefined;
    this.#record.value = this.#mean ?? this.newest;
  }

  /** Shows the mean of so many from now on; 1: each as it comes. */
  average(count: number): void {
    this.#meanOf = count;
    this.#forgetMean();
    if (count === 1 && this.#held.value === undefined) this.#record.value = this.newest;
  }

  /**
   * Shows the mean of the newest records and gives it; `undefined` where none is wished for, or nothing is new. Rejects when
   * it could not be taken, and is not taken again before the next record.
   */
  async showMean(): Promise<ShownRecord | undefined> {
    const meanOf = this.#meanOf;
    const follower = this.#follower;
    if (meanOf === 1 || this.#meanEnd === follower.count) return undefined;
    const window = this.#last(meanOf, follower.count);
    try {
      const mean = await this.#averager.mean(window);
      if (!mean || this.#meanOf !== meanOf || this.#follower !== follower) return undefined;
      this.#meanEnd = window.end;
      this.#mean = mean;
      if (this.#held.value === undefined) this.#record.value = mean;
      return mean;
    } catch (error) {
      this.#meanEnd = window.end;
      throw error;
    }
  }

  /** So many of the last records, the one that is shown among them. */
  kept(count: number): RecordWindow {
    if (count === 0) return NO_RECORDS;
    return this.#last(count, this.#held.value === undefined ? this.count : this.#held.value + 1);
  }

  /** So many records before `end` as there still are. */
  #last(count: number, end: number): RecordWindow {
    const follower = this.#follower;
    const start = Math.max(Math.min(follower.first, end), end - count);
    return { start, end, record: (number) => follower.record(number) };
  }

  #forgetMean(): void {
    this.#meanEnd = 0;
    this.#mean = undefined;
  }
}
