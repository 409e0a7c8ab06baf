// The common case of a column chunk, decoded by copying: plain numbers of which none is missing, as they are or as indices
// into a dictionary. The library does it value by value, which takes twenty times as long.

import type { ParquetType } from 'hyparquet';
import type { SampleType } from '../../model/signal-store.ts';
import type { DataPage, Pages } from './page-check.ts';

type PlainArray = Float32Array | Float64Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array;

/** `undefined` where a page is of another kind. `pages` have been checked. */
export function plainValues(
  { dictionary, data }: Pages,
  type: ParquetType,
  dtype: SampleType,
  rowCount: number,
): PlainArray | undefined {
  const values = emptyArray(type, dtype, rowCount);
  if (!values) return undefined;
  const width = values.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(values.buffer);
  const known = dictionary && wordsOf(dictionary, type, dtype);
  let at = 0;
  for (const page of data) {
    if (page.present !== page.count) return undefined;
    if (page.encoding === 'PLAIN' && page.values.length >= page.count * width) {
      bytes.set(page.values.subarray(0, page.count * width), at * width);
    } else if (known && page.encoding?.endsWith('_DICTIONARY')) {
      if (!takeFrom(known, page, values, at)) return undefined;
    } else return undefined;
    at += page.count;
  }
  return at === rowCount ? values : undefined;
}

function emptyArray(type: ParquetType, dtype: SampleType, count: number): PlainArray | undefined {
  const isUnsigned = dtype.startsWith('u');
  if (type === 'FLOAT') return new Float32Array(count);
  if (type === 'DOUBLE') return new Float64Array(count);
  if (type === 'INT32') return isUnsigned ? new Uint32Array(count) : new Int32Array(count);
  if (type === 'INT64') return isUnsigned ? new BigUint64Array(count) : new BigInt64Array(count);
  return undefined;
}

function wordsOf(dictionary: Uint8Array, type: ParquetType, dtype: SampleType): PlainArray | undefined {
  const words = emptyArray(
    type,
    dtype,
    Math.floor(dictionary.length / (type.endsWith('64') || type === 'DOUBLE' ? 8 : 4)),
  );
  if (words) new Uint8Array(words.buffer).set(dictionary.subarray(0, words.byteLength));
  return words;
}

/** Puts the values of a page's indices into `values` from `at` on; false where an index leads nowhere. */
function takeFrom(known: PlainArray, { values: bytes, count }: DataPage, values: PlainArray, at: number): boolean {
  const width = bytes[0]!;
  const target = values as Float64Array;
  const source = known as Float64Array;
  let place = 1;
  for (let done = 0; done < count; ) {
    if (width === 0) return known.length > 0 && fillWith(target, at + done, count - done, source[0]!);
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[place++]!;
      header |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    header >>>= 0;
    if ((header & 1) === 1) {
      const length = 8 * (header >>> 1);
      const end = Math.min(length, count - done);
      for (let i = 0; i < end; i++) {
        const index = bitsAt(bytes, place, i * width, width);
        if (index >= known.length) return false;
        target[at + done + i] = source[index]!;
      }
      place += (length * width) / 8;
      done += end;
    } else {
      const length = header >>> 1;
      const index = bitsAt(bytes, place, 0, 8 * Math.ceil(width / 8));
      if (index >= known.length) return false;
      fillWith(target, at + done, length, source[index]!);
      place += Math.ceil(width / 8);
      done += length;
    }
  }
  return true;
}

function fillWith(target: Float64Array, start: number, count: number, value: number): true {
  target.fill(value, start, start + count);
  return true;
}

/** `width` bits from bit `bit` of the byte at `start` on, lowest first. */
function bitsAt(bytes: Uint8Array, start: number, bit: number, width: number): number {
  let value = 0;
  let scale = 1;
  let at = start + (bit >> 3);
  let skip = bit & 7;
  for (let left = width; left > 0; at++) {
    const taken = Math.min(8 - skip, left);
    value += ((bytes[at]! >> skip) & ((1 << taken) - 1)) * scale;
    scale *= 2 ** taken;
    left -= taken;
    skip = 0;
  }
  return value;
}
