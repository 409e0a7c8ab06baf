// The envelope of instrument data: IEEE 488.2 arbitrary blocks and lists of numbers.

import { WaveformError } from './waveform.ts';

const HASH = 0x23;
const LINE_FEED = 0x0a;

/** Longest header echo in front of a block (`C1:WF ALL,`, `:CURVE `). */
const MAX_ECHO_BYTES = 64;

/**
 * The content of the block in a reply: `#<digits><length><data>`, or `#0<data>` up to the line end. An echoed
 * header in front is skipped. Throws `truncated` when the data are shorter than stated, `empty` for no data.
 */
export function blockContent(reply: Uint8Array): Uint8Array {
  const start = reply.subarray(0, MAX_ECHO_BYTES).indexOf(HASH);
  if (start < 0) throw new WaveformError('truncated', 'The reply has no data block. Ask the instrument again.', 0);
  const digitCount = (reply[start + 1] ?? 0) - 0x30;
  if (digitCount === 0) return nonEmpty(withoutLineEnd(reply.subarray(start + 2)));
  const digits = String.fromCharCode(...reply.subarray(start + 2, start + 2 + Math.max(0, digitCount)));
  if (digitCount < 1 || digitCount > 9 || !/^\d+$/.test(digits) || digits.length < digitCount) {
    throw new WaveformError(
      'truncated',
      'The length of the data block is unreadable. Ask the instrument again.',
      start,
    );
  }
  const dataStart = start + 2 + digitCount;
  const length = Number(digits);
  if (reply.length - dataStart < length) {
    const message = `The data block states ${length} bytes and has ${reply.length - dataStart}. Ask the instrument again.`;
    throw new WaveformError('truncated', message, dataStart);
  }
  return nonEmpty(reply.subarray(dataStart, dataStart + length));
}

function nonEmpty(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) throw new WaveformError('empty', 'The instrument has no data yet. Arm it and try again.');
  return bytes;
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === LINE_FEED ? bytes.subarray(0, -1) : bytes;
}

/** ASCII text of a reply. */
export function replyText(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.slice());
}

/** Comma-separated numbers, with or without a block around them, braces and a trailing comma. */
export function numberList(reply: Uint8Array): Float64Array {
  const content = reply[0] === HASH ? blockContent(reply) : reply;
  const items = replyText(content)
    .replace(/[{}]/g, '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new WaveformError('empty', 'The instrument sent no values. Arm it and try again.');
  return Float64Array.from(items, (item) => {
    const value = Number(item);
    if (Number.isNaN(value) && item.toLowerCase() !== 'nan') {
      throw new WaveformError('truncated', `"${item.slice(0, 20)}" in the reply is no number. Ask again.`);
    }
    return value;
  });
}

export interface RawCoding {
  readonly kind: 'signed' | 'unsigned' | 'float';
  readonly itemBytes: 1 | 2 | 4;
  readonly isLittleEndian: boolean;
}

/** Raw codes as doubles. Trailing bytes that are no whole code are not looked at. */
export function rawCodes(bytes: Uint8Array, { kind, itemBytes, isLittleEndian }: RawCoding): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = new Float64Array(Math.floor(bytes.length / itemBytes));
  for (let index = 0; index < codes.length; index++) {
    const offset = index * itemBytes;
    if (kind === 'float') codes[index] = view.getFloat32(offset, isLittleEndian);
    else if (itemBytes === 1) codes[index] = kind === 'signed' ? view.getInt8(offset) : view.getUint8(offset);
    else if (itemBytes === 2) {
      codes[index] = kind === 'signed' ? view.getInt16(offset, isLittleEndian) : view.getUint16(offset, isLittleEndian);
    } else {
      codes[index] = kind === 'signed' ? view.getInt32(offset, isLittleEndian) : view.getUint32(offset, isLittleEndian);
    }
  }
  return codes;
}

/** Throws `length-mismatch` unless the data hold exactly the points that the preamble announced. */
export function requirePoints(actual: number, announced: number): void {
  if (actual === announced) return;
  throw new WaveformError(
    'length-mismatch',
    `The preamble announces ${announced} points, the data hold ${actual}. They are of different acquisitions; read both again while stopped.`,
  );
}
