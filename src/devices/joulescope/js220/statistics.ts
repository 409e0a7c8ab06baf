// Statistics records: exact sums over a block of samples and since the accumulators were reset, in fixed point of up
// to 128 bits. The arithmetic is the vendor host's (github.com/jetperch/joulescope_driver, js220_stats.c), so results
// agree to the last bit before they become doubles.

import type { Js220Scale } from './scale.ts';

export const STATISTICS_BYTES = 192;
/** Raw samples, version 1, two ids per sample. */
const RECORD_TAG = 0x92;
const DECIMATE_FACTOR = 2;
/** Fraction bits of sums, minima and maxima; sums of squares have twice as many. */
const SIGNAL_BITS = { i: 31, v: 31, p: 27 } as const;
const INTEGRAL_BITS = 31;

export interface Js220Extent {
  readonly mean: number;
  /** Of the population. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

export interface Js220Statistics {
  /** Samples at 1 MHz in this block. */
  readonly sampleCount: number;
  /** Counter at 2 MHz: first sample of the block, and of the accumulators. */
  readonly blockSampleId: bigint;
  readonly accumulatorSampleId: bigint;
  readonly currentA: Js220Extent;
  readonly voltageV: Js220Extent;
  readonly powerW: Js220Extent;
  /** Since the accumulators were reset. */
  readonly chargeC: number;
  readonly energyJ: number;
  /** The same, unscaled, in units of 2^-31 C and 2^-31 J. */
  readonly chargeExact: bigint;
  readonly energyExact: bigint;
}

/** `undefined` for a record that is not what this program knows, or of no samples. */
export function decodeStatistics(payload: Uint8Array<ArrayBuffer>, scale: Js220Scale): Js220Statistics | undefined {
  if (payload.byteLength !== STATISTICS_BYTES) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const header = view.getUint32(0, true);
  const sampleCount = header & 0xff_ffff;
  const sampleRateHz = view.getUint32(4, true) / DECIMATE_FACTOR;
  if (header >>> 24 !== RECORD_TAG || sampleCount === 0 || sampleRateHz < 1) return undefined;
  const extent = (offset: number, squares: number, bits: number, factor: number): Js220Extent => {
    const sum = view.getBigInt64(offset, true);
    const fixed = (at: number) => (Number(view.getBigInt64(at, true)) / 2 ** bits) * factor;
    return {
      mean: (Number(sum) / (sampleCount * 2 ** bits)) * factor,
      std: deviation(sum, int128(view, squares), BigInt(sampleCount), bits) * factor,
      min: fixed(offset + 8),
      max: fixed(offset + 16),
    };
  };
  const charge = int128(view, 112);
  const energy = int128(view, 176);
  const perSecond = BigInt(Math.floor(sampleRateHz));
  return {
    sampleCount,
    blockSampleId: view.getBigUint64(8, true),
    accumulatorSampleId: view.getBigUint64(16, true),
    currentA: extent(24, 96, SIGNAL_BITS.i, scale.current),
    voltageV: extent(48, 128, SIGNAL_BITS.v, scale.voltage),
    powerW: extent(72, 160, SIGNAL_BITS.p, scale.current * scale.voltage),
    chargeC: (Number(charge) / 2 ** INTEGRAL_BITS / sampleRateHz) * scale.current,
    energyJ: (Number(energy) / 2 ** INTEGRAL_BITS / sampleRateHz) * scale.current * scale.voltage,
    chargeExact: charge / perSecond,
    energyExact: energy / perSecond,
  };
}

function int128(view: DataView, offset: number): bigint {
  return (view.getBigInt64(offset + 8, true) << 64n) + view.getBigUint64(offset, true);
}

/** Standard deviation from integer sums; rounding can make the variance negative, which counts as 0. */
function deviation(sum: bigint, sumOfSquares: bigint, count: bigint, bits: number): number {
  const variance = (sumOfSquares - (sum * sum) / count) / count;
  return variance > 0n ? Math.sqrt(Number(variance)) / 2 ** bits : 0;
}
