// The fast Fourier transform of complex numbers, in place, for powers of two. Plain doubles, no allocation after
// construction: radix 2, decimation in time, with the roots of unity from a table (each computed by itself, so
// that errors do not add up).

import { assert } from './assert.ts';

/** Largest size: 2^20 points are 16 MB of data and tables. */
export const MAX_FFT_SIZE = 1 << 20;

/** One size of transform. Any thread; reusable, not re-entrant. */
export class Fft {
  readonly size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  /** `size` is a power of two from 2 to `MAX_FFT_SIZE`. */
  constructor(size: number) {
    assert(size >= 2 && size <= MAX_FFT_SIZE && Number.isInteger(Math.log2(size)), `FFT of ${size} points`);
    this.size = size;
    this.#cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sin = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
    const bits = Math.log2(size);
    this.#reversed = new Uint32Array(size);
    for (let i = 1; i < size; i++) this.#reversed[i] = (this.#reversed[i >> 1]! >> 1) | ((i & 1) << (bits - 1));
  }

  /** X[k] = Σ x[n] e^(−2πi·kn/size), both arrays of `size` numbers, replaced by the result. */
  transform(re: Float64Array, im: Float64Array): void {
    const { size } = this;
    assert(re.length === size && im.length === size, 'FFT arrays of another size');
    this.#reorder(re, im);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = this.#cos[k * stride]!;
          const s = this.#sin[k * stride]!;
          const a = start + k;
          const b = a + half;
          const tr = re[b]! * c - im[b]! * s;
          const ti = re[b]! * s + im[b]! * c;
          re[b] = re[a]! - tr;
          im[b] = im[a]! - ti;
          re[a] = re[a]! + tr;
          im[a] = im[a]! + ti;
        }
      }
    }
  }

  #reorder(re: Float64Array, im: Float64Array): void {
    for (let i = 0; i < this.size; i++) {
      const j = this.#reversed[i]!;
      if (j <= i) continue;
      const r = re[i]!;
      re[i] = re[j]!;
      re[j] = r;
      const m = im[i]!;
      im[i] = im[j]!;
      im[j] = m;
    }
  }
}
