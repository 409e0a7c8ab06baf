// What the heads of Rigol's families say alike of a channel.

import type { Trace } from '../capture.ts';

/** Probe factors by their code in the heads of DS1000Z to DS6000. */
const PROBE_FACTORS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Units by their code. */
const UNITS = ['W', 'A', 'V', ''];
const COUPLINGS = ['DC', 'AC', 'GND'];

export const probeFactor = (code: number): number | undefined => PROBE_FACTORS[code];
export const channelUnit = (code: number): string => UNITS[code] ?? 'V';
export const coupling = (code: number): string | undefined => COUPLINGS[code];

/** Steps of the converter per division of the screen, in most families. */
export const STEPS_PER_DIVISION = 25;

/** Time of the first sample when the middle of the memory lies `offsetS` behind the trigger. */
export function centredStart(offsetS: number, count: number, rateHz: number): number {
  return offsetS - count / 2 / rateHz;
}

/** What is told of a channel beside its samples. */
export interface ChannelSettings {
  readonly scalePerDivision?: number;
  readonly offset: number;
  readonly probeFactor?: number | undefined;
  readonly coupling?: string | undefined;
  readonly isInverted?: boolean;
}

/** The file's metadata: settings under the names of the channels. */
export function channelMetadata(
  channels: readonly { readonly trace: Trace; readonly settings: ChannelSettings }[],
): Record<string, ChannelSettings> {
  return Object.fromEntries(channels.map(({ trace, settings }) => [trace.name, settings]));
}
