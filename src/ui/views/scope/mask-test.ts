// The mask that each new record is tested with: of one channel, derived from a trace or drawn. Read within a render it keeps up.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { TraceAnalysis } from '../../../model/trace-analysis.ts';
import {
  drawOnMask,
  type MaskLimits,
  type MaskTolerance,
  type MaskVerdict,
  openMask,
  type TimedTrace,
} from '../../../model/trace-mask.ts';
import { type ShownRecord, sampleCount } from './screen.ts';

/** Samples of records that wait to be tested; more than this are passed over, oldest first, and counted. */
const WAITING_SAMPLES = 2 ** 25;

export interface ChannelMask {
  readonly signalId: string;
  readonly limits: MaskLimits;
}

export interface MaskPoint {
  readonly timeS: number;
  readonly value: number;
}

export type MaskSide = 'low' | 'high';

/** What the pointer draws on the screen. */
export interface MaskPen {
  readonly signalId: string;
  readonly side: MaskSide;
}

/** A piece of a line that was drawn. */
export interface MaskStroke extends MaskPen {
  readonly from: MaskPoint;
  readonly to: MaskPoint;
}

export interface MaskCounts {
  readonly passedCount: number;
  readonly failedCount: number;
  /** Not tested: without a sample where the mask has a limit, or more than could be tested in time. */
  readonly untestedCount: number;
}

/** A record with the number that it is found by. */
export interface NumberedRecord {
  readonly record: ShownRecord;
  readonly number: number;
}

const NO_COUNTS: MaskCounts = { passedCount: 0, failedCount: 0, untestedCount: 0 };

export class MaskTest {
  readonly #analysis: Pick<TraceAnalysis, 'maskAround' | 'test'>;
  readonly #onFail: (failed: NumberedRecord, verdict: MaskVerdict) => void;
  readonly #mask = signal<ChannelMask | undefined>(undefined);
  readonly #counts = signal<MaskCounts>(NO_COUNTS);
  #waiting: readonly NumberedRecord[] = [];
  #isBusy = false;

  /** `onFail` is told of each record that fails, oldest first. */
  constructor(
    analysis: Pick<TraceAnalysis, 'maskAround' | 'test'>,
    onFail: (failed: NumberedRecord, verdict: MaskVerdict) => void,
  ) {
    this.#analysis = analysis;
    this.#onFail = onFail;
  }

  get mask(): ReadonlySignal<ChannelMask | undefined> {
    return this.#mask;
  }

  /** With the mask as it is: another one counts anew. */
  get counts(): ReadonlySignal<MaskCounts> {
    return this.#counts;
  }

  /** Around a trace. */
  async derive(signalId: string, trace: TimedTrace, tolerance: MaskTolerance): Promise<void> {
    this.#use({ signalId, limits: await this.#analysis.maskAround(trace, tolerance) });
  }

  /** Along a line; on a mask of its own where the channel has none, with the times of `trace`. */
  draw(trace: TimedTrace, { signalId, side, from, to }: MaskStroke): void {
    const own = this.#mask.value?.signalId === signalId ? this.#mask.value.limits : openMask(trace);
    this.#use({ signalId, limits: drawOnMask(own, side, from, to) });
  }

  remove(): void {
    this.#use(undefined);
  }

  reset(): void {
    this.#counts.value = NO_COUNTS;
    this.#waiting = [];
  }

  /** Tests them, oldest first. Rejects when they could not be. */
  async addAll(records: readonly NumberedRecord[]): Promise<void> {
    if (!this.#mask.value) return;
    const waiting = [...this.#waiting, ...records];
    let start = waiting.length;
    for (let samples = 0; start > 0; start--) {
      samples += sampleCount(waiting[start - 1]!.record);
      if (samples > WAITING_SAMPLES && start < waiting.length) break;
    }
    this.#count({ untestedCount: start });
    this.#waiting = waiting.slice(start);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#waiting.length > 0) await this.#testWaiting();
    } finally {
      this.#isBusy = false;
    }
  }

  async #testWaiting(): Promise<void> {
    const mask = this.#mask.value;
    const tested = this.#waiting;
    this.#waiting = [];
    if (!mask) return;
    const verdicts = await this.#analysis.test(
      mask.limits,
      tested.map(({ record }) => traceOf(record, mask.signalId)),
    );
    // a mask that was changed meanwhile counts from the next record on
    if (mask !== this.#mask.value) return;
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict.testedCount === 0) this.#count({ untestedCount: 1 });
      else if (verdict.failedCount === 0) this.#count({ passedCount: 1 });
      else {
        this.#count({ failedCount: 1 });
        this.#onFail(tested[index]!, verdict);
      }
    }
  }

  #count({ passedCount = 0, failedCount = 0, untestedCount = 0 }: Partial<MaskCounts>): void {
    const before = this.#counts.value;
    this.#counts.value = {
      passedCount: before.passedCount + passedCount,
      failedCount: before.failedCount + failedCount,
      untestedCount: before.untestedCount + untestedCount,
    };
  }

  #use(mask: ChannelMask | undefined): void {
    this.#mask.value = mask;
    this.reset();
  }
}

/** A signal of a record; without samples where it does not have it. */
export function traceOf({ signals, samples, startS, stepS }: ShownRecord, signalId: string): TimedTrace {
  const index = signals.findIndex(({ id }) => id === signalId);
  return { samples: samples[index] ?? new Float32Array(0), startS, stepS };
}
