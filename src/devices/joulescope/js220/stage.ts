// Samples of one signal on their way into its ring: pieces that follow each other lie side by side in the core's
// memory and are handed on as one run, so that the work per frame stays small.

import { STREAM_SAMPLE_BITS } from '../../../model/channel.ts';
import type { Js220Stream } from './streams.ts';

/** A run of samples of one signal, where it lies in the core's memory. */
export interface Js220Run {
  readonly stream: Js220Stream;
  /** Counter at 2 MHz of the first sample. */
  readonly sampleId: number;
  /** Ids from one sample to the next. */
  readonly step: number;
  readonly count: number;
  /** f32, or packed from the lowest bit of the first byte on. */
  readonly address: number;
  /** A bit per sample, set where it is saturated, packed likewise; 0 where none is, or nobody can tell. */
  readonly saturatedAddress: number;
}

/** 65 frames of a stream, more than a read brings. */
const STAGE_BYTES = 32_768;
/** A bit for each of the floats that fit in. */
const SATURATED_BYTES = STAGE_BYTES / 32;

export class SampleStage {
  static readonly byteLength = STAGE_BYTES + SATURATED_BYTES;

  readonly #stream: Js220Stream;
  readonly #bits: number;
  readonly #bytes: Uint8Array;
  readonly #floats: Float32Array;
  readonly #saturated: Uint8Array;
  readonly #take: (run: Js220Run) => void;
  #sampleId = 0;
  #step = 1;
  #count = 0;
  #hasSaturated = false;

  /** `address`: `byteLength` bytes of `buffer`. `take` uses a run before it returns. */
  constructor(buffer: ArrayBufferLike, address: number, stream: Js220Stream, take: (run: Js220Run) => void) {
    this.#stream = stream;
    this.#bits = STREAM_SAMPLE_BITS[stream.dtype];
    this.#bytes = new Uint8Array(buffer, address, STAGE_BYTES);
    this.#floats = new Float32Array(buffer, address, STAGE_BYTES / 4);
    this.#saturated = new Uint8Array(buffer, address + STAGE_BYTES, SATURATED_BYTES);
    this.#take = take;
  }

  /**
   * A piece of at most `STAGE_BYTES`: f32, or packed from the lowest bit of the first byte on. `saturated` has a byte per
   * sample, 1 where it is; left out where none is.
   */
  put(sampleId: number, step: number, samples: Float32Array | Uint8Array, count: number, saturated?: Uint8Array): void {
    if (!this.#continues(sampleId, step, samples.byteLength)) {
      this.flush();
      this.#sampleId = sampleId;
      this.#step = step;
    }
    if (samples instanceof Float32Array) this.#floats.set(samples, this.#count);
    else this.#bytes.set(samples, (this.#count * this.#bits) / 8);
    if (saturated) this.#mark(saturated, count);
    this.#count += count;
  }

  /** Hands on what is there. */
  flush(): void {
    const count = this.#count;
    if (count === 0) return;
    const saturatedAddress = this.#hasSaturated ? this.#saturated.byteOffset : 0;
    this.#count = 0;
    this.#hasSaturated = false;
    this.#take({
      stream: this.#stream,
      sampleId: this.#sampleId,
      step: this.#step,
      count,
      address: this.#bytes.byteOffset,
      saturatedAddress,
    });
  }

  #mark(saturated: Uint8Array, count: number): void {
    const bits = this.#saturated;
    if (!this.#hasSaturated) bits.fill(0);
    this.#hasSaturated = true;
    for (let i = 0, at = this.#count; i < count; i++, at++) bits[at >> 3]! |= saturated[i]! << (at & 7);
  }

  #continues(sampleId: number, step: number, lengthBytes: number): boolean {
    const bits = this.#count * this.#bits;
    return (
      step === this.#step &&
      sampleId === this.#sampleId + this.#count * step &&
      bits % 8 === 0 &&
      bits / 8 + lengthBytes <= STAGE_BYTES
    );
  }
}
