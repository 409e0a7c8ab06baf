// One array of NumPy's as columns: one dimension is one column (or one per field of a structured type); of two dimensions
// the longer is what is sampled; anything else is one long row.

import { FormatError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { MAX_COLUMNS, sampleColumns } from '../numpy/columns.ts';
import { type ItemColumn, itemColumns } from '../numpy/item-signals.ts';
import type { RandomAccess } from '../source.ts';
import { type NpyHeader, readNpyHeader } from './header.ts';

export interface NpyArray {
  readonly header: NpyHeader;
  /** MAX_COLUMNS at most; none for an array of texts. */
  readonly columns: readonly ItemColumn[];
  /** The columns are channels of an array of several dimensions. */
  readonly isUnnamed: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The file holds less than the header states. */
  readonly isCut: boolean;
}

/** How the items of the array fall into channels. */
interface Split {
  readonly channelCount: number;
  readonly channelStride: number;
  readonly sampleCount: number;
  readonly sampleStride: number;
}

/** `name` of the array in its file; empty where it is the only one. Rejects with a FormatError. */
export async function openArray(source: RandomAccess, name: string, workspace: Workspace): Promise<NpyArray> {
  const header = await readNpyHeader(source);
  const { dtype, payloadOffset } = header;
  const what = name === '' ? 'The array' : `The array "${name}"`;
  const stated = header.shape.reduce((product, size) => product * size, 1);
  const presentItems = Math.floor((source.sizeBytes - payloadOffset) / dtype.itemBytes);
  const diagnostics: Diagnostic[] = [];
  if (presentItems < stated) {
    diagnostics.push({
      severity: 'warning',
      code: 'npy/truncated',
      message: `${what} states ${stated} items and the file holds ${presentItems}; those are shown.`,
      offsetBytes: source.sizeBytes,
    });
  }
  const { channelCount, channelStride, sampleCount, sampleStride } = split(header, Math.min(stated, presentItems));
  const { columns, omittedCount } = sampleColumns(dtype, name || (channelCount > 1 ? 'channel' : 'value'), name);
  if (columns.length > 0 && (omittedCount > 0 || columns.length * channelCount > MAX_COLUMNS)) {
    diagnostics.push({
      severity: 'info',
      code: 'npy/no-signal',
      message: `${what} has values (texts, raw bytes or very many columns) that are not shown as signals.`,
    });
  }
  // channels that lie side by side are columns of one table, others a table each
  const isInterleaved = channelStride < sampleStride;
  const strideBytes = sampleStride * dtype.itemBytes;
  const channels = Array.from({ length: Math.min(channelCount, MAX_COLUMNS) }, (_, channel) =>
    columns.map((column) => ({
      ...column,
      name: channelCount > 1 ? `${column.name}[${channel}]` : column.name,
      offsetBytes: channel * channelStride * dtype.itemBytes + column.offsetBytes,
    })),
  );
  const tables = isInterleaved ? [channels.flat().slice(0, MAX_COLUMNS)] : channels;
  const grid = {
    offsetBytes: payloadOffset,
    itemBytes: strideBytes,
    itemsPerRecord: 1,
    recordBytes: strideBytes,
    itemCount: sampleCount,
  };
  return {
    header,
    columns: tables.flatMap((table) => itemColumns(source, grid, table, workspace)).slice(0, MAX_COLUMNS),
    isUnnamed: channelCount > 1 && dtype.type === 'scalar',
    diagnostics,
    isCut: presentItems < stated,
  };
}

/** An array that holds nothing to draw. */
export function noNumbers(): FormatError {
  return new FormatError('format/unsupported', 'The array holds no numbers, only texts or raw bytes.', 10);
}

function split({ shape, isFortranOrder }: NpyHeader, itemCount: number): Split {
  const [rows, columns] = shape;
  const isMatrix = shape.length === 2 && rows! > 0 && columns! > 0 && Math.min(rows!, columns!) <= MAX_COLUMNS;
  if (!isMatrix) return { channelCount: 1, channelStride: 0, sampleCount: itemCount, sampleStride: 1 };
  // in memory order the inner dimension is contiguous
  const inner = isFortranOrder ? rows! : columns!;
  const outer = isFortranOrder ? columns! : rows!;
  if (outer >= inner) {
    return { channelCount: inner, channelStride: 1, sampleCount: Math.floor(itemCount / inner), sampleStride: inner };
  }
  // of a cut file only the samples that every channel has
  const whole = itemCount === inner * outer ? inner : Math.max(0, itemCount - inner * (outer - 1));
  return { channelCount: outer, channelStride: inner, sampleCount: whole, sampleStride: 1 };
}
