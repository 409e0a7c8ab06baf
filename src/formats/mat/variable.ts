// What a MATLAB file holds, level 4 and level 5 alike: numbers that stay in the file, and texts.

import type { SampleType, SampleValues } from '../../model/signal-store.ts';
import { toSampleValues } from '../numpy/columns.ts';
import { decodeLeaf } from '../numpy/decode.ts';
import type { ScalarDtype } from '../numpy/dtype.ts';
import { joinValues } from '../plain-store.ts';
import type { RandomAccess } from '../source.ts';

/** Numbers of one type, one after the other. */
export interface NumberRun {
  readonly source: RandomAccess;
  readonly offsetBytes: number;
  readonly count: number;
  readonly scalar: ScalarDtype;
}

/** An array of numbers: the first dimension counts fastest. */
export interface NumberVariable {
  readonly kind: 'numbers';
  /** Such as `s.a` or `c{1}`. */
  readonly id: string;
  /** What is in front of the last part of the id: variables with the same lie side by side. */
  readonly group: string;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: SampleType;
  readonly real: NumberRun;
  readonly imaginary: NumberRun | undefined;
}

export interface TextVariable {
  readonly kind: 'text';
  readonly id: string;
  readonly text: string;
}

export type Variable = NumberVariable | TextVariable;

/** Bytes that are read at a time. */
const READ_BYTES = 4 * 2 ** 20;

/** Numbers start, start + stride, … of a run, `count` of them. */
export async function runValues(run: NumberRun, start: number, stride: number, count: number): Promise<SampleValues> {
  const { source, offsetBytes, scalar } = run;
  const { itemBytes } = scalar;
  const strideBytes = stride * itemBytes;
  const most = Math.max(1, Math.floor(READ_BYTES / strideBytes));
  const leaf = { name: '', scalar, offsetBytes: 0, shape: [], stridesBytes: [] };
  const parts: SampleValues[] = [];
  for (let done = 0; done < count || parts.length === 0; done += most) {
    const itemCount = Math.max(0, Math.min(most, count - done));
    const lengthBytes = itemCount === 0 ? 0 : (itemCount - 1) * strideBytes + itemBytes;
    const bytes = await source.read(offsetBytes + (start + done * stride) * itemBytes, lengthBytes);
    const layout = { firstOffsetBytes: 0, recordCount: 1, recordBytes: lengthBytes, itemCount, itemBytes: strideBytes };
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    parts.push(toSampleValues(decodeLeaf(view, leaf, layout)));
  }
  return joinValues(parts);
}

/** Values in the type that a signal of `dtype` hands out: long integers that are stored short become long again. */
export function asDtype(values: SampleValues, dtype: SampleType): SampleValues {
  if (dtype === 'i64') {
    return values instanceof BigInt64Array
      ? values
      : BigInt64Array.from(values as Float64Array, (value) => BigInt(value));
  }
  if (dtype === 'u64') {
    return values instanceof BigUint64Array
      ? values
      : BigUint64Array.from(values as Float64Array, (value) => BigInt(value));
  }
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Float64Array.from(values, Number)
    : values;
}

/** Letters of a text array: its rows lie column by column. */
export function rowsOfText(letters: string, shape: readonly number[]): string {
  const [rowCount = 1] = shape;
  if (rowCount <= 1) return letters;
  const points = [...letters];
  const rows = Array.from({ length: Math.min(rowCount, points.length) }, (_, row) =>
    points
      .filter((_point, index) => index % rowCount === row)
      .join('')
      .trimEnd(),
  );
  return rows.join('\n');
}
