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

type TakeOutputs = (index: number, outputs: Float32Array, saturated: Uint8Array | undefined) => void;

export class Decimator {
  static readonly byteLength = DOWNSAMPLE_BYTES + PIECE * 4;

  readonly #core: Core;
  readonly #state: number;
  readonly #buffer: Float32Array;
  readonly #ratio: number;
  #isStarted = false;
  /** Index that the next sample should have. */
  #next = 0;
  /** First sample that the filter takes: aligned to the ratio. */
  #start = 0;
  /** By output of one pass: whether one of the samples that it stands for is saturated. */
  readonly #saturated = new Uint8Array(PIECE);
  /** The same of the output to come. */
  #isNextSaturated = 0;

  /** `address`: `byteLength` bytes of the core's memory. */
  constructor(core: Core, address: number, rates: Js220Rates) {
    this.#core = core;
    this.#state = address;
    this.#buffer = new Float32Array(core.memory.buffer, address + DOWNSAMPLE_BYTES, PIECE);
    this.#ratio = rates.hostRatio;
    configureDownsample(core.memory.buffer, address, rates.hostFactors, rates.hostMode);
  }

  /**
   * Samples from `index` on, counted at their own rate, with 1 in `saturated` where one is, if any is. `take` gets the
   * index of the last sample that made the first output, which is where the vendor's host puts it, the outputs, which it
   * uses before it returns, and which of them are saturated.
   */
  push(index: number, samples: Float32Array, saturated: Uint8Array | undefined, take: TakeOutputs): void {
    if (!this.#isStarted || index - this.#next > MAX_FILL) {
      this.#core.exports.downsampleStart(this.#state, index);
      this.#isStarted = true;
      this.#next = index;
      this.#start = Math.ceil(index / this.#ratio) * this.#ratio;
      this.#isNextSaturated = 0;
    }
    while (this.#next < index) {
      const count = Math.min(PIECE, index - this.#next);
      this.#buffer.fill(Number.NaN, 0, count);
      this.#pass(count, undefined, take);
    }
    for (let at = 0; at < samples.length; at += PIECE) {
      const piece = samples.subarray(at, at + PIECE);
      this.#buffer.set(piece);
      this.#pass(piece.length, saturated?.subarray(at, at + PIECE), take);
    }
  }

  /** Puts the first `count` samples of the buffer through the filter, in place. */
  #pass(count: number, saturated: Uint8Array | undefined, take: TakeOutputs): void {
    const address = this.#buffer.byteOffset;
    const outputCount = this.#core.exports.downsampleF32(this.#state, address, count, address);
    const first = Math.max(this.#next, this.#start);
    const outputsSaturated = this.#reduce(first, this.#next + count, saturated);
    this.#next += count;
    if (outputCount === 0) return;
    const lastOfGroup = first - (first % this.#ratio) + this.#ratio - 1;
    take(lastOfGroup, this.#buffer.subarray(0, outputCount), outputsSaturated);
  }

  /** Over the samples from index `first` to `end` of this pass, which are the last ones of `saturated`. */
  #reduce(first: number, end: number, saturated: Uint8Array | undefined): Uint8Array | undefined {
    if (!saturated && !this.#isNextSaturated) return undefined;
    let outputs = 0;
    for (let index = first; index < end; index++) {
      this.#isNextSaturated |= saturated?.[saturated.length - (end - index)] ?? 0;
      if ((index + 1) % this.#ratio !== 0) continue;
      this.#saturated[outputs++] = this.#isNextSaturated;
      this.#isNextSaturated = 0;
    }
    return this.#saturated;
  }
}
