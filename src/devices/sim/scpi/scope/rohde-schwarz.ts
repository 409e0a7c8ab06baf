// Rohde & Schwarz RTB2000 (user manual, remote control); the HMO of Hameg has the same tree but for its digital inputs.

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
  requireRange,
  setting,
  unpadded,
  wordOf,
} from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeChannel, type ScopeHardware } from './acquisition.ts';
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

const IDENTITY = 'Rohde&Schwarz,RTB2004,1333.1005k04/000001,02.400';

const HARDWARE: ScopeHardware = {
  horizontalDivisions: 12,
  verticalDivisions: 8,
  adcBits: 10,
  codesPerDivision: 100,
  minScaleV: 1e-3,
  maxScaleV: 5,
  minTimeS: 1e-9,
  maxTimeS: 50,
  maxRateHz: 2.5e9,
  depth: 20_000,
};

const NOT_MEASURED = 9.91e37;
const COUPLINGS = ['DCLimit', 'ACLimit', 'GND'] as const;
const COUPLING_OF = { DCLimit: 'DC', ACLimit: 'AC', GND: 'GND' } as const;
const COUPLING_WORDS = { DC: 'DCLimit', AC: 'ACLimit', GND: 'GND' } as const;

const FIGURES = {
  PEAK: 'peakToPeak',
  UPEakvalue: 'max',
  LPEakvalue: 'min',
  MEAN: 'mean',
  RMS: 'rms',
  FREQuency: 'frequency',
  PERiod: 'period',
} as const satisfies Readonly<Record<string, Figure>>;
const FIGURE_WORDS = Object.keys(FIGURES) as (keyof typeof FIGURES)[];

const nr3 = (value: number) => exponential(value, 6).toUpperCase();
const nr3Long = (value: number) => exponential(value, 9).toUpperCase();

interface Transfer {
  format: 'ASC' | 'REAL' | 'UINT8' | 'UINT16';
  order: 'LSBFirst' | 'MSBFirst';
}

const transferAtReset = (): Transfer => ({ format: 'ASC', order: 'MSBFirst' });

export function rohdeSchwarzScope(wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(HARDWARE, wires, clock);
  /** Divisions by which each trace is moved upwards. */
  const positions = wires.map(() => 0);
  const transfer = transferAtReset();
  const commands = {
    ...channelCommands(scope, positions),
    ...timebaseCommands(scope),
    ...triggerCommands(scope),
    ...dataCommands(scope, transfer),
    ...measureCommands(scope),
    ...digitalCommands(),
    ':HCOPy:DATA?': () => block(screenPicture(scope, 'PNG')),
  };
  const resetOwn = () => {
    positions.fill(0);
    Object.assign(transfer, transferAtReset());
  };
  return new ScpiTalker(scopeInstrument(IDENTITY, scope, commands, { resetOwn }), { clock });
}

function channelCommands(scope: Acquisition, positions: number[]): CommandTable {
  const common = new CommonSettings(scope, nr3);
  const at = (suffixes: readonly number[]) => channelAt(scope, suffixes);
  const index = (suffixes: readonly number[]) => scope.channels.indexOf(at(suffixes));
  const offsetV = (s: readonly number[]) => at(s).centreV + positions[index(s)]! * at(s).scaleV;
  const place = (channel: ScopeChannel, offset: number, position: number) => {
    channel.centreV = Number((offset - position * channel.scaleV).toPrecision(9));
  };
  return {
    ...flag(':CHANnel<n>:STATe', at, 'isOn'),
    ...setting(
      ':CHANnel<n>:SCALe',
      (s) => nr3(at(s).scaleV),
      (text, s) => {
        const offset = offsetV(s);
        scope.setScale(at(s), requireRange(numberOf(text, 'V'), 1e-6, 1e5));
        place(at(s), offset, positions[index(s)]!);
      },
    ),
    ...setting(
      ':CHANnel<n>:OFFSet',
      (s) => nr3(offsetV(s)),
      (text, s) => place(at(s), numberOf(text, 'V'), positions[index(s)]!),
    ),
    ...setting(
      ':CHANnel<n>:POSition',
      (s) => nr3(positions[index(s)]!),
      (text, s) => {
        const offset = offsetV(s);
        positions[index(s)] = clamp(numberOf(text, 'DIV'), -5, 5);
        place(at(s), offset, positions[index(s)]!);
      },
    ),
    ...choice(
      ':CHANnel<n>:COUPling',
      COUPLINGS,
      (s) => COUPLING_WORDS[at(s).coupling],
      (word, s) => {
        at(s).coupling = COUPLING_OF[word];
      },
    ),
    ...choice(
      ':CHANnel<n>:POLarity',
      ['NORMal', 'INVerted'],
      (s) => (at(s).isInverted ? 'INVerted' : 'NORMal'),
      (word, s) => {
        at(s).isInverted = word === 'INVerted';
      },
    ),
    ...common.probe(':PROBe<n>:SETup:ATTenuation[:MANual]', 0.001, 10_000),
    ':PROBe<n>:SETup:ATTenuation:UNIT?': () => 'V',
  };
}

function timebaseCommands(scope: Acquisition): CommandTable {
  const common = new CommonSettings(scope, nr3);
  return {
    ...common.timeScale(':TIMebase:SCALe'),
    ...setting(
      ':TIMebase:POSition',
      () => nr3(scope.timeCentreS),
      (text) => {
        scope.timeCentreS = numberOf(text, 'S');
      },
    ),
    ':TIMebase:DIVisions?': () => String(HARDWARE.horizontalDivisions),
    ':ACQuire:SRATe?': () => nr3(scope.memory.rateHz),
    ...setting(
      ':ACQuire:POINts[:VALue]',
      () => String(scope.memory.length),
      (text) => {
        scope.depth = requireRange(numberOf(text, 'SA'), 1000, 20_000_000);
      },
    ),
    ':ACQuire:HRESolution?': () => 'OFF',
    ':ACQuire:PEAKdetect?': () => 'OFF',
    ':ACQuire:STATe?': () => (scope.state === 'STOP' ? 'STOP' : 'RUN'),
  };
}

function triggerCommands(scope: Acquisition): CommandTable {
  const common = new CommonSettings(scope, nr3);
  const { trigger } = scope;
  return {
    ':RUN|RUNContinous': () => void scope.run(),
    ':STOP': () => void scope.stop(),
    ':SINGle|RUNSingle': () => void scope.single(),
    ...choice(
      ':TRIGger:A:MODE',
      ['AUTO', 'NORMal'],
      () => trigger.sweep,
      (word) => {
        trigger.sweep = word;
      },
    ),
    ...choice(
      ':TRIGger:A:TYPE',
      ['EDGE'],
      () => 'EDGE',
      () => {},
    ),
    ...common.triggerSource(':TRIGger:A:SOURce', 'CH'),
    ...common.triggerSlope(':TRIGger:A:EDGE:SLOPe'),
    ...common.triggerLevel(':TRIGger:A:LEVel<n>[:VALue]'),
    ':TRIGger:A:PATTern:SOURce?': () => '"XXXX"',
  };
}

function dataCommands(scope: Acquisition, transfer: Transfer): CommandTable {
  const recordOf = (suffixes: readonly number[]) => {
    const record = scope.record;
    const index = scope.channels.indexOf(channelAt(scope, suffixes));
    if (record === undefined) throw new ScpiError(-230);
    return { record, index, stepS: 1 / record.rateHz, channel: record.channels[index]! };
  };
  /** Steps of integer formats: `y = origin + increment · raw`. */
  const vertical = (channel: ScopeChannel) => {
    const isByte = transfer.format === 'UINT8';
    const middle = isByte ? 128 : 32_768;
    const perCode = isByte ? 1 / 4 : 64;
    const incrementV = channel.scaleV / HARDWARE.codesPerDivision / perCode;
    return { incrementV, originV: channel.centreV - middle * incrementV, middle, perCode };
  };
  const data = (suffixes: readonly number[]): Reply => {
    const { record, index, stepS, channel } = recordOf(suffixes);
    const codes = scope.codes(record, index, { startS: record.startS, stepS, count: record.length });
    const isLittleEndian = transfer.order === 'LSBFirst';
    if (transfer.format === 'UINT8' || transfer.format === 'UINT16') {
      const { middle, perCode } = vertical(channel);
      const raw = Array.from(codes, (code) => clamp(Math.round(code * perCode) + middle, 0, 2 * middle - 1));
      return unpadded(sampleBytes(raw, { itemBytes: transfer.format === 'UINT8' ? 1 : 2, isLittleEndian }));
    }
    const volts = Array.from(codes, (code) => (code * channel.scaleV) / HARDWARE.codesPerDivision + channel.centreV);
    if (transfer.format === 'ASC') return textBytes(volts.map(nr3).join(','));
    const floats = new DataView(new ArrayBuffer(4 * volts.length));
    volts.forEach((value, k) => {
      floats.setFloat32(4 * k, value, isLittleEndian);
    });
    return unpadded(new Uint8Array(floats.buffer));
  };
  return {
    ':FORMat[:DATA]?': () => ({ ASC: 'ASC,0', REAL: 'REAL,32', UINT8: 'UINT,8', UINT16: 'UINT,16' })[transfer.format],
    ':FORMat[:DATA]': ({ args: [kind, bits] }) => {
      const word = wordOf(kind, ['ASCii', 'REAL', 'UINTeger']);
      if (word === 'UINTeger' && bits !== '8' && bits !== '16') throw new ScpiError(-224);
      transfer.format = word === 'ASCii' ? 'ASC' : word === 'REAL' ? 'REAL' : bits === '8' ? 'UINT8' : 'UINT16';
      return undefined;
    },
    ...choice(
      ':FORMat:BORDer',
      ['LSBFirst', 'MSBFirst'],
      () => transfer.order,
      (word) => {
        transfer.order = word;
      },
    ),
    ':CHANnel<n>:DATA?': ({ suffixes }) => data(suffixes),
    ':CHANnel<n>:DATA:HEADer?': ({ suffixes }) => {
      const { record, stepS } = recordOf(suffixes);
      const times = [record.startS, record.startS + (record.length - 1) * stepS];
      return [...times.map(nr3Long), record.length, 1].join(',');
    },
    // the memory is what the screen shows: all words mean the same record
    ...setting(
      ':CHANnel<n>:DATA:POINts',
      (s) => String(recordOf(s).record.length),
      (text) => void wordOf(text, ['DEFault', 'MAXimum', 'DMAXimum']),
    ),
    ':CHANnel<n>:DATA:XINCrement?': ({ suffixes }) => nr3Long(recordOf(suffixes).stepS),
    ':CHANnel<n>:DATA:XORigin?': ({ suffixes }) => nr3Long(recordOf(suffixes).record.startS),
    ':CHANnel<n>:DATA:YINCrement?': ({ suffixes }) => nr3Long(vertical(recordOf(suffixes).channel).incrementV),
    ':CHANnel<n>:DATA:YORigin?': ({ suffixes }) => nr3Long(vertical(recordOf(suffixes).channel).originV),
    ':CHANnel<n>:DATA:YRESolution?': () => (transfer.format === 'UINT8' ? '8' : '16'),
  };
}

function measureCommands(scope: Acquisition): CommandTable {
  const places = Array.from({ length: 4 }, () => ({ source: 0, kind: 'PEAK' as keyof typeof FIGURES }));
  const at = ([n = 1]: readonly number[]) => {
    const place = places[n - 1];
    if (place === undefined) throw new ScpiError(-114);
    return place;
  };
  return {
    ...setting(
      ':MEASurement<n>:SOURce',
      (s) => `CH${at(s).source + 1}`,
      (text, s) => {
        at(s).source = channelIndex(scope, text);
      },
    ),
    ...choice(
      ':MEASurement<n>:MAIN',
      FIGURE_WORDS,
      (s) => at(s).kind,
      (word, s) => {
        at(s).kind = word;
      },
    ),
    ':MEASurement<n>:RESult[:ACTual]?': ({ suffixes, args: [kind] }) => {
      const { source, kind: own } = at(suffixes);
      return nr3(
        measured(scope, source, FIGURES[kind === undefined ? own : wordOf(kind, FIGURE_WORDS)]) ?? NOT_MEASURED,
      );
    },
  };
}

/** The digital inputs are there and off. */
function digitalCommands(): CommandTable {
  return {
    ':LOGic<n>:STATe?': () => '0',
    ':DIGital<n>:TECHnology?': () => 'TTL',
    ':DIGital<n>:THReshold?': () => nr3(1.4),
  };
}
