// Opens a text of numbers: one table, or several of them one below the other.

import type { Workspace } from '../../core/workspace.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { choiceOfText, openBlocks } from './blocks.ts';
import { openTable } from './open-table.ts';
import { readText } from './text.ts';

/** Rejects with `format/unknown` when the text is no table of numbers. */
export async function openCsv(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext = NO_CONTEXT,
): Promise<FormatReader> {
  const text = await readText(source);
  const choice = choiceOfText(context.choice);
  const { reader, starts } = await openTable(text, workspace, { ...context, choice });
  if (starts.length === 0 && choice === context.choice) return reader;
  reader.close();
  if (starts.length > 0) return openBlocks(text, workspace, context, starts);
  return (await openTable(text, workspace, context)).reader;
}
