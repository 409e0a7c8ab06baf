// What the scopes of all families have in common towards the engine, and the samples that they send.

import type { CommandTable, Instrument } from '../engine.ts';
import { ScpiError } from '../status.ts';
import type { Acquisition, ScopeChannel } from './acquisition.ts';
import { figuresOf } from './measure.ts';

/** `resetOwn` is for settings that are the family's; `isBusy` where an acquisition holds `*OPC?` up. */
export function scopeInstrument(
  identity: string,
  scope: Acquisition,
  commands: CommandTable,
  { resetOwn = () => {}, isBusy = () => false }: { resetOwn?: () => void; isBusy?: () => boolean } = {},
): Instrument {
  return {
    identity,
    commands,
    reset: () => {
      scope.reset();
      resetOwn();
    },
    trigger: () => scope.force(),
    isBusy,
    abort: () => {},
  };
}

/** The channel that the first number of a header names. */
export function channelAt(scope: Acquisition, [n = 1]: readonly number[]): ScopeChannel {
  const channel = scope.channels[n - 1];
  if (channel === undefined) throw new ScpiError(-114);
  return channel;
}

/** Index of `CHAN2`, `CHANNEL2`, `CH2` or `C2`. */
export function channelIndex(scope: Acquisition, text: string | undefined): number {
  if (text === undefined) throw new ScpiError(-109);
  const [, digit] = /^C(?:H(?:AN(?:NEL)?)?)?(\d)$/i.exec(text) ?? [];
  if (digit === undefined || scope.channels[Number(digit) - 1] === undefined) throw new ScpiError(-224);
  return Number(digit) - 1;
}

export interface SampleForm {
  readonly itemBytes: 1 | 2;
  readonly isLittleEndian: boolean;
}

/** The low bytes of every value: unsigned, or two's complement. */
export function sampleBytes(values: ArrayLike<number>, { itemBytes, isLittleEndian }: SampleForm): Uint8Array {
  const bytes = new Uint8Array(values.length * itemBytes);
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    if (itemBytes === 1) bytes[k] = value;
    else {
      bytes[2 * k] = isLittleEndian ? value : value >> 8;
      bytes[2 * k + 1] = isLittleEndian ? value >> 8 : value;
    }
  }
  return bytes;
}

export const textBytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

export function joinedBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Points that a trace on the screen is measured with. */
const MEASURED_POINTS = 1000;

export type Figure = 'max' | 'min' | 'peakToPeak' | 'mean' | 'rms' | 'frequency' | 'period';

/** What a scope measures on the trace of a channel; undefined where it cannot. */
export function measured(scope: Acquisition, index: number, figure: Figure): number | undefined {
  const record = scope.record;
  const channel = record?.channels[index];
  if (record === undefined || channel === undefined || !channel.isOn) return undefined;
  const { horizontalDivisions, codesPerDivision } = scope.hardware;
  const stepS = (record.timeScaleS * horizontalDivisions) / MEASURED_POINTS;
  const codes = scope.codes(record, index, { startS: record.startS, stepS, count: MEASURED_POINTS });
  const volts = Array.from(codes, (code) => (code * channel.scaleV) / codesPerDivision + channel.centreV);
  const { frequencyHz, ...figures } = figuresOf(volts, stepS);
  if (figure === 'frequency') return frequencyHz;
  if (figure === 'period') return frequencyHz === undefined ? undefined : 1 / frequencyHz;
  return figures[figure];
}
