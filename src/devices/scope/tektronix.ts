// Tektronix: WFMOutpre/WFMPre with CURVe, and .isf files that hold both (programmer manuals).

import { answerText } from '../scpi/text-error.ts';
import { blockContent, numberList, rawCodes, requirePoints } from './samples.ts';
import { type Waveform, WaveformError } from './waveform.ts';

/** Fields in the order of an answer without names. PT_ORDER is sent by newer families only. */
const ORDER = [
  'BYT_N',
  'BIT_N',
  'ENC',
  'BN_F',
  'BYT_O',
  'WFI',
  'NR_P',
  'PT_F',
  'PT_ORD',
  'XUN',
  'XIN',
  'XZE',
  'PT_O',
  'YUN',
  'YMU',
  'YOF',
  'YZE',
] as const;

type FieldName = (typeof ORDER)[number];

/** Bytes in which the preamble of an .isf file must end. */
const MAX_ISF_PREAMBLE_BYTES = 4096;

/** A trace, and what the preamble says of it beside. */
export interface TektronixWaveform extends Waveform {
  /** Unit along the axis, of `x0S` and `dxS`: `s`, or `Hz` for a spectrum. */
  readonly xUnit: string;
  /** What was measured and how, such as `Ch1, DC coupling, …`; may be empty. */
  readonly identifier: string;
  /** Points are the least and the largest value of a stretch by turns. */
  readonly isEnvelope: boolean;
}

/** From the preamble's answer and the answer to CURVE?. Throws WaveformError. */
export function decodeTektronix(preambleText: string, curve: Uint8Array): TektronixWaveform {
  const fields = parseFields(preambleText);
  const xIncrement = numberField(fields, 'XIN');
  const yOffset = numberField(fields, 'YOF');
  const yScale = numberField(fields, 'YMU');
  const yZero = numberField(fields, 'YZE');
  const codes = curveCodes(fields, curve);
  requirePoints(codes.length, numberField(fields, 'NR_P'));
  return {
    x0S: numberField(fields, 'XZE') - xIncrement * numberField(fields, 'PT_O'),
    dxS: xIncrement,
    y: codes.map((code) => (code - yOffset) * yScale + yZero),
    yUnit: unquote(fields.get('YUN') ?? ''),
    xUnit: unquote(fields.get('XUN') ?? ''),
    identifier: unquote(fields.get('WFI') ?? ''),
    isEnvelope: /^ENV/i.test(fields.get('PT_F') ?? ''),
  };
}

/** A whole .isf file. Throws WaveformError. */
export function decodeIsf(bytes: Uint8Array): TektronixWaveform {
  const text = answerText(bytes.subarray(0, MAX_ISF_PREAMBLE_BYTES));
  const curve = /:CURVE? ?/i.exec(text);
  if (!curve) throw new WaveformError('no-descriptor', 'The file has no :CURVe after its preamble.', 0);
  return decodeTektronix(text.slice(0, curve.index), bytes.subarray(curve.index + curve[0].length));
}

/** What stands before the numbers of `CURVe?` while HEADER is ON. */
const CURVE_ECHO = /^:?CURVE? /i;

function curveCodes(fields: ReadonlyMap<FieldName, string>, curve: Uint8Array): Float64Array {
  if (/^ASC/i.test(fields.get('ENC') ?? '')) {
    const [echo = ''] = CURVE_ECHO.exec(answerText(curve.subarray(0, 16))) ?? [];
    return numberList(curve.subarray(echo.length));
  }
  const format = fields.get('BN_F')?.toUpperCase();
  const itemBytes = numberField(fields, 'BYT_N');
  if (itemBytes !== 1 && itemBytes !== 2 && itemBytes !== 4) {
    throw new WaveformError('bad-preamble', `The preamble states ${itemBytes} bytes per point.`);
  }
  return rawCodes(blockContent(curve), {
    kind: format === 'FP' ? 'float' : format === 'RP' ? 'unsigned' : 'signed',
    itemBytes,
    isLittleEndian: fields.get('BYT_O')?.toUpperCase() === 'LSB',
  });
}

/** By name where the answer has names (`:WFMOUTPRE:BYT_NR 1;…`), otherwise by place. */
function parseFields(text: string): ReadonlyMap<FieldName, string> {
  const parts = splitOutsideQuotes(text.trim());
  const isNamed = /^:?WFM/i.test(parts[0] ?? '');
  const fields = new Map<FieldName, string>();
  if (isNamed) {
    for (const part of parts) {
      const [, name, value] = /^(?::?WFM[A-Z]*:)?([A-Z_]+)\s+(.*)$/i.exec(part) ?? [];
      const known = ORDER.find((prefix) => name?.toUpperCase().startsWith(prefix));
      if (known !== undefined && value !== undefined) fields.set(known, value);
    }
    return fields;
  }
  const hasIdentifier = parts[5]?.startsWith('"') ?? false;
  const hasOrder = parts.length === (hasIdentifier ? 17 : 16);
  const names = ORDER.filter((name) => (name !== 'WFI' || hasIdentifier) && (name !== 'PT_ORD' || hasOrder));
  if (parts.length !== names.length) {
    throw new WaveformError('bad-preamble', `The preamble has ${parts.length} fields; ${names.length} are expected.`);
  }
  names.forEach((name, index) => {
    fields.set(name, parts[index]!);
  });
  return fields;
}

function splitOutsideQuotes(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"]|"")*"|[^;"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function numberField(fields: ReadonlyMap<FieldName, string>, name: FieldName): number {
  const text = fields.get(name);
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new WaveformError('bad-preamble', `The preamble has no usable ${name}….`);
  return value;
}

function unquote(text: string): string {
  return text.replace(/^"|"$/g, '').replaceAll('""', '"');
}
