// Raw JS110 words of a recording to calibrated samples. Recordings keep the device's own words, so that readers
// choose how range switches are treated.

import type { Codec } from './codec.ts';
import { parseSuppression } from './js110-suppression.ts';
import * as layout from './layout.ts';

const MODES = { off: 0, interp: 1, mean: 2, nan: 3 } as const;
/** Range of a sample that the filter still withheld when its input ended. */
const PENDING_BITS = 8;
/** Longest input of one call of the kernel: a page of a recording with a guard on both sides. */
const PIECE_WORDS = 32_768 + 128;
/** Room for as many samples, and for those withheld before. */
const OUTPUT_SAMPLES = PIECE_WORDS + 64;
/** Bytes per sample of the four output columns. */
const OUTPUT_BYTES = 13;

/** Offsets in codes and gains in A or V per code; current by range 0 (10 A) to 6 (18 µA), voltage 15 V, 5 V. */
export interface Js110Gains {
  readonly currentOffset: readonly number[];
  readonly currentGain: readonly number[];
  readonly voltageOffset: readonly number[];
  readonly voltageGain: readonly number[];
}

/** Columns of a run of samples; `bits` has the range in bits 0..3 (8 = missing) and the inputs in bits 4 and 5. */
export interface Js110Columns {
  readonly current: Float32Array;
  readonly voltage: Float32Array;
  readonly power: Float32Array;
  readonly bits: Uint8Array;
}

/** A run of words (u16 current, u16 voltage) measured in one voltage range. */
export interface Js110Run {
  readonly words: Uint8Array;
  readonly voltageRange: number;
}

export class Js110Words {
  readonly #codec: Codec;
  readonly #state: number;
  readonly #input: Uint8Array;
  readonly #output: number;

  /** Lives in memory of the codec and no longer than that. */
  constructor(codec: Codec, gains: Js110Gains, suppression: string) {
    this.#codec = codec;
    this.#state = codec.reserve('js110 words', layout.JS110_STATE_BYTES).address;
    const { buffer } = codec.workspace.core.memory;
    this.#input = new Uint8Array(buffer, codec.reserve('js110 input', PIECE_WORDS * 4).address, PIECE_WORDS * 4);
    this.#output = codec.reserve('js110 output', OUTPUT_SAMPLES * OUTPUT_BYTES).address;
    const view = new DataView(buffer, this.#state, layout.JS110_STATE_BYTES);
    const write = (offset: number, values: readonly number[]) => {
      values.forEach((value, i) => {
        view.setFloat32(offset + i * 4, value, true);
      });
    };
    write(layout.JS110_CURRENT_OFFSET, [...gains.currentOffset.slice(0, 7), 0, Number.NaN]);
    write(layout.JS110_CURRENT_GAIN, [...gains.currentGain.slice(0, 7), 0, Number.NaN]);
    write(layout.JS110_VOLTAGE_OFFSET, gains.voltageOffset);
    write(layout.JS110_VOLTAGE_GAIN, gains.voltageGain);
    const { mode, pre, post, windows } = parseSuppression(suppression);
    view.setUint32(layout.JS110_MODE, MODES[mode], true);
    view.setUint32(layout.JS110_PRE, pre, true);
    view.setUint32(layout.JS110_POST, post, true);
    new Uint8Array(buffer, this.#state + layout.JS110_WINDOWS, 256).set(windows);
    this.reset();
  }

  /** The next words begin a stream. */
  reset(): void {
    this.#codec.workspace.core.exports.js110Start(this.#state);
  }

  /** Continues the stream; calls `take` with columns (views, valid during the call) of samples that are final. */
  feed({ words, voltageRange }: Js110Run, take: (columns: Js110Columns) => void): void {
    for (let at = 0; at < words.byteLength; at += this.#input.byteLength) {
      const count = this.#process(words.subarray(at, at + this.#input.byteLength), voltageRange, 0);
      if (count > 0) take(this.#columns(0, count));
    }
  }

  /**
   * Processes runs of at most 32 896 words in all as a stream of its own and returns samples [skip, skip + count) of it,
   * as views that are valid until the next call. What the filter withholds at the end is missing: NaN, range 8.
   */
  convert(runs: readonly Js110Run[], skip: number, count: number): Js110Columns {
    this.reset();
    let position = 0;
    for (const { words, voltageRange } of runs) position += this.#process(words, voltageRange, position);
    const columns = this.#columns(skip, count);
    const end = Math.max(0, position - skip);
    for (const column of [columns.current, columns.voltage, columns.power]) column.fill(Number.NaN, end);
    columns.bits.fill(PENDING_BITS, end);
    return columns;
  }

  /** Puts what becomes final at `position` of the output and returns its count. */
  #process(words: Uint8Array, voltageRange: number, position: number): number {
    const { js110Words } = this.#codec.workspace.core.exports;
    this.#input.set(words);
    const { current, voltage, power, bits } = this.#addresses(position);
    const count = words.byteLength >> 2;
    return js110Words(this.#state, this.#input.byteOffset, count, voltageRange, current, voltage, power, bits);
  }

  #columns(position: number, count: number): Js110Columns {
    const { buffer } = this.#codec.workspace.core.memory;
    const { current, voltage, power, bits } = this.#addresses(position);
    return {
      current: new Float32Array(buffer, current, count),
      voltage: new Float32Array(buffer, voltage, count),
      power: new Float32Array(buffer, power, count),
      bits: new Uint8Array(buffer, bits, count),
    };
  }

  #addresses(position: number): Record<keyof Js110Columns, number> {
    const column = (index: number) => this.#output + (index * OUTPUT_SAMPLES + position) * 4;
    return {
      current: column(0),
      voltage: column(1),
      power: column(2),
      bits: this.#output + 3 * OUTPUT_SAMPLES * 4 + position,
    };
  }
}
