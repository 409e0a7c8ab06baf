// Samples of a dataset: a piece of a channel as the library reads it, and the numbers or texts in it.

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
/** Bytes of a text of any length that are looked at. */
const MAX_VLEN_BYTES = 16_384;

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

/** The texts of a line of them, without what pads them. Throws a FormatError where the file is damaged. */
export function lineTexts(content: Content, node: DatasetNode, line: ItemLine): readonly string[] {
  const { size, vlen } = node.type;
  const count = node.shape?.[line.dimension] ?? 1;
  const decoder = new TextDecoder();
  const textAt = (bytes: Uint8Array, at: number, length: number) => {
    const end = bytes.subarray(at, at + length).indexOf(0);
    return decoder.decode(bytes.slice(at, at + (end < 0 ? length : end))).trim();
  };
  const texts: string[] = [];
  lineBytes(content, node, line, 0, count, (bytes, heap) => {
    const items = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < count; index++) {
      const at = vlen ? items.getUint32(index * size, true) : index * size;
      // a text that was never written has no place
      if (vlen) texts.push(at === 0 ? '' : textAt(heap, at, MAX_VLEN_BYTES));
      else texts.push(textAt(bytes, at, size));
    }
  });
  return texts;
}

/** `look` sees the items, and the library's memory while what they point to is still there. */
function lineBytes(
  { hdf5: { module }, file, mounted }: Content,
  node: DatasetNode,
  { place, dimension }: ItemLine,
  from: number,
  count: number,
  look?: (bytes: Uint8Array, heap: Uint8Array) => void,
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
    mounted.forgetError();
    const read = () => module.get_dataset_data(file.file_id, path, counts, offsets, strides, BigInt(at));
    const status = hasAnyLength(node.type) ? read() : mounted.forNumbers(read);
    const { readError } = mounted;
    if (readError) throw readError;
    if (status < 0) {
      throw new FormatError(
        'format/damaged',
        `Items ${from} to ${from + count} of "${path}" cannot be read: they are damaged. Other parts of the file may be whole.`,
      );
    }
    const bytes = module.HEAPU8.slice(at, at + byteCount);
    look?.(bytes, module.HEAPU8);
    return bytes;
  } catch (thrown) {
    throw hdf5Error(thrown);
  } finally {
    if (hasAnyLength(node.type) && counts) {
      module.reclaim_vlen_memory_count(file.file_id, path, '', BigInt(at), counts);
    }
    module._free(at);
  }
}
