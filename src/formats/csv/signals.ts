// Which columns of a table are signals, and how they are called.

import type { ColumnChoice, ColumnRole } from '../../model/read-choice.ts';
import { COUNTED_AXIS } from '../time-axis.ts';
import { timeName } from '../time-names.ts';
import { unitParts, unitSymbol } from '../units.ts';
import { cellNumber } from './cells.ts';
import type { TableHead } from './head.ts';
import { type Layout, seenNumbers } from './layout.ts';
import type { OddColumn } from './odd-cells.ts';
import { channelUnit } from './settings.ts';
import type { TableSignal } from './table.ts';
import { isRising, isRunningColumn, type TimePlan } from './time-column.ts';

export interface SignalColumn extends TableSignal {
  readonly name: string;
  readonly unit: string;
  /** One bit, on or off. */
  readonly isLogic: boolean;
}

export interface SignalColumns {
  /** Of every column of the file. */
  readonly all: readonly OddColumn[];
  readonly roles: readonly ColumnRole[];
  readonly taken: readonly SignalColumn[];
  /** Which columns are left out and why, and which may be no signals. */
  readonly notes: readonly ColumnNote[];
}

export interface ColumnNote {
  readonly code: 'left-out' | 'running-number' | 'second-time';
  /** A sentence. */
  readonly message: string;
}

/** Digits of a word of bits that a double holds as a decimal number. */
const MOST_LANES = 16;

/** Digital channels beside those that the head gives units. */
const DIGITAL = /^d\d{1,2}$/i;

/** Heads of columns that hold no values but say something of others. */
const NO_VALUES = /^(?:start|increment|t0\s*=.*|t ?inc\s*=.*)$/i;

export function signalColumns(
  layout: Layout,
  head: TableHead,
  plan: TimePlan,
  choices: Readonly<Record<number, ColumnChoice>>,
): SignalColumns {
  const taken: SignalColumn[] = [];
  const notes: ColumnNote[] = [];
  const say = (code: ColumnNote['code'], message: string) => notes.push({ code, message });
  const running = runningColumns(layout, head, plan);
  const all: OddColumn[] = [];
  const roles: ColumnRole[] = [];
  const used = new Set<string>();
  const channels = layout.kinds.flatMap((kind, column) =>
    kind === 'number' && roleOf(layout, head, plan, column) === 'signal' ? [column] : [],
  );
  const unique = (name: string, column: number): string => {
    const free = used.has(name) ? `${name} #${column + 1}` : name;
    used.add(free);
    return free;
  };
  head.columns.forEach((own, column) => {
    const kind = layout.kinds[column]!;
    const chosen = choices[column] ?? {};
    const role = chosen.role ?? (running.has(column) ? 'left-out' : roleOf(layout, head, plan, column));
    const isNamed = (own.text !== '' || channels.length === 1) && !DIGITAL.test(own.text);
    const setUnit =
      own.unit || (isNamed ? channelUnit(head.settings, own.name, channels.indexOf(column), channels.length) : '');
    const unit = chosen.unit ?? (kind === 'number' ? setUnit || unitBeside(layout, head, column) : own.unit);
    const named = chosen.name ?? own.name;
    all.push({ name: named, isSwitch: kind === 'switch', unit });
    roles.push(role);
    const scale = chosen.scale ?? 1;
    if (role === 'bits') {
      const length = layout.rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0);
      if (length > MOST_LANES)
        say('left-out', `"${named}" holds words of ${length} bits, more than ${MOST_LANES}: left out.`);
      else
        for (const lane of lanesOf(own.text || own.name, named, length)) {
          taken.push({ column, scale: 1, lane: lane.digit, name: unique(lane.name, column), unit: '', isLogic: true });
        }
    } else if (role === 'signal') {
      taken.push({ column, scale, lane: undefined, name: unique(named, column), unit, isLogic: kind === 'switch' });
      if (chosen.role === undefined && isSecondTime(layout, head, plan, column)) {
        say('second-time', `"${taken.at(-1)!.name}" holds times, too: it is shown as a signal.`);
      }
    } else if (role === 'text') {
      say('left-out', `"${named}" holds text and is left out.`);
    } else if (running.has(column) && chosen.role === undefined) {
      say('running-number', `"${named}" only numbers the samples: it is left out.`);
    } else if (
      plan.kind === 'numbers' &&
      plan.axis === COUNTED_AXIS &&
      plan.column === column &&
      named !== COUNTED_AXIS.name
    ) {
      say('running-number', `"${named}" numbers the samples: it is their axis and no signal.`);
    } else if (role === 'left-out' && chosen.role === undefined && kind !== 'blank' && kind !== 'setting') {
      const repeated = plan.kind === 'numbers' ? 'the times' : 'the place of the row';
      say(
        'left-out',
        `"${named}" is left out: ${kind === 'clock' ? 'times of another clock' : `it repeats ${repeated}`}.`,
      );
    }
  });
  return { all, roles, taken, notes };
}

function roleOf(layout: Layout, head: TableHead, plan: TimePlan, column: number): ColumnRole {
  const kind = layout.kinds[column]!;
  const { text } = head.columns[column]!;
  if (plan.kind === 'numbers' && plan.column === column) return 'time';
  if (plan.kind === 'clock' && (plan.columns.includes(column) || plan.fraction?.column === column)) return 'time';
  if (plan.kind === 'steps' && plan.column === column) return 'left-out';
  if (kind === 'text') return 'text';
  if (kind === 'bits') return 'bits';
  if (kind === 'clock' || kind === 'setting' || NO_VALUES.test(text)) return 'left-out';
  if (kind === 'blank') return text === '' || timeName(text) || /^comments?$/i.test(text) ? 'left-out' : 'signal';
  const isTimeAgain = plan.kind === 'numbers' && (head.columns[plan.column]!.text === text || isTime(head, column));
  if (isTimeAgain && repeats(layout, plan.column, column)) return 'left-out';
  return head.hasNames && text === '' && isRowNumber(layout, column) ? 'left-out' : 'signal';
}

function isTime({ columns }: TableHead, column: number): boolean {
  const { text, bare, unit } = columns[column]!;
  return (timeName(text) ?? timeName(bare, unit))?.unitSeconds !== undefined;
}

/** Columns that only number the rows, unless nothing else would be left. */
function runningColumns(layout: Layout, head: TableHead, plan: TimePlan): ReadonlySet<number> {
  const roles = layout.kinds.map((_, column) => roleOf(layout, head, plan, column));
  const signals = [...roles.keys()].filter((column) => roles[column] === 'signal' || roles[column] === 'bits');
  const running = signals.filter((column) => isRunningColumn(layout, head, column));
  return new Set(running.length < signals.length ? running : []);
}

/** Rises and is called a time, though another column holds the times of the rows. */
function isSecondTime(layout: Layout, head: TableHead, plan: TimePlan, column: number): boolean {
  const { text, bare, unit } = head.columns[column]!;
  if (plan.kind === 'counted' || layout.kinds[column] !== 'number' || /^x/i.test(text)) return false;
  return (timeName(text) ?? timeName(bare, unit)) !== undefined && isRising(seenNumbers(layout, column));
}

/** The same values as in another column: oscilloscopes give each channel its times. */
function repeats(layout: Layout, one: number, other: number): boolean {
  const values = seenNumbers(layout, other);
  return seenNumbers(layout, one).every((value, row) => Object.is(value, values[row]));
}

/** The index that pandas and R write without a name: 0, 1, 2, … or 1, 2, 3, … */
function isRowNumber(layout: Layout, column: number): boolean {
  const numbers = seenNumbers(layout, column);
  const first = numbers[0] ?? 0;
  return (
    layout.kinds.length > 1 && (first === 0 || first === 1) && numbers.every((value, row) => value === row + first)
  );
}

/** The unit behind the numbers, in the first cell that has one, or in the next column if that is all it holds. */
function unitBeside({ rows, style, kinds }: Layout, { columns }: TableHead, column: number): string {
  const next = column + 1;
  if (kinds[next] === 'text' && /^(?:unit|einheit)s?$/i.test(columns[next]!.text)) {
    const units = new Set(rows.map((row) => row[next] ?? ''));
    const [unit = ''] = units;
    const plain = unit.replace(/[ _]?(?:DC|AC)$/, '');
    if (units.size === 1 && unitParts(plain)) return unitSymbol(plain);
  }
  for (const row of rows) {
    const unit = cellNumber(row[column] ?? '', style)?.unit ?? '';
    if (unit !== '' && unitParts(unit)) return unitSymbol(unit);
  }
  return '';
}

/**
 * The bits of a word, in the order in which they are printed. `D0-D7` (Nordic's Power Profiler) names the first and the
 * last printed one; else the last one is bit 0.
 */
function lanesOf(text: string, name: string, length: number): readonly { name: string; digit: number }[] {
  const [, prefix = '', first, last] =
    /^([A-Za-z ]*)(\d+)\s*(?:-|–|\.\.|:|to)\s*[A-Za-z ]*(\d+)$/.exec(text.trim()) ?? [];
  const from = Number(first);
  const to = Number(last);
  const isRange = Math.abs(to - from) + 1 === length;
  return Array.from({ length }, (_, place) => {
    const digit = length - 1 - place;
    return { name: isRange ? `${prefix}${from + Math.sign(to - from) * place}` : `${name}[${digit}]`, digit };
  });
}
