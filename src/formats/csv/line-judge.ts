// What a line among the rows is that has no plain number where the time (or the first value) stands: a row all the same,
// or a head that comes again, a comment, a footer. Nothing is left out without being counted.

import type { LinesBefore, TimeBase } from '../../core/text-rows.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { inSeconds } from '../time-axis.ts';
import { secondsPerTimeUnit, timeName } from '../time-names.ts';
import { type CellKind, cellKind, cellNumber, cleanCell } from './cells.ts';
import { type ClockPlan, clockText } from './clock-columns.ts';
import { type ClockTime, parseClock, secondsBetween } from './clock-times.ts';
import { decodeText } from './encoding.ts';
import type { TableHead } from './head.ts';
import type { Layout } from './layout.ts';
import { isComment, splitLine } from './lines.ts';
import type { TimePlan } from './time-column.ts';

const HALF_DAY_S = 43_200;
/** Days of the year that dates without one are counted in, and its last of February. */
const YEARLESS_DAYS = 366;
const LEAP_DAY = 59 + Date.UTC(2000, 0, 1) / 86_400_000;

/** Heads among the rows that are kept, at most: of more a table is no list of blocks. */
const MOST_HEADS = 256;

/** A line among the rows that names columns, a time among them. */
export interface HeadAmongRows {
  /** First byte of it, or of the lines right above it that are no rows. */
  readonly offset: number;
  /** Lines of the file before it. */
  readonly line: number;
  /** The names of the columns come again. */
  readonly isRepeated: boolean;
}

interface Count {
  count: number;
  /** From 1. */
  firstLine: number;
  example: string;
}

export class LineJudge {
  /** The first time of the clock; undefined before there was one. */
  firstClock: ClockTime | undefined;
  /** Whether a date was seen that only makes sense with day and month the other way round. */
  hasOtherOrder = false;
  /** Most decimals of its seconds; −1 when none were printed. */
  clockDecimals = -1;
  readonly #layout: Layout;
  readonly #head: TableHead;
  readonly #plan: TimePlan;
  readonly #keyColumn: number;
  readonly #encoding: 'utf-8' | 'latin1';
  readonly #isDayFirst: boolean;
  readonly #dropped: Count = { count: 0, firstLine: 0, example: '' };
  readonly #untimed: Count = { count: 0, firstLine: 0, example: '' };
  readonly #repeated: Count = { count: 0, firstLine: 0, example: '' };
  /** In the order of the file. */
  readonly heads: HeadAmongRows[] = [];
  /** Where the last lines that are no rows began, and how many rows came before them. */
  #run = { offset: 0, line: -1, rows: -1 };
  #lastClockS = Number.NEGATIVE_INFINITY;
  #days = 0;
  #lastDay: number | undefined;

  constructor(
    layout: Layout,
    head: TableHead,
    plan: TimePlan,
    options: {
      readonly keyColumn: number;
      readonly encoding: 'utf-8' | 'latin1';
      readonly isDayFirst: boolean;
    },
  ) {
    this.#layout = layout;
    this.#head = head;
    this.#plan = plan;
    this.#keyColumn = options.keyColumn;
    this.#encoding = options.encoding;
    this.#isDayFirst = options.isDayFirst;
  }

  /** The time of a row in the unit of its column, NaN without one; undefined when the line is no row. */
  judge(line: Uint8Array, { lines: lineIndex, rows }: LinesBefore, offset: number): number | undefined {
    const text = decodeText(line, this.#encoding);
    const { separator, kinds, style } = this.#layout;
    const cells = splitLine(text, separator).map(cleanCell);
    const time = this.#timeOf(cells);
    if (time !== undefined) return time;
    if (rows !== this.#run.rows) this.#run = { offset, line: lineIndex, rows };
    const isNote = isComment(text, separator);
    if (this.#head.lines.has(text.trim())) {
      this.#addHead(true);
      return isNote ? undefined : this.#note(this.#repeated, text, lineIndex);
    }
    if (isNote) return undefined;
    const isTimed = this.#plan.kind === 'numbers' || this.#plan.kind === 'clock';
    // nothing but separators
    if (isTimed && cells.every((cell) => cell === '')) return undefined;
    const own = cells.map((cell) => cellKind(cell, style));
    const hasValue = own.some(
      (kind, column) => (kind === 'number' || kind === 'switch') && /number|switch|bits/.test(kinds[column] ?? ''),
    );
    const isMissing = own.every((kind) => kind === 'missing' || kind === 'blank') && cells.length >= kinds.length;
    if (hasValue) {
      if (isTimed) this.#note(this.#untimed, text, lineIndex);
      return Number.NaN;
    }
    if (isMissing && !isTimed) return Number.NaN;
    if (namesTime(cells, own)) this.#addHead(false);
    return this.#note(this.#dropped, text, lineIndex);
  }

  #addHead(isRepeated: boolean): void {
    const { offset, line } = this.#run;
    // one run has one head, and a long table is read twice
    if (this.heads.length < MOST_HEADS && line > (this.heads.at(-1)?.line ?? -1))
      this.heads.push({ offset, line, isRepeated });
  }

  #note(count: Count, text: string, lineIndex: number): undefined {
    if (count.count++ > 0) return;
    count.firstLine = lineIndex + 1;
    count.example = text.trim().slice(0, 60);
  }

  #timeOf(cells: readonly string[]): number | undefined {
    const plan = this.#plan;
    if (plan.kind === 'clock') {
      const seconds = this.#clockTime(clockText(cells, plan));
      return seconds === undefined ? undefined : seconds + this.#restOf(cells, plan);
    }
    const cell = cells[this.#keyColumn] ?? '';
    const found = cell === '' ? undefined : cellNumber(cell, this.#layout.style);
    if (!found) return undefined;
    if (plan.kind !== 'numbers') return found.value;
    const unitSeconds = found.unit === '' || plan.axis ? undefined : secondsPerTimeUnit(found.unit);
    if (unitSeconds !== undefined) return inSeconds(found.value, unitSeconds) / plan.unitSeconds;
    return plan.base ? lessBase(cell, found.value, plan.base) : found.value;
  }

  /** What a column beside the clock says of the second, NaN where it says nothing. */
  #restOf(cells: readonly string[], { fraction }: ClockPlan): number {
    if (!fraction) return 0;
    const cell = cells[fraction.column] ?? '';
    const rest = cellNumber(cell, this.#layout.style);
    const printed = /[.,](\d*)/.exec(cell)?.[1]?.length ?? 0;
    this.clockDecimals = Math.max(this.clockDecimals, printed - Math.round(Math.log10(fraction.unitSeconds)));
    return rest ? inSeconds(rest.value, fraction.unitSeconds) : Number.NaN;
  }

  #clockTime(text: string): number | undefined {
    const clock = text === '' ? undefined : parseClock(text, this.#isDayFirst);
    if (!clock) {
      this.hasOtherOrder ||= text !== '' && parseClock(text, !this.#isDayFirst) !== undefined;
      return undefined;
    }
    if (clock.decimals > this.clockDecimals) this.clockDecimals = clock.decimals;
    this.firstClock ??= clock;
    if (clock.isYearless) this.#passYear(clock.day!);
    let seconds = secondsBetween(this.firstClock, clock) + this.#days * 2 * HALF_DAY_S;
    if (clock.day === undefined && seconds < this.#lastClockS - HALF_DAY_S) {
      this.#days++;
      seconds += 2 * HALF_DAY_S;
    }
    this.#lastClockS = seconds;
    return seconds;
  }

  /** Dates without a year: a new one may begin, and February had 28 days where no 29th was seen. */
  #passYear(day: number): void {
    const last = this.#lastDay ?? day;
    if (last - day > YEARLESS_DAYS / 2) this.#days += YEARLESS_DAYS;
    if (last < LEAP_DAY && day > LEAP_DAY) this.#days--;
    this.#lastDay = day;
  }

  /** Rows that have values and no time. */
  get untimed(): { readonly count: number; readonly firstLine: number } {
    return this.#untimed;
  }

  /** A sentence for each kind of line that was left out. */
  diagnostics(): readonly Diagnostic[] {
    const { count, firstLine, example } = this.#dropped;
    const found: Diagnostic[] = [];
    if (count > 0) {
      const lines =
        count === 1 ? `Line ${firstLine} is no row` : `${count} lines are no rows, the first is line ${firstLine}`;
      found.push({ severity: 'warning', code: 'csv/dropped', message: `${lines} ("${example}"): left out.` });
    }
    if (this.#repeated.count > 0) {
      const message = `The names of the columns come again ${this.#repeated.count} times, first in line ${this.#repeated.firstLine}.`;
      found.push({ severity: 'info', code: 'csv/repeated-head', message });
    }
    return found;
  }
}

/** Whether a line of words has the name of a time in it. Letters that a byte has no room for are question marks. */
function namesTime(cells: readonly string[], kinds: readonly CellKind[]): boolean {
  const words = cells.filter((cell, column) => kinds[column] === 'text' || /^\?+$/.test(cell));
  const blankCount = kinds.filter((kind) => kind === 'blank').length;
  return words.length > 1 && words.length + blankCount === cells.length && words.some((word) => timeName(word));
}

/** A long integer less the base, exact; else as doubles have it. */
function lessBase(cell: string, value: number, { mantissa, exponent }: TimeBase): number {
  const [, digits, power = '0'] = /^\+?(\d+)(?:[eE]\+?(\d+))?$/.exec(cell) ?? [];
  if (digits !== undefined && exponent >= 0 && Number(power) < 30) {
    return Number(BigInt(digits) * 10n ** BigInt(power) - mantissa * 10n ** BigInt(exponent));
  }
  return value - Number(`${mantissa}e${exponent}`);
}
