// Where the time of a row stands: a column of numbers, a clock, steps that the head states, or nowhere. A time is found,
// or guessed and said so, or named as unknown.

import { FormatError } from '../../base/errors.ts';
import type { TimeBase } from '../../core/text-rows.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { SignalAxis } from '../../model/signal-store.ts';
import { COUNTED_AXIS } from '../time-axis.ts';
import { secondsPerTimeUnit, timeName } from '../time-names.ts';
import { unitParts } from '../units.ts';
import { type ClockPlan, clockPlan, isBare, isCoarse } from './clock-columns.ts';
import { stepsOfHead, type TableHead } from './head.ts';
import { type Layout, seenNumbers } from './layout.ts';
import { serialDates } from './serial-dates.ts';

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

/** Seconds since 1970 that a Unix time may be: 2001 to 2052. Numbers of seconds are rarely so large. */
const LEAST_UNIX_S = 1e9;
const MOST_UNIX_S = 2.6e9;
const UNIX_UNITS = [1, 1e-3, 1e-6, 1e-9] as const;
/** Exponent of a Unix time, at most. */
const MOST_POWER = 30;
/** Steps in the rows that were seen that must not fall, of all: clocks may be set back. */
const LEAST_RISING = 0.75;
/** What an axis is called that is no time, and in which units it is. */
const AXIS_NAME =
  /^(?:freq.*|frequenz.*|f|wave ?length.*|wellenl.*|wave ?number.*|energy|energie|position|pos|distance|dist|abstand|weg|angle|winkel|theta|2theta|x|y|z|shift|raman.*|channel|ch|kanal|bin|m\/z|mass|depth|height|radius|q)$/i;
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
  if (clock && (clock.fraction || isBare(layout, clock) || !named || named.isVague || !isCoarse(layout, clock.columns)))
    return { plan: clock, guesses: [] };
  const serial = choice.timeUnit === undefined ? serialDates(layout, head) : undefined;
  if (serial) {
    const { name } = head.columns[serial.column]!;
    return {
      plan: { kind: 'numbers', ...serial },
      guesses: [`The numbers in "${name}" are taken as dates of a spreadsheet: days since 1899-12-30.`],
    };
  }
  if (named) return named;
  const axis = otherAxis(layout, head);
  if (axis) return { plan: axis, guesses: [] };
  const steps = stated(layout, head);
  if (steps) {
    const times = unnamedSteps(layout, head);
    const guess = times ? undefined : stepsOfHead(head)?.guess;
    return { plan: times ?? steps, guesses: guess === undefined ? [] : [guess] };
  }
  const counted = choice.rateHz === undefined ? countedAxis(layout, head) : undefined;
  if (counted) return { plan: counted, guesses: [] };
  return choice.rateHz === undefined && !head.hasNames
    ? (unnamedTime(layout, choice.timeUnit) ?? { plan: { kind: 'counted' }, guesses: [] })
    : { plan: { kind: 'counted' }, guesses: [] };
}

function roleColumn({ table }: ReadChoice): number | undefined {
  const found = Object.entries(table?.columns ?? {}).find(([, { role }]) => role === 'time');
  return found && Number(found[0]);
}

function chosenTime(layout: Layout, head: TableHead, name: string, timeUnit: string | undefined): FoundTime {
  const column = head.columns.findIndex((candidate) => candidate.name === name || candidate.text === name);
  if (column < 0) {
    const names = head.columns.map((candidate) => `"${candidate.name}"`).join(', ');
    throw new FormatError('format/not-found', `No column is called "${name}". The table has ${names}.`);
  }
  const clock = timeUnit === undefined ? clockPlan(layout, head) : undefined;
  if (clock?.columns.includes(column)) return { plan: clock, guesses: [] };
  if (layout.kinds[column] === 'clock') return { plan: { kind: 'clock', columns: [column] }, guesses: [] };
  const axis = otherAxis(layout, head);
  const { text, bare, unit } = head.columns[column]!;
  const isTime = timeUnit !== undefined || timeName(text) !== undefined || timeName(bare, unit) !== undefined;
  if (axis?.column === column && !isTime) return { plan: axis, guesses: [] };
  return numberTime(layout, name, column, unitOf(timeUnit) ?? ownUnit(head, column));
}

function unitOf(timeUnit: string | undefined): number | undefined {
  if (timeUnit === undefined) return undefined;
  const seconds = secondsPerTimeUnit(timeUnit);
  if (seconds !== undefined) return seconds;
  throw new FormatError(
    'format/unsupported',
    `"${timeUnit}" is no unit of time. Take one such as s, ms, µs, ns, min or h.`,
  );
}

function ownUnit({ columns }: TableHead, column: number): number | undefined {
  const { text, unit, name } = columns[column]!;
  return timeName(text)?.unitSeconds ?? secondsPerTimeUnit(unit) ?? timeName(name)?.unitSeconds;
}

/** The column that the names call a time: one with a unit before one without. */
function namedTime(
  layout: Layout,
  head: TableHead,
  timeUnit: string | undefined,
): (FoundTime & { readonly isUnitSaid: boolean; readonly isVague: boolean }) | undefined {
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
  return { ...found, guesses, isVague, isUnitSaid: best.unitSeconds !== undefined };
}

/** Names of time beside others that make them something else: the first of three directions, the lowest of values. */
function isOtherThanTime(text: string, { columns }: TableHead): boolean {
  const has = (other: RegExp): boolean => columns.some((column) => other.test(column.text));
  return (/^x$/i.test(text) && has(/^y$/i) && has(/^z$/i)) || (/^min$/i.test(text) && has(/^max/i));
}

function numberTime(layout: Layout, name: string, column: number, unitSeconds: number | undefined): FoundTime {
  const first = seenNumbers(layout, column).find(Number.isFinite) ?? Number.NaN;
  const unixUnit = (unitSeconds === undefined ? UNIX_UNITS : [unitSeconds]).find(
    (unit) => first * unit >= LEAST_UNIX_S && first * unit < MOST_UNIX_S,
  );
  if (unixUnit !== undefined) {
    const cell = layout.rows.map((row) => row[column] ?? '').find((text) => /^\d/.test(text)) ?? '';
    const base = timeBase(cell, layout.style.decimal);
    return { plan: { kind: 'numbers', column, unitSeconds: unixUnit, ...(base && { base }) }, guesses: [] };
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

function isRising(numbers: readonly number[]): boolean {
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
  const isNamed = AXIS_NAME.test(head.name) && !isShort.test(head.name);
  const numbers = seenNumbers(layout, column);
  const isStrict = numbers.every((value, row) => row === 0 || value > numbers[row - 1]!);
  if (!isStrict || !(isUnit || isNamed)) return undefined;
  return { kind: 'numbers', column, unitSeconds: 1, axis: { name: head.name.toLowerCase(), unit: head.unit } };
}

/** A first column called `sample`, which counts: that of our own exports without a time. */
function countedAxis(layout: Layout, { columns }: TableHead): NumberTime | undefined {
  const isCounted = layout.kinds[0] === 'number' && layout.kinds.length > 1 && columns[0]!.text === COUNTED_AXIS.name;
  const numbers = seenNumbers(layout, 0);
  if (!isCounted || !numbers.every((value, row) => row === 0 || value > numbers[row - 1]!)) return undefined;
  return { kind: 'numbers', column: 0, unitSeconds: 1, axis: COUNTED_AXIS };
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
  const isUnix = UNIX_UNITS.some((unit) => numbers.every((n) => n * unit >= LEAST_UNIX_S && n * unit < MOST_UNIX_S));
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
