// Gathers the reductions of a JLS v1 block: sums in f64 over the valid samples of each row and field, rounded to f32
// once, as the reference recorder does (github.com/jetperch/pyjoulescope, joulescope/data_recorder.py).

import type { BinVisitor, Codec } from '../../../core/codec.ts';
import type { Js110Columns } from '../../../core/js110-words.ts';
import { addMoments, emptyMoments, type Moments } from '../../moments.ts';
import { type ArrayToStore, DTYPE_F32, DTYPE_U64, storeArrays } from './arrays.ts';
import { FIELDS } from './config.ts';

/** Statistics of a row without valid samples: raw recordings say NaN, float ones what the sums start from. */
export const EMPTY_RAW = [Number.NaN, Number.NaN, Number.NaN, Number.NaN] as const;
export const EMPTY_FLOAT = [0, 0, 3.4028234663852886e38, -3.4028234663852886e38] as const;

/** Different bytes of range and inputs. */
const BITS_VALUES = 64;

export class RowWriter {
  readonly #codec: Codec;
  readonly #rowSamples: number;
  readonly #emptyRow: readonly number[];
  #counts: bigint[] = [];
  /** Per field and statistic. */
  #values: number[][][] = [];
  /** The row under way: its fields, and how often each byte of range and inputs came. */
  #row: Moments[] = [];
  readonly #bitsCounts = new Float64Array(BITS_VALUES);
  #gathered = 0;

  constructor(codec: Codec, rowSamples: number, emptyRow: readonly number[]) {
    this.#codec = codec;
    this.#rowSamples = rowSamples;
    this.#emptyRow = emptyRow;
    this.#startBlock();
  }

  /** Adds samples; one without a current is missing in all fields. */
  addRaw({ current, voltage, power, bits }: Js110Columns): void {
    this.#inRows(current.length, (from, to) => {
      this.#reduce(0, current.subarray(from, to));
      this.#reduce(1, masked(voltage, current, from, to));
      this.#reduce(2, power.subarray(from, to));
      for (let i = from; i < to; i++) {
        if (!Number.isNaN(current[i])) this.#bitsCounts[bits[i]! & (BITS_VALUES - 1)]! += 1;
      }
    });
  }

  /** Adds samples of six columns, in each of which NaN is missing. */
  addFloats(columns: readonly Float32Array[]): void {
    this.#inRows(columns[0]!.length, (from, to) => {
      columns.forEach((column, field) => {
        this.#reduce(field, column.subarray(from, to));
      });
    });
  }

  /** The payload of the block's end; whole rows only. A row under way is dropped, as only a last block has one. */
  takeBlock(): Uint8Array {
    const rowCount = this.#counts.length;
    const arrays: ArrayToStore[] = [{ id: 0, dtype: DTYPE_U64, values: BigUint64Array.from(this.#counts) }];
    this.#values.forEach((statistics, field) => {
      statistics.forEach((column, s) => {
        arrays.push({ id: field * 16 + s + 1, dtype: DTYPE_F32, values: Float32Array.from(column) });
      });
    });
    this.#startBlock();
    return storeArrays(arrays, rowCount);
  }

  #startBlock(): void {
    this.#counts = [];
    this.#values = FIELDS.map(() => [[], [], [], []]);
    this.#startRow();
  }

  #startRow(): void {
    this.#gathered = 0;
    this.#row = FIELDS.map(emptyMoments);
    this.#bitsCounts.fill(0);
  }

  /** Calls `add` for the parts of `count` samples that lie in one row. */
  #inRows(count: number, add: (from: number, to: number) => void): void {
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + this.#rowSamples - this.#gathered);
      add(from, to);
      this.#gathered += to - from;
      from = to;
      if (this.#gathered === this.#rowSamples) this.#endRow();
    }
  }

  #reduce(field: number, values: Float32Array): void {
    const into = this.#row[field]!;
    const take: BinVisitor = (count, mean, m2, min, max) => addMoments(into, { count, mean, m2, min, max });
    const partSamples = this.#codec.scratchBytes / 4;
    for (let from = 0; from < values.length; from += partSamples) {
      const part = values.subarray(from, from + partSamples);
      this.#codec.bins('f32', this.#codec.place(part), 0, part.length, 1, take);
    }
  }

  #endRow(): void {
    this.#bitsCounts.forEach((count, bits) => {
      if (count === 0) return;
      const fields = [bits & 15, (bits >> 4) & 1, (bits >> 5) & 1];
      fields.forEach((value, index) => {
        addMoments(this.#row[3 + index]!, { count, mean: value, m2: 0, min: value, max: value });
      });
    });
    this.#counts.push(BigInt(this.#row[0]!.count));
    this.#row.forEach(({ count, mean, m2, min, max }, field) => {
      const statistics = count === 0 ? this.#emptyRow : [mean, m2, min, max];
      statistics.forEach((value, s) => {
        this.#values[field]![s]!.push(value);
      });
    });
    this.#startRow();
  }
}

/** Values [from, to), NaN where `by` is; a copy only if there is such a place. */
function masked(values: Float32Array, by: Float32Array, from: number, to: number): Float32Array {
  const part = values.subarray(from, to);
  let copy: Float32Array | undefined;
  for (let i = from; i < to; i++) {
    if (!Number.isNaN(by[i])) continue;
    copy ??= part.slice();
    copy[i - from] = Number.NaN;
  }
  return copy ?? part;
}
