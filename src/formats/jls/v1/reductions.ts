// The stored reductions of a JLS v1 recording: one row of statistics per `samplesPerReduction` samples and field.

import { DTYPE_F32, DTYPE_U64, parseArrayTable } from './arrays.ts';
import { type Config, FIELDS } from './config.ts';

/** mean, sum of squared deviations, min, max. */
const ROW_VALUES = 4;

export class Reductions {
  readonly #config: Config;
  /** Sum of squared deviations per what is stored: format 1 has the variance. */
  readonly #deviationScale: number;
  /** Valid samples of each row; NaN = the row is not in the file. */
  #counts = new Float64Array(0);
  readonly #values: (Float32Array | undefined)[] = [];

  constructor(config: Config) {
    this.#config = config;
    this.#deviationScale = config.reductionFormat === 'v1' ? config.samplesPerReduction : 1;
  }

  /** True if rows of this field can be in the file at all. */
  hasField(field: number): boolean {
    return this.#values[field] !== undefined;
  }

  /** Valid samples of a row; `undefined` when the row is not in the file. */
  count(row: number): number | undefined {
    const count = this.#counts[row];
    return count === undefined || Number.isNaN(count) ? undefined : count;
  }

  /** One of mean (0), sum of squared deviations (1), min (2), max (3) of a row that `count` knows. */
  value(field: number, row: number, which: number): number {
    const stored = this.#values[field]![row * ROW_VALUES + which]!;
    return which === 1 ? stored * this.#deviationScale : stored;
  }

  /** Takes the rows of a block that begins with row `firstRow`. Returns false if the payload is damaged. */
  add(payload: Uint8Array, firstRow: number, rowsMax: number): boolean {
    if (this.#config.reductionFormat === 'v2') return this.#addV2(payload, firstRow, rowsMax);
    if (this.#config.reductionFormat === 'v1') return this.#addV1(payload, firstRow, rowsMax);
    return true;
  }

  #addV2(payload: Uint8Array, firstRow: number, rowsMax: number): boolean {
    const table = parseArrayTable(payload, payload.byteLength);
    const counts = table?.arrays.get(0);
    if (!table || counts?.dtype !== DTYPE_U64) return false;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const rows = Math.min(rowsMax, Math.floor(counts.lengthBytes / 8));
    const columns = FIELDS.map((_, field) => [1, 2, 3, 4].map((s) => table.arrays.get(field * 16 + s)));
    const isWhole = (column: ReturnType<typeof table.arrays.get>) =>
      column?.dtype === DTYPE_F32 && column.lengthBytes >= rows * 4;
    this.#reserve(
      firstRow + rows,
      columns.map((column) => column.every(isWhole)),
    );
    for (let row = 0; row < rows; row++) {
      this.#counts[firstRow + row] = Number(view.getBigUint64(counts.offset + row * 8, true));
    }
    columns.forEach((column, field) => {
      const target = this.#values[field];
      if (!target || !column.every(isWhole)) return;
      column.forEach((array, s) => {
        for (let row = 0; row < rows; row++) {
          target[(firstRow + row) * ROW_VALUES + s] = view.getFloat32(array!.offset + row * 4, true);
        }
      });
    });
    return true;
  }

  /** mean, population variance, min, max; how many samples were valid was not stored. */
  #addV1(payload: Uint8Array, firstRow: number, rowsMax: number): boolean {
    const { reductionFields, samplesPerReduction } = this.#config;
    const rowBytes = reductionFields.length * 16;
    const rows = Math.min(rowsMax, Math.floor(payload.byteLength / rowBytes));
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const places = FIELDS.map((field) => reductionFields.indexOf(field));
    this.#reserve(
      firstRow + rows,
      places.map((place) => place >= 0),
    );
    for (let row = 0; row < rows; row++) {
      const isEmpty = Number.isNaN(view.getFloat32(row * rowBytes, true));
      this.#counts[firstRow + row] = isEmpty ? 0 : samplesPerReduction;
      places.forEach((place, field) => {
        const target = this.#values[field];
        if (place < 0 || !target) return;
        for (let s = 0; s < ROW_VALUES; s++) {
          target[(firstRow + row) * ROW_VALUES + s] = view.getFloat32(row * rowBytes + place * 16 + s * 4, true);
        }
      });
    }
    return true;
  }

  #reserve(rowCount: number, present: readonly boolean[]): void {
    if (rowCount > this.#counts.length) {
      const counts = new Float64Array(Math.max(rowCount, this.#counts.length * 2)).fill(Number.NaN);
      counts.set(this.#counts);
      this.#counts = counts;
    }
    present.forEach((isPresent, field) => {
      const old = this.#values[field];
      if ((!isPresent && !old) || (old && old.length >= this.#counts.length * ROW_VALUES)) return;
      const grown = new Float32Array(this.#counts.length * ROW_VALUES);
      if (old) grown.set(old);
      this.#values[field] = grown;
    });
  }
}
