// Puts arrays on their axes: those of one length share the times of the one among them that holds times. Without such a
// one there may be a rate beside them, or the user says one; else samples are counted. Nothing is invented.

import { FormatError } from '../../base/errors.ts';
import { type Utc, utcSecondsBetween } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { ReadColumn, Reading } from '../../model/reading.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { PlainSignal } from '../plain-store.ts';
import {
  axisDiagnostics,
  COUNTED_AXIS,
  type EvenTimes,
  stampedSignal,
  timeAxisOf,
  type UnevenTimes,
} from '../time-axis.ts';
import { type ArrayTimes, arrayTimes, MAX_TIMES, speaksOfTime } from './array-times.ts';
import { type ItemColumn, steadyColumn } from './item-signals.ts';

/** What stands beside the arrays and speaks of their axis. */
export interface AxisHints {
  readonly rateHz?: number;
  readonly startS?: number;
  /** How that was found, in a sentence. */
  readonly guess?: string;
}

export interface PlacedColumns {
  readonly signals: readonly PlainSignal[];
  readonly originUtc: Utc | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly reading: Reading;
}

/** An array of times, and what it says. */
interface TimeColumn extends ArrayTimes {
  readonly column: ItemColumn;
  readonly axis: EvenTimes | UnevenTimes;
}

/**
 * Decides over all columns of a file; ids of diagnostics begin with `format`. The array of times is a signal, too, behind
 * the others. Rejects with `format/not-found` when there is no array of the name that the user says holds the times.
 */
export async function placeColumns(
  columns: readonly ItemColumn[],
  choice: ReadChoice,
  hints: AxisHints,
  format: string,
): Promise<PlacedColumns> {
  requireTime(columns, choice);
  const diagnostics: Diagnostic[] = [];
  const guesses: string[] = [];
  const times = new Map<number, TimeColumn>();
  for (const length of new Set(columns.map((column) => column.length))) {
    const found = await timesFor(
      columns.filter((column) => column.length === length),
      choice,
      diagnostics,
      format,
    );
    if (found) times.set(length, found);
    if (found?.guess) guesses.push(found.guess);
  }
  const originUtc = [...times.values()].reduce<Utc | undefined>(
    (first, { originUtc: utc }) => (utc !== undefined && (first === undefined || utc < first) ? utc : first),
    undefined,
  );
  const placers = new Map(
    [...times].map(([length, time]) => [length, placer(time, originUtc, choice, diagnostics, format)]),
  );
  const isTime = (column: ItemColumn): boolean => times.get(column.length)?.column === column;
  const inOrder = [...columns.filter((column) => !isTime(column)), ...columns.filter(isTime)];
  const rateHz = choice.rateHz ?? hints.rateHz;
  const startS = choice.startS ?? hints.startS ?? 0;
  const signals = inOrder.map((column) => {
    const place = placers.get(column.length);
    if (place) return withUnit(place(column), isTime(column) ? times.get(column.length)!.unit : '');
    return rateHz === undefined
      ? steadyColumn(column, column.name, { sampleRateHz: 1, offsetS: startS, axis: COUNTED_AXIS })
      : steadyColumn(column, column.name, { sampleRateHz: rateHz, offsetS: startS });
  });
  const hasUntimed = columns.some(({ length }) => !times.has(length));
  if (hasUntimed && rateHz === undefined) diagnostics.push(counted(format));
  if (hasUntimed && choice.rateHz === undefined && hints.guess) guesses.push(hints.guess);
  diagnostics.push(...guesses.map((message): Diagnostic => ({ severity: 'info', code: `${format}/guess`, message })));
  const [firstTime] = times.values();
  return {
    signals,
    originUtc,
    diagnostics,
    reading: {
      form: `${format}:${columns.map(({ name, scalar }) => `${name} ${scalar.kind}${scalar.itemBytes}`).join(',')}`,
      guesses,
      choice: {
        ...choice,
        ...(firstTime ? { time: firstTime.column.name, ...(firstTime.unit && { timeUnit: firstTime.unit }) } : {}),
        ...(hasUntimed && rateHz !== undefined && { rateHz }),
      },
      columns: columns.map((column) => readColumn(column, isTime(column), times)),
    },
  };
}

function requireTime(columns: readonly ItemColumn[], { time }: ReadChoice): void {
  if (typeof time !== 'string' || columns.some(({ name }) => name === time)) return;
  const names = columns.slice(0, 8).map(({ name }) => `"${name}"`);
  throw new FormatError('format/not-found', `The file has no array "${time}" of times. It has ${names.join(', ')}.`);
}

/** The times of arrays of one length. */
async function timesFor(
  columns: readonly ItemColumn[],
  { time, timeUnit }: ReadChoice,
  diagnostics: Diagnostic[],
  format: string,
): Promise<TimeColumn | undefined> {
  const chosen = typeof time === 'string' ? columns.find(({ name }) => name === time) : undefined;
  if (time === null || columns[0]!.length < 2) return undefined;
  // times of nothing are numbers like any other
  if (!chosen && columns.length < 2) return undefined;
  const candidates = chosen ? [chosen] : columns.filter(speaksOfTime);
  for (const column of candidates) {
    if (column.length > MAX_TIMES) {
      const message = `"${column.name}" has more than ${MAX_TIMES} values, too many for times: say the rate instead.`;
      diagnostics.push({ severity: 'warning', code: `${format}/times`, message });
      continue;
    }
    const times = await arrayTimes(column, timeUnit);
    const axis = timeAxisOf(times.timesS, times.resolutionS);
    if (axis && (chosen || isRising(times.timesS))) return { column, axis, ...times };
    const message = `"${column.name}" does not rise: it is shown as a signal and not as the time of the others.`;
    diagnostics.push({ severity: 'info', code: `${format}/times`, message });
  }
  return undefined;
}

/** Never falls, and is not the same all the way; missing ones apart. */
function isRising(timesS: Float64Array): boolean {
  let first = Number.NaN;
  let last = Number.NaN;
  for (const timeS of timesS) {
    if (Number.isNaN(timeS)) continue;
    if (timeS < last) return false;
    if (Number.isNaN(first)) first = timeS;
    last = timeS;
  }
  return last > first;
}

/** Makes signals of the columns that share these times. */
function placer(
  { column: timeColumn, axis, originUtc: ownUtc }: TimeColumn,
  originUtc: Utc | undefined,
  choice: ReadChoice,
  diagnostics: Diagnostic[],
  format: string,
): (column: ItemColumn) => PlainSignal {
  diagnostics.push(...axisDiagnostics(axis, timeColumn.name, format));
  const moveS = ownUtc !== undefined && originUtc !== undefined ? utcSecondsBetween(originUtc, ownUtc) : 0;
  if (axis.timing === 'steady') {
    const { sampleRateHz } = axis;
    return (column) =>
      steadyColumn(column, column.name, { sampleRateHz, offsetS: choice.startS ?? axis.offsetS + moveS });
  }
  const startS = axis.timesS[0] ?? 0;
  const shiftS = choice.startS === undefined ? moveS : choice.startS - startS;
  const moved = shiftS === 0 ? axis : { ...axis, timesS: axis.timesS.map((timeS) => timeS + shiftS) };
  return ({ name, dtype, read }) => {
    const base = { id: name, name, unit: '', source: '', dtype, startSample: 0, firstSampleId: 0n } as const;
    return stampedSignal(moved, base, timeColumn.name, read);
  };
}

function withUnit(signal: PlainSignal, unit: string): PlainSignal {
  return unit === '' ? signal : ({ ...signal, info: { ...signal.info, unit } } as PlainSignal);
}

function readColumn(column: ItemColumn, isTime: boolean, times: ReadonlyMap<number, TimeColumn>): ReadColumn {
  const unit = isTime ? times.get(column.length)!.unit : '';
  return { id: column.name, name: column.name, unit, role: isTime ? 'time' : 'signal' };
}

function counted(format: string): Diagnostic {
  return {
    severity: 'info',
    code: `${format}/counted`,
    message:
      'Nothing says how far apart the samples are: they are counted. Say the rate, or which array holds the times.',
  };
}
