// Where the time of a row stands: a column of numbers, a clock, steps that the head states, or nowhere. A time is found,
// or guessed and said so, or named as unknown.

import type { TimeBase } from '../../core/text-rows.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { SignalAxis } from '../../model/signal-store.ts';
import { COUNTED_AXIS } from '../time-axis.ts';
import {
  isOtherAxisName,
  isRunningName,
  noSuchTimes,
  secondsPerTimeUnit,
  statedTimeUnit,
  timeName,
} from '../time-names.ts';
import { unitParts } from '../units.ts';
import { isUnixSeconds, unixUnit } from '../unix-times.ts';
import { type ClockPlan, clockPlan, isBare, isCoarse } from './clock-columns.ts';
import { DAY_SECONDS } from './clock-times.ts';
import { stepsOfHead, type TableHead } from './head.ts';
import { type Layout, seenNumbers } from './layout.ts';
import { type SerialDates, serialDates, serialDatesIn } from './serial-dates.ts';

export interface NumberTime {
  readonly kind: 'numbers';
  readonly column: number;
  /** Seconds per unit; 1 along an axis that is no time. */
  readonly unitSeconds: number;
  /** Present where the column is no time. */
  readonly axis?: SignalAxis;
  /** What the times are counted from, which is a moment since 1970: Unix time. */
  readonly base?: TimeBase;
  /** The first date where they are those of a spreadsheet, in days since 1899-12-30 without a zone. */
  readonly serialDay?: number;
}

export type TimePlan =
  | NumberTime
  /** A date and a clock, or what one column holds of them. */
  | ClockPlan
  /** Stated by the head; jumps of a running number are missing samples. */
  | { readonly kind: 'steps'; readonly startS: number; readonly stepS: number; readonly column?: number }
  | { readonly kind: 'counted' };

export interface FoundTime {
  readonly plan: TimePlan;
  /** What had to be guessed, in sentences. */
  readonly guesses: readonly string[];
}

/** Exponent of a Unix time, at most. */
const MOST_POWER = 30;
/** Steps in the rows that were seen that must not fall, of all: clocks may be set back. */
const LEAST_RISING = 0.75;
/** Units of an axis that is no time. */
const AXIS_UNIT = new Set([
  'Hz',
  'eV',
  'm',
  '°',
  'deg',
  'rad',
  'cm',
  'mm',
  'cm-1',
  '1/cm',
  'Å',
  'inch',
  'in',
  'u',
  'Da',
]);

export function findTime(layout: Layout, head: TableHead, choice: ReadChoice): FoundTime {
  if (choice.time !== undefined && choice.time !== null) return chosenTime(layout, head, choice.time, choice.timeUnit);
  const marked = choice.time === undefined ? roleColumn(choice) : undefined;
  if (marked !== undefined) return chosenTime(layout, head, head.columns[marked]?.name ?? '', choice.timeUnit);
  if (choice.time === null) return { plan: stated(layout, head) ?? { kind: 'counted' }, guesses: [] };
  const named = namedTime(layout, head, choice.timeUnit);
  // Rigol: X is a running number
  if (head.steps && !named?.isUnitSaid) return { plan: stated(layout, head)!, guesses: [] };
  const clock = clockPlan(layout, head);
  const isCoarser = clock && named && !named.isVague && isCoarse(layout, clock, named.column);
  if (clock && (clock.fraction || isBare(layout, clock) || !isCoarser)) return { plan: clock, guesses: [] };
  const serial = choice.timeUnit === undefined ? serialDates(layout, head) : undefined;
  if (serial) return serialTime(head, serial);
  if (named) return named;
  const axis = otherAxis(layout, head);
  if (axis) return { plan: axis, guesses: [] };
  const steps = stated(layout, head);
  if (steps) {
    const times = unnamedSteps(layout, head);
    const guess = times ? undefined : stepsOfHead(head)?.guess;
    return { plan: times ?? steps, guesses: guess === undefined ? [] : [guess] };
  }
  const counted = countedAxis(layout, head);
  if (counted)
    return { plan: choice.rateHz === undefined ? counted : ratedSteps(layout, counted, choice.rateHz), guesses: [] };
  return choice.rateHz === undefined && !head.hasNames
    ? (unnamedTime(layout, choice.timeUnit) ?? { plan: { kind: 'counted' }, guesses: [] })
    : { plan: { kind: 'counted' }, guesses: [] };
}

function serialTime({ columns }: TableHead, serial: SerialDates): FoundTime {
  const { name } = columns[serial.column]!;
  const guess = `The numbers in "${name}" are taken as dates of a spreadsheet: days since 1899-12-30.`;
  return { plan: { kind: 'numbers', ...serial }, guesses: [guess] };
}

function roleColumn({ table }: ReadChoice): number | undefined {
  const found = Object.entries(table?.columns ?? {}).find(([, { role }]) => role === 'time');
  return found && Number(found[0]);
}

function chosenTime(layout: Layout, head: TableHead, name: string, timeUnit: string | undefined): FoundTime {
  const column = head.columns.findIndex((candidate) => candidate.name === name || candidate.text === name);
  if (column < 0)
    throw noSuchTimes(
      name,
      head.columns.map((candidate) => candidate.name),
    );
  const clock = timeUnit === undefined ? clockPlan(layout, head) : undefined;
  if (clock?.columns.includes(column)) return { plan: clock, guesses: [] };
  if (layout.kinds[column] === 'clock') return { plan: { kind: 'clock', columns: [column] }, guesses: [] };
  const unitSeconds = unitOf(timeUnit) ?? ownUnit(head, column);
  const isDays = unitSeconds === undefined || unitSeconds === DAY_SECONDS;
  const serial = isDays ? serialDatesIn(layout, head.columns, column) : undefined;
  if (serial) return serialTime(head, serial);
  const axis = otherAxis(layout, head);
  const { text, bare, unit } = head.columns[column]!;
  const isTime = timeUnit !== undefined || timeName(text) !== undefined || timeName(bare, unit) !== undefined;
  if (axis?.column === column && !isTime) return { plan: axis, guesses: [] };
  return numberTime(layout, name, column, unitSeconds);
}

function unitOf(timeUnit: string | undefined): number | undefined {
  return timeUnit === undefined ? undefined : statedTimeUnit(timeUnit);
}

function ownUnit({ columns }: TableHead, column: number): number | undefined {
  const { text, unit, name } = columns[column]!;
  return timeName(text)?.unitSeconds ?? secondsPerTimeUnit(unit) ?? timeName(name)?.unitSeconds;
}

interface NamedTime extends FoundTime {
  readonly column: number;
  readonly isUnitSaid: boolean;
  /** Only its name says that it may be one. */
  readonly isVague: boolean;
}

/** The column that the names call a time: one with a unit before one without. */
function namedTime(layout: Layout, head: TableHead, timeUnit: string | undefined): NamedTime | undefined {
  const candidates = head.columns.flatMap(({ text, bare, unit }, column) => {
    if (layout.kinds[column] !== 'number' || layout.kinds.length < 2) return [];
    const found = timeName(text) ?? timeName(bare, unit);
    const isUnitOther = unit !== '' && secondsPerTimeUnit(unit) === undefined;
    const isOther = found && isOtherThanTime(text, head);
    return found && !isOther && !isUnitOther && isRising(seenNumbers(layout, column)) ? [{ column, ...found }] : [];
  });
  const best = candidates.find(({ unitSeconds }) => unitSeconds !== undefined) ?? candidates[0];
  if (!best) return undefined;
  const stepS = stepsOfHead(head)?.stepS;
  const unitSeconds =
    unitOf(timeUnit) ??
    best.unitSeconds ??
    ownUnit(head, best.column) ??
    (stepS === undefined ? undefined : statedUnit(layout, best.column, stepS));
  const found = numberTime(layout, head.columns[best.column]!.name, best.column, unitSeconds);
  const { text } = head.columns[best.column]!;
  // the X beside volts is that of an oscilloscope
  const hasUnits = head.columns.some((column) => column.unit !== '');
  const isVague = unitSeconds === undefined && (text === 'T' || (/^x$/i.test(text) && !hasUnits));
  const guess = `Nothing says what "${text}" is: it is taken as the time in seconds.`;
  const guesses = isVague ? [guess] : found.guesses;
  return { ...found, guesses, isVague, column: best.column, isUnitSaid: best.unitSeconds !== undefined };
}

/** Names of time beside others that make them something else: the first of three directions, the lowest of values. */
function isOtherThanTime(text: string, { columns }: TableHead): boolean {
  const has = (other: RegExp): boolean => columns.some((column) => other.test(column.text));
  return (/^x$/i.test(text) && has(/^y$/i) && has(/^z$/i)) || (/^min$/i.test(text) && has(/^max/i));
}

function numberTime(layout: Layout, name: string, column: number, unitSeconds: number | undefined): FoundTime {
  const first = seenNumbers(layout, column).find(Number.isFinite) ?? Number.NaN;
  const ofUnix =
    unitSeconds === undefined ? unixUnit(first) : isUnixSeconds(first * unitSeconds) ? unitSeconds : undefined;
  if (ofUnix !== undefined) {
    const cell = layout.rows.map((row) => row[column] ?? '').find((text) => /^\d/.test(text)) ?? '';
    const base = timeBase(cell, layout.style.decimal);
    return { plan: { kind: 'numbers', column, unitSeconds: ofUnix, ...(base && { base }) }, guesses: [] };
  }
  const isWhole = layout.rows.every((row) => /^[+-]?\d*$/.test(row[column] ?? ''));
  const guesses =
    unitSeconds === undefined && isWhole && layout.rows.length > 1
      ? [`Nothing says the unit of the whole numbers in "${name}": they are taken as seconds.`]
      : [];
  return { plan: { kind: 'numbers', column, unitSeconds: unitSeconds ?? 1 }, guesses };
}

/** The number of a cell as an integer and a power of ten; undefined when it is too long for one. */
export function timeBase(cell: string, decimal: '.' | ','): TimeBase | undefined {
  const [, whole, fraction = '', power = '0'] =
    /^\+?(\d+)(?:[.,](\d*))?(?:[eE]([+-]?\d+))?$/.exec(cell.replace(decimal, '.')) ?? [];
  const isLong = (whole ?? '').length + fraction.length > 19 || Math.abs(Number(power)) > MOST_POWER;
  if (whole === undefined || isLong) return undefined;
  return { mantissa: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** Start and step that the head states, with the running number before the values. */
function stated(layout: Layout, head: TableHead): TimePlan | undefined {
  const steps = stepsOfHead(head);
  if (!steps) return undefined;
  const isNumber = /^(?:x|sequence|n|no\.?|nr\.?|#|index|i|sample|samples|point|points|pt|column 1)?$/i;
  const isCounted = layout.kinds[0] === 'number' && layout.kinds.length > 1 && isNumber.test(head.columns[0]!.text);
  const numbers = isCounted ? seenNumbers(layout, 0) : [];
  const isRunning = isCounted && numbers.every((value, row) => row === 0 || !(value <= numbers[row - 1]!));
  const { startS, stepS } = steps;
  return { kind: 'steps', startS, stepS, ...(isRunning && numbers.every(Number.isInteger) && { column: 0 }) };
}

export function isRising(numbers: readonly number[]): boolean {
  const finite = numbers.filter(Number.isFinite);
  const rising = finite.filter((value, row) => row > 0 && value >= finite[row - 1]!).length;
  return finite.length < 2 || rising >= LEAST_RISING * (finite.length - 1);
}

/** The first column of numbers when the head calls it a frequency, an energy, a place, … */
function otherAxis(layout: Layout, { columns }: TableHead): NumberTime | undefined {
  const column = layout.kinds.indexOf('number');
  const head = columns[column];
  if (!head || head.text === '' || layout.kinds.filter((kind) => kind === 'number').length < 2) return undefined;
  const isUnit = AXIS_UNIT.has(unitParts(head.unit)?.base ?? head.unit);
  // with a unit of its own, a short name says too little, but for the x of our own exports
  const isShort = head.unit === '' ? /^[xyz]$/i : /^(?!x$)(?:.{1,2}|channel|kanal|bin)$/i;
  const isNamed = isOtherAxisName(head.name) && !isShort.test(head.name);
  const numbers = seenNumbers(layout, column);
  const isStrict = numbers.every((value, row) => row === 0 || value > numbers[row - 1]!);
  if (!isStrict || !(isUnit || isNamed)) return undefined;
  return { kind: 'numbers', column, unitSeconds: 1, axis: { name: head.name.toLowerCase(), unit: head.unit } };
}

/** A column that numbers the rows, or a first one called `sample`, which counts: that of our own exports without a time. */
function countedAxis(layout: Layout, head: TableHead): NumberTime | undefined {
  if (layout.kinds.length < 2) return undefined;
  const isOwn = layout.kinds[0] === 'number' && head.columns[0]!.text === COUNTED_AXIS.name;
  const numbers = seenNumbers(layout, 0);
  const isRising = numbers.every((value, row) => row === 0 || value > numbers[row - 1]!);
  const column = isOwn && isRising ? 0 : layout.kinds.findIndex((_, index) => isRunningColumn(layout, head, index));
  return column < 0 ? undefined : { kind: 'numbers', column, unitSeconds: 1, axis: COUNTED_AXIS };
}

/** At a rate that the user states a running number tells which samples are missing. */
function ratedSteps(layout: Layout, { column }: NumberTime, rateHz: number): TimePlan {
  const [first = 0] = seenNumbers(layout, column);
  return { kind: 'steps', startS: -first / rateHz, stepS: 1 / rateHz, column };
}

/** A column whose name and whose numbers say that it only numbers the rows. */
export function isRunningColumn(layout: Layout, { columns }: TableHead, column: number): boolean {
  const { text, unit } = columns[column]!;
  if (layout.kinds[column] !== 'number' || unit !== '' || !isRunningName(text)) return false;
  const numbers = seenNumbers(layout, column);
  return (
    numbers.length > 1 && numbers.every((value, row) => value === numbers[0]! + row) && Number.isInteger(numbers[0])
  );
}

/** Units of time that a head may leave out, by their seconds. */
const LEFT_OUT_UNITS = [1, 1e-3, 1e-6, 1e-9, 1e-12] as const;
/** Parts that the mean of printed steps may be off the step that the head states. */
const STEP_ERROR = 0.02;

/** The unit in which a column rises by the step that the head states. */
function statedUnit(layout: Layout, column: number, stepS: number): number | undefined {
  const numbers = seenNumbers(layout, column);
  const step = (numbers.at(-1)! - numbers[0]!) / (numbers.length - 1);
  return LEFT_OUT_UNITS.find((unit) => Math.abs((step * unit) / stepS - 1) < STEP_ERROR);
}

/** Without names: a first column of fractions that rises as the head states holds the times themselves. */
function unnamedSteps(layout: Layout, head: TableHead): NumberTime | undefined {
  const stepS = stepsOfHead(head)?.stepS;
  const isFraction = layout.rows.some((row) => /[.,eE]/.test(row[0] ?? ''));
  if (stepS === undefined || head.hasNames || layout.kinds[0] !== 'number' || layout.kinds.length < 2 || !isFraction)
    return undefined;
  const unitSeconds = statedUnit(layout, 0, stepS);
  return unitSeconds === undefined ? undefined : { kind: 'numbers', column: 0, unitSeconds };
}

/** Without names: a first column that rises evenly by fractions, or Unix times. */
function unnamedTime(layout: Layout, timeUnit: string | undefined): FoundTime | undefined {
  const numbers = seenNumbers(layout, 0);
  const unix = unixUnit(numbers[0] ?? Number.NaN);
  const isUnix = unix !== undefined && numbers.every((number) => unixUnit(number) === unix);
  const isFraction = layout.rows.some((row) => /[.,eE]/.test(row[0] ?? ''));
  if (layout.kinds[0] !== 'number' || layout.kinds.length < 2 || numbers.length < 3) return undefined;
  if (!numbers.every((value, row) => row === 0 || value > numbers[row - 1]!) || !(isUnix || isFraction))
    return undefined;
  const steps = numbers.slice(1).map((value, row) => value - numbers[row]!);
  const isEven = Math.max(...steps) < 1.5 * Math.min(...steps);
  if (!isUnix && !isEven) return undefined;
  const { plan } = numberTime(layout, 'column 1', 0, unitOf(timeUnit));
  const unit = isUnix || timeUnit !== undefined ? '' : ' in seconds';
  return { plan, guesses: [`Nothing names the columns. The first one rises evenly and is taken as the time${unit}.`] };
}
