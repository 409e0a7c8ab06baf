// find_peaks against SciPy: every golden case bit for bit, and the rules that the golden cases cannot show.

import { describe, expect, test } from 'vitest';
import { PeakFinder, type Samples } from '../../src/core/pulse.ts';
import type { FindPeaksArgs, Interval } from '../../src/core/pulse-arguments.ts';
import { createWorkspace } from '../../src/core/workspace.ts';
import { coreBytes } from '../support/core.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { seededRandom } from '../support/random.ts';

type GoldenNumber = number | 'NaN' | 'Infinity' | '-Infinity';
type GoldenBorder = GoldenNumber | null | { readonly array: string };
type GoldenInterval = GoldenBorder | readonly [GoldenBorder, GoldenBorder];

interface GoldenCase {
  readonly id: string;
  readonly signal: string;
  readonly args: Readonly<Record<string, GoldenInterval>>;
  readonly peaks?: readonly number[];
  readonly properties?: Readonly<Record<string, readonly GoldenNumber[]>>;
  readonly peaksStableSort?: readonly number[];
  readonly propertiesStableSort?: Readonly<Record<string, readonly GoldenNumber[]>>;
  readonly warnings?: readonly string[];
  readonly error?: { readonly type: string; readonly message: string };
}

const { signals } = goldenJson<{ signals: Array<{ name: string; file: string; dtype: string }> }>(
  'find-peaks/signals.json',
);
const { cases } = goldenJson<{ cases: GoldenCase[] }>('find-peaks/cases.json');

function signal(name: string): Samples {
  const { file, dtype } = signals.find((entry) => entry.name === name)!;
  const { buffer } = goldenBytes(`find-peaks/${file}`).slice();
  if (dtype === 'float32') return new Float32Array(buffer);
  return dtype === 'int16' ? new Int16Array(buffer) : new Float64Array(buffer);
}

function toBorder(border: GoldenBorder): number | Samples | null {
  if (border === null) return null;
  return typeof border === 'object' ? signal(border.array) : Number(border);
}

function toInterval(interval: GoldenInterval): Interval {
  if (Array.isArray(interval)) return [toBorder(interval[0]), toBorder(interval[1])];
  return toBorder(interval as GoldenBorder) as Interval;
}

const NAMES = { plateau_size: 'plateauSize', rel_height: 'relHeight' } as const;
const isInterval = (name: string) => !['distance', 'wlen', 'rel_height'].includes(name);

function toArgs(args: GoldenCase['args']): FindPeaksArgs {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      NAMES[name as keyof typeof NAMES] ?? name,
      isInterval(name) ? toInterval(value) : Number(value),
    ]),
  );
}

const finders = Object.fromEntries(
  (['debug', 'release'] as const).map((target) => [
    target,
    new PeakFinder(createWorkspace(new WebAssembly.Module(coreBytes(target)), 16 * 2 ** 20), 110_000),
  ]),
) as Record<'debug' | 'release', PeakFinder>;

describe.each(['debug', 'release'] as const)('golden cases, %s core', (target) => {
  test.each(cases.map((golden) => [golden.id, golden.signal, JSON.stringify(golden.args), golden] as const))(
    '%s: %s %s',
    (_id, name, _args, golden) => {
      const find = () => finders[target].find(signal(name), toArgs(golden.args));
      if (golden.error) {
        expect(find).toThrow(golden.error.message);
        return;
      }
      const { peaks, properties, warnings } = find();
      const wanted = golden.propertiesStableSort ?? golden.properties!;
      expect([...peaks]).toEqual(golden.peaksStableSort ?? golden.peaks);
      expect(Object.keys(properties)).toEqual(Object.keys(wanted));
      for (const [key, values] of Object.entries(wanted)) {
        expect([...properties[key as keyof typeof properties]!], key).toEqual(values.map(Number));
      }
      expect(warnings).toEqual(golden.warnings ?? []);
    },
  );
});

/** SciPy's own procedure, sample by sample: left and right base and prominence of a peak in a window. */
function walkBases(x: Float64Array, peak: number, half: number): [number, number, number] {
  const walk = (step: number, stop: number) => {
    let base = peak;
    for (let i = peak; i * step <= stop * step && x[i]! <= x[peak]!; i += step) if (x[i]! < x[base]!) base = i;
    return base;
  };
  const left = walk(-1, Math.max(peak - half, 0));
  const right = walk(1, Math.min(peak + half, x.length - 1));
  return [left, right, x[peak]! - Math.max(x[left]!, x[right]!)];
}

/** Peaks by their definition. */
function definePeaks(x: Float64Array): number[] {
  const peaks: number[] = [];
  for (let first = 1; first < x.length - 1; first++) {
    let last = first;
    while (x[last + 1] === x[first]) last++;
    if (x[first - 1]! < x[first]! && x[last + 1]! < x[first]!) peaks.push(Math.floor((first + last) / 2));
  }
  return peaks;
}

describe('against the definitions, on seeded signals', () => {
  const SHAPES: Array<[string, (i: number, random: () => number) => number]> = [
    ['few levels', (_, random) => Math.floor(random() * 4)],
    ['ADC noise', (_, random) => Math.floor(random() * 40)],
    ['real noise', (_, random) => random()],
    ['noise with NaN', (_, random) => (random() < 0.05 ? Number.NaN : Math.floor(random() * 12))],
    ['rising', (i, random) => i + random() * 8],
    ['falling with infinities', (i, random) => (random() < 0.02 ? Number.POSITIVE_INFINITY : -i + random() * 8)],
    ['clipped', (i, random) => Math.min(20, Math.floor(30 * Math.sin(i / 20) + random() * 6))],
  ];
  const runs = SHAPES.flatMap(([name, sample]) => [1, 2, 3, 4].map((seed) => [name, seed, sample] as const));

  test.each(runs)('%s, seed %i: peaks, bases, prominences', (_, seed, sample) => {
    const random = seededRandom(seed);
    const x = Float64Array.from({ length: 100 + Math.floor(random() * 900) }, (__, i) => sample(i, random));
    const wlen = 2 + Math.floor(random() * 60);
    for (const half of [x.length, Math.floor(wlen / 2)]) {
      const args = half === x.length ? {} : { wlen };
      const { peaks, properties } = finders.release.find(x, { prominence: [null, null], ...args });
      expect([...peaks]).toEqual(definePeaks(x));
      const walked = [...peaks].map((peak) => walkBases(x, peak, half));
      expect([...properties.left_bases!]).toEqual(walked.map(([left]) => left));
      expect([...properties.right_bases!]).toEqual(walked.map(([, right]) => right));
      expect([...properties.prominences!]).toEqual(walked.map(([, , prominence]) => prominence));
    }
  });

  test.each(runs)('%s, seed %i: a least prominence drops the others and changes nothing else', (_, seed, sample) => {
    const random = seededRandom(seed);
    const x = Float64Array.from({ length: 100 + Math.floor(random() * 900) }, (__, i) => sample(i, random));
    const wlen = 2 + Math.floor(random() * 20);
    for (const args of [{}, { wlen }, { distance: 7 }, { wlen, distance: 4 }]) {
      const half = 'wlen' in args ? Math.floor(wlen / 2) : x.length;
      const candidates = [...finders.release.find(x, 'distance' in args ? { distance: args.distance } : {}).peaks];
      const all = candidates.map((peak) => [peak, ...walkBases(x, peak, half)] as const);
      const sizes = all.map(([, , , prominence]) => prominence).sort((a, b) => a - b);
      const hasZero = sizes.includes(0);
      for (const least of [1e-9, sizes[sizes.length >> 1] || 1, sizes.at(-3) || 1, sizes.at(-1) || 1]) {
        const { peaks, properties, warnings } = finders.release.find(x, { prominence: least, ...args });
        const wanted = all.filter(([, , , prominence]) => prominence >= least);
        expect([...peaks]).toEqual(wanted.map(([peak]) => peak));
        expect([...properties.left_bases!]).toEqual(wanted.map(([, left]) => left));
        expect([...properties.right_bases!]).toEqual(wanted.map(([, , right]) => right));
        expect([...properties.prominences!]).toEqual(wanted.map(([, , , prominence]) => prominence));
        expect(warnings).toEqual(hasZero ? ['some peaks have a prominence of 0'] : []);
      }
    }
  });

  test.each(runs)('%s, seed %i: a distance leaves a legal choice, later of equals first', (_, seed, sample) => {
    const random = seededRandom(seed);
    const x = Float64Array.from({ length: 1000 }, (__, i) => sample(i, random));
    const distance = 1.5 + Math.floor(random() * 30);
    const all = definePeaks(x);
    const kept = new Set(all);
    const order = all.toSorted((a, b) => x[b]! - x[a]! || b - a);
    for (const peak of order) {
      if (!kept.has(peak)) continue;
      for (const other of all) if (other !== peak && Math.abs(other - peak) < Math.ceil(distance)) kept.delete(other);
    }
    expect([...finders.release.find(x, { distance }).peaks]).toEqual(all.filter((peak) => kept.has(peak)));
  });
});

test('a distance keeps the highest of a rise, a fall and equals, each at its own distance', () => {
  const x = new Float64Array(40);
  for (const [at, height] of [
    [1, 1],
    [4, 2],
    [7, 3],
    [10, 4],
    [20, 9],
    [23, 8],
    [26, 7],
    [33, 5],
    [36, 5],
  ] as const)
    x[at] = height;
  // Nearer than 5 is too near: 10 removes 7, then 4 stays and removes 1; 20 removes 23, 26 stays; of 33 and 36 the later.
  expect([...finders.release.find(x, { distance: 5 }).peaks]).toEqual([4, 10, 20, 26, 36]);
});

test('a long ramp of peaks is no slower than its length: bases of 50 000 peaks', () => {
  const x = Float64Array.from({ length: 100_001 }, (_, i) => i + (i % 2) * 3);
  const { peaks, properties } = finders.release.find(x, { prominence: [null, null] });
  expect(peaks.length).toBe(50_000);
  expect(properties.left_bases![0]).toBe(0);
  expect(properties.left_bases!.at(-1)).toBe(0);
  expect(properties.right_bases!.every((base, i) => base === peaks[i]! + 1)).toBe(true);
});

test('samples in the workspace are used in place', () => {
  const workspace = createWorkspace(new WebAssembly.Module(coreBytes()), 2 ** 20);
  const finder = new PeakFinder(workspace, 100);
  const region = workspace.arena.reserve('signal', 80);
  const inPlace = new Float64Array(workspace.core.memory.buffer, region.address, 5);
  inPlace.set([0, 2, 1, 3, 0]);
  expect([...finder.find(inPlace).peaks]).toEqual([1, 3]);
  expect([...finder.find(new Int16Array([0, 1, 0])).peaks]).toEqual([1]);
  expect([...finder.find(inPlace, { height: 3 }).peaks]).toEqual([3]);
  finder[Symbol.dispose]();
  expect(workspace.arena.regions).toEqual([region]);
});

test('a failing call gives back the memory of its limits, and the finder goes on', () => {
  const workspace = createWorkspace(new WebAssembly.Module(coreBytes()), 2 ** 20);
  const finder = new PeakFinder(workspace, 100);
  const x = new Float64Array([0, 2, 1, 3, 0]);
  const limits = new Float64Array(5);
  expect(() => finder.find(x, { height: [limits, new Float64Array(3)] })).toThrow('upper interval border');
  expect(workspace.arena.regions.length).toBe(1);
  expect([...finder.find(x, { height: limits }).peaks]).toEqual([1, 3]);
  expect(() => finder.find(new Float64Array(101))).toThrow('too long');
});
