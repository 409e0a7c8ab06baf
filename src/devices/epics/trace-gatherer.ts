// Arrays as records of one trace channel: those that come with the same time stamp, length and axis are of one record. What
// is missing of it when its time is over is NaN. Knows neither link nor homes.

import type { Clock } from '../../base/clock.ts';
import type { Utc } from '../../base/time.ts';
import type { TraceRecord } from '../../model/live-traces.ts';

export interface ArrayValue {
  readonly utc: Utc;
  readonly startS: number;
  readonly stepS: number;
  readonly samples: Float32Array;
}

/** A server tells the arrays of one update one right after the other. */
const GATHER_MS = 100;

export class TraceGatherer {
  readonly #count: number;
  readonly #clock: Clock;
  readonly #onRecord: (record: TraceRecord) => void;
  #parts = new Map<number, ArrayValue>();
  #cancel: () => void = () => undefined;

  /** `count`: signals of the channel. */
  constructor(count: number, clock: Clock, onRecord: (record: TraceRecord) => void) {
    this.#count = count;
    this.#clock = clock;
    this.#onRecord = onRecord;
  }

  take(index: number, value: ArrayValue): void {
    const [first] = this.#parts.values();
    if (first && (this.#parts.has(index) || !isOfOneRecord(first, value))) this.flush();
    if (this.#parts.size === 0) this.#cancel = this.#clock.after(GATHER_MS, () => this.flush());
    this.#parts.set(index, value);
    if (this.#parts.size === this.#count) this.flush();
  }

  /** What has come is a record. */
  flush(): void {
    this.#cancel();
    const parts = this.#parts;
    const [first] = parts.values();
    this.#parts = new Map();
    if (!first) return;
    const { utc, startS, stepS } = first;
    const samples = Array.from(
      { length: this.#count },
      (_, index) => parts.get(index)?.samples ?? new Float32Array(first.samples.length).fill(Number.NaN),
    );
    this.#onRecord({ triggerUtc: utc, startS, stepS, settings: '{}', samples });
  }
}

function isOfOneRecord(a: ArrayValue, b: ArrayValue): boolean {
  return a.utc === b.utc && a.startS === b.startS && a.stepS === b.stepS && a.samples.length === b.samples.length;
}
