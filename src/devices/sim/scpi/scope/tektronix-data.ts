// DATa, WFMPre/WFMOutpre and CURVe of Tektronix scopes: what is sent, in which form, and what describes it.

import type { CommandTable } from '../engine.ts';
import { formsOf } from '../header.ts';
import { ScpiError } from '../status.ts';
import { block, numberOf, requireRange, wordOf } from '../values.ts';
import type { Acquisition, ScopeRecord } from './acquisition.ts';
import { channelIndex, joinedBytes, sampleBytes, textBytes } from './instrument.ts';
import type { Speaker } from './tektronix-speech.ts';

/** Signed or not, and the order of the bytes of a word. */
const ENCODINGS = {
  RIBinary: { isSigned: true, isLittleEndian: false },
  RPBinary: { isSigned: false, isLittleEndian: false },
  SRIbinary: { isSigned: true, isLittleEndian: true },
  SRPbinary: { isSigned: false, isLittleEndian: true },
  ASCIi: { isSigned: true, isLittleEndian: false },
} as const;
const ENCODING_WORDS = Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[];

/** `1.0E0`, `-2.5E-3`: as many digits as there are. */
export const nr3 = (value: number) => {
  const [mantissa, exponent] = Number(value.toPrecision(7)).toExponential().split('e') as [string, string];
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
};

export interface Transfer {
  source: number;
  encoding: keyof typeof ENCODINGS;
  width: 1 | 2;
  /** From 1, both included. */
  start: number;
  stop: number;
}

export const transferAtReset = (): Transfer => ({ source: 0, encoding: 'RIBinary', width: 1, start: 1, stop: 2500 });

export function dataCommands(
  model: { readonly preambleName: string; readonly depth: number; readonly codesPerDivision: number },
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
      ['YMUlt', nr3(scaleV / model.codesPerDivision / wide())],
      ['YOFf', nr3(position * model.codesPerDivision * wide() + middle())],
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
        transfer.start = whole(text, model.depth);
      },
    ),
    ...say.setting(
      ':DATa:STOP',
      () => 'DATa:STOP',
      () => String(transfer.stop),
      (text) => {
        transfer.stop = whole(text, model.depth);
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
