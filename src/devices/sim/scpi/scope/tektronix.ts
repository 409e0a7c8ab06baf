// Tektronix TDS2000 and MSO/DPO (programmer manuals): the older family says WFMPre, the newer WFMOutpre; both are
// understood. Answers carry their header unless HEADer is OFF.

import type { Clock } from '../../../../base/clock.ts';
import { type CommandTable, ScpiTalker } from '../engine.ts';
import { formsOf } from '../header.ts';
import { ScpiError } from '../status.ts';
import { block, booleanOf, numberOf, requireRange, wordOf } from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeChannel, type ScopeHardware, type ScopeRecord } from './acquisition.ts';
import {
  channelAt,
  channelIndex,
  type Figure,
  joinedBytes,
  measured,
  sampleBytes,
  scopeInstrument,
  textBytes,
} from './instrument.ts';

export interface TektronixModel {
  readonly identity: string;
  readonly hardware: ScopeHardware;
  /** Word of the preamble: WFMPRE or WFMOUTPRE. */
  readonly preambleName: 'WFMPre' | 'WFMOutpre';
}

const HARDWARE: ScopeHardware = {
  horizontalDivisions: 10,
  verticalDivisions: 8,
  adcBits: 8,
  codesPerDivision: 25,
  minScaleV: 2e-3,
  maxScaleV: 5,
  minTimeS: 5e-9,
  maxTimeS: 50,
  maxRateHz: 1e9,
  depth: 2500,
};

export const TDS2024C: TektronixModel = {
  identity: 'TEKTRONIX,TDS 2024C,C000001,CF:91.1CT FV:v24.26',
  // 2500 points at any number of channels
  hardware: HARDWARE,
  preambleName: 'WFMPre',
};

export const MSO2024: TektronixModel = {
  identity: 'TEKTRONIX,MSO2024,C000002,CF:91.1CT FV:v1.56',
  hardware: { ...HARDWARE, depth: 100_000 },
  preambleName: 'WFMOutpre',
};

/** Signed or not, and the order of the bytes of a word. */
const ENCODINGS = {
  RIBinary: { isSigned: true, isLittleEndian: false },
  RPBinary: { isSigned: false, isLittleEndian: false },
  SRIbinary: { isSigned: true, isLittleEndian: true },
  SRPbinary: { isSigned: false, isLittleEndian: true },
  ASCIi: { isSigned: true, isLittleEndian: false },
} as const;
const ENCODING_WORDS = Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[];

const FIGURES = {
  PK2pk: 'peakToPeak',
  MAXImum: 'max',
  MINImum: 'min',
  MEAN: 'mean',
  RMS: 'rms',
  FREQuency: 'frequency',
  PERIod: 'period',
} as const satisfies Readonly<Record<string, Figure>>;
const FIGURE_WORDS = Object.keys(FIGURES) as (keyof typeof FIGURES)[];
const NOT_MEASURED = 9.9e37;

/** `1.0E0`, `-2.5E-3`: as many digits as there are. */
const nr3 = (value: number) => {
  const [mantissa, exponent] = Number(value.toPrecision(7)).toExponential().split('e') as [string, string];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
};

interface Transfer {
  source: number;
  encoding: keyof typeof ENCODINGS;
  width: 1 | 2;
  /** From 1, both included. */
  start: number;
  stop: number;
}

const transferAtReset = (): Transfer => ({ source: 0, encoding: 'RIBinary', width: 1, start: 1, stop: 2500 });

export function tektronixScope(model: TektronixModel, wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(model.hardware, wires, clock);
  const positions = wires.map(() => 0);
  const transfer = transferAtReset();
  const speech = { hasHeader: true, isLong: true };
  const say = new Speaker(speech);
  const commands = {
    ...say.commands(),
    ...channelCommands(scope, positions, say),
    ...acquisitionCommands(scope, say),
    ...dataCommands(model, scope, { positions, transfer, say }),
    ...measureCommands(scope, say),
  };
  const resetOwn = () => {
    positions.fill(0);
    Object.assign(transfer, transferAtReset());
    Object.assign(speech, { hasHeader: true, isLong: true });
  };
  const isBusy = () => say.isSequence && scope.state !== 'STOP';
  return new ScpiTalker(scopeInstrument(model.identity, scope, commands, { resetOwn, isBusy }), { clock });
}

/** Puts the header in front of answers, in the form that HEADer and VERBose ask for. */
class Speaker {
  readonly #speech: { hasHeader: boolean; isLong: boolean };
  /** ACQuire:STOPAfter SEQuence. */
  isSequence = false;

  constructor(speech: { hasHeader: boolean; isLong: boolean }) {
    this.#speech = speech;
  }

  get hasHeader(): boolean {
    return this.#speech.hasHeader;
  }

  /** `SCAle` as SCA or SCALE. */
  name(header: string): string {
    return header
      .split(':')
      .map((node) => formsOf(node)[this.#speech.isLong ? 1 : 0])
      .join(':');
  }

  answer(header: string, value: string): string {
    return this.#speech.hasHeader ? `:${this.name(header)} ${value}` : value;
  }

  commands(): CommandTable {
    const speech = this.#speech;
    return {
      ':HEADer': ({ args }) => {
        speech.hasHeader = booleanOf(args[0]);
        return undefined;
      },
      ':HEADer?': () => this.answer('HEADer', speech.hasHeader ? '1' : '0'),
      ':VERBose': ({ args }) => {
        speech.isLong = booleanOf(args[0]);
        return undefined;
      },
      ':VERBose?': () => this.answer('VERBose', speech.isLong ? '1' : '0'),
    };
  }

  /** A setting and its query. `spoken` is the header of the answer, for `pattern` may leave nodes out. */
  setting(
    pattern: string,
    spoken: (suffixes: readonly number[]) => string,
    get: (suffixes: readonly number[]) => string,
    set: (text: string, suffixes: readonly number[]) => void,
  ): CommandTable {
    return {
      [`${pattern}?`]: ({ suffixes }) => this.answer(spoken(suffixes), get(suffixes)),
      [pattern]: ({ args, suffixes }) => {
        if (args[0] === undefined) throw new ScpiError(-109);
        set(args[0], suffixes);
        return undefined;
      },
    };
  }
}

function channelCommands(scope: Acquisition, positions: number[], say: Speaker): CommandTable {
  const at = (s: readonly number[]) => channelAt(scope, s);
  const index = (s: readonly number[]) => scope.channels.indexOf(at(s));
  const offsetOf = (s: readonly number[]) => at(s).centreV + positions[index(s)]! * at(s).scaleV;
  const place = (channel: ScopeChannel, offsetV: number, position: number) => {
    channel.centreV = Number((offsetV - position * channel.scaleV).toPrecision(9));
  };
  const named = (node: string) => (s: readonly number[]) => `CH${s[0]}:${node}`;
  return {
    ...say.setting(
      ':CH<n>:SCAle|VOLts',
      named('SCAle'),
      (s) => nr3(at(s).scaleV),
      (text, s) => {
        const offsetV = offsetOf(s);
        scope.setScale(at(s), requireRange(numberOf(text, 'V'), 1e-6, 1e5));
        place(at(s), offsetV, positions[index(s)]!);
      },
    ),
    // in divisions, upwards
    ...say.setting(
      ':CH<n>:POSition',
      named('POSition'),
      (s) => nr3(positions[index(s)]!),
      (text, s) => {
        const offsetV = offsetOf(s);
        // in steps of the converter
        positions[index(s)] = Math.round(requireRange(numberOf(text, 'DIV'), -10, 10) * 25) / 25;
        place(at(s), offsetV, positions[index(s)]!);
      },
    ),
    ...say.setting(
      ':CH<n>:OFFSet',
      named('OFFSet'),
      (s) => nr3(offsetOf(s)),
      (text, s) => place(at(s), numberOf(text, 'V'), positions[index(s)]!),
    ),
    ...say.setting(
      ':CH<n>:COUPling',
      named('COUPling'),
      (s) => at(s).coupling,
      (text, s) => {
        at(s).coupling = wordOf(text, ['DC', 'AC', 'GND']);
      },
    ),
    ...say.setting(
      ':CH<n>:PRObe',
      named('PRObe'),
      (s) => nr3(at(s).probe),
      (text, s) => scope.setProbe(at(s), requireRange(numberOf(text, ''), 0.001, 10_000)),
    ),
    ...say.setting(
      ':SELect:CH<n>',
      (s) => `SELect:CH${s[0]}`,
      (s) => (at(s).isOn ? '1' : '0'),
      (text, s) => {
        at(s).isOn = booleanOf(text);
      },
    ),
  };
}

function acquisitionCommands(scope: Acquisition, say: Speaker): CommandTable {
  const { trigger } = scope;
  const STATES = { STOP: 'SAVE', WAIT: 'READY', TD: 'TRIGGER', AUTO: 'AUTO' } as const;
  const start = () => (say.isSequence ? scope.single() : scope.run());
  return {
    ...say.setting(
      ':HORizontal[:MAIn]:SCAle|SECdiv',
      () => 'HORizontal:MAIn:SCAle',
      () => nr3(scope.timeScaleS),
      (text) => scope.setTimeScale(requireRange(numberOf(text, 'S'), 1e-12, 1e6)),
    ),
    ...say.setting(
      ':HORizontal[:MAIn]:POSition',
      () => 'HORizontal:MAIn:POSition',
      () => nr3(scope.timeCentreS),
      (text) => {
        scope.timeCentreS = numberOf(text, 'S');
      },
    ),
    ':HORizontal:RECOrdlength?': () => say.answer('HORizontal:RECOrdlength', String(scope.memory.length)),
    ...say.setting(
      ':ACQuire:STATE',
      () => 'ACQuire:STATE',
      () => (scope.state === 'STOP' ? '0' : '1'),
      (text) => {
        const capitals = text.toUpperCase();
        if (capitals === 'RUN' || (capitals !== 'STOP' && booleanOf(text))) start();
        else scope.stop();
      },
    ),
    ...say.setting(
      ':ACQuire:STOPAfter',
      () => 'ACQuire:STOPAfter',
      () => (say.isSequence ? 'SEQUENCE' : 'RUNSTOP'),
      (text) => {
        say.isSequence = wordOf(text, ['RUNSTop', 'SEQuence']) === 'SEQuence';
      },
    ),
    ':ACQuire:NUMACq?': () => say.answer('ACQuire:NUMACq', String(scope.count)),
    ':BUSY?': () => say.answer('BUSY', say.isSequence && scope.state !== 'STOP' ? '1' : '0'),
    ':TRIGger:STATE?': () => say.answer('TRIGger:STATE', STATES[scope.state]),
    ':TRIGger': ({ args }) => {
      wordOf(args[0], ['FORCe']);
      scope.force();
      return undefined;
    },
    ...say.setting(
      ':TRIGger:MAIn|A:MODe',
      () => 'TRIGger:MAIn:MODe',
      () => trigger.sweep.toUpperCase(),
      (text) => {
        trigger.sweep = wordOf(text, ['AUTO', 'NORMal']);
      },
    ),
    ...say.setting(
      ':TRIGger:MAIn|A:EDGE:SOUrce',
      () => 'TRIGger:MAIn:EDGE:SOUrce',
      () => (typeof trigger.source === 'number' ? `CH${trigger.source + 1}` : trigger.source),
      (text) => {
        const capitals = text.toUpperCase();
        trigger.source = capitals === 'LINE' ? 'LINE' : capitals.startsWith('EXT') ? 'EXT' : channelIndex(scope, text);
      },
    ),
    ...say.setting(
      ':TRIGger:MAIn|A:EDGE:SLOpe',
      () => 'TRIGger:MAIn:EDGE:SLOpe',
      () => (trigger.slope === 'POSitive' ? 'RISE' : 'FALL'),
      (text) => {
        trigger.slope = wordOf(text, ['RISe', 'RISE', 'FALL']) === 'FALL' ? 'NEGative' : 'POSitive';
      },
    ),
    ...say.setting(
      ':TRIGger:MAIn|A:LEVel',
      () => 'TRIGger:MAIn:LEVel',
      () => nr3(trigger.levelV),
      (text) => {
        trigger.levelV = numberOf(text, 'V');
      },
    ),
  };
}

function dataCommands(
  model: TektronixModel,
  scope: Acquisition,
  { positions, transfer, say }: { positions: readonly number[]; transfer: Transfer; say: Speaker },
): CommandTable {
  const requireRecord = (): ScopeRecord => {
    const { record } = scope;
    if (record === undefined) throw new ScpiError(-230);
    return record;
  };
  const pointCount = (record: ScopeRecord) =>
    Math.max(Math.min(transfer.stop, record.length) - Math.min(transfer.start, record.length) + 1, 0);
  const wide = () => (transfer.width === 2 ? 256 : 1);
  /** What is added to the codes of an unsigned form. */
  const middle = () => (ENCODINGS[transfer.encoding].isSigned ? 0 : 128 * wide());
  const preamble = (): readonly (readonly [string, string])[] => {
    const record = requireRecord();
    const { scaleV, centreV, coupling } = record.channels[transfer.source]!;
    const position = positions[transfer.source]!;
    const { isSigned, isLittleEndian } = ENCODINGS[transfer.encoding];
    const settings = `Ch${transfer.source + 1}, ${coupling} coupling, ${nr3(scaleV)} V/div, ${nr3(record.timeScaleS)} s/div`;
    return [
      ['BYT_Nr', String(transfer.width)],
      ['BIT_Nr', String(8 * transfer.width)],
      ['ENCdg', transfer.encoding === 'ASCIi' ? 'ASCII' : 'BINARY'],
      ['BN_Fmt', isSigned ? 'RI' : 'RP'],
      ['BYT_Or', isLittleEndian ? 'LSB' : 'MSB'],
      ['WFId', `"${settings}, ${record.length} points, Sample mode"`],
      ['NR_Pt', String(pointCount(record))],
      ['PT_Fmt', 'Y'],
      ['XUNit', '"s"'],
      ['XINcr', nr3(1 / record.rateHz)],
      ['XZEro', nr3(record.startS + (transfer.start - 1) / record.rateHz)],
      ['PT_Off', '0'],
      ['YUNit', '"V"'],
      ['YMUlt', nr3(scaleV / model.hardware.codesPerDivision / wide())],
      ['YOFf', nr3(position * model.hardware.codesPerDivision * wide() + middle())],
      ['YZEro', nr3(centreV + position * scaleV)],
    ];
  };
  const wholePreamble = (): string => {
    const fields = preamble();
    if (!say.hasHeader) return fields.map(([, value]) => value).join(';');
    const named = fields.map(([name, value]) => `${say.name(name)} ${value}`);
    return `:${say.name(model.preambleName)}:${named.join(';')}`;
  };
  const single = preambleNames.map((name): [string, CommandTable[string]] => [
    `:WFMPre|WFMOutpre:${name}?`,
    () => say.answer(`${model.preambleName}:${name}`, preamble().find(([other]) => other === name)![1]),
  ]);
  const curve = (): Uint8Array => {
    const record = requireRecord();
    const count = pointCount(record);
    const stepS = 1 / record.rateHz;
    const startS = record.startS + (transfer.start - 1) * stepS;
    const codes = scope.codes(record, transfer.source, { startS, stepS, count });
    const raw = Array.from(codes, (code) => code * wide() + middle());
    const header = say.hasHeader ? `:${say.name('CURVe')} ` : '';
    if (transfer.encoding === 'ASCIi') return textBytes(header + raw.join(','));
    const { isLittleEndian } = ENCODINGS[transfer.encoding];
    const content = sampleBytes(raw, { itemBytes: transfer.width, isLittleEndian });
    return block(content, String(content.length).length, header);
  };
  const whole = (text: string, max: number) => Math.round(requireRange(numberOf(text, '', { min: 1, max }), 1, 1e9));
  return {
    ...Object.fromEntries(single),
    ...say.setting(
      ':DATa:SOUrce',
      () => 'DATa:SOUrce',
      () => `CH${transfer.source + 1}`,
      (text) => {
        transfer.source = channelIndex(scope, text);
      },
    ),
    ...say.setting(
      ':DATa:ENCdg',
      () => 'DATa:ENCdg',
      () => formsOf(transfer.encoding)[1],
      (text) => {
        transfer.encoding = wordOf(text, ENCODING_WORDS);
      },
    ),
    ...say.setting(
      ':DATa:WIDth',
      () => 'DATa:WIDth',
      () => String(transfer.width),
      (text) => {
        transfer.width = whole(text, 2) === 2 ? 2 : 1;
      },
    ),
    ...say.setting(
      ':DATa:STARt',
      () => 'DATa:STARt',
      () => String(transfer.start),
      (text) => {
        transfer.start = whole(text, model.hardware.depth);
      },
    ),
    ...say.setting(
      ':DATa:STOP',
      () => 'DATa:STOP',
      () => String(transfer.stop),
      (text) => {
        transfer.stop = whole(text, model.hardware.depth);
      },
    ),
    ':WFMPre|WFMOutpre?': wholePreamble,
    ':CURVe?': curve,
    // preamble and data in one answer
    ':WAVFrm?': () => joinedBytes(textBytes(`${wholePreamble()};`), curve()),
  };
}

const preambleNames = [
  ...['BYT_Nr', 'BIT_Nr', 'ENCdg', 'BN_Fmt', 'BYT_Or', 'WFId', 'NR_Pt', 'PT_Fmt', 'XUNit', 'XINcr', 'XZEro', 'PT_Off'],
  ...['YUNit', 'YMUlt', 'YOFf', 'YZEro'],
];

function measureCommands(scope: Acquisition, say: Speaker): CommandTable {
  let source = 0;
  let kind: keyof typeof FIGURES = 'PERIod';
  return {
    ...say.setting(
      ':MEASUrement:IMMed:SOUrce[1]',
      () => 'MEASUrement:IMMed:SOUrce',
      () => `CH${source + 1}`,
      (text) => {
        source = channelIndex(scope, text);
      },
    ),
    ...say.setting(
      ':MEASUrement:IMMed:TYPe',
      () => 'MEASUrement:IMMed:TYPe',
      () => formsOf(kind)[1],
      (text) => {
        kind = wordOf(text, FIGURE_WORDS);
      },
    ),
    ':MEASUrement:IMMed:VALue?': () =>
      say.answer('MEASUrement:IMMed:VALue', nr3(measured(scope, source, FIGURES[kind]) ?? NOT_MEASURED)),
  };
}
