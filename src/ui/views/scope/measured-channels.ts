// The measurements of each channel, of the newest record and over all since they were reset.

import { RunningFigures } from '../../../model/running-figures.ts';
import {
  type Measured,
  type MeasurementId,
  measureTrace,
  phaseBetween,
  type TraceShape,
  traceShape,
} from '../../../model/trace-measurements.ts';
import type { ShownRecord } from './screen.ts';

/** Samples that are measured in a frame, about 10 ms of work; a channel of more is measured in one by itself. */
const FRAME_SAMPLES = 2 ** 18;
/** Samples of records that wait; of more the oldest records are passed over. */
const WAITING_SAMPLES = 2 ** 22;

export interface ChannelFigures {
  readonly newest: Measured;
  readonly overAll: ReadonlyMap<MeasurementId, RunningFigures>;
}

export class MeasuredChannels {
  #channels = new Map<string, { newest: Measured; readonly overAll: Map<MeasurementId, RunningFigures> }>();
  /** Oldest first; of the first the channels before `#next` have been measured. */
  #waiting: readonly ShownRecord[] = [];
  #next = 0;
  /** The first channel of the record that is being measured. */
  #reference: TraceShape | undefined;

  /** By the signal's id. */
  get channels(): ReadonlyMap<string, ChannelFigures> {
    return this.#channels;
  }

  /** Records are measured by `work`, oldest first. The newest always is, and one that was begun. */
  addAll(records: readonly ShownRecord[]): void {
    const waiting = [...this.#waiting, ...records];
    let start = waiting.length;
    for (let samples = 0; start > 0; start--) {
      samples += samplesOf(waiting[start - 1]!);
      if (samples > WAITING_SAMPLES && start < waiting.length) break;
    }
    const begun = this.#next > 0 && start > 0 ? waiting.slice(0, 1) : [];
    this.#waiting = [...begun, ...waiting.slice(start)];
  }

  /** Measures what fits into a frame. */
  work(): void {
    for (let samples = 0; this.#waiting.length > 0 && samples < FRAME_SAMPLES; ) {
      const record = this.#waiting[0]!;
      this.#measure(record, this.#next);
      samples += record.samples[this.#next]!.length;
      this.#next++;
      if (this.#next < record.signals.length) continue;
      this.#next = 0;
      this.#waiting = this.#waiting.slice(1);
    }
  }

  reset(): void {
    this.#channels = new Map();
    this.#waiting = [];
    this.#next = 0;
  }

  #measure({ signals, samples, stepS }: ShownRecord, index: number): void {
    const { id } = signals[index]!;
    const shape = traceShape(samples[index]!);
    if (index === 0) this.#reference = shape;
    const reference = this.#reference;
    const phase = index > 0 && reference && shape ? phaseBetween(reference, shape) : undefined;
    const newest = { ...(shape && measureTrace(shape, stepS)), ...(phase !== undefined && { phase }) };
    const { overAll } = this.#channels.get(id) ?? { overAll: new Map<MeasurementId, RunningFigures>() };
    for (const [name, value] of Object.entries(newest) as [MeasurementId, number][]) {
      const figures = overAll.get(name) ?? new RunningFigures();
      figures.add(value);
      overAll.set(name, figures);
    }
    this.#channels.set(id, { newest, overAll });
  }
}

function samplesOf({ samples }: ShownRecord): number {
  return samples.reduce((sum, { length }) => sum + length, 0);
}
