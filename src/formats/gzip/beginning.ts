// What stands first in a long packed file, to be looked at while all of it is unpacked.

import type { Workspace } from '../../core/workspace.ts';
import { detectFormat } from '../detect.ts';
import { inflate } from '../inflate.ts';
import type { FormatReader } from '../reader.ts';
import { MAX_ARCHIVE_DEPTH, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';

/** Content that is unpacked: as much as the beginning of a table takes, of letters of two bytes. */
const CONTENT_BYTES = 1 << 19;

/** Undefined where the content has no beginning of its own. Rejects as `openGzip` does. */
export async function openGzipBeginning(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext,
): Promise<FormatReader | undefined> {
  const archiveDepth = (context.archiveDepth ?? 0) + 1;
  if (archiveDepth > MAX_ARCHIVE_DEPTH) return undefined;
  const { content } = await inflate(source, 'gzip', CONTENT_BYTES);
  const row = await detectFormat(content);
  return row.openBeginning?.(content, workspace, { ...context, archiveDepth });
}
