// Histograms against those of mimoCoRB2 (NumPy's rule), and against the rule itself on seeded values.

import { expect, test } from 'vitest';
import { Histogram } from '../../src/core/histogram.ts';
import { createWorkspace } from '../../src/core/workspace.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { openMimo } from '../../src/formats/mimo/reader.ts';
import { coreBytes, createTestCore } from '../support/core.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { seededRandom } from '../support/random.ts';

interface GoldenCase {
  readonly id: string;
  readonly function: string;
  readonly input: string;
  readonly config: { readonly bins?: Readonly<Record<string, readonly [number, number, number]>> };
  readonly histograms?: Readonly<Record<string, readonly number[]>>;
}

const workspace = createWorkspace(new WebAssembly.Module(coreBytes('debug')), 4 * 2 ** 20);
const { cases } = goldenJson<{ cases: GoldenCase[] }>('mimo/pipeline.json');
const spectra = cases.flatMap(({ id, input, config, histograms = {} }) =>
  Object.entries(histograms).map(([path, counts]) => {
    const field = path.split('/').at(-1)!.replace('.npy', '');
    return { id, input, field, bins: config.bins![field]!, counts };
  }),
);

test.each(spectra)('$id: $field of $input', async ({ input, field, bins: [min, max, edgeCount], counts }) => {
  const { events } = await openMimo(new MemoryFile(goldenBytes(`mimo/pipeline/${input}`).slice()), createTestCore());
  const block = await events!.read(0, events!.eventCount);
  const { values } = block.data.find((column) => column.field.name === field)!;
  const histogram = new Histogram(workspace, { min, max, edgeCount });
  histogram.fill(Float64Array.from(values as ArrayLike<number>));
  expect([...histogram.counts()].map(Number)).toEqual(counts);
  histogram[Symbol.dispose]();
});

test('the golden file holds histograms with 0, 1, 2 and many edges', () => {
  expect(new Set(spectra.map(({ bins }) => Math.min(bins[2], 3)))).toEqual(new Set([0, 1, 2, 3]));
});

test('limits in the wrong order are refused with the text of NumPy', () => {
  expect(() => new Histogram(workspace, { min: 1, max: -1, edgeCount: 5 })).toThrow(
    '`bins` must increase monotonically, when an array',
  );
});

test.each([1, 2, 3, 4, 5])('values on and beside the edges fall as the rule says (seed %i)', (seed) => {
  const random = seededRandom(seed);
  const min = (random() - 0.5) * 10 ** Math.floor(6 * random());
  const max = min + random() * 10 ** Math.floor(6 * random());
  const histogram = new Histogram(workspace, { min, max, edgeCount: 2 + Math.floor(random() * 300) });
  const edges = histogram.edges();
  const values = Float64Array.from({ length: 10_000 }, () => {
    const edge = edges[Math.floor(random() * edges.length)]!;
    return edge + Math.floor(3 * random() - 1) * Math.abs(edge) * Number.EPSILON;
  });
  values.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  const wanted = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    if (!(value >= edges[0]! && value <= edges.at(-1)!)) continue;
    const above = edges.findIndex((edge) => edge > value);
    const bin = above < 0 ? edges.length - 2 : above - 1;
    wanted[bin] = wanted[bin]! + 1;
  }
  histogram.fill(values);
  expect([...histogram.counts()].map(Number)).toEqual(wanted);
  histogram.clear();
  histogram.add(edges[0]!);
  expect(histogram.counts()[0]).toBe(1n);
  histogram[Symbol.dispose]();
});

test('equal limits: what equals them is in the last bin', () => {
  const histogram = new Histogram(workspace, { min: 2, max: 2, edgeCount: 4 });
  histogram.fill(new Int16Array([1, 2, 2, 3]));
  expect(histogram.counts()).toEqual(new BigInt64Array([0n, 0n, 2n]));
  histogram[Symbol.dispose]();
});
