// The measurements of each channel, of the newest record and over all since they were reset.

import { RunningFigures } from '../../../model/running-figures.ts';
import type { TraceAnalysis } from '../../../model/trace-analysis.ts';
import type { Measured, MeasurementId } from '../../../model/trace-measurements.ts';
import { type ShownRecord, sampleCount } from './screen.ts';

/** Samples of records that wait; of more the oldest records are passed over. */
const WAITING_SAMPLES = 2 ** 22;

export interface ChannelFigures {
  readonly newest: Measured;
  readonly overAll: ReadonlyMap<MeasurementId, RunningFigures>;
}

export class MeasuredChannels {
  readonly #analysis: Pick<TraceAnalysis, 'measure'>;
  #channels = new Map<string, { newest: Measured; readonly overAll: Map<MeasurementId, RunningFigures> }>();
  /** Oldest first. */
  #waiting: readonly ShownRecord[] = [];
  #isBusy = false;

  constructor(analysis: Pick<TraceAnalysis, 'measure'>) {
    this.#analysis = analysis;
  }

  /** By the signal's id. */
  get channels(): ReadonlyMap<string, ChannelFigures> {
    return this.#channels;
  }

  /** Records are measured one after the other, oldest first. The newest always is. Rejects when one could not be. */
  async addAll(records: readonly ShownRecord[]): Promise<void> {
    const waiting = [...this.#waiting, ...records];
    let start = waiting.length;
    for (let samples = 0; start > 0; start--) {
      const record = waiting[start - 1]!;
      samples += record.signals.length * sampleCount(record);
      if (samples > WAITING_SAMPLES && start < waiting.length) break;
    }
    this.#waiting = waiting.slice(start);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let record = this.#waiting[0]; record; record = this.#waiting[0]) {
        this.#waiting = this.#waiting.slice(1);
        await this.#measure(record);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  reset(): void {
    this.#channels = new Map();
    this.#waiting = [];
  }

  async #measure({ signals, samples, stepS }: ShownRecord): Promise<void> {
    const channels = this.#channels;
    const figures = await this.#analysis.measure({ samples, stepS });
    // what was asked for before a reset goes with what was reset
    for (const [index, { id }] of signals.entries()) {
      const newest = figures[index]!;
      const { overAll } = channels.get(id) ?? { overAll: new Map<MeasurementId, RunningFigures>() };
      for (const [name, value] of Object.entries(newest) as [MeasurementId, number][]) {
        const running = overAll.get(name) ?? new RunningFigures();
        running.add(value);
        overAll.set(name, running);
      }
      channels.set(id, { newest, overAll });
    }
  }
}
