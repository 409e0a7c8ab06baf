// How the samples of each kind of signal are packed, and what the instrument's own decimators make of them.

import type { AnalogSignal, SampleBlock } from './block.ts';
import type { SampleWriter } from './stream-frames.ts';
import { INPUT_MODE } from './topics.ts';

/** f32; the mean of `factor` samples at 1 MHz (sinc1). A factor of 0 or 1 leaves them as they are. */
export class AnalogWriter implements SampleWriter {
  readonly bits = 32;
  readonly stepIds: number;
  readonly #signal: AnalogSignal;
  readonly #factor: number;
  #sum = 0;
  #count = 0;

  constructor(signal: AnalogSignal, factor: number) {
    this.#signal = signal;
    this.#factor = Math.max(1, factor);
    this.stepIds = 2 * this.#factor;
  }

  write(block: SampleBlock, from: number, to: number, data: Uint8Array<ArrayBuffer>, filled: number): number {
    const samples = block[this.#signal];
    const out = new Float32Array(data.buffer, data.byteOffset + filled * 4);
    if (this.#factor === 1) {
      out.set(samples.subarray(from / 2, to / 2));
      return (to - from) / 2;
    }
    let written = 0;
    for (let k = from / 2; k < to / 2; k++) {
      this.#sum += samples[k]!;
      if (++this.#count < this.#factor) continue;
      out[written++] = this.#sum / this.#factor;
      this.#sum = 0;
      this.#count = 0;
    }
    return written;
  }
}

/** u4, low nibble first; never decimated. */
export class RangeWriter implements SampleWriter {
  readonly bits = 4;
  readonly stepIds = 1;

  write({ range }: SampleBlock, from: number, to: number, data: Uint8Array, filled: number): number {
    let at = filled;
    for (let k = from; k < to; k++, at++) data[at >> 1]! |= range[k]! << ((at & 1) << 2);
    return to - from;
  }
}

/** u8: counts the ids, as no instrument shows what else would come; never decimated. */
export class UartWriter implements SampleWriter {
  readonly bits = 8;
  readonly stepIds = 1;

  write({ firstId }: SampleBlock, from: number, to: number, data: Uint8Array, filled: number): number {
    for (let k = from; k < to; k++) data[filled + k - from] = (firstId + k) % 256;
    return to - from;
  }
}

/** u1, lowest bit first. Decimated as `mode` says: 0 not at all, 1 changes if the input did, 2 first, 3 majority. */
export class InputWriter implements SampleWriter {
  readonly bits = 1;
  readonly stepIds: number;
  readonly #number: number;
  readonly #mode: number;
  #count = 0;
  #highCount = 0;
  #first = 0;
  /** What was last put out. */
  #level = 0;

  constructor(number: number, mode: number, factor: number) {
    this.#number = number;
    this.#mode = mode;
    this.stepIds = mode === INPUT_MODE.off ? 1 : Math.max(1, factor);
  }

  write({ inputs }: SampleBlock, from: number, to: number, data: Uint8Array, filled: number): number {
    let at = filled;
    for (let k = from; k < to; k++) {
      const level = (inputs[k]! >> this.#number) & 1;
      if (this.stepIds > 1) {
        if (!this.#isGroupComplete(level)) continue;
        data[at >> 3]! |= this.#decide() << (at & 7);
      } else {
        data[at >> 3]! |= level << (at & 7);
      }
      at++;
    }
    return at - filled;
  }

  #isGroupComplete(level: number): boolean {
    if (this.#count === 0) {
      this.#first = level;
      this.#highCount = 0;
    }
    this.#count++;
    this.#highCount += level;
    return this.#count === this.stepIds;
  }

  #decide(): number {
    const count = this.#count;
    this.#count = 0;
    if (this.#mode === INPUT_MODE.first) return this.#first;
    if (this.#mode === INPUT_MODE.majority) return 2 * this.#highCount > count ? 1 : 0;
    // Any pulse shows: the level changes when some sample differs from what was put out.
    const isDifferent = this.#level === 0 ? this.#highCount > 0 : this.#highCount < count;
    this.#level = isDifferent ? 1 - this.#level : this.#level;
    return this.#level;
  }
}
