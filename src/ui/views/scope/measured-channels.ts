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

/** Samples of a frame's records that are measured: what is more holds up the picture. The newest always is. */
const MOST_SAMPLES = 2 ** 21;

export interface ChannelFigures {
  readonly newest: Measured;
  readonly overAll: ReadonlyMap<MeasurementId, RunningFigures>;
}

export class MeasuredChannels {
  #channels = new Map<string, { newest: Measured; readonly overAll: Map<MeasurementId, RunningFigures> }>();

  /** By the signal's id. */
  get channels(): ReadonlyMap<string, ChannelFigures> {
    return this.#channels;
  }

  /** Adds the records of a frame, oldest first; those that would take too long are passed over, oldest first. */
  addAll(records: readonly ShownRecord[]): void {
    let samples = 0;
    let start = records.length;
    while (start > 0) {
      samples += records[start - 1]!.samples.reduce((sum, { length }) => sum + length, 0);
      if (samples > MOST_SAMPLES && start < records.length) break;
      start--;
    }
    for (const record of records.slice(start)) this.#add(record);
  }

  reset(): void {
    this.#channels = new Map();
  }

  #add({ signals, samples, stepS }: ShownRecord): void {
    let reference: TraceShape | undefined;
    for (const [index, { id }] of signals.entries()) {
      const shape = traceShape(samples[index]!);
      const phase = index > 0 && reference && shape ? phaseBetween(reference, shape) : undefined;
      if (index === 0) reference = shape;
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
}
