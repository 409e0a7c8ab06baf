// Opens a zip: what programs write as a bundle of several files as what it is, else the files in it as if they stood
// alone. The user chooses among them; without a choice it is the largest that opens, and a note says what else there is.

import { FormatError, LabError } from '../../base/errors.ts';
import { formatBytes } from '../../base/si.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { ReadPart } from '../../model/reading.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { FORMAT_ROWS } from '../detect.ts';
import { joinReaders, withNotes } from '../join-readers.ts';
import { MemoryFile } from '../memory-file.ts';
import type { FormatReader } from '../reader.ts';
import { type FormatRow, MAX_ARCHIVE_DEPTH, NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { type ArchiveFile, openArchive } from './archive.ts';
import { BUNDLE_ROWS } from './bundles.ts';

/** Files whose first bytes fit and that then do not open, before the zip is given up. */
const MAX_TRIES = 4;
/** Largest zip in a zip that is followed. */
const MAX_NESTED_BYTES = 64 * 2 ** 20;
/** Signals of all chosen files together. */
const MAX_SIGNALS = 1024;
/** Files that a message names. */
const NAMED_FILES = 5;

/** A file of a known format. */
interface Part {
  readonly file: ArchiveFile;
  readonly row: FormatRow;
}

/** Rejects with `format/unknown` when no file in it can be opened, `format/not-found` for a chosen one that is not there. */
export async function openZip(source: RandomAccess, workspace: Workspace, context: OpenContext): Promise<FormatReader> {
  const files = await openArchive(source, workspace);
  const bundle = BUNDLE_ROWS.find(({ matches }) => matches(files.map(({ name }) => name)));
  if (bundle) return bundle.open(files, workspace, context);
  const depth = (context.archiveDepth ?? 0) + 1;
  const parts = await partsOf(files, depth, workspace);
  const { parts: chosen, ...choice } = context.choice;
  const openPart = ({ file, row }: Part): Promise<FormatReader> =>
    row.open(file.content, workspace, {
      choice,
      name: baseName(file.name),
      neighbour: neighbourIn(files, file),
      archiveDepth: depth,
    });
  if (chosen && chosen.length > 0) return openChosen(parts, chosenParts(parts, chosen), openPart);
  return openLargest(files, parts, openPart);
}

/** Those whose first bytes are of a known format, the largest first: settings and notes are small. */
async function partsOf(files: readonly ArchiveFile[], depth: number, workspace: Workspace): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const file of [...files].sort((a, b) => b.sizeBytes - a.sizeBytes)) {
    const head = await file.head();
    const row = head.length === 0 ? undefined : FORMAT_ROWS.find(({ matches }) => matches(head, file.sizeBytes));
    if (!row || (row.isGuess && !(await mayOpen(row, head, file.sizeBytes, workspace)))) continue;
    const isFollowed = !row.isArchive || (depth < MAX_ARCHIVE_DEPTH && file.sizeBytes <= MAX_NESTED_BYTES);
    if (isFollowed) parts.push({ file, row });
  }
  return parts;
}

/** Whether a short text is a table: notes are none. A long one is found out about when it is opened. */
async function mayOpen(row: FormatRow, head: Uint8Array, sizeBytes: number, workspace: Workspace): Promise<boolean> {
  if (sizeBytes > head.length) return true;
  try {
    (await row.open(new MemoryFile(new Uint8Array(head)), workspace, NO_CONTEXT)).close();
    return true;
  } catch (error) {
    if (error instanceof LabError) return false;
    throw error;
  }
}

async function openLargest(
  files: readonly ArchiveFile[],
  parts: readonly Part[],
  openPart: (part: Part) => Promise<FormatReader>,
): Promise<FormatReader> {
  const failures = new Map<Part, LabError>();
  for (const part of parts.slice(0, MAX_TRIES)) {
    try {
      const reader = await openPart(part);
      const others = parts.filter((other) => other !== part && !failures.has(other));
      const notes = [...[...failures.values()].map(notOpened), openedNote(part, others, files.length)];
      const reading = parts.length > 1 ? { form: 'zip', parts: listed(parts, [part]) } : undefined;
      return withNotes(reader, { notes, reading, openParts: [part.file.name] });
    } catch (error) {
      if (!(error instanceof LabError) || !error.code.startsWith('format/')) throw error;
      failures.set(part, error);
    }
  }
  const [failure] = failures.values();
  if (failure) throw failure;
  const held = files.slice(0, NAMED_FILES).map(({ name }) => `"${name}"`);
  const what = held.length === 0 ? 'nothing' : `${held.join(', ')}${files.length > held.length ? ' and others' : ''}`;
  throw new FormatError(
    'format/unknown',
    `The zip bundle holds no file of a known format (it holds ${what}). Unpack it to look inside.`,
    0,
  );
}

async function openChosen(
  parts: readonly Part[],
  chosen: readonly Part[],
  openPart: (part: Part) => Promise<FormatReader>,
): Promise<FormatReader> {
  const names = chosen.map(({ file }) => file.name);
  const reading = { form: 'zip', parts: listed(parts, chosen) };
  if (chosen.length === 1) return withNotes(await openPart(chosen[0]!), { reading, openParts: names });
  const opened: { readonly name: string; readonly reader: FormatReader }[] = [];
  try {
    for (const part of chosen) opened.push({ name: part.file.name, reader: await openPart(part) });
  } catch (error) {
    for (const { reader } of opened) reader.close();
    throw error instanceof LabError && error.code === 'wasm/memory' ? noRoom(chosen.length) : error;
  }
  return withNotes(joinReaders(opened, MAX_SIGNALS), { reading, openParts: names });
}

function noRoom(count: number): FormatError {
  return new FormatError('format/unsupported', `There is no room to open ${count} files at once. Choose fewer.`);
}

/** A name may leave out the folders where that says which one is meant. */
function chosenParts(parts: readonly Part[], ids: readonly string[]): readonly Part[] {
  return ids.map((id) => {
    const exact = parts.find(({ file }) => file.name === id);
    const byName = parts.filter(({ file }) => baseName(file.name) === id);
    const part = exact ?? (byName.length === 1 ? byName[0] : undefined);
    if (part) return part;
    const names = parts.slice(0, NAMED_FILES).map(({ file }) => `"${file.name}"`);
    throw new FormatError(
      'format/not-found',
      `The zip has no readable file "${id}". It has ${names.join(', ') || 'none'}${parts.length > names.length ? ' and others' : ''}.`,
      0,
    );
  });
}

function listed(parts: readonly Part[], open: readonly Part[]): readonly ReadPart[] {
  return parts.map((part) => ({
    id: part.file.name,
    detail: `${part.row.label}, ${formatBytes(part.file.sizeBytes)}`,
    isOpen: open.includes(part),
  }));
}

function openedNote(part: Part, others: readonly Part[], fileCount: number): Diagnostic {
  const opened = `Opened "${part.file.name}", one of ${fileCount} files in the zip.`;
  const [other] = others;
  if (!other) return { severity: 'info', code: 'zip/entry', message: opened };
  const more = others.length === 1 ? `"${other.file.name}" opens, too` : `${others.length} others open, too`;
  const message = `${opened} ${more}: choose what to open (on the command line with --part "${other.file.name}").`;
  return { severity: 'warning', code: 'zip/others', message };
}

function notOpened(failure: LabError): Diagnostic {
  return { severity: 'warning', code: 'zip/not-opened', message: `A larger file did not open. ${failure.message}` };
}

/** Files in the same folder of the zip. */
function neighbourIn(files: readonly ArchiveFile[], file: ArchiveFile): OpenContext['neighbour'] {
  const folder = file.name.slice(0, file.name.length - baseName(file.name).length);
  return (name) => Promise.resolve(files.find((other) => other.name === folder + name)?.content);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
