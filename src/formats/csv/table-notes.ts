// What is said of a table that was opened: guesses, what was left out, how the times are.

import type { Diagnostic } from '../../model/signal-store.ts';
import type { RandomAccess } from '../source.ts';
import { axisDiagnostics, COUNTED_AXIS, type EvenTimes, type UnevenTimes } from '../time-axis.ts';
import type { ClockTime } from './clock-times.ts';
import type { TableHead } from './head.ts';
import type { Layout } from './layout.ts';
import type { LineJudge } from './line-judge.ts';
import { trimCells } from './lines.ts';
import type { RowIndex } from './row-index.ts';
import type { ColumnNote } from './signals.ts';
import type { TimePlan } from './time-column.ts';

export interface NotedTable {
  readonly layout: Layout;
  readonly head: TableHead;
  readonly plan: TimePlan;
  readonly judge: LineJudge;
  readonly index: RowIndex;
  readonly axis: EvenTimes | UnevenTimes | undefined;
  readonly guesses: readonly string[];
  /** The last line, when it is cut short. */
  readonly cutLine: string | undefined;
  /** Columns that are left out, and those that may be no signals. */
  readonly columnNotes: readonly ColumnNote[];
  readonly hasRate: boolean;
  /** Lines of `namedRows`. */
  readonly lines: ReadonlyMap<number, number>;
}

export function tableDiagnostics(table: NotedTable): Diagnostic[] {
  const { layout, head, plan, judge, index, axis, guesses, cutLine, columnNotes, hasRate, lines } = table;
  const diagnostics: Diagnostic[] = guesses.map((message) => ({ severity: 'warning', code: 'csv/guess', message }));
  const say = (severity: Diagnostic['severity'], code: string, message: string) =>
    diagnostics.push({ severity, code: `csv/${code}`, message });
  const isCounted = plan.kind === 'counted' || (plan.kind === 'numbers' && plan.axis === COUNTED_AXIS);
  if (isCounted && !hasRate) {
    say(
      'info',
      'no-time-column',
      'No column holds times that rise: rows are counted. Say the rate, or which column is the time.',
    );
  }
  if (plan.kind === 'clock' && plan.fraction) {
    const name = head.columns[plan.fraction.column]?.name ?? '';
    say('info', 'clock-fraction', `The column "${name}" completes the clock: it says how far each second has gone.`);
  }
  if (axis && plan.kind !== 'counted') {
    const columns = plan.kind === 'clock' ? plan.columns : [plan.kind === 'numbers' ? plan.column : (plan.column ?? 0)];
    const name = columns.map((column) => head.columns[column]?.name ?? '').join(' ');
    diagnostics.push(...axisDiagnostics(axis, name, 'csv', (row) => `line ${lines.get(row) ?? '?'}`));
  }
  const count = judge.untimed.count - index.untimedCount;
  if (axis?.timing === 'steady' && count > 0) {
    const { firstLine } = judge.untimed;
    const rows =
      count === 1 ? `The row in line ${firstLine} has` : `${count} rows, the first in line ${firstLine}, have`;
    say('warning', 'no-time', `${rows} no time: the others tell where they stand.`);
  }
  const clock = plan.kind === 'clock' ? judge.firstClock : undefined;
  const isDate = clock ? clock.day !== undefined && clock.zoneMinutes === undefined : hasSerialDates(plan);
  if (clock?.isYearless) {
    const first = yearlessText(clock);
    say('info', 'no-year', `The dates say no year, the first is ${first}: the axis counts from its midnight.`);
  } else if (isDate) {
    say('info', 'local-time', 'The times say no zone: they are taken as the local time of this computer.');
  }
  diagnostics.push(...judge.diagnostics());
  if (index.untimedCount > 0) {
    const lines = index.untimedCount === 1 ? 'One line' : `${index.untimedCount} lines`;
    say('warning', 'footer', `${lines} behind the last time, with numbers and no time: left out.`);
  }
  if (cutLine !== undefined) {
    say(
      'warning',
      'cut-line',
      `The last line ("${cutLine}") is cut short and left out: the file may still be written.`,
    );
  }
  for (const { code, message } of columnNotes) say('info', code, message);
  if (layout.rows.some((row) => trimCells(row).length > layout.kinds.length)) {
    say('info', 'wide-rows', 'Some rows have more cells than columns: those behind are left out.');
  }
  if (index.rowCount === 0) say('warning', 'no-rows', `No rows follow the head of ${layout.headLineCount} lines.`);
  return diagnostics;
}

function hasSerialDates(plan: TimePlan): boolean {
  return plan.kind === 'numbers' && plan.serialDay !== undefined;
}

/** A day and a month for people, such as `30 November`. */
function yearlessText({ day = 0 }: ClockTime): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(day * 86_400_000);
}

/** Rows whose lines the notes name. */
export function namedRows(axis: EvenTimes | UnevenTimes | undefined): readonly number[] {
  if (!axis) return [];
  const rows = axis.timing === 'steady' ? [axis.gaps?.[0]?.row] : [axis.untimedRows[0], axis.stepBackRow];
  return rows.filter((row) => row !== undefined);
}

/** The line of a row in the file, from 1. */
export async function lineOfRow(
  bytes: RandomAccess,
  { blocks, skipped, endOffset }: RowIndex,
  row: number,
): Promise<number> {
  let block = 0;
  while (block + 1 < blocks.length && blocks[block + 1]!.row <= row) block++;
  const start = blocks[block]!;
  const chunk = await bytes.read(start.offset, (blocks[block + 1]?.offset ?? endOffset) - start.offset);
  const isSkipped = new Set(skipped.filter((_, index) => index % 2 === 0));
  let line = start.line;
  let at = 0;
  for (let current = start.row; at < chunk.length; line++) {
    let end = at;
    while (end < chunk.length && chunk[end] !== 0x0a && chunk[end] !== 0x0d) end++;
    const isRow = !isSkipped.has(start.offset + at) && chunk.subarray(at, end).some((byte) => byte > 0x20);
    if (isRow && current++ === row) break;
    at = end + (chunk[end] === 0x0d && chunk[end + 1] === 0x0a ? 2 : 1);
  }
  return line + 1;
}
