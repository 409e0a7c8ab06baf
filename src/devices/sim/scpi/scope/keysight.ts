// Keysight InfiniiVision 3000 X-Series (programmer's guide).

import type { Clock } from '../../../../base/clock.ts';
import { type CommandTable, type Reply, ScpiTalker } from '../engine.ts';
import { ScpiError } from '../status.ts';
import {
  block,
  choice,
  clamp,
  exponential,
  flag,
  numberOf,
  onGrid,
  onOff,
  requireRange,
  setting,
  signedExponential,
} from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeHardware } from './acquisition.ts';
import {
  channelAt,
  channelIndex,
  type Figure,
  measured,
  sampleBytes,
  scopeInstrument,
  textBytes,
} from './instrument.ts';
import { screenPicture } from './picture.ts';
import { CommonSettings } from './settings.ts';

const IDENTITY = 'KEYSIGHT TECHNOLOGIES,DSO-X 3034T,MY00000004,07.50.2021102830';

const HARDWARE: ScopeHardware = {
  horizontalDivisions: 10,
  verticalDivisions: 8,
  adcBits: 8,
  codesPerDivision: 25,
  minScaleV: 1e-3,
  maxScaleV: 5,
  minTimeS: 1e-9,
  maxTimeS: 50,
  maxRateHz: 5e9,
  depth: 4_000_000,
};

const FORMATS = ['BYTE', 'WORD', 'ASCii'] as const;
const MODES = ['NORMal', 'MAXimum', 'RAW'] as const;
/** In the preamble. */
const FORMAT_CODES = { BYTE: 0, WORD: 1, ASCii: 4 } as const;
/** Points of the measurement record, which NORMal reads. */
const MAX_NORMAL_POINTS = 62_500;
const NOT_MEASURED = 9.9e37;

/** Bits of `:OPERegister:CONDition?`. */
const RUNNING = 8;
const WAITING = 32;

const FIGURES: Readonly<Record<string, Figure>> = {
  VMAX: 'max',
  VMIN: 'min',
  VPP: 'peakToPeak',
  VAVerage: 'mean',
  VRMS: 'rms',
  FREQuency: 'frequency',
  PERiod: 'period',
};

const nr3 = (value: number) => signedExponential(value, 8);
const nr1 = (value: number) => `${value < 0 ? '' : '+'}${value}`;

interface Reading {
  source: number;
  mode: (typeof MODES)[number];
  format: (typeof FORMATS)[number];
  order: 'LSBFirst' | 'MSBFirst';
  isUnsigned: boolean;
  points: number;
}

const readingAtReset = (): Reading => ({
  source: 0,
  mode: 'NORMal',
  format: 'BYTE',
  order: 'MSBFirst',
  isUnsigned: true,
  points: 1000,
});

export function keysightScope(wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(HARDWARE, wires, clock);
  const reading = readingAtReset();
  let isDigitizing = false;
  const commands = {
    ...channelCommands(scope),
    ...triggerCommands(scope),
    ...waveformCommands(scope, reading),
    ...measureCommands(scope),
    ':DIGitize': () => {
      isDigitizing = true;
      scope.single();
      return undefined;
    },
    ':DISPlay:DATA?': () => block(screenPicture(scope, 'PNG'), 8),
  };
  const instrument = scopeInstrument(IDENTITY, scope, commands, {
    resetOwn: () => Object.assign(reading, readingAtReset()),
    isBusy: () => {
      if (scope.state === 'STOP') isDigitizing = false;
      return isDigitizing;
    },
  });
  return new ScpiTalker(instrument, { clock, formatError: (code, text) => `${nr1(code)},"${text}"` });
}

function channelCommands(scope: Acquisition): CommandTable {
  const common = new CommonSettings(scope, nr3);
  const at = (suffixes: readonly number[]) => channelAt(scope, suffixes);
  const volts = (text: string) => numberOf(text, 'V');
  return {
    ...flag(':CHANnel<n>:DISPlay', at, 'isOn'),
    ...common.scale(':CHANnel<n>:SCALe'),
    ...setting(
      ':CHANnel<n>:RANGe',
      (s) => nr3(at(s).scaleV * HARDWARE.verticalDivisions),
      (text, s) => scope.setScale(at(s), requireRange(volts(text), 1e-6, 1e5) / HARDWARE.verticalDivisions),
    ),
    ...setting(
      ':CHANnel<n>:OFFSet',
      (s) => nr3(at(s).centreV),
      (text, s) => {
        at(s).centreV = onGrid(volts(text), at(s).scaleV / HARDWARE.codesPerDivision);
      },
    ),
    ...choice(
      ':CHANnel<n>:COUPling',
      ['AC', 'DC'],
      (s) => (at(s).coupling === 'AC' ? 'AC' : 'DC'),
      (word, s) => {
        at(s).coupling = word;
      },
    ),
    ...common.probe(':CHANnel<n>:PROBe', 0.001, 10_000),
    ...flag(':CHANnel<n>:INVert', at, 'isInverted'),
    ...flag(':CHANnel<n>:BWLimit', at, 'isBandwidthLimited'),
    ...common.timeScale(':TIMebase[:MAIN]:SCALe'),
    ...setting(
      ':TIMebase[:MAIN]:RANGe',
      () => nr3(scope.screenS),
      (text) => scope.setTimeScale(requireRange(numberOf(text, 'S'), 1e-11, 1e7) / HARDWARE.horizontalDivisions),
    ),
    ...setting(
      ':TIMebase[:MAIN]:POSition',
      () => nr3(scope.timeCentreS),
      (text) => {
        scope.timeCentreS = numberOf(text, 'S');
      },
    ),
    ':ACQuire:SRATe?': () => nr3(scope.memory.rateHz),
    ':ACQuire:POINts?': () => nr1(scope.memory.length),
  };
}

function triggerCommands(scope: Acquisition): CommandTable {
  const common = new CommonSettings(scope, nr3);
  const { trigger } = scope;
  let [seenArmed, seenTriggered] = [0, 0];
  return {
    ':RUN': () => void scope.run(),
    ':STOP': () => void scope.stop(),
    ':SINGle': () => void scope.single(),
    ':TRIGger:FORCe': () => void scope.force(),
    // both tell once of what was not asked for yet
    ':AER?': () => {
      const isNew = scope.state !== 'STOP' || scope.count > seenArmed;
      seenArmed = scope.count;
      return isNew ? '+1' : '+0';
    },
    ':TER?': () => {
      const isNew = scope.count > seenTriggered;
      seenTriggered = scope.count;
      return isNew ? '+1' : '+0';
    },
    ':OPERegister:CONDition?': () => {
      const { state } = scope;
      return nr1((state === 'STOP' ? 0 : RUNNING) + (state === 'WAIT' ? WAITING : 0));
    },
    ':RSTate?': () => (scope.state === 'STOP' ? 'STOP' : 'RUN'),
    ...choice(
      ':TRIGger:SWEep',
      ['AUTO', 'NORMal'],
      () => trigger.sweep,
      (word) => {
        trigger.sweep = word;
      },
    ),
    ...choice(
      ':TRIGger:MODE',
      ['EDGE'],
      () => 'EDGE',
      () => {},
    ),
    ...common.triggerSource(':TRIGger[:EDGE]:SOURce', 'CHAN'),
    ...common.triggerSlope(':TRIGger[:EDGE]:SLOPe'),
    ...common.triggerLevel(':TRIGger[:EDGE]:LEVel'),
  };
}

/** Points that are read, across the screen. */
function pointsOf(scope: Acquisition, { mode, points }: Reading) {
  const record = scope.record;
  const timeScaleS = record?.timeScaleS ?? scope.timeScaleS;
  const screenS = timeScaleS * HARDWARE.horizontalDivisions;
  const isMemory = mode !== 'NORMal' && scope.state === 'STOP';
  const available = isMemory ? (record?.length ?? 0) : MAX_NORMAL_POINTS;
  const count = Math.min(points, available);
  return { record, startS: record?.startS ?? scope.timeCentreS - screenS / 2, stepS: screenS / count, count };
}

function waveformCommands(scope: Acquisition, reading: Reading): CommandTable {
  const isWord = () => reading.format === 'WORD';
  const vertical = () => {
    const { scaleV, centreV } = (scope.record?.channels ?? scope.channels)[reading.source]!;
    const incrementV = scaleV / HARDWARE.codesPerDivision / (isWord() ? 256 : 1);
    const middle = isWord() ? 32_768 : 128;
    return { incrementV, originV: centreV, reference: reading.isUnsigned ? middle : 0, middle };
  };
  const preamble = () => {
    const { startS, stepS, count } = pointsOf(scope, reading);
    const { incrementV, originV, reference } = vertical();
    const integers = [FORMAT_CODES[reading.format], 0, count, 1].map(nr1);
    return [...integers, nr3(stepS), nr3(startS), '+0', nr3(incrementV), nr3(originV), nr1(reference)].join(',');
  };
  const data = (): Reply => {
    const { record, startS, stepS, count } = pointsOf(scope, reading);
    if (record === undefined) throw new ScpiError(-230);
    const { incrementV, originV, reference, middle } = vertical();
    // the lowest code is kept for holes
    const codes = scope.codes(record, reading.source, { startS, stepS, count }).map((code) => Math.max(code, -127));
    if (reading.format === 'ASCii') {
      const text = Array.from(codes, (code) => ` ${exponential(code * incrementV + originV, 6).toUpperCase()}`).join(
        ',',
      );
      return block(textBytes(text), 8);
    }
    const step = isWord() ? 256 : 1;
    const raw = Array.from(codes, (code) => clamp(code * step, 1 - middle, middle - 1) + reference);
    const form = { itemBytes: isWord() ? 2 : 1, isLittleEndian: reading.order === 'LSBFirst' } as const;
    return block(sampleBytes(raw, form), 8);
  };
  return {
    ...setting(
      ':WAVeform:SOURce',
      () => `CHAN${reading.source + 1}`,
      (text) => {
        reading.source = channelIndex(scope, text);
      },
    ),
    ...choice(
      ':WAVeform:FORMat',
      FORMATS,
      () => reading.format,
      (word) => {
        reading.format = word;
      },
    ),
    ...choice(
      ':WAVeform:BYTeorder',
      ['LSBFirst', 'MSBFirst'],
      () => reading.order,
      (word) => {
        reading.order = word;
      },
    ),
    ...onOff(
      ':WAVeform:UNSigned',
      () => reading.isUnsigned,
      (isOn) => {
        reading.isUnsigned = isOn;
      },
    ),
    ...setting(
      ':WAVeform:POINts',
      () => nr1(pointsOf(scope, reading).count),
      (text) => {
        reading.points = Math.round(requireRange(numberOf(text, '', { min: 100, max: 8_000_000 }), 1, 8_000_000));
      },
    ),
    ...choice(
      ':WAVeform:POINts:MODE',
      MODES,
      () => reading.mode,
      (word) => {
        reading.mode = word;
      },
    ),
    ':WAVeform:PREamble?': preamble,
    ':WAVeform:DATA?': data,
    ':WAVeform:XINCrement?': () => nr3(pointsOf(scope, reading).stepS),
    ':WAVeform:XORigin?': () => nr3(pointsOf(scope, reading).startS),
    ':WAVeform:XREFerence?': () => '+0',
    ':WAVeform:YINCrement?': () => nr3(vertical().incrementV),
    ':WAVeform:YORigin?': () => nr3(vertical().originV),
    ':WAVeform:YREFerence?': () => nr1(vertical().reference),
  };
}

function measureCommands(scope: Acquisition): CommandTable {
  let source = 0;
  const queries = Object.entries(FIGURES).map(([header, figure]): [string, CommandTable[string]] => [
    `:MEASure:${header}?`,
    // the interval of an average or RMS stands before the channel
    ({ args }) => {
      const name = args.find((arg) => /^CH/i.test(arg));
      const index = name === undefined ? source : channelIndex(scope, name);
      return nr3(measured(scope, index, figure) ?? NOT_MEASURED);
    },
  ]);
  return {
    ...Object.fromEntries(queries),
    ...setting(
      ':MEASure:SOURce',
      () => `CHAN${source + 1}`,
      (text) => {
        source = channelIndex(scope, text);
      },
    ),
  };
}
