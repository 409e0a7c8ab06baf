// Dates as spreadsheets keep them: days and parts of days since 1899-12-30, as numbers (ECMA-376 part 1, 18.17.4.1).

import { secondsPerTimeUnit, timeName } from '../time-names.ts';
import { DATE_NAME } from './clock-columns.ts';
import { type ClockTime, DAY_SECONDS } from './clock-times.ts';
import type { TableHead } from './head.ts';
import { type Layout, seenNumbers } from './layout.ts';

/** 1899-12-30, in days since 1970-01-01. */
const EPOCH_DAY = -25_569;
/** Days that are taken for dates: 2000 to 2050. */
const LEAST_DAY = 36_526;
const MOST_DAY = 54_789;
/** Part of a second that six decimals of a day leave open. */
const ROUNDING_S = 0.1;

export interface SerialDates {
  readonly column: number;
  readonly unitSeconds: number;
  /** The first of them. */
  readonly serialDay: number;
}

/** The first column of such dates that is called a date or a time. */
export function serialDates(layout: Layout, { columns }: TableHead): SerialDates | undefined {
  const column = columns.findIndex(({ text, bare, unit }, at) => {
    const isTime = DATE_NAME.test(text) || timeName(bare, unit) !== undefined;
    return isTime && isDays(timeName(text)?.unitSeconds) && serialDatesIn(layout, columns, at) !== undefined;
  });
  return serialDatesIn(layout, columns, column);
}

/** Undefined where the column states another unit than days, or does not rise by whole seconds in parts of days. */
export function serialDatesIn(layout: Layout, columns: TableHead['columns'], column: number): SerialDates | undefined {
  const unit = columns[column]?.unit;
  if (unit === undefined || layout.kinds[column] !== 'number') return undefined;
  const numbers = seenNumbers(layout, column);
  const serialDay = numbers.find(Number.isFinite);
  const isOther = unit !== '' && secondsPerTimeUnit(unit) !== DAY_SECONDS;
  if (isOther || serialDay === undefined || !risesByParts(numbers)) return undefined;
  return { column, unitSeconds: DAY_SECONDS, serialDay };
}

function isDays(unitSeconds: number | undefined): boolean {
  return unitSeconds === undefined || unitSeconds === DAY_SECONDS;
}

/** Whether days rise by whole seconds that are no short decimals of a day, as no count of seconds does. */
function risesByParts(numbers: readonly number[]): boolean {
  const days = numbers.filter(Number.isFinite);
  const isDate = days.length > 2 && days.every((day) => day >= LEAST_DAY && day < MOST_DAY);
  const stepsS = days.slice(1).map((day, row) => (day - days[row]!) * DAY_SECONDS);
  const isWhole = stepsS.every((stepS) => stepS > 0.5 && Math.abs(stepS - Math.round(stepS)) < ROUNDING_S);
  return isDate && isWhole && stepsS.some((stepS) => !isShort(stepS / DAY_SECONDS));
}

function isShort(step: number): boolean {
  return Math.abs(step - Number(step.toFixed(3))) < 1e-6;
}

/** The moment of such a date, without a zone. */
export function serialMoment(serialDay: number): ClockTime {
  const seconds = Math.round((serialDay % 1) * DAY_SECONDS);
  return { day: Math.floor(serialDay) + EPOCH_DAY, seconds, decimals: 0, zoneMinutes: undefined };
}
