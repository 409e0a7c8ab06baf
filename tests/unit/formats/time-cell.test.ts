import { expect, test } from 'vitest';
import type { CsvDialect } from '../../../src/formats/csv/dialect.ts';
import { timeCell } from '../../../src/formats/csv/time-cell.ts';
import { seededRandom } from '../../support/random.ts';

const dialect = (separator: CsvDialect['separator'], decimal: CsvDialect['decimal'] = '.'): CsvDialect => ({
  separator,
  decimal,
  headerLineCount: 1,
  columns: [],
  timeColumn: 0,
});
const cell = (line: string, column = 0, of = dialect(',')) => timeCell(new TextEncoder().encode(line), of, column);

test.each([
  ['1.250,x', 0, 1.25, 1e-3],
  ['a, -17,b', 1, -17, 1],
  ['.5', 0, 0.5, 0.1],
  ['1e-3,2', 0, 1e-3, 1e-3],
  ['1.5E3,2', 0, 1500, 100],
  ['"1.50",2', 0, 1.5, 0.01],
  ['"a,b",2.5', 1, 2.5, 0.1],
  ['1234567890123.123', 0, 1234567890123.123, 1e-3],
])('%s, cell %i', (line, column, value, unit) => {
  const found = cell(line, column);
  expect(found.value).toBe(value);
  expect(found.unit / unit).toBeCloseTo(1, 12);
});

test.each([',1', 'x,1', '-,1', '1.2.3,1', '12:30,1', 'NaN,1'])('%s has no time', (line) => {
  expect(cell(line).value).toBe(Number.NaN);
});

test('decimal commas, tabs and runs of blanks', () => {
  expect(cell('3,25;1', 0, dialect(';', ','))).toEqual({ value: 3.25, unit: 0.01 });
  expect(cell('a\t-0.5\tb', 1, dialect('\t'))).toEqual({ value: -0.5, unit: 0.1 });
  expect(cell('  1.0   2.50 ', 1, dialect(' ')).value).toBe(2.5);
});

test('the value is the nearest double of the text', () => {
  const random = seededRandom(5);
  for (let round = 0; round < 2000; round++) {
    const text = (random() * 10 ** Math.floor(random() * 9)).toFixed(Math.floor(random() * 12));
    expect(cell(`${text},0`).value).toBe(Number(text));
  }
});
