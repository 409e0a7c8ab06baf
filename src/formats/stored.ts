// Sample values as the bytes that a file holds: little-endian, sub-byte types packed, one spelling of NaN.

import type { SampleType, SampleValues } from '../model/signal-store.ts';

/** Width in bits and interpretation of every sample type. */
export function sampleBits(dtype: SampleType): number {
  return Number(dtype.slice(1));
}

const IN_WHOLE_BYTES: Partial<Record<SampleType, SampleType>> = {
  i4: 'i8',
  i24: 'i32',
  u1: 'u8',
  u4: 'u8',
  u24: 'u32',
};

/** The type that holds the values of `dtype` where nothing below or between 1, 2, 4 and 8 bytes can be stored. */
export function inWholeBytes(dtype: SampleType): SampleType {
  return IN_WHOLE_BYTES[dtype] ?? dtype;
}

/**
 * Packs values of `dtype`; the first sample goes into the lowest bits. Every NaN becomes the canonical quiet one, and 0
 * in an integer type: a writer that may meet one there reports it (`lossNotes`).
 */
export function packSamples(values: SampleValues, dtype: SampleType): Uint8Array<ArrayBuffer> {
  const bits = sampleBits(dtype);
  const bytes = new Uint8Array(Math.ceil((values.length * bits) / 8));
  const view = new DataView(bytes.buffer);
  if (dtype === 'f32' || dtype === 'f64') {
    for (let index = 0; index < values.length; index++) {
      const value = Number(values[index]);
      if (dtype === 'f32') {
        if (Number.isNaN(value)) view.setUint32(4 * index, 0x7fc00000, true);
        else view.setFloat32(4 * index, value, true);
      } else if (Number.isNaN(value)) view.setBigUint64(8 * index, 0x7ff8000000000000n, true);
      else view.setFloat64(8 * index, value, true);
    }
  } else if (bits === 64) {
    for (let index = 0; index < values.length; index++) {
      view.setBigUint64(8 * index, BigInt.asUintN(64, BigInt(values[index]!)), true);
    }
  } else if (bits < 8) {
    const mask = (1 << bits) - 1;
    const perByte = 8 / bits;
    for (let index = 0; index < values.length; index++) {
      const byte = Math.floor(index / perByte);
      bytes[byte] = bytes[byte]! | ((Number(values[index]) & mask) << ((index % perByte) * bits));
    }
  } else {
    const width = bits / 8;
    for (let index = 0; index < values.length; index++) {
      let value = Number(values[index]);
      for (let byte = 0; byte < width; byte++) {
        bytes[index * width + byte] = value & 0xff;
        value = Math.floor(value / 256);
      }
    }
  }
  return bytes;
}
