// The simulated instrument: a running sine, free or one trace for each time it is armed.

import type { Clock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { Random } from '../sim/random.ts';
import { ArmedWait } from './armed-wait.ts';
import { type OsziDialogue, type OsziTrace, type Retry, TIMEOUT_RETRY } from './dialogue.ts';
import type { Parameters } from './format-string.ts';

export interface SimOptions {
  readonly channels: readonly string[];
  readonly isTriggered: boolean;
  readonly pointCount: number;
  readonly amplitude: number;
  /** Of the sine along the axis: y = amplitude · sin((x + phase) · frequency). */
  readonly frequency: number;
  /** Part of the reads that find nothing, 0 … 1. */
  readonly failPart: number;
  readonly seed: number;
}

export const SIM_DEFAULTS: SimOptions = {
  channels: ['default'],
  isTriggered: false,
  pointCount: 10_000,
  amplitude: 1,
  frequency: 1,
  failPart: 0,
  seed: 1,
};

/** The axis goes from 0 to here, first and last point included. */
const AXIS_END = 6.28;
/** How fast the sine runs: phase per second. */
const PHASE_PER_S = 3.14;

export class SimDialogue implements OsziDialogue {
  readonly channels: readonly string[];
  readonly parameters: Parameters = {};
  readonly #options: SimOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #armed: ArmedWait;

  constructor(options: SimOptions, clock: Clock) {
    this.channels = options.channels;
    this.#options = options;
    this.#clock = clock;
    this.#random = new Random(options.seed);
    this.#armed = new ArmedWait(options.channels, clock);
  }

  /** There is nobody to talk to. */
  async init(): Promise<void> {}

  armTrigger(): Promise<void> {
    if (this.#options.isTriggered) this.#armed.arm();
    return Promise.resolve();
  }

  endWait(): void {
    this.#armed.end();
  }

  async retrChannel(name: string, timeoutS: number): Promise<OsziTrace | Retry> {
    if (!this.channels.includes(name)) throw noChannel(name, this.channels);
    if (this.#options.isTriggered && !(await this.#armed.waitFor(name, timeoutS))) return TIMEOUT_RETRY;
    if (this.#random.next() < this.#options.failPart) {
      return { kind: 'empty-retry', reason: 'The simulated instrument was told to fail now and then.' };
    }
    this.#armed.delivered(name);
    return this.#trace();
  }

  #trace(): OsziTrace {
    const { pointCount, amplitude, frequency } = this.#options;
    const dx = AXIS_END / Math.max(1, pointCount - 1);
    const phase = (this.#clock.nowMs() / 1000) * PHASE_PER_S;
    const values = Float64Array.from(
      { length: pointCount },
      (_, index) => amplitude * Math.sin((index * dx + phase) * frequency),
    );
    return { kind: 'trace', values, unit: '', axisName: 't', axisUnit: '', x0: 0, dx };
  }
}

export function noChannel(name: string, channels: readonly string[]): LabError {
  return new LabError('setup/invalid', `There is no channel "${name}". Choose one of ${channels.join(', ')}.`);
}
