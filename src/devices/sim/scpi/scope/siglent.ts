// Siglent SDS2000X Plus and the families with the same commands (programming guide EN11D): preamble and samples as
// blocks, in pieces of `:WAVeform:MAXPoint?` points.

import type { Clock } from '../../../../base/clock.ts';
import { type CommandTable, type Reply, ScpiTalker } from '../engine.ts';
import { ScpiError } from '../status.ts';
import { block, choice, exponential, numberOf, onGrid, onOff, requireRange, setting, wordOf } from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeHardware } from './acquisition.ts';
import { channelAt, channelIndex, type Figure, measured, sampleBytes, scopeInstrument } from './instrument.ts';
import { screenPicture } from './picture.ts';
import { CommonSettings } from './settings.ts';
import { DESCRIPTOR_BYTES, stepIndex, waveDescriptor } from './wavedesc.ts';

const IDENTITY = 'Siglent Technologies,SDS2104X Plus,SDS2PDDC000007,1.5.2R3';

const HARDWARE: ScopeHardware = {
  horizontalDivisions: 10,
  verticalDivisions: 8,
  adcBits: 8,
  codesPerDivision: 30,
  minScaleV: 500e-6,
  maxScaleV: 10,
  minTimeS: 1e-9,
  maxTimeS: 1000,
  maxRateHz: 2e9,
  depth: 100_000,
};

const MAX_POINTS = 5_000_000;
const STATES = { STOP: 'Stop', WAIT: 'Ready', TD: "Trig'd", AUTO: 'Auto' } as const;
const SLOPES = ['RISing', 'FALLing', 'ALTernate'] as const;
const SLOPE_OF = { RISing: 'POSitive', FALLing: 'NEGative', ALTernate: 'EITHer' } as const;
const SLOPE_WORDS = { POSitive: 'RISing', NEGative: 'FALLing', EITHer: 'ALTernate' } as const;
const FIGURES = {
  PKPK: 'peakToPeak',
  MAX: 'max',
  MIN: 'min',
  MEAN: 'mean',
  RMS: 'rms',
  FREQ: 'frequency',
  PERiod: 'period',
} as const satisfies Readonly<Record<string, Figure>>;
const FIGURE_WORDS = Object.keys(FIGURES) as (keyof typeof FIGURES)[];

const nr3 = (value: number) => exponential(value, 2).toUpperCase();

interface Reading {
  source: number;
  /** From 0. */
  start: number;
  interval: number;
  /** 0: to the end of the record. */
  points: number;
  width: 'BYTE' | 'WORD';
}

const readingAtReset = (): Reading => ({ source: 0, start: 0, interval: 1, points: 0, width: 'BYTE' });

export function siglentScope(wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(HARDWARE, wires, clock);
  const reading = readingAtReset();
  const commands = {
    ...channelCommands(scope),
    ...triggerCommands(scope),
    ...waveformCommands(scope, reading),
    ...measureCommands(scope),
    // of the older families; answers carry no header here
    ':CHDR|COMM_HEADER': () => undefined,
    ':PRINt?': ({ args }: { readonly args: readonly string[] }) =>
      screenPicture(scope, wordOf(args[0] ?? 'BMP', ['BMP', 'PNG'])),
  };
  const resetOwn = () => Object.assign(reading, readingAtReset());
  return new ScpiTalker(scopeInstrument(IDENTITY, scope, commands, { resetOwn }), { clock });
}

function channelCommands(scope: Acquisition): CommandTable {
  const common = new CommonSettings(scope, nr3);
  const at = (suffixes: readonly number[]) => channelAt(scope, suffixes);
  return {
    ...onOff(
      ':CHANnel<n>:SWITch',
      (s) => at(s).isOn,
      (isOn, s) => {
        at(s).isOn = isOn;
      },
      ['OFF', 'ON'],
    ),
    ...common.scale(':CHANnel<n>:SCALe'),
    // upwards is positive
    ...setting(
      ':CHANnel<n>:OFFSet',
      (s) => nr3(-at(s).centreV || 0),
      (text, s) => {
        at(s).centreV = -onGrid(numberOf(text, 'V'), at(s).scaleV / HARDWARE.codesPerDivision) || 0;
      },
    ),
    ...choice(
      ':CHANnel<n>:COUPling',
      ['DC', 'AC', 'GND'],
      (s) => at(s).coupling,
      (word, s) => {
        at(s).coupling = word;
      },
    ),
    ':CHANnel<n>:PROBe?': ({ suffixes }) => nr3(at(suffixes).probe),
    ':CHANnel<n>:PROBe': ({ args, suffixes }) => {
      wordOf(args[0], ['VALue']);
      scope.setProbe(at(suffixes), requireRange(numberOf(args[1], ''), 1e-6, 1e6));
      return undefined;
    },
    ...onOff(
      ':CHANnel<n>:INVert',
      (s) => at(s).isInverted,
      (isOn, s) => {
        at(s).isInverted = isOn;
      },
      ['OFF', 'ON'],
    ),
    ...common.timeScale(':TIMebase:SCALe'),
    ...setting(
      ':TIMebase:DELay',
      () => nr3(scope.timeCentreS),
      (text) => {
        scope.timeCentreS = numberOf(text, 'S');
      },
    ),
    ...setting(
      ':ACQuire:MDEPth',
      () => String(scope.memory.length),
      (text) => {
        scope.depth = requireRange(numberOf(text, 'PTS'), 1000, 100e6);
      },
    ),
    ':ACQuire:SRATe?': () => nr3(scope.memory.rateHz),
    ':ACQuire:POINts?': () => nr3(scope.record?.length ?? 0),
  };
}

function triggerCommands(scope: Acquisition): CommandTable {
  const common = new CommonSettings(scope, nr3);
  const { trigger } = scope;
  let isSingle = false;
  return {
    ':TRIGger:STATus?': () => STATES[scope.state],
    // in the mode that is set: a single one is armed anew
    ':TRIGger:RUN': () => void (isSingle ? scope.single() : scope.run()),
    ':TRIGger:STOP': () => void scope.stop(),
    ...choice(
      ':TRIGger:MODE',
      ['AUTO', 'NORMal', 'SINGle', 'FTRIG'],
      () => (isSingle ? 'SINGle' : trigger.sweep),
      (word) => {
        if (word === 'FTRIG') scope.force();
        else {
          isSingle = word === 'SINGle';
          if (word !== 'SINGle') trigger.sweep = word;
          if (isSingle) scope.single();
          else scope.run();
        }
      },
    ),
    ...choice(
      ':TRIGger:TYPE',
      ['EDGE'],
      () => 'EDGE',
      () => {},
    ),
    ...common.triggerSource(':TRIGger:EDGE:SOURce', 'C', 'EX'),
    ...choice(
      ':TRIGger:EDGE:SLOPe',
      SLOPES,
      () => SLOPE_WORDS[trigger.slope],
      (word) => {
        trigger.slope = SLOPE_OF[word];
      },
    ),
    ...common.triggerLevel(':TRIGger:EDGE:LEVel'),
  };
}

function waveformCommands(scope: Acquisition, reading: Reading): CommandTable {
  const isWord = () => reading.width === 'WORD';
  /** Points of the next read. */
  const pointsOf = () => {
    const { record } = scope;
    if (record === undefined) throw new ScpiError(-230);
    const available = Math.max(Math.ceil((record.length - reading.start) / reading.interval), 0);
    const wanted = reading.points === 0 ? available : Math.min(reading.points, available);
    return { record, count: Math.min(wanted, MAX_POINTS) };
  };
  const preamble = (): Reply => {
    const { record, count } = pointsOf();
    const { scaleV, centreV, probe } = record.channels[reading.source]!;
    return block(
      waveDescriptor(
        {
          DESCRIPTOR_NAME: 'WAVEDESC',
          TEMPLATE_NAME: 'WAVEACE',
          COMM_TYPE: isWord() ? 1 : 0,
          // the other way round than LeCroy's: 0 is low byte first
          COMM_ORDER: 0,
          WAVE_DESCRIPTOR: DESCRIPTOR_BYTES,
          WAVE_ARRAY_1: count * (isWord() ? 2 : 1),
          WAVE_ARRAY_COUNT: record.length,
          FIRST_POINT: reading.start,
          SPARSING_FACTOR: reading.interval,
          SUBARRAY_COUNT: 1,
          SWEEPS_PER_ACQ: 1,
          // volts per division and offset at the input, before the probe's factor
          VERTICAL_GAIN: scaleV / probe,
          VERTICAL_OFFSET: -centreV / probe || 0,
          // codes per division
          MAX_VALUE: HARDWARE.codesPerDivision * (isWord() ? 256 : 1),
          NOMINAL_BITS: HARDWARE.adcBits,
          HORIZ_INTERVAL: 1 / record.rateHz,
          HORIZ_OFFSET: record.startS + (record.timeScaleS * HARDWARE.horizontalDivisions) / 2,
          VERTUNIT: 'V',
          HORUNIT: 'S',
          TIMEBASE: stepIndex(record.timeScaleS, 100e-12),
          PROBE_ATT: probe,
          WAVE_SOURCE: reading.source,
        },
        true,
      ),
      9,
      'DESC,',
    );
  };
  const data = (): Reply => {
    const { record, count } = pointsOf();
    const stepS = reading.interval / record.rateHz;
    const startS = record.startS + reading.start / record.rateHz;
    const codes = scope.codes(record, reading.source, { startS, stepS, count });
    const raw = isWord() ? Array.from(codes, (code) => code * 256) : codes;
    return block(sampleBytes(raw, { itemBytes: isWord() ? 2 : 1, isLittleEndian: true }), 9, 'DAT2,');
  };
  const whole = (text: string) => Math.round(requireRange(numberOf(text, ''), 0, 1e9));
  return {
    ...setting(
      ':WAVeform:SOURce',
      () => `C${reading.source + 1}`,
      (text) => {
        reading.source = channelIndex(scope, text);
      },
    ),
    ...setting(
      ':WAVeform:STARt',
      () => String(reading.start),
      (text) => {
        reading.start = whole(text);
      },
    ),
    ...setting(
      ':WAVeform:INTerval',
      () => String(reading.interval),
      (text) => {
        reading.interval = Math.max(whole(text), 1);
      },
    ),
    ...setting(
      ':WAVeform:POINt|POINts',
      () => String(reading.points),
      (text) => {
        reading.points = whole(text);
      },
    ),
    ...choice(
      ':WAVeform:WIDTh',
      ['BYTE', 'WORD'],
      () => reading.width,
      (word) => {
        reading.width = word;
      },
    ),
    ':WAVeform:MAXPoint?': () => String(MAX_POINTS),
    ':WAVeform:PREamble?': preamble,
    ':WAVeform:DATA?': data,
  };
}

function measureCommands(scope: Acquisition): CommandTable {
  let source = 0;
  return {
    ...setting(
      ':MEASure:SIMPle:SOURce',
      () => `C${source + 1}`,
      (text) => {
        source = channelIndex(scope, text);
      },
    ),
    ':MEASure:SIMPle:VALue?': ({ args }) => {
      const value = measured(scope, source, FIGURES[wordOf(args[0], FIGURE_WORDS)]);
      return value === undefined ? '****' : exponential(value, 6).toUpperCase();
    },
  };
}
