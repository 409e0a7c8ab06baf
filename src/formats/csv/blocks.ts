// Several blocks of rows in one text, one below the other, each with a head of its own: the first opens, or those that the
// user chooses.

import { FormatError, LabError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { ReadPart } from '../../model/reading.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { joinReaders, withNotes } from '../join-readers.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import { noSuchTimes } from '../time-names.ts';
import { type HeadColumn, readHead } from './head.ts';
import { layoutOf } from './layout.ts';
import type { HeadAmongRows } from './line-judge.ts';
import { openTable } from './open-table.ts';
import type { Text } from './text.ts';

/** Id of the block that opens when none is chosen. */
const FIRST = 'block 1';
/** Signals of all chosen blocks together. */
const MAX_SIGNALS = 1024;

/** `starts`: where the second block begins, and those behind it. */
export async function openBlocks(
  text: Text,
  workspace: Workspace,
  context: OpenContext,
  starts: readonly HeadAmongRows[],
): Promise<FormatReader> {
  const all = [{ offset: text.lineOffsets[0]!, line: 0 }, ...starts].map(({ offset, line }, index) => {
    const next = starts[index];
    const lines = next ? `lines ${line + 1} to ${next.line}` : `from line ${line + 1}`;
    const read = () => text.part(offset, next?.offset ?? text.bytes.sizeBytes, line);
    return { id: `block ${index + 1}`, lines, read };
  });
  const { parts: wanted, ...choice } = context.choice;
  const ids = wanted && wanted.length > 0 ? wanted : [FIRST];
  const chosen = ids.map((id) => {
    const block = all.find((one) => one.id === id);
    if (block) return block;
    throw new FormatError('format/not-found', `The table has no "${id}". It has block 1 to block ${all.length}.`, 0);
  });
  const opened: { readonly name: string; readonly reader: FormatReader }[] = [];
  const untimed: string[] = [];
  const names = new Set<string>();
  try {
    for (const { id, read } of chosen) {
      const part = await read();
      const columns = columnsOf(part, choice);
      for (const { name } of columns) names.add(name);
      const own = chosen.length === 1 && isMadeFor(columns, choice) ? choice : choiceOfAny(columns, choice);
      if (own.time !== choice.time) untimed.push(id);
      const { reader } = await openTable(part, workspace, { ...context, choice: own });
      opened.push({ name: id, reader });
    }
    if (untimed.length > 1 && untimed.length === chosen.length) throw noSuchTimes(choice.time ?? '', [...names]);
  } catch (error) {
    for (const { reader } of opened) reader.close();
    throw opened.length > 0 ? asTooMany(error, opened.length) : error;
  }
  const parts: ReadPart[] = all.map(({ id, lines }) => ({ id, detail: lines, isOpen: ids.includes(id) }));
  const reader = opened.length === 1 ? opened[0]!.reader : joinReaders(opened, MAX_SIGNALS);
  const notes = [...(wanted ? [] : [otherBlocks(starts)]), ...untimed.map((id) => otherTime(id, choice.time ?? ''))];
  return withNotes(reader, { notes, reading: { form: 'blocks', parts }, openParts: ids });
}

/** What of a choice holds for the whole text while its blocks are looked for: the rest was chosen for one of them. */
export function choiceOfText(choice: ReadChoice): ReadChoice {
  const { parts = [], table } = choice;
  if (parts.length === 0) return choice;
  const { columns: _, headLineCount, ...form } = table ?? {};
  const isOfFirst = parts.length === 1 && parts[0] === FIRST && headLineCount !== undefined;
  return { table: { ...form, ...(isOfFirst && { headLineCount }) } };
}

/** What of a choice holds for any block: how it is written, and a time that it has. */
function choiceOfAny(columns: readonly HeadColumn[], choice: ReadChoice): ReadChoice {
  const { time, timeUnit, table, ...rest } = choice;
  const { columns: _, headLineCount: __, ...form } = table ?? {};
  if (!hasTime(columns, time)) return { ...rest, table: form };
  return { ...rest, table: form, ...(time !== undefined && { time }), ...(timeUnit !== undefined && { timeUnit }) };
}

/** Whether a choice of columns can be one for these. */
function isMadeFor(columns: readonly HeadColumn[], { time, table }: ReadChoice): boolean {
  const chosen = Object.keys(table?.columns ?? {});
  return chosen.length === 0 || (hasTime(columns, time) && chosen.every((column) => Number(column) < columns.length));
}

function hasTime(columns: readonly HeadColumn[], time: ReadChoice['time']): boolean {
  return typeof time !== 'string' || columns.some(({ name, text }) => name === time || text === time);
}

function columnsOf({ lines }: Text, { table }: ReadChoice): readonly HeadColumn[] {
  const { columns: _, headLineCount: __, ...form } = table ?? {};
  const layout = layoutOf(lines, form);
  return layout ? readHead(lines, layout).columns : [];
}

/** Each block needs room of its own in the core. */
function asTooMany(error: unknown, openCount: number): unknown {
  if (!(error instanceof LabError) || error.code !== 'wasm/memory') return error;
  const most = openCount === 1 ? 'Only one block fits' : `No more than ${openCount} of these blocks fit`;
  return new FormatError('format/unsupported', `${most} in memory at once. Choose fewer.`, 0);
}

function otherTime(id: string, time: string): Diagnostic {
  const message = `No column of ${id} is called "${time}": its time was looked for as if nothing had been chosen.`;
  return { severity: 'warning', code: 'csv/other-time', message };
}

function otherBlocks(starts: readonly HeadAmongRows[]): Diagnostic {
  const line = starts[0]!.line + 1;
  const more = starts.length === 1 ? `a second block of rows begins` : `${starts.length} more blocks of rows begin`;
  const message = `The first block of rows is open; in line ${line} ${more}, with a head of its own. Choose what to open (on the command line with --part "block 2").`;
  return { severity: 'warning', code: 'csv/blocks', message };
}
