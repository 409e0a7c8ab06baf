// Values of scalar leaves from raw records, in any byte order and at any alignment.

import type { EventValue } from '../reader.ts';
import type { Leaf, ScalarDtype } from './dtype.ts';

/** Typed where a typed array holds the values exactly, otherwise a plain array. */
export type ColumnValues =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | EventValue[];

type Read = (offset: number) => EventValue;

/** IEEE half precision to double. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest IEEE half precision number, of two equally near ones the even one. */
export function numberToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  // Half way between the largest number, 65504, and what would come next.
  if (size >= 65_520) return sign | 0x7c00;
  // Below 2^-14 all numbers are 2^-24 apart; above, 2^-10 of the power of two below them.
  let exponent = Math.max(-14, Math.floor(Math.log2(size)));
  if (exponent > -14 && 2 ** exponent > size) exponent--;
  if (2 ** (exponent + 1) <= size) exponent++;
  const steps = roundToEven(size * 2 ** (10 - exponent));
  return sign | (((exponent + 14) << 10) + steps);
}

function roundToEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}

/** An empty array of the right kind for `count` values. */
export function allocateColumn(scalar: ScalarDtype, count: number): ColumnValues {
  const { kind, itemBytes } = scalar;
  if (kind === 'f') return itemBytes === 8 ? new Float64Array(count) : new Float32Array(count);
  if (kind === 'i') {
    if (itemBytes === 8) return new BigInt64Array(count);
    return itemBytes === 1 ? new Int8Array(count) : itemBytes === 2 ? new Int16Array(count) : new Int32Array(count);
  }
  if (kind === 'u') {
    if (itemBytes === 8) return new BigUint64Array(count);
    return itemBytes === 1 ? new Uint8Array(count) : itemBytes === 2 ? new Uint16Array(count) : new Uint32Array(count);
  }
  if (kind === 'M' || kind === 'm') return new BigInt64Array(count);
  return new Array<EventValue>(count).fill(false);
}

/** A function that reads one scalar at a byte offset of `view`. */
export function scalarReader(scalar: ScalarDtype, view: DataView): Read {
  const little = scalar.byteOrder !== '>';
  const { kind, itemBytes } = scalar;
  switch (kind) {
    case 'b':
      return (offset) => view.getUint8(offset) !== 0;
    case 'i':
      if (itemBytes === 1) return (offset) => view.getInt8(offset);
      if (itemBytes === 2) return (offset) => view.getInt16(offset, little);
      return itemBytes === 4 ? (offset) => view.getInt32(offset, little) : (offset) => view.getBigInt64(offset, little);
    case 'u':
      if (itemBytes === 1) return (offset) => view.getUint8(offset);
      if (itemBytes === 2) return (offset) => view.getUint16(offset, little);
      return itemBytes === 4
        ? (offset) => view.getUint32(offset, little)
        : (offset) => view.getBigUint64(offset, little);
    case 'f':
      if (itemBytes === 2) return (offset) => halfToNumber(view.getUint16(offset, little));
      return itemBytes === 4
        ? (offset) => view.getFloat32(offset, little)
        : (offset) => view.getFloat64(offset, little);
    case 'c':
      return itemBytes === 8
        ? (offset) => [view.getFloat32(offset, little), view.getFloat32(offset + 4, little)]
        : (offset) => [view.getFloat64(offset, little), view.getFloat64(offset + 8, little)];
    case 'M':
    case 'm':
      return (offset) => view.getBigInt64(offset, little);
    case 'S':
      return (offset) => trimZeros(bytesAt(view, offset, itemBytes));
    case 'V':
      return (offset) => bytesAt(view, offset, itemBytes);
    case 'U':
      return (offset) => text(view, offset, itemBytes / 4, little);
  }
}

function bytesAt(view: DataView, offset: number, length: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, length).slice();
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.slice(0, end);
}

function text(view: DataView, offset: number, characterCount: number, little: boolean): string {
  const points: string[] = [];
  for (let index = 0; index < characterCount; index++) {
    const point = view.getUint32(offset + 4 * index, little);
    points.push(point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd');
  }
  return points.join('').replace(/\0+$/, '');
}

/** Byte offsets of all elements of a leaf inside its item, first index slowest. */
export function elementOffsets(leaf: Leaf): readonly number[] {
  let offsets = [leaf.offsetBytes];
  leaf.shape.forEach((size, dimension) => {
    const stride = leaf.stridesBytes[dimension]!;
    offsets = offsets.flatMap((base) => Array.from({ length: size }, (_, index) => base + index * stride));
  });
  return offsets;
}

/** Where items lie in a block of bytes: `recordCount` records of `itemCount` items each. */
export interface ItemLayout {
  readonly firstOffsetBytes: number;
  readonly recordCount: number;
  readonly recordBytes: number;
  readonly itemCount: number;
  readonly itemBytes: number;
}

/** Reads a leaf of every item: records × items × elements values. */
export function decodeLeaf(view: DataView, leaf: Leaf, layout: ItemLayout): ColumnValues {
  const offsets = elementOffsets(leaf);
  const values = allocateColumn(leaf.scalar, layout.recordCount * layout.itemCount * offsets.length);
  if (offsets.length === 1) {
    let position = 0;
    for (let record = 0; record < layout.recordCount; record++) {
      const start = layout.firstOffsetBytes + record * layout.recordBytes + offsets[0]!;
      decodeRun(view, leaf.scalar, values, position, start, layout.itemBytes, layout.itemCount);
      position += layout.itemCount;
    }
    return values;
  }
  const read = scalarReader(leaf.scalar, view);
  let position = 0;
  for (let record = 0; record < layout.recordCount; record++) {
    const recordOffset = layout.firstOffsetBytes + record * layout.recordBytes;
    for (let item = 0; item < layout.itemCount; item++) {
      const itemOffset = recordOffset + item * layout.itemBytes;
      for (const offset of offsets) values[position++] = read(itemOffset + offset);
    }
  }
  return values;
}

/** `count` scalars at a fixed distance; the common types of waveforms have loops of their own. */
function decodeRun(
  view: DataView,
  scalar: ScalarDtype,
  values: ColumnValues,
  position: number,
  start: number,
  strideBytes: number,
  count: number,
): void {
  const little = scalar.byteOrder !== '>';
  if (values instanceof Float32Array && scalar.itemBytes === 4) {
    for (let index = 0; index < count; index++) {
      values[position + index] = view.getFloat32(start + index * strideBytes, little);
    }
  } else if (values instanceof Float64Array) {
    for (let index = 0; index < count; index++) {
      values[position + index] = view.getFloat64(start + index * strideBytes, little);
    }
  } else if (values instanceof Int16Array) {
    for (let index = 0; index < count; index++) {
      values[position + index] = view.getInt16(start + index * strideBytes, little);
    }
  } else {
    const read = scalarReader(scalar, view);
    for (let index = 0; index < count; index++) values[position + index] = read(start + index * strideBytes);
  }
}
