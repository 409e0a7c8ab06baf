// Packed little-endian samples to numbers, and packed samples to packed samples in canonical form.

import type { SampleType, SampleValues } from '../../model/signal-store.ts';

/** The array that holds samples of a type, all 0. */
export function createValues(dtype: SampleType, count: number): SampleValues {
  if (dtype === 'i64') return new BigInt64Array(count);
  if (dtype === 'u64') return new BigUint64Array(count);
  return dtype === 'f32' ? new Float32Array(count) : new Float64Array(count);
}

/** Makes values [start, end) missing: NaN, or 0 in 64-bit integers, which have no NaN. */
export function fillMissing(values: SampleValues, start: number, end: number): void {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) values.fill(0n, start, end);
  else values.fill(Number.NaN, start, end);
}

/** Unpacks `count` samples of `bytes` from sample `from` on into `target` at `to`. Numbers are multiplied by `scale`. */
export function unpackSamples(
  dtype: SampleType,
  bytes: Uint8Array,
  from: number,
  count: number,
  target: SampleValues,
  to: number,
  scale: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (target instanceof BigInt64Array) {
    for (let i = 0; i < count; i++) target[to + i] = view.getBigInt64((from + i) * 8, true);
    return;
  }
  if (target instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) target[to + i] = view.getBigUint64((from + i) * 8, true);
    return;
  }
  if (dtype === 'f32' && bytes.byteOffset % 4 === 0) {
    target.set(new Float32Array(bytes.buffer, bytes.byteOffset + from * 4, count), to);
    return;
  }
  const sample = sampleGetter(dtype, bytes, view);
  for (let i = 0; i < count; i++) target[to + i] = sample(from + i) * scale;
}

function sampleGetter(dtype: SampleType, bytes: Uint8Array, view: DataView): (index: number) => number {
  switch (dtype) {
    case 'u1':
      return (i) => (bytes[i >> 3]! >> (i & 7)) & 1;
    case 'u4':
      return (i) => (bytes[i >> 1]! >> ((i & 1) * 4)) & 15;
    case 'i4':
      return (i) => (bytes[i >> 1]! << (28 - (i & 1) * 4)) >> 28;
    case 'u8':
      return (i) => bytes[i]!;
    case 'i8':
      return (i) => view.getInt8(i);
    case 'u16':
      return (i) => view.getUint16(i * 2, true);
    case 'i16':
      return (i) => view.getInt16(i * 2, true);
    case 'u24':
      return (i) => view.getUint16(i * 3, true) | (view.getUint8(i * 3 + 2) << 16);
    case 'i24':
      return (i) => view.getUint16(i * 3, true) | (view.getInt8(i * 3 + 2) << 16);
    case 'u32':
      return (i) => view.getUint32(i * 4, true);
    case 'i32':
      return (i) => view.getInt32(i * 4, true);
    case 'f32':
      return (i) => view.getFloat32(i * 4, true);
    case 'f64':
      return (i) => view.getFloat64(i * 8, true);
    case 'u64':
      return (i) => Number(view.getBigUint64(i * 8, true));
    case 'i64':
      return (i) => Number(view.getBigInt64(i * 8, true));
  }
}

/** Replaces every NaN of packed floats by the canonical quiet NaN. `bytes` begins at a multiple of the type's size. */
export function canonicalNan(dtype: SampleType, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === 'f32') {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
    for (let i = 0; i < words.length; i++) if ((words[i]! & 0x7fff_ffff) > 0x7f80_0000) words[i] = 0x7fc0_0000;
  } else if (dtype === 'f64') {
    for (let at = 0; at + 8 <= bytes.byteLength; at += 8) {
      if (Number.isNaN(view.getFloat64(at, true))) view.setBigUint64(at, 0x7ff8_0000_0000_0000n, true);
    }
  }
}
