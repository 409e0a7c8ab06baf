// Tags of MATLAB's level 5: type and length of what follows (MathWorks, "MAT-File Format", chapter 1, "Level 5 MAT-Files").

import { FormatError } from '../../base/errors.ts';
import { type ScalarDtype, scalarDtype } from '../numpy/dtype.ts';
import type { RandomAccess } from '../source.ts';

export const MI_MATRIX = 14;
export const MI_COMPRESSED = 15;
const TAG_BYTES = 8;
/** Types of numbers: miINT8 … miUINT64 as kind and bytes. */
const NUMBERS: Readonly<Record<number, readonly [kind: string, bytes: number]>> = {
  1: ['i', 1],
  2: ['u', 1],
  3: ['i', 2],
  4: ['u', 2],
  5: ['i', 4],
  6: ['u', 4],
  7: ['f', 4],
  9: ['f', 8],
  12: ['i', 8],
  13: ['u', 8],
};
/** miUTF8, miUTF16 and miUTF32: name, bytes of a unit. */
const TEXTS: Readonly<Record<number, readonly [name: string, bytes: number]>> = {
  16: ['utf-8', 1],
  17: ['utf-16', 2],
  18: ['utf-32', 4],
};
/** Bytes of a name, of the names of fields or of a text. */
const MAX_TEXT_BYTES = 2 ** 20;

/** A piece of the file with a type. */
export interface Element {
  readonly type: number;
  readonly dataOffset: number;
  readonly lengthBytes: number;
  /** Where the next one begins. */
  readonly endOffset: number;
  /** True when it claims more than there is: then `lengthBytes` is what there is. */
  readonly isCut: boolean;
}

/** Elements of one file, or of what was packed in one: `isLittle` is the order of its numbers. */
export interface Elements {
  readonly source: RandomAccess;
  readonly isLittle: boolean;
  /** Added to offsets in messages: where the packed bytes stand in the file. */
  readonly placeBytes: number;
}

/** The element at `offset`, up to `limit` at most. Rejects with a FormatError when not even its tag is there. */
export async function elementAt(
  { source, isLittle, placeBytes }: Elements,
  offset: number,
  limit: number,
): Promise<Element> {
  if (offset + TAG_BYTES > limit) throw cut(placeBytes + offset);
  const bytes = await source.read(offset, TAG_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getUint32(0, isLittle);
  const smallBytes = first >>> 16;
  if (smallBytes > 0) {
    if (smallBytes > 4)
      throw new FormatError('format/damaged', 'A short element of this MATLAB file is too long.', placeBytes + offset);
    const endOffset = offset + TAG_BYTES;
    return { type: first & 0xffff, dataOffset: offset + 4, lengthBytes: smallBytes, endOffset, isCut: false };
  }
  const claimedBytes = view.getUint32(4, isLittle);
  const dataOffset = offset + TAG_BYTES;
  const lengthBytes = Math.min(claimedBytes, limit - dataOffset);
  const padded = first === MI_COMPRESSED ? lengthBytes : Math.ceil(lengthBytes / 8) * 8;
  const isCut = lengthBytes < claimedBytes;
  return { type: first, dataOffset, lengthBytes, endOffset: Math.min(limit, dataOffset + padded), isCut };
}

/** The type of an element's numbers; undefined when it holds none. */
export function numberType({ type }: Element, isLittle: boolean): ScalarDtype | undefined {
  const known = NUMBERS[type];
  return known && scalarDtype(known[0], known[1], isLittle ? '<' : '>');
}

/** Whole numbers of an element, at most `most`. */
export async function integers(elements: Elements, element: Element, most: number): Promise<number[]> {
  const { source, isLittle } = elements;
  const size = numberType(element, isLittle)?.itemBytes ?? 4;
  const count = Math.min(most, Math.floor(element.lengthBytes / size));
  const bytes = await source.read(element.dataOffset, count * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => {
    if (size === 1) return view.getUint8(index);
    if (size === 2) return view.getUint16(2 * index, isLittle);
    if (size === 8) return Number(view.getBigInt64(8 * index, isLittle));
    return view.getUint32(4 * index, isLittle);
  });
}

/** Text of an element, whose letters may be stored as numbers. */
export async function letters(
  { source, isLittle }: Elements,
  { type, dataOffset, lengthBytes }: Element,
): Promise<string> {
  const bytes = (await source.read(dataOffset, Math.min(lengthBytes, MAX_TEXT_BYTES))).slice();
  const unitBytes = TEXTS[type]?.[1] ?? NUMBERS[type]?.[1] ?? 1;
  if (TEXTS[type]?.[0] === 'utf-8') return new TextDecoder().decode(bytes);
  const view = new DataView(bytes.buffer);
  const codes = Array.from({ length: Math.floor(bytes.length / unitBytes) }, (_, index) => {
    if (unitBytes === 1) return view.getUint8(index);
    return unitBytes === 2 ? view.getUint16(2 * index, isLittle) : view.getUint32(4 * index, isLittle);
  });
  const isPoints = unitBytes === 4;
  return codes
    .map((code) => (isPoints ? (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd') : String.fromCharCode(code)))
    .join('');
}

function cut(offset: number): FormatError {
  const message = 'This MATLAB file ends in the middle of a variable. What stands in front of it can be read.';
  return new FormatError('format/damaged', message, offset);
}
