// What a JS220 can stream, and at which rates: one row per port, and how the sampling rate chosen is shared between
// the instrument and the host.

import { LabError } from '../../../base/errors.ts';
import { downsampleFactors } from '../../../core/downsample.ts';
import type { StreamSignal } from '../../../model/channel.ts';
import { saturationSignal } from '../../../model/saturation.ts';
import { ANALOG_RATE_HZ, COUNTER_RATE_HZ, DECIMATING_VERSION, PORT, SLOWEST_INSTRUMENT_RATE_HZ } from './constants.ts';

export interface Js220Stream {
  readonly port: number;
  /** Topic that switches it on (1) and off (0). */
  readonly controlTopic: string;
  readonly id: string;
  /** For the settings. */
  readonly label: string;
  readonly unit: string;
  readonly dtype: 'f32' | 'u4' | 'u1' | 'u8';
  /** What there is to know of it, for the settings. */
  readonly note?: string;
}

const input = (number: number, port: number): Js220Stream => ({
  port,
  controlTopic: `s/gpi/${number}/ctrl`,
  id: number === 7 ? 'trigger_in' : `gpi[${number}]`,
  label: number === 7 ? 'Trigger input' : `Input ${number}`,
  unit: '',
  dtype: 'u1',
});

/** In the order in which they are shown. */
export const JS220_STREAMS: readonly Js220Stream[] = [
  { port: PORT.current, controlTopic: 's/i/ctrl', id: 'current', label: 'Current', unit: 'A', dtype: 'f32' },
  { port: PORT.voltage, controlTopic: 's/v/ctrl', id: 'voltage', label: 'Voltage', unit: 'V', dtype: 'f32' },
  { port: PORT.power, controlTopic: 's/p/ctrl', id: 'power', label: 'Power', unit: 'W', dtype: 'f32' },
  { port: 20, controlTopic: 's/i/range/ctrl', id: 'current_range', label: 'Current range', unit: '', dtype: 'u4' },
  input(0, 24),
  input(1, 25),
  input(2, 26),
  input(3, 27),
  input(7, 28),
  {
    port: 29,
    controlTopic: 's/uart/0/ctrl',
    id: 'uart[0]',
    label: 'UART 0',
    unit: '',
    dtype: 'u8',
    note: 'Instruments do not produce it yet.',
  },
];

export const STATISTICS_TOPIC = 's/stats/ctrl';

export type Js220Filter = 'wideband' | 'sinc1';

export interface Js220RateChoice {
  readonly sampleRateHz: number;
  readonly filter: Js220Filter;
  /** The inputs are decimated too, on the instrument. */
  readonly areInputsDecimated: boolean;
}

/** Who does what for a choice. */
export interface Js220Rates {
  /** Of current, voltage and power; may be less than was asked for. */
  readonly sampleRateHz: number;
  /** Values for the instrument's own decimators: of the analog signals at 1 MHz, of the inputs at 2 MHz. */
  readonly instrumentAnalogFactor: number;
  readonly instrumentInputFactor: number;
  /** Ids between two samples of a frame. */
  readonly analogStep: number;
  readonly inputStep: number;
  /** What the host does to the analog signals after that. */
  readonly hostFactors: readonly (2 | 5)[];
  /** Product of the factors. */
  readonly hostRatio: number;
  readonly hostMode: 'flat' | 'mean';
  /** The instrument sends power although current and voltage stream as well. */
  readonly isPowerFromInstrument: boolean;
}

/** Throws `setup/invalid` for a rate that cannot be made. */
export function planRates({ sampleRateHz, filter, areInputsDecimated }: Js220RateChoice): Js220Rates {
  const ratio = COUNTER_RATE_HZ / sampleRateHz;
  if (!Number.isInteger(ratio) || ratio < 1) throw refused(sampleRateHz);
  const inputFactor = Math.min(ratio, COUNTER_RATE_HZ / SLOWEST_INSTRUMENT_RATE_HZ);
  const inputStep = areInputsDecimated ? inputFactor : 1;
  const analogHz = Math.min(sampleRateHz, ANALOG_RATE_HZ);
  const common = { instrumentInputFactor: inputFactor, inputStep };
  if (filter === 'wideband') {
    const hostFactors = downsampleFactors(ANALOG_RATE_HZ, analogHz);
    return {
      ...common,
      sampleRateHz: analogHz,
      instrumentAnalogFactor: 1,
      analogStep: 2,
      hostFactors,
      hostRatio: productOf(hostFactors),
      hostMode: 'flat',
      isPowerFromInstrument: false,
    };
  }
  if (ratio % 2 !== 0 && ratio > 1) throw refused(sampleRateHz);
  // 0 switches the decimator off; factors of 2 and 3 do not exist in the instrument, which takes 4 instead.
  const asked = Math.floor(inputFactor / 2);
  const analogFactor = asked === 2 || asked === 3 ? 4 : asked;
  const isDecimated = sampleRateHz < ANALOG_RATE_HZ;
  const instrumentHz = ANALOG_RATE_HZ / Math.max(1, analogFactor);
  const finalHz = sampleRateHz < SLOWEST_INSTRUMENT_RATE_HZ ? sampleRateHz : instrumentHz;
  const hostFactors = downsampleFactors(instrumentHz, finalHz);
  return {
    ...common,
    sampleRateHz: finalHz,
    instrumentAnalogFactor: analogFactor,
    analogStep: 2 * Math.max(1, analogFactor),
    hostFactors,
    hostRatio: productOf(hostFactors),
    hostMode: 'mean',
    isPowerFromInstrument: isDecimated,
  };
}

/** What a host chooses that has not been told otherwise. */
export const FULL_RATE: Js220RateChoice = {
  sampleRateHz: COUNTER_RATE_HZ,
  filter: 'wideband',
  areInputsDecimated: false,
};
export const FULL_RATES: Js220Rates = planRates(FULL_RATE);

/** Whether instrument and FPGA decimate themselves. */
export function canDecimate(versions: { readonly firmware: number; readonly fpga: number }): boolean {
  return versions.firmware >= DECIMATING_VERSION && versions.fpga >= DECIMATING_VERSION;
}

/** The signals of a stream's ring: its own, and, where it has limits of its own, which of its samples are saturated. */
export function signalsOf(stream: Js220Stream, rates: Js220Rates): readonly [StreamSignal, ...StreamSignal[]] {
  const { port, id, unit, dtype } = stream;
  const inputHz = COUNTER_RATE_HZ / (dtype === 'u1' ? rates.inputStep : 1);
  const signal = { id, name: id, unit, dtype, sampleRateHz: dtype === 'f32' ? rates.sampleRateHz : inputHz };
  return port === PORT.current || port === PORT.voltage ? [signal, saturationSignal(signal)] : [signal];
}

function productOf(factors: readonly number[]): number {
  return factors.reduce((product, factor) => product * factor, 1);
}

function refused(sampleRateHz: number): LabError {
  return new LabError('setup/invalid', `A JS220 cannot sample at ${sampleRateHz} Hz. Choose one of the rates offered.`);
}
