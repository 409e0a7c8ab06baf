// The first rows of a long table as a table of their own, to be looked at while all of it is read.

import type { Workspace } from '../../core/workspace.ts';
import { MemoryFile } from '../memory-file.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { type TextKind, textKind } from './encoding.ts';
import { openCsv } from './reader.ts';

/** Letters. They hold rows enough for a picture, and are soon read by code that runs for the first time. */
export const BEGINNING_LETTERS = 1 << 16;

/** Undefined where a line is longer than that. Rejects as `openCsv` does. */
export async function openCsvBeginning(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext,
): Promise<FormatReader | undefined> {
  const bytes = await source.read(0, Math.min(2 * BEGINNING_LETTERS, source.sizeBytes));
  const kind = textKind(bytes);
  const end = kind ? endOfLines(bytes, kind) : 0;
  return end === 0 ? undefined : openCsv(new MemoryFile(bytes.slice(0, end)), workspace, context);
}

/** Behind the last line that is whole: one that is cut could end in a number that is none. 0 when none is. */
function endOfLines(bytes: Uint8Array, { encoding }: TextKind): number {
  const isWide = encoding === 'utf-16le' || encoding === 'utf-16be';
  if (!isWide) {
    const head = bytes.subarray(0, BEGINNING_LETTERS);
    return Math.max(head.lastIndexOf(0x0a), head.lastIndexOf(0x0d)) + 1;
  }
  const [low, high] = encoding === 'utf-16le' ? [0, 1] : [1, 0];
  for (let at = bytes.length - (bytes.length % 2) - 2; at >= 0; at -= 2) {
    const letter = bytes[at + low];
    if (bytes[at + high] === 0 && (letter === 0x0a || letter === 0x0d)) return at + 2;
  }
  return 0;
}
