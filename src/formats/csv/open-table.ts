// Opens a table of numbers in text. Its first lines say how it is written, one pass over it finds rows and times; rows
// are parsed when they are asked for, so memory does not grow with the file.

import { FormatError } from '../../base/errors.ts';
import { TextRows } from '../../core/text-rows.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import { type EvenTimes, stampedSignal, type UnevenTimes } from '../time-axis.ts';
import { readCompanion } from './companion.ts';
import { readHead, type TableHead } from './head.ts';
import { doubledComma, type Layout, layoutOf } from './layout.ts';
import { type HeadAmongRows, LineJudge } from './line-judge.ts';
import { OddCells } from './odd-cells.ts';
import { readingOf } from './reading.ts';
import { type IndexRequest, indexRows, type RowIndex } from './row-index.ts';
import { signalColumns } from './signals.ts';
import { unstretched } from './stretched.ts';
import { CsvTable } from './table.ts';
import { axisName, axisOf, keyColumnOf, originOf, shifted } from './table-axis.ts';
import { lineOfRow, namedRows, tableDiagnostics } from './table-notes.ts';
import type { Text } from './text.ts';
import { beginsWithTime, cutLine, refuse } from './text-checks.ts';
import { type DayOrderFound, dayOrder, resolutionOf } from './time-cells.ts';
import { findTime } from './time-column.ts';

/** Files that are read whole when they are opened, to tell logic from numbers and to count what is missing. */
const SURVEY_BYTES = 32 * 2 ** 20;

/** What a signal is called that is logic even when it never changes. */
const LOGIC_NAME = /^(?:d|dio|gpio|io|bit|logic|digital)[ _]?\d*$/i;

export interface OpenedTable {
  readonly reader: FormatReader;
  /** Where other blocks of rows begin, each with a head of its own. */
  readonly starts: readonly HeadAmongRows[];
}

/** Rejects with `format/unknown` when the text is no table of numbers. */
export async function openTable(text: Text, workspace: Workspace, context: OpenContext): Promise<OpenedTable> {
  const { choice } = context;
  const layout = layoutOf(text.lines, choice.table) ?? beginsWithTime(text.lines);
  if (!layout) throw refuse(text);
  const head = readHead(text.lines, layout, await readCompanion(context));
  const comma = doubledComma(layout, head.nameCount);
  if (comma) {
    throw new FormatError(
      'format/unsupported',
      `Line ${text.lineCount + layout.headLineCount + comma.row + 1}, column ${comma.column + 1}: in "${comma.cell}" the comma is decimal mark and separator at once, which cannot be told apart. Save the table with semicolons or with decimal points.`,
      text.lineOffsets[layout.headLineCount],
    );
  }
  const found = findTime(layout, head, choice);
  const cut = await cutLine(text, layout);
  const rows = new TextRows(
    workspace,
    { separator: layout.separator, decimal: layout.style.decimal },
    layout.kinds.length,
  );
  try {
    const seen = dayOrder(layout, found.plan, choice.table?.isDayFirst);
    const onRead = (offset: number) => context.onRead?.(offset / text.bytes.sizeBytes);
    const known = { text, layout, head, found, cut, rows, onRead };
    const first = await indexed(known, seen);
    // a date further down decides for the whole column
    const isOther = !seen.isSure && first.judge.hasOtherOrder;
    const order = isOther ? { isDayFirst: !seen.isDayFirst, isSure: true, guess: undefined } : seen;
    const { judge, index, axis } = isOther ? await indexed(known, order) : first;
    const reader = await assemble({
      text,
      layout,
      head,
      choice,
      found,
      order,
      cut,
      judge,
      rows,
      index,
      axis,
      workspace,
    });
    const isBack = axis?.timing === 'stamped' && axis.stepBackRow !== undefined;
    return { reader, starts: judge.heads.filter(({ isRepeated }) => !isRepeated || isBack) };
  } catch (error) {
    rows[Symbol.dispose]();
    throw error;
  }
}

/** Finds the rows and decides over their times. */
async function indexed({ text, layout, head, found, cut, rows, onRead }: Known, { isDayFirst }: DayOrderFound) {
  const { plan } = found;
  const keyColumn = keyColumnOf(plan, layout);
  const judge = new LineJudge(layout, head, plan, { keyColumn, encoding: text.encoding, isDayFirst });
  const request: IndexRequest = {
    bytes: text.bytes,
    startOffset: Math.min(text.lineOffsets[layout.headLineCount] ?? text.endOffset, cut.endOffset),
    endOffset: cut.endOffset,
    lineCount: text.lineCount + layout.headLineCount,
    keyColumn,
    isTimed: plan.kind === 'numbers' || plan.kind === 'clock',
    unitSeconds: plan.kind === 'numbers' ? plan.unitSeconds : 1,
    base: plan.kind === 'numbers' ? plan.base : undefined,
    resolution: resolutionOf(layout, plan),
    onRead,
    judge: (line, before, offset) => judge.judge(line, before, offset),
  };
  const index = await indexRows(rows, request, plan.kind === 'clock');
  const axis = await axisOf(plan, index, judge, async () => (await indexRows(rows, request, true)).timesS!);
  return { judge, index, axis };
}

/** Before the rows are looked for. */
interface Known extends Pick<Parts, 'text' | 'layout' | 'head' | 'found' | 'cut' | 'rows'> {
  /** Up to which byte it has been read. */
  readonly onRead: (offset: number) => void;
}

interface Parts {
  readonly text: Text;
  readonly layout: Layout;
  readonly head: TableHead;
  readonly choice: ReadChoice;
  readonly found: ReturnType<typeof findTime>;
  readonly order: DayOrderFound;
  readonly cut: Awaited<ReturnType<typeof cutLine>>;
  readonly judge: LineJudge;
  readonly rows: TextRows;
  readonly index: RowIndex;
  readonly axis: EvenTimes | UnevenTimes | undefined;
  readonly workspace: Workspace;
}

async function assemble(parts: Parts): Promise<FormatReader> {
  const { text, layout, head, choice, found, judge, rows, index, workspace } = parts;
  const { plan } = found;
  const signals = signalColumns(layout, head, plan, choice.table?.columns ?? {});
  const odd = new OddCells(layout.style, text.encoding, signals.all);
  const rowsSeen = { rowCount: index.rowCount, resolutionS: index.digits.resolution };
  const stretched = unstretched(parts.axis, plan, head, rowsSeen);
  const axis = shifted(stretched?.axis ?? parts.axis, plan, judge, choice.startS);
  const gaps = axis?.timing === 'steady' ? (axis.gaps ?? []) : [];
  const guesses = guessesOf(parts);
  const table = new CsvTable({
    bytes: text.bytes,
    index,
    rows,
    odd,
    workspace,
    columnCount: layout.kinds.length,
    signals: signals.taken.map(({ column, scale, lane }) => ({ column, scale, lane })),
    gaps,
  });
  const survey = text.bytes.sizeBytes <= SURVEY_BYTES ? await table.survey() : undefined;
  const lines = new Map<number, number>();
  for (const row of namedRows(axis)) lines.set(row, await lineOfRow(text.bytes, index, row));
  const diagnostics = tableDiagnostics({
    layout,
    head,
    plan,
    judge,
    index,
    axis,
    guesses,
    cutLine: parts.cut.line,
    columnNotes: signals.notes,
    hasRate: choice.rateHz !== undefined,
    lines,
  });
  if (stretched) diagnostics.push(stretched.note);
  for (const message of odd.sentences()) diagnostics.push({ severity: 'info', code: 'csv/missing', message });
  if (table.blankCount > 0) {
    const message = `${table.blankCount === 1 ? '1 cell is' : `${table.blankCount} cells are`} blank: missing samples.`;
    diagnostics.push({ severity: 'info', code: 'csv/blank', message });
  }
  const along = axisName(plan, choice);
  const list = signals.taken.map(({ name, unit, isLogic }, signal): PlainSignal => {
    const { hasBoth = false, isBinary = false } = survey?.[signal] ?? {};
    const isBit = unit === '' && isBinary && (hasBoth || LOGIC_NAME.test(name));
    const dtype = isLogic || isBit ? 'u1' : 'f64';
    const base = {
      id: name,
      name,
      unit,
      source: '',
      dtype,
      startSample: 0,
      firstSampleId: 0n,
      ...(along && { axis: along }),
    } as const;
    if (axis?.timing === 'stamped') {
      return stampedSignal(axis, base, 'time', (start, end) => table.readRows(signal, start, end));
    }
    const steady = axis ?? { sampleRateHz: choice.rateHz ?? 1, offsetS: choice.startS ?? 0 };
    const { sampleRateHz, offsetS } = steady;
    const info = { ...base, endSample: table.sampleCount, timing: 'steady', sampleRateHz, offsetS } as const;
    const read = (start: number, end: number) => table.read(signal, start, end);
    return { info, read, packed: { source: table, column: signal } };
  });
  return createPlainReader({
    format: 'csv',
    label: 'CSV table',
    version: '',
    signals: list,
    diagnostics,
    metadata: metadataOf(head),
    reading: readingOf({ text, layout, head, choice, plan, isDayFirst: parts.order.isDayFirst, guesses, signals }),
    originUtc: originOf(plan, judge, choice.startS),
    close: () => table.close(),
  });
}

function guessesOf({ layout, found, order }: Parts): readonly string[] {
  return [...layout.guesses, ...found.guesses, ...(order.guess === undefined ? [] : [order.guess])];
}

function metadataOf({ settings, comments }: TableHead): Readonly<Record<string, unknown>> {
  return { ...Object.fromEntries(settings), ...(comments.length > 0 ? { comments } : {}) };
}
