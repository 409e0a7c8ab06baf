// Statistics of a JLS v1 signal over any bins: whole stored rows in the middle and the samples around them, so that
// bins are exact at any increment. Only a view of very many samples takes groups of 64 samples instead and lets
// neighbouring bins share the row or group that their border cuts.

import type { BinVisitor } from '../../../core/codec.ts';
import { addMoments, addValues, emptyMoments, type Moments } from '../../moments.ts';
import { type Columns, GROUP_SAMPLES, GROUP_VALUES, PAGE_SAMPLES } from './columns.ts';
import type { Reductions } from './reductions.ts';

/** Up to so many samples in view every bin is exact. */
const EXACT_SAMPLES_MAX = 2 ** 22;
/** From so many samples per bin on, groups that are kept make the next request faster than counting again. */
const GROUPED_MIN_SAMPLES = 16 * GROUP_SAMPLES;
const PAGES_AHEAD = 4;

/** `moments` is valid during the call. */
export type MomentsVisitor = (moments: Readonly<Moments>, index: number) => void;

/** For one request: it keeps a cursor. */
export class FieldStatistics {
  readonly #columns: Columns;
  readonly #reductions: Reductions;
  readonly #field: number;
  /** Samples per stored row; 0 = the field has none. */
  readonly #rowSamples: number;
  readonly #part = emptyMoments();
  /** Page up to which groups are loaded ahead. */
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
    this.#rowSamples = rowSamples > 0 && reductions.hasField(field) ? rowSamples : 0;
  }

  /** Bins [start + i × increment, … + increment) for i < count. The range must lie inside the signal. */
  async bins(start: number, increment: number, count: number, visit: MomentsVisitor): Promise<void> {
    const hasRows = this.#rowSamples > 0 && increment >= this.#rowSamples;
    const isExact = increment * count <= EXACT_SAMPLES_MAX || count <= 2 || increment < GROUP_SAMPLES;
    if (!isExact) await this.#shared(start, increment, count, hasRows ? this.#rowSamples : GROUP_SAMPLES, visit);
    else if (!hasRows && increment < GROUPED_MIN_SAMPLES) await this.#direct(start, increment, count, visit);
    else {
      this.#lastPage = hasRows ? 0 : Math.floor((start + increment * count - 1) / PAGE_SAMPLES);
      for (let index = 0; index < count; index++) {
        const moments = emptyMoments();
        const from = start + index * increment;
        const pending = this.#exact(moments, from, from + increment);
        if (pending) await pending;
        visit(moments, index);
      }
    }
  }

  /** Adds [from, to): whole rows, and the samples at both ends. */
  #exact(into: Moments, from: number, to: number): Promise<void> | undefined {
    const rowSamples = this.#rowSamples;
    if (rowSamples === 0) return this.#addSamples(into, from, to);
    const firstRow = Math.ceil(from / rowSamples);
    const endRow = Math.floor(to / rowSamples);
    return firstRow < endRow ? this.#addRows(into, from, firstRow, endRow, to) : this.#addSamples(into, from, to);
  }

  async #addRows(into: Moments, from: number, firstRow: number, endRow: number, to: number): Promise<void> {
    const rowSamples = this.#rowSamples;
    await this.#addSamples(into, from, firstRow * rowSamples);
    for (let row = firstRow; row < endRow; row++) {
      const pending = this.#addRow(into, row, 1);
      if (pending) await pending;
    }
    await this.#addSamples(into, endRow * rowSamples, to);
  }

  /** Bins in which a unit (row or group) that a border inside the view cuts counts by its share for both. */
  async #shared(start: number, increment: number, count: number, unit: number, visit: MomentsVisitor): Promise<void> {
    this.#lastPage = unit === this.#rowSamples ? 0 : Math.floor((start + increment * count - 1) / PAGE_SAMPLES);
    for (let index = 0; index < count; index++) {
      const moments = emptyMoments();
      const from = start + index * increment;
      const to = from + increment;
      const first = index === 0 ? Math.ceil(from / unit) : Math.floor(from / unit);
      const end = index === count - 1 ? Math.floor(to / unit) : Math.ceil(to / unit);
      if (index === 0) await this.#addSamples(moments, from, first * unit);
      for (let at = first; at < end; at++) {
        const share = (Math.min(to, (at + 1) * unit) - Math.max(from, at * unit)) / unit;
        if (unit === this.#rowSamples) {
          const pending = this.#addRow(moments, at, share);
          if (pending) await pending;
        } else {
          const number = Math.floor((at * unit) / PAGE_SAMPLES);
          if (this.#groupsPage !== number) await this.#loadGroups(number);
          this.#addGroup(moments, at * unit, share);
        }
      }
      if (index === count - 1) await this.#addSamples(moments, end * unit, to);
      visit(moments, index);
    }
  }

  /** A promise only where the row is not in the file and has to be computed. */
  #addRow(into: Moments, row: number, share: number): Promise<void> | undefined {
    const count = this.#reductions.count(row);
    if (count === undefined) return this.#addSamples(into, row * this.#rowSamples, (row + 1) * this.#rowSamples);
    const field = this.#field;
    const of = (which: number) => this.#reductions.value(field, row, which);
    this.#addPart(into, count * share, of(0), of(1) * share, of(2), of(3));
    return undefined;
  }

  /** A promise only where another page has to be loaded. */
  #addSamples(into: Moments, from: number, to: number): Promise<void> | undefined {
    if (from >= this.#page && to <= this.#page + this.#values.length) {
      this.#addPiece(into, from, to);
      return undefined;
    }
    return from < to ? this.#addPages(into, from, to) : undefined;
  }

  async #addPages(into: Moments, from: number, to: number): Promise<void> {
    for (let position = from; position < to; ) {
      const number = Math.floor(position / PAGE_SAMPLES);
      const stop = Math.min(to, (number + 1) * PAGE_SAMPLES);
      if (this.#page !== number * PAGE_SAMPLES) {
        if (number + PAGES_AHEAD <= this.#lastPage) this.#columns.prefetch(number + PAGES_AHEAD);
        this.#values = await this.#columns.values(this.#field, number);
        this.#groups = await this.#columns.groups(this.#field, number);
        this.#groupsPage = number;
        this.#page = number * PAGE_SAMPLES;
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
      addValues(into, this.#values, from - this.#page, to - this.#page);
      return;
    }
    addValues(into, this.#values, from - this.#page, firstGroup - this.#page);
    for (let at = firstGroup; at < endGroup; at += GROUP_SAMPLES) this.#addGroup(into, at, 1);
    addValues(into, this.#values, endGroup - this.#page, to - this.#page);
  }

  /** Short bins from the samples alone, page by page. */
  async #direct(start: number, increment: number, count: number, visit: MomentsVisitor): Promise<void> {
    const end = start + increment * count;
    const endPage = Math.ceil(end / PAGE_SAMPLES);
    /** The bin under way, and what pages before this one gave it. */
    let index = 0;
    const open = emptyMoments();
    const addPart: BinVisitor = (valid, mean, m2, min, max) => this.#addPart(open, valid, mean, m2, min, max);
    const visitWhole: BinVisitor = (valid, mean, m2, min, max) => {
      visit(assign(this.#part, valid, mean, m2, min, max), index);
      index += 1;
    };
    for (let number = Math.floor(start / PAGE_SAMPLES); number < endPage; number++) {
      if (number + PAGES_AHEAD < endPage) this.#columns.prefetch(number + PAGES_AHEAD);
      const pageStart = number * PAGE_SAMPLES;
      const stop = Math.min(end, pageStart + PAGE_SAMPLES);
      await this.#columns.withValues(this.#field, number, (values) => {
        for (let position = Math.max(start, pageStart); position < stop; ) {
          const binStart = start + index * increment;
          const whole = position === binStart ? Math.floor((stop - position) / increment) : 0;
          if (whole > 0) {
            this.#columns.bins(values, position - pageStart, increment, whole, visitWhole);
            position += whole * increment;
            continue;
          }
          const to = Math.min(stop, binStart + increment);
          this.#columns.bins(values, position - pageStart, to - position, 1, addPart);
          position = to;
          if (to < binStart + increment) continue;
          visit(open, index);
          index += 1;
          open.count = 0;
        }
      });
    }
  }

  async #loadGroups(number: number): Promise<void> {
    for (let ahead = number + 1; ahead <= Math.min(this.#lastPage, number + PAGES_AHEAD); ahead++) {
      void this.#columns.groups(this.#field, ahead);
    }
    this.#groups = await this.#columns.groups(this.#field, number);
    this.#groupsPage = number;
  }

  #addGroup(into: Moments, position: number, share: number): void {
    const groups = this.#groups;
    const at = ((position % PAGE_SAMPLES) / GROUP_SAMPLES) * GROUP_VALUES;
    this.#addPart(
      into,
      groups[at]! * share,
      groups[at + 1]!,
      groups[at + 2]! * share,
      groups[at + 3]!,
      groups[at + 4]!,
    );
  }

  #addPart(into: Moments, count: number, mean: number, m2: number, min: number, max: number): void {
    addMoments(into, assign(this.#part, count, mean, m2, min, max));
  }
}

function assign(moments: Moments, count: number, mean: number, m2: number, min: number, max: number): Moments {
  moments.count = count;
  moments.mean = mean;
  moments.m2 = m2;
  moments.min = min;
  moments.max = max;
  return moments;
}
