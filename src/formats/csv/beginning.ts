// The first rows of a long table as a table of their own, to be looked at while all of it is read.

import type { Workspace } from '../../core/workspace.ts';
import { MemoryFile } from '../memory-file.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { textKind } from './encoding.ts';
import { openCsv } from './reader.ts';

/** Enough for the longest head and for a picture; read and parsed in some twenty milliseconds. */
const BEGINNING_BYTES = 1 << 21;

/** Undefined where a line is longer than that, and of letters of two bytes. Rejects as `openCsv` does. */
export async function openCsvBeginning(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext,
): Promise<FormatReader | undefined> {
  const bytes = await source.read(0, Math.min(BEGINNING_BYTES, source.sizeBytes));
  const encoding = textKind(bytes)?.encoding;
  if (encoding !== 'utf-8' && encoding !== 'latin1') return undefined;
  // a line that is cut could end in a number that is none
  const end = Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
  return end === 0 ? undefined : openCsv(new MemoryFile(bytes.slice(0, end)), workspace, context);
}
