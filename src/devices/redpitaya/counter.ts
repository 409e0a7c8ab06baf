// The analyser of one input as the host keeps it: the words that set it, and what was counted with the times that belong to
// it. The board's timer is real time; each counted pulse leaves a dead time of the delay and the pulse's rise behind it
// (axis_pulse_height_analyzer.v), so that the live time is known from both. Pure.

import type { Utc } from '../../base/time.ts';
import type { LiveSpectrum } from '../../model/live-spectrum.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import { type InputNumber, inputId, type Preset } from './parameters.ts';
import { encodeMcphaCommand, HISTOGRAM_BINS, MCPHA, TICKS_PER_S } from './protocol/command.ts';
import { fullBinCount } from './protocol/replies.ts';

export type Values = Readonly<Record<string, ParameterValue>>;

/** Longer than any board lives: 52 bits of ticks are 416 days. */
const NO_PRESET_TICKS = 2n ** 52n - 1n;

export class Counter {
  readonly input: InputNumber;
  #counts: Float64Array = new Float64Array(HISTOGRAM_BINS);
  #total = 0;
  #ticks = 0;
  #deadS = 0;
  #rateHz: number | undefined;
  #startUtc: Utc | undefined;
  #isCounting = false;

  constructor(input: InputNumber) {
    this.input = input;
  }

  get isCounting(): boolean {
    return this.#isCounting;
  }

  get spectrum(): LiveSpectrum {
    const realS = this.#ticks / TICKS_PER_S;
    return {
      id: `IN${this.input}`,
      counts: this.#counts,
      realS,
      liveS: Math.max(0, realS - this.#deadS),
      rateHz: this.#isCounting ? this.#rateHz : undefined,
      isCounting: this.#isCounting,
      startUtc: this.#startUtc,
      fullChannelCount: fullBinCount(this.#counts),
    };
  }

  /** What sets the analyser; sent while it counts, too. */
  settingWords(values: Values): readonly Uint8Array[] {
    const value = (name: string) => Number(values[inputId(this.input, name)]);
    const timer =
      this.#preset(values) === 'real' ? BigInt(Math.round(value('presetS') * TICKS_PER_S)) : NO_PRESET_TICKS;
    return [
      this.#word(MCPHA.delay, value('delay')),
      this.#word(MCPHA.minThreshold, value('min')),
      this.#word(MCPHA.maxThreshold, value('max')),
      this.#word(MCPHA.timer, timer),
    ];
  }

  startWords(values: Values, utc: Utc): readonly Uint8Array[] {
    this.#isCounting = true;
    if (this.#ticks === 0) this.#startUtc = utc;
    return [...this.settingWords(values), this.#word(MCPHA.runTimer, 1)];
  }

  stopWords(): readonly Uint8Array[] {
    this.#isCounting = false;
    return [this.#word(MCPHA.runTimer, 0)];
  }

  /** Counting goes on where it was on. */
  clearWords(utc: Utc): readonly Uint8Array[] {
    this.#counts = new Float64Array(HISTOGRAM_BINS);
    this.#total = 0;
    this.#ticks = 0;
    this.#deadS = 0;
    this.#rateHz = undefined;
    this.#startUtc = this.#isCounting ? utc : undefined;
    const words = [this.#word(MCPHA.runTimer, 0), this.#word(MCPHA.resetHistogram, 0), this.#word(MCPHA.resetTimer, 0)];
    return this.#isCounting ? [...words, this.#word(MCPHA.runTimer, 1)] : words;
  }

  /** A look at the board: its timer, its counts, and what each of those that are new was blind for. */
  take(timerTicks: bigint, counts: Float64Array, deadPerPulseS: number): void {
    const ticks = Number(timerTicks);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const grown = ticks - this.#ticks;
    // without power it begins anew
    if (grown < 0) this.#deadS = total * deadPerPulseS;
    else this.#deadS += (total - this.#total) * deadPerPulseS;
    this.#rateHz = grown > 0 ? ((total - this.#total) / grown) * TICKS_PER_S : undefined;
    this.#counts = counts;
    this.#total = total;
    this.#ticks = ticks;
  }

  /** What it does when a connection begins. */
  found(isCounting: boolean): void {
    this.#isCounting = isCounting;
  }

  /** Seconds that a counted pulse makes it blind. */
  deadPerPulseS(values: Values, stepS: number): number {
    const value = (name: string) => Number(values[inputId(this.input, name)]);
    return value('delay') * stepS + value('rise');
  }

  /** Whether the preset is reached. */
  isDone(values: Values): boolean {
    const value = (name: string) => Number(values[inputId(this.input, name)]);
    const { realS, liveS } = this.spectrum;
    switch (this.#preset(values)) {
      case 'none':
        return false;
      case 'real':
        return realS >= value('presetS');
      case 'live':
        return liveS >= value('presetS');
      case 'counts':
        return this.#total >= value('presetCounts');
    }
  }

  #preset(values: Values): Preset {
    return values[inputId(this.input, 'preset')] as Preset;
  }

  #word(code: number, value: number | bigint): Uint8Array {
    return encodeMcphaCommand(code, this.input - 1, value);
  }
}
