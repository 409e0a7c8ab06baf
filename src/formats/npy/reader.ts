// Opens a NumPy array. One dimension is one signal (or one per field of a structured type); of two dimensions
// the longer is time; anything else is one long row. An array knows no sample rate: it counts at 1 per second.

import { FormatError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { MAX_COLUMNS, sampleColumns } from '../numpy/columns.ts';
import { itemSignals } from '../numpy/item-signals.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { type NpyHeader, readNpyHeader } from './header.ts';

/** How the items of the array fall into signals. */
interface Split {
  readonly channelCount: number;
  readonly channelStride: number;
  readonly sampleCount: number;
  readonly sampleStride: number;
}

/** Rejects with a FormatError; an array that was cut gives the samples it has. */
export async function openNpy(source: RandomAccess, workspace: Workspace): Promise<FormatReader> {
  const header = await readNpyHeader(source);
  const { dtype, payloadOffset } = header;
  const stated = header.shape.reduce((product, size) => product * size, 1);
  const presentItems = Math.floor((source.sizeBytes - payloadOffset) / dtype.itemBytes);
  const diagnostics: Diagnostic[] = [];
  if (presentItems < stated) {
    diagnostics.push({
      severity: 'warning',
      code: 'npy/truncated',
      message: `The array states ${stated} items and the file holds ${presentItems}; those are shown.`,
      offsetBytes: source.sizeBytes,
    });
  }
  const { channelCount, channelStride, sampleCount, sampleStride } = split(header, Math.min(stated, presentItems));
  const { columns, omittedCount } = sampleColumns(dtype, channelCount > 1 ? 'channel' : 'value');
  if (columns.length === 0) {
    throw new FormatError('format/unsupported', 'The array holds no numbers, only texts or raw bytes.', 10);
  }
  if (omittedCount > 0 || columns.length * channelCount > MAX_COLUMNS) {
    diagnostics.push({
      severity: 'info',
      code: 'npy/no-signal',
      message: 'Some values of each item (texts, raw bytes or very many columns) are not shown as signals.',
    });
  }
  // channels that lie side by side are columns of one table, others a table each
  const isInterleaved = channelStride < sampleStride;
  const strideBytes = sampleStride * dtype.itemBytes;
  const channels = Array.from({ length: channelCount }, (_, channel) =>
    columns.map((column) => ({
      ...column,
      name: channelCount > 1 ? `${column.name}[${channel}]` : column.name,
      offsetBytes: channel * channelStride * dtype.itemBytes + column.offsetBytes,
    })),
  );
  const tables = (isInterleaved ? [channels.flat().slice(0, MAX_COLUMNS)] : channels).slice(0, MAX_COLUMNS);
  const grid = {
    offsetBytes: payloadOffset,
    itemBytes: strideBytes,
    itemsPerRecord: 1,
    recordBytes: strideBytes,
    itemCount: sampleCount,
  };
  const signals = tables
    .flatMap((table) => itemSignals(source, grid, table, workspace, ({ name }) => ({ name, sampleRateHz: 1 })))
    .slice(0, MAX_COLUMNS);
  return createPlainReader({
    format: 'npy',
    label: 'NumPy array',
    version: header.version,
    signals,
    diagnostics,
    isRecovered: presentItems < stated,
  });
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
