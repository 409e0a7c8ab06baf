// Which of several columns or arrays of one length is the axis of the others: the one that the user names, else dates,
// else what is called a time, else numbers of the size of Unix times, else another axis, else running numbers. One search
// for every format; what it had to assume is said once.

import type { ReadChoice } from '../../model/read-choice.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { COUNTED_AXIS } from '../time-axis.ts';
import { isOtherAxisName, isRunningName, noSuchTimes } from '../time-names.ts';
import { unixUnit } from '../unix-times.ts';
import { type ArrayAxis, type AxisFacts, arrayAxis, countedAxis, isRunning, timeNameOf } from './array-axis.ts';

/** A column, array or dataset that may be the axis of others. */
export interface AxisColumn extends AxisFacts {
  readonly length: number;
  /** One of several columns without names of their own. */
  readonly isUnnamed?: boolean;
  /** The value at a place; NaN where there is none. */
  valueAt(index: number): Promise<number | bigint>;
  /** All values, NaN where there is none. */
  values(): Promise<ArrayLike<number | bigint>>;
}

export interface FoundAxis<T extends AxisColumn> {
  readonly column: T;
  /** Its places are known. */
  readonly axis: ArrayAxis;
}

export interface SearchRules {
  /** Something else says how far samples are apart: running numbers are no axis then. */
  readonly isRated: boolean;
  /** The first column may be the axis because it is the first. */
  readonly isInOrder: boolean;
}

/** Values of one axis that are held in memory, at most (8 bytes each). */
const MAX_PLACES = 2 ** 25;
/** Columns whose first value is looked at, at most. */
const MOST_LOOKED_AT = 16;
/** Values of a column that show whether it rises at all: noise rises so often in a row once in 40 000 times. */
const LOOKED_AT_FIRST = 8;
/** Numbers of the size of Unix seconds that span more are no times by their size alone: frequencies are as large. */
const MOST_UNIX_SPAN_S = 366 * 86_400;
/** Numbers that name things, which may be as large as times. */
const IDENTIFIER = /(?:^|[_ .])(?:id|uid|key|serial|freq\w*)$/i;

export class AxisSearch {
  /** What was assumed, in sentences. */
  readonly guesses: string[] = [];
  readonly #choice: ReadChoice;
  readonly #format: string;
  readonly #diagnostics: Diagnostic[];
  readonly #decided = new Map<string, ArrayAxis | undefined>();

  constructor(choice: ReadChoice, format: string, diagnostics: Diagnostic[]) {
    this.#choice = choice;
    this.#format = format;
    this.#diagnostics = diagnostics;
  }

  /** Rejects a choice of times that are called like nothing in the file. */
  require(ids: readonly string[]): void {
    const { time } = this.#choice;
    if (typeof time === 'string' && !ids.includes(time)) throw noSuchTimes(time, ids);
  }

  /** Among columns that all have a value per sample. Undefined when samples can only be counted. */
  async among<T extends AxisColumn>(columns: readonly T[], rules: SearchRules): Promise<FoundAxis<T> | undefined> {
    const { time } = this.#choice;
    if (time === null) return undefined;
    const chosen = columns.find(({ id }) => id === time);
    if (chosen) return this.#found(chosen, await this.of(chosen, chosen.length));
    const named = rankedTimes(columns);
    for (const column of named) {
      const found = this.#found(column, await this.of(column, column.length));
      if (!found) continue;
      this.#saySecond(named.filter((other) => other !== column));
      return found;
    }
    const others = columns.filter((column) => !named.includes(column));
    return (
      (await this.#bySize(others)) ??
      (rules.isInOrder ? await this.#byOrder(columns) : undefined) ??
      (rules.isRated ? undefined : await this.#byNumber(others))
    );
  }

  /** What a column makes of `count` samples, each decided once. */
  async of(column: AxisColumn, count: number, isTime?: boolean): Promise<ArrayAxis | undefined> {
    const key = `${count} ${column.id}`;
    if (this.#decided.has(key)) return this.#decided.get(key);
    const axis = await this.#decide(column, count, isTime);
    this.#decided.set(key, axis);
    return axis;
  }

  /**
   * Columns that only number their rows, which are no signals; `axis` is the one of them that serves as such. Those stay
   * beside which nothing else is to be seen: `isBeside` says whether there is, given a column and all that only number.
   */
  async running<T extends AxisColumn>(
    columns: readonly T[],
    axis: T | undefined,
    isBeside = (_: T, numbers: readonly T[]): boolean => columns.length > numbers.length + (axis ? 1 : 0),
  ): Promise<readonly T[]> {
    const numbers: T[] = [];
    for (const column of columns) {
      const isNumber = column === axis || this.#choice.time === column.id || !isRunningName(column.name);
      if (isNumber || column.clock || column.length < 2 || column.length > MAX_PLACES) continue;
      if (isRunning(await column.values())) numbers.push(column);
    }
    const found = numbers.filter((column) => isBeside(column, numbers));
    for (const { id } of found)
      this.#say('info', 'running-number', `"${id}" only numbers the samples: it is left out.`);
    return found;
  }

  async #decide(column: AxisColumn, count: number, isTime?: boolean): Promise<ArrayAxis | undefined> {
    if (column.length > MAX_PLACES) {
      const message = `"${column.id}" has more than ${MAX_PLACES} values, too many for an axis: say the rate instead.`;
      this.#say('warning', 'long-axis', message);
      return undefined;
    }
    const values = await column.values();
    const axis = arrayAxis({ ...column, values }, count, this.#format, this.#choice, isTime);
    if (!axis) return undefined;
    this.#diagnostics.push(...axis.diagnostics);
    if (axis.guess !== undefined) this.#guess(axis.guess);
    return axis;
  }

  #found<T extends AxisColumn>(column: T, axis: ArrayAxis | undefined): FoundAxis<T> | undefined {
    return axis?.places ? { column, axis } : undefined;
  }

  /** Numbers that rise and are of the size of Unix times, whatever they are called. */
  async #bySize<T extends AxisColumn>(columns: readonly T[]): Promise<FoundAxis<T> | undefined> {
    const numbers = columns.filter(
      ({ name, floatBits = 64, unit, length }) =>
        floatBits > 24 && unit === '' && length > 1 && !isOtherAxisName(name) && !IDENTIFIER.test(name),
    );
    for (const column of numbers.slice(0, MOST_LOOKED_AT)) {
      const first = Number(await column.valueAt(0));
      const unit = unixUnit(first);
      if (unit === undefined) continue;
      const last = Number(await column.valueAt(column.length - 1));
      if (unixUnit(last) !== unit || !(last > first) || (unit === 1 && last - first > MOST_UNIX_SPAN_S)) continue;
      if (column.length > MAX_PLACES || !neverFalls(await column.values())) continue;
      const found = this.#found(column, await this.of(column, column.length, true));
      if (found) return found;
    }
    return undefined;
  }

  /** The first column where its name is that of another axis, or where nothing has a name and it rises evenly. */
  async #byOrder<T extends AxisColumn>(columns: readonly T[]): Promise<FoundAxis<T> | undefined> {
    const [first] = columns;
    if (!first || first.length < 3 || first.length > MAX_PLACES || columns.length < 2) return undefined;
    if (first.isUnnamed) {
      if (!(await risesAtFirst(first))) return undefined;
      const values = await first.values();
      if (!risesByFractions(values)) return undefined;
      const found = this.#found(first, await this.of({ ...first, unit: 's' }, first.length, true));
      if (found)
        this.#guess(`Nothing names the columns. The first one rises evenly and is taken as the time in seconds.`);
      return found;
    }
    // a short name says too little
    if (first.name.length < 3 || /^bin$/i.test(first.name) || !isOtherAxisName(first.name)) return undefined;
    const values = await first.values();
    if (!alwaysRises(values)) return undefined;
    return this.#found(first, await this.of(first, first.length));
  }

  async #byNumber<T extends AxisColumn>(columns: readonly T[]): Promise<FoundAxis<T> | undefined> {
    for (const column of columns) {
      if (!isRunningName(column.name) || column.clock || column.length > MAX_PLACES) continue;
      const axis = countedAxis({ ...column, values: await column.values() }, COUNTED_AXIS);
      if (!axis) continue;
      this.#say('info', 'running-number', `"${column.id}" numbers the samples: it is their axis and no signal.`);
      return { column, axis };
    }
    return undefined;
  }

  #saySecond(columns: readonly AxisColumn[]): void {
    if (columns.length === 0) return;
    const names = columns.map(({ id }) => `"${id}"`).join(', ');
    const said = columns.length === 1 ? 'holds times, too: it is' : 'hold times, too: they are';
    this.#say('info', 'second-time', `${names} ${said} shown as ${columns.length === 1 ? 'a signal' : 'signals'}.`);
  }

  #guess(message: string): void {
    this.guesses.push(message);
    this.#say('info', 'guess', message);
  }

  #say(severity: Diagnostic['severity'], code: string, message: string): void {
    this.#diagnostics.push({ severity, code: `${this.#format}/${code}`, message });
  }
}

/** Dates before names, names that say a unit before those that do not, `t` and `time` before longer ones. */
function rankedTimes<T extends AxisColumn>(columns: readonly T[]): readonly T[] {
  const rank = ({ name, unit, clock }: T): number | undefined => {
    if (clock && clock.since !== 'unknown') return 0;
    const named = timeNameOf(name, unit);
    if (!named) return undefined;
    if (named.unitSeconds !== undefined || clock) return 1;
    return /^(?:t|time)$/i.test(name) ? 2 : 3;
  };
  return columns
    .flatMap((column) => {
      const place = rank(column);
      return place === undefined ? [] : [{ column, place }];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ column }) => column);
}

/** Most columns that are no axis show it at once: a long one is not read for that. */
async function risesAtFirst(column: AxisColumn): Promise<boolean> {
  let before = await column.valueAt(0);
  for (let index = 1; index < Math.min(LOOKED_AT_FIRST, column.length); index++) {
    const value = await column.valueAt(index);
    if (!(value > before)) return false;
    before = value;
  }
  return true;
}

function neverFalls(values: ArrayLike<number | bigint>): boolean {
  for (let index = 1; index < values.length; index++) if (values[index]! < values[index - 1]!) return false;
  return true;
}

function alwaysRises(values: ArrayLike<number | bigint>): boolean {
  for (let index = 1; index < values.length; index++) if (!(values[index]! > values[index - 1]!)) return false;
  return true;
}

/** Rises by steps that are nearly equal and not all whole. */
function risesByFractions(values: ArrayLike<number | bigint>): boolean {
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  let hasFraction = false;
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    hasFraction ||= !Number.isInteger(value);
    if (index === 0) continue;
    const step = value - Number(values[index - 1]);
    if (!(step > 0)) return false;
    least = Math.min(least, step);
    most = Math.max(most, step);
  }
  return hasFraction && most < MOST_UNEVEN * least;
}

/** Of steps that are even at a glance, the longest to the shortest. */
const MOST_UNEVEN = 1.5;
