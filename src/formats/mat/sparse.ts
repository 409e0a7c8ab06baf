// Small sparse matrices as full ones.

import { scalarDtype } from '../numpy/dtype.ts';
import type { Element, Elements } from './read-element.ts';
import { integers, numberType } from './read-element.ts';
import { runValues } from './variable.ts';

/** Numbers of a full matrix, at most: 512 KiB. */
const MAX_FULL = 65_536;

/** Row of each value, where the values of each column start, and the values (MATLAB's ir, jc and pr). */
interface SparseParts {
  readonly rows: Element;
  readonly starts: Element;
  readonly values: Element;
}

/** The full matrix column by column as little-endian doubles; undefined when that is too large. */
export async function denseOf(
  elements: Elements,
  shape: readonly number[],
  { rows, starts, values }: SparseParts,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [rowCount = 0, columnCount = 0] = shape;
  if (shape.length !== 2 || rowCount * columnCount > MAX_FULL) return undefined;
  const rowOf = await integers(elements, rows, MAX_FULL);
  const startOf = await integers(elements, starts, columnCount + 1);
  const valueCount = startOf[columnCount] ?? 0;
  // truth values say that they are doubles, in a byte each
  const isTruth = values.lengthBytes === valueCount;
  const scalar = isTruth ? scalarDtype('u', 1, '|') : numberType(values, elements.isLittle);
  if (!scalar) return undefined;
  const count = Math.min(valueCount, Math.floor(values.lengthBytes / scalar.itemBytes), MAX_FULL);
  const run = { source: elements.source, offsetBytes: values.dataOffset, count, scalar };
  const numbers = await runValues(run, 0, 1, count);
  return fullMatrix(rowCount, columnCount, (put) => {
    for (let column = 0; column < columnCount; column++) {
      const end = Math.min(startOf[column + 1] ?? 0, numbers.length, rowOf.length);
      for (let index = startOf[column] ?? 0; index < end; index++) put(rowOf[index]!, column, Number(numbers[index]));
    }
  });
}

/** Zeros but for what `fill` puts; what lies outside is left out. */
export function fullMatrix(
  rowCount: number,
  columnCount: number,
  fill: (put: (row: number, column: number, value: number) => void) => void,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(rowCount * columnCount * 8);
  const view = new DataView(bytes.buffer);
  fill((row, column, value) => {
    const isInside = row >= 0 && row < rowCount && column >= 0 && column < columnCount;
    if (isInside && Number.isInteger(row) && Number.isInteger(column))
      view.setFloat64(8 * (column * rowCount + row), value, true);
  });
  return bytes;
}
