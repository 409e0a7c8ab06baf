// What is between the answer of an oscilloscope and its samples: the block or the list that it came in, and raw codes.

import { readBlock } from '../scpi/block.ts';
import { parseNumbers } from '../scpi/list.ts';
import { AnswerError, answerText } from '../scpi/text-error.ts';
import { WaveformError } from './waveform.ts';

const HASH = 0x23;

/** The data of the block in an answer. Throws `truncated` for no whole block, `empty` for no data. */
export function blockContent(answer: Uint8Array): Uint8Array {
  const { payload } = orTruncated(() => readBlock(answer));
  if (payload.length === 0) throw nothingYet();
  return payload;
}

/** Numbers with commas between them, in a block or without one. Throws `truncated` or `empty`. */
export function numberList(answer: Uint8Array): Float64Array {
  const content = answer[0] === HASH ? blockContent(answer) : answer;
  const numbers = orTruncated(() => parseNumbers(answerText(content)));
  if (numbers.length === 0) throw nothingYet();
  return numbers;
}

function nothingYet(): WaveformError {
  return new WaveformError('empty', 'The instrument has no data yet. Arm it and try again.');
}

function orTruncated<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AnswerError) {
      throw new WaveformError('truncated', error.message, 0, { cause: error });
    }
    throw error;
  }
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
