// Variables of a MATLAB file of level 4 (MathWorks, "MAT-File Format", chapter 2): a head of five integers each, then the
// name, then the numbers column by column.

import { FormatError } from '../../base/errors.ts';
import { MemoryFile } from '../memory-file.ts';
import { scalarDtype } from '../numpy/dtype.ts';
import type { RandomAccess } from '../source.ts';
import { HEAD_BYTES, type Level4Head, level4Head } from './level4-head.ts';
import type { Say } from './level5.ts';
import { fullMatrix } from './sparse.ts';
import { type NumberRun, rowsOfText, runValues, type Variable } from './variable.ts';

/** Numbers of a text or of a sparse matrix. */
const MAX_SMALL = 65_536;

/** Everything in the file. Rejects with a FormatError when the first variable is damaged already. */
export async function level4Variables(source: RandomAccess, say: Say): Promise<readonly Variable[]> {
  const variables: Variable[] = [];
  for (let offset = 0; offset < source.sizeBytes; ) {
    const head = level4Head(await source.read(offset, HEAD_BYTES));
    const start = offset + HEAD_BYTES + (head?.nameBytes ?? 0);
    if (!head || start + head.dataBytes > source.sizeBytes) {
      if (variables.length === 0)
        throw new FormatError('format/damaged', 'The first variable of this MATLAB file is cut.', offset);
      say(`What stands at byte ${offset} is no whole variable; it and what follows is left out.`, true);
      break;
    }
    const name = String.fromCharCode(...(await source.read(offset + HEAD_BYTES, head.nameBytes))).replace(/\0.*$/, '');
    const variable = await variableOf(source, head, start, name);
    if (variable) variables.push(variable);
    else say(`"${name}" is too large a text or sparse matrix and left out.`, false);
    offset = start + head.dataBytes;
  }
  return variables;
}

async function variableOf(
  source: RandomAccess,
  head: Level4Head,
  offsetBytes: number,
  name: string,
): Promise<Variable | undefined> {
  const { rowCount, columnCount, dtype, content, isComplex } = head;
  const scalar = scalarDtype(...head.number, head.isLittle ? '<' : '>')!;
  const count = rowCount * columnCount;
  const run = (part: number): NumberRun => {
    return { source, offsetBytes: offsetBytes + part * count * scalar.itemBytes, count, scalar };
  };
  if (count === 0) return { kind: 'text', id: name, text: 'empty' };
  const place = { id: name, group: '', name };
  const imaginary = isComplex ? run(1) : undefined;
  if (content === 0)
    return { kind: 'numbers', ...place, shape: [rowCount, columnCount], dtype, real: run(0), imaginary };
  if (count > MAX_SMALL) return undefined;
  const numbers = Array.from((await runValues(run(0), 0, 1, count)) as Float64Array);
  if (content === 1) {
    const text = numbers.map((code) => String.fromCharCode(code)).join('');
    return { kind: 'text', id: name, text: rowsOfText(text, [rowCount, columnCount]) };
  }
  return sparse(numbers, rowCount, columnCount, place);
}

/** Rows of place and value (and imaginary part); the last one holds the dimensions. */
function sparse(
  numbers: readonly number[],
  rowCount: number,
  columnCount: number,
  place: { readonly id: string; readonly group: string; readonly name: string },
): Variable | undefined {
  const cell = (row: number, column: number): number => numbers[column * rowCount + row] ?? 0;
  const shape = [cell(rowCount - 1, 0), cell(rowCount - 1, 1)];
  const [fullRows, fullColumns] = shape;
  const isWhole = shape.every((size) => Number.isSafeInteger(size) && size >= 1);
  if (!isWhole || columnCount < 3 || fullRows! * fullColumns! > MAX_SMALL) return undefined;
  const run = (column: number): NumberRun => {
    const bytes = fullMatrix(fullRows!, fullColumns!, (put) => {
      for (let row = 0; row < rowCount - 1; row++) put(cell(row, 0) - 1, cell(row, 1) - 1, cell(row, column));
    });
    return {
      source: new MemoryFile(bytes),
      offsetBytes: 0,
      count: bytes.length / 8,
      scalar: scalarDtype('f', 8, '<')!,
    };
  };
  const imaginary = columnCount >= 4 ? run(3) : undefined;
  return { kind: 'numbers', ...place, shape, dtype: 'f64', real: run(2), imaginary };
}
