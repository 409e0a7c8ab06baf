// Opens several NumPy arrays in a zip (numpy.savez): every array of numbers gives signals, one that holds times is the
// axis of the others of its length; single numbers and texts are what the file says of itself.

import { FormatError, LabError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { placeColumns, type ValueColumn } from '../arrays/place-columns.ts';
import { statedAxis } from '../arrays/stated-axis.ts';
import { MAX_COLUMNS } from '../numpy/columns.ts';
import { decodeLeaf } from '../numpy/decode.ts';
import { leavesOf } from '../numpy/dtype.ts';
import { valueColumn } from '../numpy/value-columns.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { ArchiveFile } from '../zip/archive.ts';
import { type NpyArray, openArray } from './array.ts';

/** Bytes of a single value. */
const MAX_SCALAR_BYTES = 4096;

/** Rejects with a FormatError when no array can be shown. */
export async function openNpz(
  files: readonly ArchiveFile[],
  workspace: Workspace,
  context: OpenContext,
): Promise<FormatReader> {
  const diagnostics: Diagnostic[] = [];
  const failures: LabError[] = [];
  const columns: ValueColumn[] = [];
  const metadata: Record<string, unknown> = {};
  let isRecovered = false;
  for (const file of files) {
    const name = file.name.slice(0, -'.npy'.length);
    const array = await openOne(file, name, workspace, failures);
    if (!array) continue;
    isRecovered ||= array.isCut;
    if (array.header.shape.length === 0) metadata[name] = await singleValue(file, array);
    else if (array.columns.length === 0) diagnostics.push(leftOut(name, 'holds texts or raw bytes'));
    else columns.push(...array.columns.map((column) => valueColumn(column, '', array.isUnnamed)));
    diagnostics.push(...array.diagnostics);
  }
  const [failure] = failures;
  if (columns.length === 0) {
    throw failure ?? new FormatError('format/unsupported', 'The .npz holds no arrays of numbers.', 0);
  }
  diagnostics.push(...failures.map(({ message }) => ({ severity: 'warning' as const, code: 'npz/left-out', message })));
  if (columns.length > MAX_COLUMNS)
    diagnostics.push(leftOut(`${columns.length - MAX_COLUMNS} columns`, 'are too many'));
  const facts = Object.entries(metadata).map(([name, value]) => ({ name, value, unit: '' }));
  const rules = { format: 'npz', stated: statedAxis(facts), showsTimes: true };
  const placed = await placeColumns(columns.slice(0, MAX_COLUMNS), context.choice, rules, diagnostics);
  return createPlainReader({
    format: 'npz',
    label: 'NumPy arrays',
    version: '',
    signals: placed.signals,
    originUtc: placed.originUtc,
    diagnostics,
    metadata,
    reading: placed.reading,
    isRecovered,
  });
}

/** Undefined when it cannot be read: the reason goes to `failures`. */
async function openOne(
  file: ArchiveFile,
  name: string,
  workspace: Workspace,
  failures: LabError[],
): Promise<NpyArray | undefined> {
  try {
    return await openArray(file.content, name, workspace);
  } catch (error) {
    if (!(error instanceof LabError) || !error.code.startsWith('format/')) throw error;
    const { code, message } = error;
    failures.push(new FormatError(code as 'format/damaged', `"${name}" is left out: ${message}`, 0, { cause: error }));
    return undefined;
  }
}

/** The value of an array without dimensions: a number, a text, or a complex number as a pair. */
async function singleValue(file: ArchiveFile, { header }: NpyArray): Promise<unknown> {
  const { dtype, payloadOffset } = header;
  if (dtype.type !== 'scalar' || dtype.itemBytes > MAX_SCALAR_BYTES) return undefined;
  const bytes = await file.content.read(payloadOffset, dtype.itemBytes);
  if (bytes.length < dtype.itemBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layout = {
    firstOffsetBytes: 0,
    recordCount: 1,
    recordBytes: dtype.itemBytes,
    itemCount: 1,
    itemBytes: dtype.itemBytes,
  };
  const [value] = decodeLeaf(view, leavesOf(dtype)[0]!, layout);
  if (value instanceof Uint8Array) return new TextDecoder('latin1').decode(value);
  return value;
}

function leftOut(name: string, reason: string): Diagnostic {
  return { severity: 'info', code: 'npz/left-out', message: `"${name}" ${reason} and is no signal.` };
}
