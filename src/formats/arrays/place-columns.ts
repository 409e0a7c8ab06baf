// Puts columns on their axes: those of one length share the axis that is found among them. Without such a one there may be
// a rate beside them, or the user says one; else samples are counted. Nothing is invented.

import type { Utc } from '../../base/time.ts';
import type { ColumnRole, ReadChoice } from '../../model/read-choice.ts';
import type { Reading } from '../../model/reading.ts';
import type { Diagnostic, SampleType } from '../../model/signal-store.ts';
import type { PlainSignal } from '../plain-store.ts';
import { unitSymbol } from '../units.ts';
import type { ArrayAxis } from './array-axis.ts';
import { arrayReading } from './array-reading.ts';
import { type AxisColumn, AxisSearch } from './axis-search.ts';
import { firstUtc, type Placing, placedSignal, type SampleSource } from './placed-signal.ts';
import type { StatedAxis } from './stated-axis.ts';

/** A column of numbers whose place on an axis is not decided yet. Its id is what it is called, `name` may be the last part of that. */
export interface ValueColumn extends AxisColumn, SampleSource {
  readonly dtype: SampleType;
  /** Fixed-point: integers of `dtype` in the file. */
  readonly isScaled?: boolean;
}

export interface ColumnRules {
  /** Begins the codes of diagnostics. */
  readonly format: string;
  /** What stands beside the columns and speaks of their axis. */
  readonly stated?: StatedAxis | undefined;
  /** The times are a signal, too, behind the others. */
  readonly showsTimes: boolean;
  /** An axis that the file itself states for columns of this length. */
  readonly ownAxis?: (length: number) => Promise<ArrayAxis | undefined>;
}

export interface PlacedColumns {
  readonly signals: readonly PlainSignal[];
  readonly originUtc: Utc | undefined;
  readonly reading: Reading;
}

/** Decides over all columns of a file. Rejects with `format/not-found` when nothing is called as the user says. */
export async function placeColumns(
  columns: readonly ValueColumn[],
  choice: ReadChoice,
  rules: ColumnRules,
  diagnostics: Diagnostic[],
): Promise<PlacedColumns> {
  const { format, stated, showsTimes } = rules;
  const search = new AxisSearch(choice, format, diagnostics);
  search.require(columns.map(({ id }) => id));
  const placings = new Map<number, Placing>();
  const roles = new Map<ValueColumn, ColumnRole>();
  for (const sampleCount of new Set(columns.map(({ length }) => length))) {
    const alike = columns.filter(({ length }) => length === sampleCount);
    const { axis, times, numbers } = await axisOf(alike, sampleCount, search, choice, rules);
    placings.set(sampleCount, { sampleCount, axis, stated });
    for (const number of numbers) roles.set(number, 'left-out');
    if (times) roles.set(times, axis?.axis && axis.axis.unit === '' ? 'left-out' : 'time');
  }
  const originUtc = firstUtc([...placings.values()], choice);
  const isTime = (column: ValueColumn) => roles.get(column) === 'time';
  const shown = columns.filter((column) => !roles.has(column));
  const inOrder = showsTimes ? [...shown, ...columns.filter(isTime)] : shown;
  const signals = inOrder.map((column) => {
    const { id, unit, dtype, isScaled, length, read, packed } = column;
    const placing = placings.get(length)!;
    const timeUnit = isTime(column) ? placing.axis?.timeUnit : undefined;
    const base = {
      id,
      name: id,
      unit: timeUnit ?? unitSymbol(unit),
      source: '',
      dtype,
      ...(isScaled && { isScaled }),
      startSample: 0,
      firstSampleId: 0n,
    };
    return placedSignal(base, { read, ...(packed && { packed }) }, placing, choice, originUtc);
  });
  const told = columns.map((column) => {
    const { id, unit, dtype, length } = column;
    const role = roles.get(column) ?? 'signal';
    const placing = role === 'signal' ? placings.get(length) : undefined;
    const timeUnit = role === 'time' ? placings.get(length)?.axis?.timeUnit : undefined;
    return {
      id,
      name: id,
      unit: timeUnit ?? unitSymbol(unit),
      role,
      detail: `${length} ${dtype}`,
      type: dtype,
      placing,
    };
  });
  const reading = arrayReading(told, search.guesses, choice, format, diagnostics, false);
  return { signals, originUtc, reading };
}

interface FoundPlaces {
  readonly axis: ArrayAxis | undefined;
  /** The column that gave it. */
  readonly times: ValueColumn | undefined;
  /** Columns that only number the samples. */
  readonly numbers: readonly ValueColumn[];
}

/** Of columns of one length. */
async function axisOf(
  columns: readonly ValueColumn[],
  count: number,
  search: AxisSearch,
  choice: ReadChoice,
  { stated, ownAxis }: ColumnRules,
): Promise<FoundPlaces> {
  const isAlone = columns.length < 2 && columns[0]?.id !== choice.time;
  const own = choice.time === undefined ? await ownAxis?.(count) : undefined;
  // times of nothing are numbers like any other
  if (!own && (count === 0 || isAlone)) return { axis: undefined, times: undefined, numbers: [] };
  if (own) return { axis: own, times: columns.find(({ id }) => id === own.id), numbers: [] };
  const isRated = stated !== undefined || choice.rateHz !== undefined;
  const found = await search.among(columns, { isRated, isInOrder: true });
  const numbers = await search.running(columns, found?.column);
  return { axis: found?.axis, times: found?.column, numbers };
}
