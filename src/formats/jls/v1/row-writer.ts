// Gathers the reductions of a JLS v1 block: sums in f64 over the valid samples of each row and field, rounded to f32
// once, as the reference recorder does (github.com/jetperch/pyjoulescope, joulescope/data_recorder.py).

import { type ArrayToStore, DTYPE_F32, DTYPE_U64, storeArrays } from './arrays.ts';
import { FIELDS } from './config.ts';

/** Statistics of a row without valid samples: raw recordings say NaN, float ones what the sums start from. */
export const EMPTY_RAW = [Number.NaN, Number.NaN, Number.NaN, Number.NaN] as const;
export const EMPTY_FLOAT = [0, 0, 3.4028234663852886e38, -3.4028234663852886e38] as const;

export class RowWriter {
  readonly #rowSamples: number;
  #counts: bigint[] = [];
  /** Per field and statistic. */
  #values: number[][][] = [];
  /** Valid values of the row under way, per field. */
  readonly #valid: Float64Array[];
  readonly #validCounts = FIELDS.map(() => 0);
  readonly #emptyRow: readonly number[];
  #gathered = 0;

  constructor(rowSamples: number, emptyRow: readonly number[]) {
    this.#rowSamples = rowSamples;
    this.#emptyRow = emptyRow;
    this.#valid = FIELDS.map(() => new Float64Array(rowSamples));
    this.#startBlock();
  }

  /** Adds one sample; NaN fields are missing. */
  add(values: readonly number[]): void {
    values.forEach((value, field) => {
      if (Number.isNaN(value)) return;
      this.#valid[field]![this.#validCounts[field]!] = value;
      this.#validCounts[field]! += 1;
    });
    this.#gathered += 1;
    if (this.#gathered === this.#rowSamples) this.#endRow();
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
    this.#validCounts.fill(0);
  }

  #endRow(): void {
    this.#counts.push(BigInt(this.#validCounts[0]!));
    this.#valid.forEach((values, field) => {
      statisticsOf(values.subarray(0, this.#validCounts[field]), this.#emptyRow).forEach((value, s) => {
        this.#values[field]![s]!.push(value);
      });
    });
    this.#startRow();
  }
}

/** Mean, sum of squared deviations, min, max. */
function statisticsOf(values: Float64Array, empty: readonly number[]): readonly number[] {
  if (values.length === 0) return empty;
  let sum = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const mean = sum / values.length;
  let deviation = 0;
  for (const value of values) deviation += (value - mean) * (value - mean);
  return [mean, deviation, low, high];
}
