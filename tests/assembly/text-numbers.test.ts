// Numbers in text are the nearest doubles, as JavaScript reads them; rows are found and split as they are written.

import { expect, test } from 'vitest';
import { TextRows } from '../../src/core/text-rows.ts';
import { createTestCore } from '../support/core.ts';
import { seededRandom } from '../support/random.ts';

function column(cells: readonly string[]): { values: number[]; odd: string[] } {
  const workspace = createTestCore(8 * 2 ** 20);
  const rows = new TextRows(workspace, { separator: ';', decimal: '.' }, 1);
  rows.want([true]);
  const out = rows.reserve('out', cells.length * 8);
  const odd: string[] = [];
  const text = new TextEncoder().encode(`${cells.join('\n')}\n`);
  const place = { address: out.address, capacity: cells.length };
  rows.columns(text, place, 0, (_row, _column, cell) => odd.push(new TextDecoder().decode(cell)));
  const values = Array.from(new Float64Array(workspace.core.memory.buffer, out.address, cells.length));
  return { values, odd };
}

test('every number of up to 19 digits is the nearest double', () => {
  const random = seededRandom(11);
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const cells = Array.from({ length: 10_000 }, (_, index) => {
    const sign = random() < 0.5 ? '-' : '';
    const [whole, fraction] = [digits(1 + Math.floor(random() * 8)), digits(Math.floor(random() * 11))];
    const exponent = index % 3 === 0 ? `e${Math.floor(random() * 90) - 45}` : '';
    return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${exponent}`;
  });
  // as numpy.savetxt and Python's repr write doubles
  for (let index = 0; index < 10_000; index++) {
    const value = (random() - 0.5) * 10 ** Math.floor(random() * 46 - 30);
    cells.push(value.toExponential(18), String(value));
  }
  const { values, odd } = column(cells);
  expect(odd).toEqual([]);
  expect(values).toEqual(cells.map(Number));
});

test('halves between two doubles, powers of two and borders', () => {
  const cells = ['9007199254740993', '9007199254740995', '1.5e-45', '4503599627370497.5', '4503599627370496.5'];
  for (let power = -60; power <= 60; power++)
    cells.push(String(2 ** power), `1e${power}`, `9.999999999999999e${power}`);
  const { values, odd } = column(cells);
  expect(odd).toEqual([]);
  expect(values).toEqual(cells.map(Number));
});

test('what is no plain number is handed over whole', () => {
  const cells = [
    '1.5',
    '"2.5"',
    '',
    '1,5',
    'OL',
    '1.5 V',
    '"a;b"',
    '0x1F',
    '1e',
    '--1',
    '12345678901234567890',
    '1e-300',
  ];
  const { values, odd } = column(cells);
  expect(values.slice(0, 2)).toEqual([1.5, 2.5]);
  // a blank line is no row, so the rest moves up
  expect(odd).toEqual(cells.slice(3));
});
