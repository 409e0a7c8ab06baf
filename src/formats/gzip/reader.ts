// Opens a packed file (.gz) as what is in it. It is unpacked into memory, up to a limit.

import { FormatError } from '../../base/errors.ts';
import { formatBytes } from '../../base/si.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { openFile } from '../detect.ts';
import { withNotes } from '../join-readers.ts';
import type { FormatReader } from '../reader.ts';
import { MAX_ARCHIVE_DEPTH, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { unpackMembers } from './members.ts';

/** Largest content. */
const MAX_UNPACKED_BYTES = 2 ** 30;
/** Flags of the header, and where its optional fields begin (RFC 1952, 2.3.1). */
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HEADER_BYTES = 10;
/** Bytes of the header in which the name is looked for. */
const NAME_SEARCH_BYTES = 4096;
/** Where a tar archive says `ustar` (POSIX.1-2017, pax). */
const TAR_MAGIC_OFFSET = 257;

/** Rejects with a FormatError for a bomb, for what cannot be unpacked and for content of no known format. */
export async function openGzip(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext,
): Promise<FormatReader> {
  const depth = (context.archiveDepth ?? 0) + 1;
  if (depth > MAX_ARCHIVE_DEPTH) {
    throw new FormatError('format/unsupported', 'Archives lie in archives more than twice. Unpack them.', 0);
  }
  const { content, end } = await unpackMembers(source, MAX_UNPACKED_BYTES);
  if (end === 'full') {
    const most = formatBytes(MAX_UNPACKED_BYTES);
    const message = `The packed file holds more than ${most}. Unpack it with gunzip and open the result.`;
    throw new FormatError('format/unsupported', message, 0);
  }
  if (content.sizeBytes === 0) {
    const message =
      end === 'whole' ? 'The packed file is empty.' : 'The packed file is damaged: nothing can be unpacked.';
    throw new FormatError('format/damaged', message, 0);
  }
  await refuseTar(content);
  const name = (await nameInside(source)) || context.name.replace(/\.gz$/i, '');
  const reader = await openFile(content, workspace, { ...context, name, archiveDepth: depth });
  if (end === 'whole') return reader;
  return withNotes(reader, { notes: [cutNote(content.sizeBytes, source.sizeBytes)], isRecovered: true });
}

async function refuseTar(content: RandomAccess): Promise<void> {
  const magic = await content.read(TAR_MAGIC_OFFSET, 5);
  if (String.fromCharCode(...magic) !== 'ustar') return;
  const message = 'The packed file is a tar archive of several files. Unpack it and open the file that holds the data.';
  throw new FormatError('format/unsupported', message, 0);
}

/** The name that the header states; empty when it states none. */
async function nameInside(source: RandomAccess): Promise<string> {
  const head = await source.read(0, Math.min(NAME_SEARCH_BYTES, source.sizeBytes));
  const flags = head[3] ?? 0;
  if ((flags & HAS_NAME) === 0) return '';
  const start =
    HEADER_BYTES + (flags & HAS_EXTRA ? 2 + (head[HEADER_BYTES] ?? 0) + 256 * (head[HEADER_BYTES + 1] ?? 0) : 0);
  const end = head.indexOf(0, start);
  return end < start ? '' : new TextDecoder('latin1').decode(head.slice(start, end));
}

function cutNote(unpackedBytes: number, packedBytes: number): Diagnostic {
  return {
    severity: 'warning',
    code: 'gzip/damaged',
    message: `The packed file is cut or damaged: the first ${formatBytes(unpackedBytes)} of its content could be unpacked and are shown.`,
    offsetBytes: packedBytes,
  };
}
