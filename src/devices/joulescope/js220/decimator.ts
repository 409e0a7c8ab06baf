// The host's share of a lower sampling rate: the core's down-sampler over one analog signal, with the time kept. What
// is missing between two pieces goes through the filter as NaN, so that its neighbours are marked too.

import type { Core } from '../../../core/core.ts';
import { configureDownsample } from '../../../core/downsample.ts';
import { DOWNSAMPLE_BYTES } from '../../../core/layout.ts';
import type { Js220Rates } from './streams.ts';

/** Samples that the core takes at once. */
const PIECE = 1024;
/** A longer absence restarts the filter: a second at the fastest rate. */
const MAX_FILL = 1_000_000;

export class Decimator {
  static readonly byteLength = DOWNSAMPLE_BYTES + PIECE * 4;

  readonly #core: Core;
  readonly #state: number;
  readonly #ratio: number;
  #isStarted = false;
  /** Index that the next sample should have. */
  #next = 0;
  /** First sample that the filter takes: aligned to the ratio. */
  #start = 0;

  /** `address`: `byteLength` bytes of the core's memory. */
  constructor(core: Core, address: number, rates: Js220Rates) {
    this.#core = core;
    this.#state = address;
    this.#ratio = rates.hostFactors.reduce((product: number, factor) => product * factor, 1);
    configureDownsample(core.memory.buffer, address, rates.hostFactors, rates.hostMode);
  }

  /**
   * Samples from `index` on, counted at their own rate. `take` gets the index of the last sample that made the first
   * output, which is where the vendor's host puts it, and the outputs.
   */
  push(index: number, samples: Float32Array, take: (index: number, outputs: Float32Array<ArrayBuffer>) => void): void {
    if (!this.#isStarted || index - this.#next > MAX_FILL) {
      this.#core.exports.downsampleStart(this.#state, index);
      this.#isStarted = true;
      this.#next = index;
      this.#start = Math.ceil(index / this.#ratio) * this.#ratio;
    }
    while (this.#next < index) this.#pass(new Float32Array(Math.min(PIECE, index - this.#next)).fill(Number.NaN), take);
    for (let at = 0; at < samples.length; at += PIECE) this.#pass(samples.subarray(at, at + PIECE), take);
  }

  #pass(piece: Float32Array, take: (index: number, outputs: Float32Array<ArrayBuffer>) => void): void {
    const { exports, memory } = this.#core;
    const buffer = this.#state + DOWNSAMPLE_BYTES;
    new Float32Array(memory.buffer, buffer, piece.length).set(piece);
    const count = exports.downsampleF32(this.#state, buffer, piece.length, buffer);
    const first = Math.max(this.#next, this.#start);
    this.#next += piece.length;
    if (count === 0) return;
    const lastOfGroup = first - (first % this.#ratio) + this.#ratio - 1;
    take(lastOfGroup, new Float32Array(memory.buffer, buffer, count).slice());
  }
}
