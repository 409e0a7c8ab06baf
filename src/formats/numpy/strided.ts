// A run of equal scalars at a fixed distance in a file: a column of a table of records, a row of a matrix.

import { FormatError } from '../../base/errors.ts';
import type { SampleType, SampleValues, SignalInfo } from '../../model/signal-store.ts';
import type { ScanSignal } from '../scan-store.ts';
import { joinValues } from '../scan-store.ts';
import type { RandomAccess } from '../source.ts';
import { toSampleValues } from './columns.ts';
import { decodeLeaf } from './decode.ts';
import type { Leaf, ScalarDtype } from './dtype.ts';

/** Bytes per read. */
const WINDOW_BYTES = 1 << 20;

export interface StridedColumn {
  readonly name: string;
  readonly unit: string;
  readonly scalar: ScalarDtype;
  readonly dtype: SampleType;
  readonly offsetBytes: number;
  readonly strideBytes: number;
  readonly count: number;
  readonly sampleRateHz: number;
}

/** The column as a signal of that name. */
export function stridedSignal(source: RandomAccess, column: StridedColumn): ScanSignal {
  const info: SignalInfo = {
    id: column.name,
    name: column.name,
    unit: column.unit,
    source: '',
    dtype: column.dtype,
    sampleRateHz: column.sampleRateHz,
    startSample: 0,
    endSample: column.count,
    offsetS: 0,
    firstSampleId: 0n,
  };
  return { info, read: (start, end) => readStrided(source, column, start, end) };
}

async function readStrided(
  source: RandomAccess,
  { scalar, offsetBytes, strideBytes }: StridedColumn,
  start: number,
  end: number,
): Promise<SampleValues> {
  const leaf: Leaf = { name: '', scalar, offsetBytes: 0, shape: [], stridesBytes: [] };
  const perWindow = Math.max(1, Math.floor(WINDOW_BYTES / strideBytes));
  const pieces: SampleValues[] = [];
  for (let from = start; from < end; from += perWindow) {
    const count = Math.min(perWindow, end - from);
    const spanBytes = (count - 1) * strideBytes + scalar.itemBytes;
    const offset = offsetBytes + from * strideBytes;
    const bytes = await source.read(offset, spanBytes);
    if (bytes.length < spanBytes) {
      throw new FormatError('format/damaged', 'The file became shorter while it was open. Open it again.', offset);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const layout = {
      firstOffsetBytes: 0,
      recordCount: 1,
      recordBytes: spanBytes,
      itemCount: count,
      itemBytes: strideBytes,
    };
    pieces.push(toSampleValues(decodeLeaf(view, leaf, layout)));
  }
  return joinValues(pieces);
}
