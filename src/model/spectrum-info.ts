// Counted spectra of multichannel analysers: what a file says of one beside its counts, and where its channels lie in
// energy. The counts themselves are a signal whose samples are channels.

import type { Utc } from '../base/time.ts';

/** Energy of the middle of a channel: c0 + c1·n + c2·n² + …, where n is the channel's number. */
export interface EnergyCalibration {
  /** At least two; the last is not 0. The energy rises from channel to channel. */
  readonly coefficients: readonly number[];
  /** Such as `keV`. */
  readonly unit: string;
}

/** Channels [startChannel, endChannel) that the file marks. */
export interface SpectrumRegion {
  /** May be empty. */
  readonly name: string;
  readonly startChannel: number;
  readonly endChannel: number;
}

export interface SpectrumInfo {
  /** The signal that holds the counts: sample i is channel `firstChannel + i`. */
  readonly signalId: string;
  readonly title: string;
  readonly firstChannel: number;
  /** Time in which the instrument was ready to count. */
  readonly liveS: number | undefined;
  /** Time by the clock, at least the live time. */
  readonly realS: number | undefined;
  readonly startUtc: Utc | undefined;
  /** `undefined`: only channels are known. */
  readonly calibration: EnergyCalibration | undefined;
  readonly regions: readonly SpectrumRegion[];
  /** What measured it; empty when the file does not say. */
  readonly instrument: string;
}

/** Energy at a place on the channels' axis, such as 100.5 for the edge between channels 100 and 101. */
export function energyAt({ coefficients }: EnergyCalibration, channel: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * channel + coefficient, 0);
}

/** Share of the time in which the instrument could not count, 0…1; `undefined` when a time is not known. */
export function deadShareOf({ liveS, realS }: Pick<SpectrumInfo, 'liveS' | 'realS'>): number | undefined {
  return liveS === undefined || realS === undefined || realS <= 0 ? undefined : 1 - liveS / realS;
}
