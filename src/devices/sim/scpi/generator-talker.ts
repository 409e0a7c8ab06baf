// Rigol DG1000Z and Keysight 33500: function, frequency, amplitude, offset, phase, output and APPLy (programming guides
// of both; the trees are alike but for what stands at `*RST` and how numbers are written).

import type { Clock } from '../../../base/clock.ts';
import { type CommandTable, type Instrument, ScpiTalker } from './engine.ts';
import { type GeneratorChannel, restingChannel, SHAPES, type Shape } from './generator.ts';
import { formsOf } from './header.ts';
import { ScpiError } from './status.ts';
import { choice, exponential, flag, numberOf, onGrid, requireRange, setting, signedExponential } from './values.ts';

export interface GeneratorFamily {
  readonly identity: string;
  readonly maxFrequencyHz: number;
  /** Peak to peak into high impedance. */
  readonly maxAmplitudeV: number;
  /** Load for which amplitudes are meant after `*RST`. */
  readonly loadOhm: number;
  readonly format: (value: number) => string;
  /** How the load is named: `OUTPut<n>:IMPedance` or `:LOAD`. */
  readonly loadHeaders: readonly string[];
}

export const RIGOL_DG1000Z: GeneratorFamily = {
  identity: 'Rigol Technologies,DG1062Z,DG1ZA000000001,03.01.12',
  maxFrequencyHz: 60e6,
  maxAmplitudeV: 20,
  loadOhm: Number.POSITIVE_INFINITY,
  format: (value) => exponential(value, 6).toUpperCase(),
  loadHeaders: [':OUTPut<n>:IMPedance', ':OUTPut<n>:LOAD'],
};

export const KEYSIGHT_33500: GeneratorFamily = {
  identity: 'Agilent Technologies,33522B,MY00000001,4.00-1.19-2.00-52-00',
  maxFrequencyHz: 30e6,
  maxAmplitudeV: 20,
  loadOhm: 50,
  format: (value) => signedExponential(value, 15),
  loadHeaders: [':OUTPut<n>:LOAD'],
};

/** 9.9E+37 is what an infinite load reads as. */
const INFINITE_LOAD = 9.9e37;
const FREQUENCY_STEP_HZ = 1e-6;
const VOLTAGE_STEP_V = 1e-4;

/** A generator of `family` and its channels, which a wiring reads. */
export function generatorTalker(
  family: GeneratorFamily,
  clock: Clock,
): { readonly talker: ScpiTalker; readonly channels: readonly GeneratorChannel[] } {
  const resting = () => restingChannel(family.loadOhm);
  const channels = [resting(), resting()];
  const instrument: Instrument = {
    identity: family.identity,
    commands: commandsOf(family, channels),
    reset: () => {
      for (const channel of channels) Object.assign(channel, resting());
    },
    trigger: () => {},
    isBusy: () => false,
    abort: () => {},
  };
  const formatError =
    family === KEYSIGHT_33500 ? (code: number, text: string) => `${code < 0 ? '' : '+'}${code},"${text}"` : undefined;
  return { channels, talker: new ScpiTalker(instrument, { clock, formatError }) };
}

function commandsOf(family: GeneratorFamily, channels: readonly GeneratorChannel[]): CommandTable {
  const { format, maxFrequencyHz } = family;
  const at = ([n = 1]: readonly number[]): GeneratorChannel => {
    const channel = channels[n - 1];
    if (channel === undefined) throw new ScpiError(-114);
    return channel;
  };
  /** Into the load that is set: half of it at 50 Ω. */
  const maxV = ({ loadOhm }: GeneratorChannel) =>
    Number.isFinite(loadOhm) ? (family.maxAmplitudeV * loadOhm) / (loadOhm + 50) : family.maxAmplitudeV;
  const setFrequency = (channel: GeneratorChannel, text: string | undefined) => {
    const range = { min: FREQUENCY_STEP_HZ, max: maxFrequencyHz, default: 1000 };
    const value = requireRange(numberOf(text, 'HZ', range), range.min, range.max);
    channel.frequencyHz = onGrid(value, FREQUENCY_STEP_HZ);
  };
  const setLevels = (channel: GeneratorChannel, amplitudeV: number, offsetV: number) => {
    // the peak, not each part, is what the output stage can give
    if (amplitudeV / 2 + Math.abs(offsetV) > maxV(channel) / 2 + 1e-9) throw new ScpiError(-222);
    channel.amplitudeV = onGrid(requireRange(amplitudeV, 1e-3, maxV(channel)), VOLTAGE_STEP_V);
    channel.offsetV = onGrid(offsetV, VOLTAGE_STEP_V);
  };
  const amplitudeOf = (channel: GeneratorChannel, text: string) =>
    numberOf(text, 'VPP', { min: 1e-3, max: maxV(channel), default: 0.1 });
  const setLoad = (text: string, s: readonly number[]) => {
    const isInfinite = formsOf('INFinity').includes(text.toUpperCase());
    const ohm = isInfinite ? Number.POSITIVE_INFINITY : numberOf(text, 'OHM', { min: 1, max: 10_000, default: 50 });
    at(s).loadOhm = isInfinite ? ohm : requireRange(ohm, 1, 10_000);
  };
  const percent = (header: string, key: 'dutyPercent' | 'symmetryPercent', min: number, max: number) =>
    setting(
      header,
      (s) => format(at(s)[key]),
      (text, s) => {
        at(s)[key] = requireRange(numberOf(text, '%', { min, max, default: 50 }), min, max);
      },
    );
  const apply = Object.fromEntries(
    SHAPES.map((shape): [string, CommandTable[string]] => [
      `[:SOURce<n>]:APPLy:${shape}`,
      ({ args: [frequency, amplitude, offset, phase], suffixes }) => {
        const channel = at(suffixes);
        if (frequency !== undefined) setFrequency(channel, frequency);
        const amplitudeV = amplitude === undefined ? channel.amplitudeV : amplitudeOf(channel, amplitude);
        setLevels(channel, amplitudeV, offset === undefined ? channel.offsetV : numberOf(offset, 'V', { default: 0 }));
        if (phase !== undefined) channel.phaseDeg = numberOf(phase, 'DEG', { default: 0 });
        channel.shape = shape;
        channel.isOn = true;
        return undefined;
      },
    ]),
  );
  const loads = family.loadHeaders.map((header) =>
    setting(header, (s) => (Number.isFinite(at(s).loadOhm) ? format(at(s).loadOhm) : format(INFINITE_LOAD)), setLoad),
  );
  return {
    ...apply,
    '[:SOURce<n>]:APPLy?': ({ suffixes }) => {
      const { shape, frequencyHz, amplitudeV, offsetV } = at(suffixes);
      return `"${formsOf(shape)[0]} ${[frequencyHz, amplitudeV, offsetV].map(format).join(',')}"`;
    },
    ...choice<Shape>(
      '[:SOURce<n>]:FUNCtion[:SHAPe]',
      SHAPES,
      (s) => at(s).shape,
      (shape, s) => {
        at(s).shape = shape;
      },
    ),
    ...setting(
      '[:SOURce<n>]:FREQuency[:FIXed]',
      (s) => format(at(s).frequencyHz),
      (text, s) => setFrequency(at(s), text),
    ),
    ...setting(
      '[:SOURce<n>]:VOLTage[:LEVel][:IMMediate][:AMPLitude]',
      (s) => format(at(s).amplitudeV),
      (text, s) => setLevels(at(s), amplitudeOf(at(s), text), at(s).offsetV),
    ),
    ...setting(
      '[:SOURce<n>]:VOLTage[:LEVel][:IMMediate]:OFFSet',
      (s) => format(at(s).offsetV),
      (text, s) => setLevels(at(s), at(s).amplitudeV, numberOf(text, 'V', { default: 0 })),
    ),
    ...setting(
      '[:SOURce<n>]:PHASe[:ADJust]',
      (s) => format(at(s).phaseDeg),
      (text, s) => {
        at(s).phaseDeg = requireRange(numberOf(text, 'DEG', { default: 0 }), -360, 360);
      },
    ),
    ...percent('[:SOURce<n>]:FUNCtion:SQUare:DCYCle', 'dutyPercent', 0.01, 99.99),
    ...percent('[:SOURce<n>]:FUNCtion:PULSe:DCYCle', 'dutyPercent', 0.01, 99.99),
    ...percent('[:SOURce<n>]:FUNCtion:RAMP:SYMMetry', 'symmetryPercent', 0, 100),
    ...flag(':OUTPut<n>[:STATe]', at, 'isOn', family === RIGOL_DG1000Z ? ['OFF', 'ON'] : ['0', '1']),
    ...Object.assign({}, ...loads),
  };
}
