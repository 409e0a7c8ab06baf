// Counting of a growing table, against numpy.histogram's rule written out.

import { expect, it } from 'vitest';
import { TableCounts } from '../../../src/app/pipeline/table-counts.ts';

function table(...lines: string[]) {
  let text = lines.join('\n');
  return { file: async () => new File([text], 't.csv'), add: (more: string) => (text += more) };
}

it('counts half-open bins, the last one closed, and leaves out what is no number', async () => {
  const cells = ['-0.1', '0.0', '0.999', '1.0', '2.0', '2.0000001', '', 'inf', '-inf', '1e-05'];
  const { file } = table('a,x', ...cells.map((cell) => `7.0,${cell}`), '');
  const counts = new TableCounts(file, new Map([['x', Float64Array.of(0, 1, 2)]]));
  expect(await counts.update()).toBe(false);
  expect(counts.columns).toEqual([{ channel: 'x', edges: Float64Array.of(0, 1, 2), counts: Float64Array.of(3, 2) }]);
});

it('counts a line when it is complete, and never twice', async () => {
  const { file, add } = table('x', '1.0', '1');
  const counts = new TableCounts(file, new Map([['x', Float64Array.of(0, 5, 20)]]));
  const shown = () => [...counts.columns[0]!.counts];
  await counts.update();
  expect(shown()).toEqual([1, 0]);
  add('2.0\n');
  await counts.update();
  await counts.update();
  expect(shown()).toEqual([1, 1]);
});

it('waits for the file, finds quoted columns and has none for others', async () => {
  let file: File | undefined;
  const counts = new TableCounts(
    async () => file,
    new Map([
      ['height, in "mV"', Float64Array.of(0, 10)],
      ['other', Float64Array.of(0, 10)],
      ['empty', Float64Array.of(1)],
    ]),
  );
  expect(await counts.update()).toBe(false);
  file = new File(['counter,"height, in ""mV"""\n0.0,3.5\n'], 't.csv');
  await counts.update();
  expect(counts.columns.map((column) => [...column.counts])).toEqual([[1], [0], []]);
});

it('reads a large table in pieces', async () => {
  const lineCount = 400_000;
  const text = `x\n${'0.5\n1.5\n2.5\n3.5\n'.repeat(lineCount / 4)}`;
  const counts = new TableCounts(
    async () => new File([text], 't.csv'),
    new Map([['x', Float64Array.of(0, 1, 2, 3, 4)]]),
  );
  let lookCount = 1;
  while (await counts.update()) lookCount++;
  expect(lookCount).toBeGreaterThan(1);
  expect([...counts.columns[0]!.counts]).toEqual(Array.from({ length: 4 }, () => lineCount / 4));
});
