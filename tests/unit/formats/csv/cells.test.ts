// Cells as programs and people write them, and what becomes of those that hold no number.

import { describe, expect, it } from 'vitest';
import { type CellKind, cellKind, cellNumber, cleanCell, numberStyleOf } from '../../../../src/formats/csv/cells.ts';
import { codesOf, openTable, rowLines, signalsOf, valuesOf } from '../../../support/tables.ts';

const POINT = { decimal: '.', hasThousands: false } as const;
const COMMA = { decimal: ',', hasThousands: false } as const;

describe('numbers', () => {
  it.each<[string, number, string]>([
    ['1.5', 1.5, ''],
    ['-.5', -0.5, ''],
    ['+3.', 3, ''],
    ['1E-3', 1e-3, ''],
    ['1.0D+02', 100, ''],
    ['\u22121.25', -1.25, ''],
    ['"1.5"', 1.5, ''],
    ['12 V', 12, 'V'],
    ['3.3mA', 3.3, 'mA'],
    ['1.5 kΩ', 1.5, 'kΩ'],
    ['0.5 VDC', 0.5, 'V'],
    ['45%', 45, '%'],
    ['0x1F', 31, ''],
    ['inf', Number.POSITIVE_INFINITY, ''],
    ['-1.#INF', Number.NEGATIVE_INFINITY, ''],
  ])('%s', (text, value, unit) => {
    expect(cellNumber(cleanCell(text), POINT)).toEqual({ value, unit });
  });

  it.each<[string, CellKind]>([
    ['', 'blank'],
    ['OL', 'missing'],
    ['Overload', 'missing'],
    ['ERR', 'missing'],
    ['-nan(ind)', 'missing'],
    ['#N/A', 'missing'],
    ['#DIV/0!', 'missing'],
    ['---', 'missing'],
    ['∞', 'missing'],
    ['ON', 'switch'],
    ['false', 'switch'],
    ['12:30:00', 'clock'],
    ['2026-05-01', 'clock'],
    ['start', 'text'],
    ['12 apples', 'text'],
    ['1.2.3', 'text'],
  ])('%s is %s', (text, kind) => {
    expect(cellKind(cleanCell(text), POINT)).toBe(kind);
  });

  it('a comma decides over all cells of a table', () => {
    expect(numberStyleOf(['1,5', '2,25'])).toMatchObject({ decimal: ',', hasThousands: false, guess: undefined });
    expect(numberStyleOf(['1,234.5'])).toMatchObject({ decimal: '.', hasThousands: true });
    expect(numberStyleOf(['1.234,5', '2,0'])).toMatchObject({ decimal: ',', hasThousands: true });
    expect(numberStyleOf(['1,234,567'])).toMatchObject({ decimal: '.', hasThousands: true });
    expect(numberStyleOf(['1,234']).guess).toContain('"1,234"');
    expect(cellNumber('1,5', COMMA)).toEqual({ value: 1.5, unit: '' });
    expect(cellNumber('1.5', COMMA)).toBeUndefined();
  });
});

describe('columns', () => {
  const table = (cell: (row: number) => string, separator = ';'): string =>
    `t (s)${separator}x\n${rowLines(40, (row) => `${row}${separator}${cell(row)}`)}`;

  it.each<[string, string, number[]]>([
    ['thousands in quotes', table((row) => `"1,${200 + row}.5"`, ','), [1200.5, 1201.5]],
    ['thousands with points', table((row) => `1.${200 + row},5`), [1200.5, 1201.5]],
    ['thousands with no-break blanks', table((row) => `1\u00a0${200 + row},5`), [1200.5, 1201.5]],
    ['a minus of typographers', table((row) => `\u2212${row}.5`), [-0.5, -1.5]],
    ['exponents of Fortran', table((row) => `${row}.5D+01`), [5, 15]],
    ['units that change', table((row) => (row % 2 === 0 ? `${row + 1} mA` : `${row / 1000} A`)), [1, 1]],
    ['hexadecimal', table((row) => `0x${(row + 15).toString(16)}`), [15, 16]],
    ['everything in quotes', table((row) => `"${row}.25"`), [0.25, 1.25]],
  ])('%s', async (_name, text, values) => {
    const reader = await openTable(text);
    expect((await valuesOf(reader, 'x')).slice(0, 2)).toEqual(values);
    expect(codesOf(reader).filter((code) => code !== 'guess')).toEqual([]);
  });

  it('units in cells are the unit of the signal', async () => {
    expect(signalsOf(await openTable(table((row) => `${row} mA`)))[0]!.slice(0, 2)).toEqual(['x', 'mA']);
  });

  it('words and blanks are missing samples and counted', async () => {
    const reader = await openTable(table((row) => ['1.5', 'OL', '', '#N/A'][row % 4]!));
    const values = await valuesOf(reader, 'x');
    expect(values.map(Number.isNaN).slice(0, 4)).toEqual([false, true, true, true]);
    expect(reader.diagnostics.map(({ message }) => message)).toEqual(
      [
        expect.stringContaining('Nothing says'),
        '20 cells of "x" hold no number (such as "OL"): missing samples.',
        '10 cells are blank: missing samples.',
      ].slice(1),
    );
  });

  it('a long word of bits counts its last digit as bit 0', async () => {
    const reader = await openTable(table((row) => row.toString(2).padStart(16, '0')));
    expect(
      reader.store
        .signals()
        .map(({ id }) => id)
        .slice(-2),
    ).toEqual(['x[1]', 'x[0]']);
    expect((await valuesOf(reader, 'x[0]')).slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect((await valuesOf(reader, 'x[1]')).slice(0, 4)).toEqual([0, 0, 1, 1]);
  });

  it('bits in columns of their own are logic, also those that never change', async () => {
    const reader = await openTable(`t (ms),D0,D1\n${rowLines(20, (row) => `${row},${row % 2},0`)}`);
    expect(reader.store.signals().map(({ dtype }) => dtype)).toEqual(['u1', 'u1']);
  });

  it('a comma for both marks is refused at its line, column and cell', async () => {
    const text = `t,U\n${rowLines(20, (row) => `${row},0,1,5`)}`;
    await expect(openTable(text)).rejects.toThrow('Line 2, column 1: in "0,0" the comma is decimal mark and separator');
  });
});
