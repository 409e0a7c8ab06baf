// Samples of a dataset: a piece of a channel as the library reads it, and the numbers in it.

import { FormatError } from '../../base/errors.ts';
import type { SampleValues } from '../../model/signal-store.ts';
import { type SampleColumn, toSampleValues } from '../numpy/columns.ts';
import { decodeLeaf } from '../numpy/decode.ts';
import { joinValues } from '../plain-store.ts';
import type { Content } from './content.ts';
import { hasAnyLength } from './item-type.ts';
import { hdf5Error } from './library.ts';
import type { DatasetNode } from './tree.ts';

/** Bytes that the library reads at a time. */
const READ_BYTES = 8 * 2 ** 20;

/** A line of items through an array: along one dimension from a place. */
export interface ItemLine {
  readonly place: readonly number[];
  readonly dimension: number;
}

/** Numbers of one column of the items [start, end) of a line. Throws a FormatError where the file is damaged. */
export function lineValues(
  content: Content,
  node: DatasetNode,
  column: SampleColumn,
  line: ItemLine,
  start: number,
  end: number,
): SampleValues {
  const itemBytes = node.type.size;
  const most = Math.max(1, Math.floor(READ_BYTES / itemBytes));
  const parts: SampleValues[] = [];
  for (let from = start; from < end || parts.length === 0; from += most) {
    const count = Math.max(0, Math.min(most, end - from));
    const bytes = lineBytes(content, node, line, from, count);
    const leaf = { name: '', scalar: column.scalar, offsetBytes: column.offsetBytes, shape: [], stridesBytes: [] };
    const layout = { firstOffsetBytes: 0, recordCount: 1, recordBytes: bytes.length, itemCount: count, itemBytes };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    parts.push(toSampleValues(decodeLeaf(view, leaf, layout)));
  }
  return joinValues(parts);
}

function lineBytes(
  { hdf5: { module }, file }: Content,
  node: DatasetNode,
  { place, dimension }: ItemLine,
  from: number,
  count: number,
): Uint8Array {
  const byteCount = count * node.type.size;
  if (byteCount === 0) return new Uint8Array(0);
  const rank = node.shape?.length ?? 0;
  const counts = rank === 0 ? null : place.map((_, index) => BigInt(index === dimension ? count : 1));
  const offsets = rank === 0 ? null : place.map((at, index) => BigInt(index === dimension ? from : at));
  const strides = rank === 0 ? null : place.map(() => 1n);
  const { path } = node.dataset;
  const at = module._malloc(byteCount);
  if (at === 0) throw new FormatError('format/unsupported', `There is no memory for ${byteCount} bytes of "${path}".`);
  try {
    // what the library does not fill must not be what was there before
    module.HEAPU8.fill(0, at, at + byteCount);
    const status = module.get_dataset_data(file.file_id, path, counts, offsets, strides, BigInt(at));
    if (status < 0) {
      throw new FormatError(
        'format/damaged',
        `Items ${from} to ${from + count} of "${path}" cannot be read: they are damaged. Other parts of the file may be whole.`,
      );
    }
    return module.HEAPU8.slice(at, at + byteCount);
  } catch (thrown) {
    throw hdf5Error(thrown);
  } finally {
    if (hasAnyLength(node.type) && counts) {
      module.reclaim_vlen_memory_count(file.file_id, path, '', BigInt(at), counts);
    }
    module._free(at);
  }
}
