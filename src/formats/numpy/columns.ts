// Leaves of records as sample signals: which sample type they get, and how their values become samples.

import type { SampleType, SampleValues } from '../../model/signal-store.ts';
import type { ColumnValues } from './decode.ts';
import { elementOffsets } from './decode.ts';
import { type Dtype, type Leaf, leavesOf, type ScalarDtype } from './dtype.ts';

/** One number per item: a leaf, an element of an array field, or one half of a complex number. */
export interface SampleColumn {
  readonly name: string;
  readonly scalar: ScalarDtype;
  readonly offsetBytes: number;
  readonly dtype: SampleType;
}

/** Columns of one item that are shown as signals, at most. */
export const MAX_COLUMNS = 1024;

/**
 * The numeric columns of a type, at most MAX_COLUMNS; `omittedCount` tells how many values per item were left out. Names
 * of fields have `prefix` and a dot in front, unless it is empty.
 */
export function sampleColumns(
  dtype: Dtype,
  nameOfScalar: string,
  prefix = '',
): { columns: readonly SampleColumn[]; omittedCount: number } {
  const columns: SampleColumn[] = [];
  let omittedCount = 0;
  for (const leaf of leavesOf(dtype)) {
    const elementCount = leaf.shape.reduce((product, size) => product * size, 1);
    const sampleType = sampleTypeOf(leaf.scalar);
    if (!sampleType || columns.length + elementCount > MAX_COLUMNS) {
      omittedCount += elementCount;
      continue;
    }
    elementOffsets(leaf).forEach((offsetBytes, element) => {
      const field = leaf.name && prefix ? `${prefix}.${leaf.name}` : leaf.name;
      const name = (field || nameOfScalar) + indexText(leaf, element);
      columns.push(...scalarColumns(name, leaf.scalar, offsetBytes, sampleType));
    });
  }
  return { columns, omittedCount };
}

function scalarColumns(name: string, scalar: ScalarDtype, offsetBytes: number, dtype: SampleType): SampleColumn[] {
  if (scalar.kind !== 'c') return [{ name, scalar, offsetBytes, dtype }];
  const half: ScalarDtype = { ...scalar, kind: 'f', itemBytes: scalar.itemBytes / 2 };
  return [
    { name: `${name}.real`, scalar: half, offsetBytes, dtype },
    { name: `${name}.imag`, scalar: half, offsetBytes: offsetBytes + half.itemBytes, dtype },
  ];
}

function indexText(leaf: Leaf, element: number): string {
  if (leaf.shape.length === 0) return '';
  let rest = element;
  const indices = [...leaf.shape].reverse().map((size) => {
    const index = rest % size;
    rest = Math.floor(rest / size);
    return index;
  });
  return `[${indices.reverse().join(',')}]`;
}

/** Sample type of a scalar; undefined for text and raw bytes. */
function sampleTypeOf({ kind, itemBytes }: ScalarDtype): SampleType | undefined {
  switch (kind) {
    case 'f':
      return itemBytes === 8 ? 'f64' : 'f32';
    case 'c':
      return itemBytes === 16 ? 'f64' : 'f32';
    case 'b':
      return 'u8';
    case 'i':
    case 'u':
      return `${kind}${(itemBytes * 8) as 8 | 16 | 32 | 64}`;
    case 'M':
    case 'm':
      return 'i64';
    case 'S':
    case 'U':
    case 'V':
      return undefined;
  }
}

/** Decoded values in the form that a signal store hands out. */
export function toSampleValues(values: ColumnValues): SampleValues {
  if (
    values instanceof Float32Array ||
    values instanceof Float64Array ||
    values instanceof BigInt64Array ||
    values instanceof BigUint64Array
  ) {
    return values;
  }
  return Float64Array.from(values, Number);
}
