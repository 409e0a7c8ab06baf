// Statistics of a JLS v1 signal over any bins: whole stored rows in the middle, groups of 64 samples around
// them, single samples at the edges, so that bins are exact at any increment and cost little. Only a view of
// very many samples lets neighbouring bins share the row or group that their border cuts.

import { addMoments, emptyMoments, type Moments } from '../../moments.ts';
import { type Columns, GROUP_SAMPLES, GROUP_VALUES, PAGE_SAMPLES } from './columns.ts';
import type { Reductions } from './reductions.ts';

/** Up to so many samples in view every bin is exact. */
const EXACT_SAMPLES_MAX = 2 ** 22;
const PAGES_AHEAD = 4;

export type MomentsVisitor = (moments: Moments, index: number) => void;

/** For one request: it keeps a cursor. */
export class FieldStatistics {
  readonly #columns: Columns;
  readonly #reductions: Reductions;
  readonly #field: number;
  readonly #rowSamples: number;
  /** Page up to which samples are read ahead. */
  #lastPage = 0;
  /** First sample of the page under the cursor, its values, and the page whose groups are at hand. */
  #page = -1;
  #values: Float32Array = new Float32Array(0);
  #groupsPage = -1;
  #groups: Float64Array = new Float64Array(0);

  /** `rowSamples` is the number of samples per stored row; 0 = there are none. */
  constructor(columns: Columns, reductions: Reductions, field: number, rowSamples: number) {
    this.#columns = columns;
    this.#reductions = reductions;
    this.#field = field;
    this.#rowSamples = rowSamples;
  }

  /** Bins [start + i × increment, … + increment) for i < count. The range must lie inside the signal. */
  async bins(start: number, increment: number, count: number, visit: MomentsVisitor): Promise<void> {
    const end = start + increment * count;
    const isExact = increment * count <= EXACT_SAMPLES_MAX || count <= 2 || increment < GROUP_SAMPLES;
    const rowSamples = this.#rowSamples > 0 && this.#reductions.hasField(this.#field) ? this.#rowSamples : 0;
    const isEachSampleRead = rowSamples === 0 || increment < (isExact ? 2 : 1) * rowSamples;
    this.#lastPage = isEachSampleRead ? Math.floor((end - 1) / PAGE_SAMPLES) : 0;
    const unit = rowSamples > 0 && increment >= rowSamples ? rowSamples : GROUP_SAMPLES;
    for (let index = 0; index < count; index++) {
      const moments = emptyMoments();
      const from = start + index * increment;
      const to = from + increment;
      const isShort = rowSamples === 0 || increment < rowSamples;
      if (!isExact) await this.#shared(moments, from, to, unit, index === 0, index === count - 1, rowSamples);
      else if (isShort && from >= this.#page && to <= this.#page + this.#values.length)
        this.#addPiece(moments, from, to);
      else await this.#exact(moments, from, to, rowSamples);
      visit(moments, index);
    }
  }

  async #exact(into: Moments, from: number, to: number, rowSamples: number): Promise<void> {
    if (rowSamples > 0) {
      const firstRow = Math.ceil(from / rowSamples);
      const endRow = Math.floor(to / rowSamples);
      if (firstRow < endRow) {
        await this.#fromSamples(into, from, firstRow * rowSamples);
        for (let row = firstRow; row < endRow; row++) {
          const pending = this.#addRow(into, row, 1);
          if (pending) await pending;
        }
        await this.#fromSamples(into, endRow * rowSamples, to);
        return;
      }
    }
    await this.#fromSamples(into, from, to);
  }

  /** As `#exact`, but a unit that a border inside the view cuts counts by its share for both bins. */
  async #shared(
    into: Moments,
    from: number,
    to: number,
    unit: number,
    isFirst: boolean,
    isLast: boolean,
    rowSamples: number,
  ): Promise<void> {
    const first = isFirst ? Math.ceil(from / unit) : Math.floor(from / unit);
    const end = isLast ? Math.floor(to / unit) : Math.ceil(to / unit);
    if (isFirst) await this.#exact(into, from, first * unit, 0);
    for (let index = first; index < end; index++) {
      const share = (Math.min(to, (index + 1) * unit) - Math.max(from, index * unit)) / unit;
      if (unit === rowSamples) {
        const pending = this.#addRow(into, index, share);
        if (pending) await pending;
      } else {
        if (this.#groupsPage !== Math.floor((index * unit) / PAGE_SAMPLES)) await this.#loadGroups(index * unit);
        this.#addGroup(into, index * unit, share);
      }
    }
    if (isLast) await this.#exact(into, end * unit, to, 0);
  }

  /** A promise only where the row is not in the file and has to be computed. */
  #addRow(into: Moments, row: number, share: number): Promise<void> | undefined {
    const count = this.#reductions.count(row);
    if (count === undefined) return this.#fromSamples(into, row * this.#rowSamples, (row + 1) * this.#rowSamples);
    const field = this.#field;
    const of = (which: number) => this.#reductions.value(field, row, which);
    addMoments(into, { count: count * share, mean: of(0), m2: of(1) * share, min: of(2), max: of(3) });
    return undefined;
  }

  async #fromSamples(into: Moments, from: number, to: number): Promise<void> {
    for (let position = from; position < to; ) {
      const pageStart = Math.floor(position / PAGE_SAMPLES) * PAGE_SAMPLES;
      const stop = Math.min(to, pageStart + PAGE_SAMPLES);
      if (this.#page !== pageStart) {
        await this.#loadGroups(position);
        this.#values = await this.#columns.values(this.#field, pageStart / PAGE_SAMPLES);
        this.#page = pageStart;
      }
      this.#addPiece(into, position, stop);
      position = stop;
    }
  }

  /** Adds samples of the loaded page: whole groups, and one by one at both ends. */
  #addPiece(into: Moments, from: number, to: number): void {
    const firstGroup = Math.ceil(from / GROUP_SAMPLES) * GROUP_SAMPLES;
    const endGroup = Math.floor(to / GROUP_SAMPLES) * GROUP_SAMPLES;
    if (firstGroup >= endGroup) {
      this.#addValues(into, from, to);
      return;
    }
    this.#addValues(into, from, firstGroup);
    for (let at = firstGroup; at < endGroup; at += GROUP_SAMPLES) this.#addGroup(into, at, 1);
    this.#addValues(into, endGroup, to);
  }

  async #loadGroups(position: number): Promise<void> {
    const number = Math.floor(position / PAGE_SAMPLES);
    for (let ahead = number + 1; ahead <= Math.min(this.#lastPage, number + PAGES_AHEAD); ahead++) {
      void this.#columns.groups(this.#field, ahead);
    }
    this.#groups = await this.#columns.groups(this.#field, number);
    this.#groupsPage = number;
  }

  #addGroup(into: Moments, position: number, share: number): void {
    const groups = this.#groups;
    const at = ((position % PAGE_SAMPLES) / GROUP_SAMPLES) * GROUP_VALUES;
    addMoments(into, {
      count: groups[at]! * share,
      mean: groups[at + 1]!,
      m2: groups[at + 2]! * share,
      min: groups[at + 3]!,
      max: groups[at + 4]!,
    });
  }

  /** Single samples at the ends of a bin: the innermost loop of a view, so it stays with one kind of array. */
  #addValues(into: Moments, from: number, to: number): void {
    const values = this.#values;
    const first = from - this.#page;
    const end = to - this.#page;
    let count = 0;
    let sum = 0;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (let i = first; i < end; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      count += 1;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (count === 0) return;
    const mean = sum / count;
    let m2 = 0;
    for (let i = first; i < end; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value)) m2 += (value - mean) * (value - mean);
    }
    addMoments(into, { count, mean, m2, min, max });
  }
}
