// Several blocks of rows in one text, one below the other, each with a head of its own: the first opens, or those that the
// user chooses.

import { FormatError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { ReadPart } from '../../model/reading.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { joinReaders, withNotes } from '../join-readers.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { SourcePart } from '../source-part.ts';
import type { HeadAmongRows } from './line-judge.ts';
import { openTable } from './open-table.ts';
import { readText } from './text.ts';

/** Signals of all chosen blocks together. */
const MAX_SIGNALS = 1024;

/** `bytes`: of the text, with letters as bytes. `starts`: where the second block begins, and those behind it. */
export async function openBlocks(
  bytes: RandomAccess,
  workspace: Workspace,
  context: OpenContext,
  starts: readonly HeadAmongRows[],
): Promise<FormatReader> {
  const all = [{ offset: 0, line: 0 }, ...starts].map(({ offset, line }, index) => {
    const next = starts[index];
    const lines = next ? `lines ${line + 1} to ${next.line}` : `from line ${line + 1}`;
    const part = new SourcePart(bytes, offset, (next?.offset ?? bytes.sizeBytes) - offset);
    return { id: `block ${index + 1}`, lines, line, part };
  });
  const { parts: wanted, ...choice } = context.choice;
  const ids = wanted && wanted.length > 0 ? wanted : [all[0]!.id];
  const chosen = ids.map((id) => {
    const block = all.find((one) => one.id === id);
    if (block) return block;
    throw new FormatError('format/not-found', `The table has no "${id}". It has block 1 to block ${all.length}.`, 0);
  });
  const opened: { readonly name: string; readonly reader: FormatReader }[] = [];
  try {
    for (const { id, line, part } of chosen) {
      const { reader } = await openTable(await readText(part, line), workspace, { ...context, choice });
      opened.push({ name: id, reader });
    }
  } catch (error) {
    for (const { reader } of opened) reader.close();
    throw error;
  }
  const parts: ReadPart[] = all.map(({ id, lines }) => ({ id, detail: lines, isOpen: ids.includes(id) }));
  const reader = opened.length === 1 ? opened[0]!.reader : joinReaders(opened, MAX_SIGNALS);
  const notes = wanted ? [] : [otherBlocks(starts)];
  return withNotes(reader, { notes, reading: { form: 'blocks', parts }, openParts: ids });
}

function otherBlocks(starts: readonly HeadAmongRows[]): Diagnostic {
  const line = starts[0]!.line + 1;
  const more = starts.length === 1 ? `a second block of rows begins` : `${starts.length} more blocks of rows begin`;
  const message = `The first block of rows is open; in line ${line} ${more}, with a head of its own. Choose what to open (on the command line with --part "block 2").`;
  return { severity: 'warning', code: 'csv/blocks', message };
}
