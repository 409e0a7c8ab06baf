// Reductions against a plain two-pass oracle in doubles: any type, length, alignment, missing samples, any cut.

import { describe, expect, test } from 'vitest';
import type { CoreExports } from '../../src/core/exports.ts';
import { STATS_BYTES } from '../../src/core/layout.ts';
import { createTestCore } from '../support/core.ts';
import { seededRandom } from '../support/random.ts';

interface Figures {
  readonly count: number;
  readonly mean: number;
  readonly m2: number;
  readonly min: number;
  readonly max: number;
}

function oracle(samples: readonly number[]): Figures {
  const valid = samples.filter((x) => !Number.isNaN(x));
  const count = valid.length;
  let mean = valid.reduce((sum, x) => sum + x, 0) / count;
  mean += valid.reduce((sum, x) => sum + (x - mean), 0) / count;
  const m2 = valid.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { count, mean, m2, min: Math.min(...valid), max: Math.max(...valid) };
}

type Type = 'f32' | 'f64' | 'i16' | 'u8' | 'u4' | 'u1';

const BITS: Record<Type, number> = { f32: 32, f64: 64, i16: 16, u8: 8, u4: 4, u1: 1 };

function setup(target: 'debug' | 'release') {
  const { core, arena } = createTestCore(8 * 2 ** 20, target);
  const data = arena.reserve('data', 2 ** 19).address;
  const records = arena.reserve('records', 8 * STATS_BYTES).address;
  const view = new DataView(core.memory.buffer);

  /** Stores samples from bit `firstBit` after `address` on. */
  const put = (type: Type, address: number, firstBit: number, samples: readonly number[]) => {
    samples.forEach((x, k) => {
      const bit = firstBit + k * BITS[type];
      const at = address + (bit >> 3);
      if (type === 'f32') view.setFloat32(at, x, true);
      else if (type === 'f64') view.setFloat64(at, x, true);
      else if (type === 'i16') view.setInt16(at, x, true);
      else {
        const mask = ((1 << BITS[type]) - 1) << (bit & 7);
        view.setUint8(at, (view.getUint8(at) & ~mask) | (x << (bit & 7)));
      }
    });
  };
  const add = (type: Type, record: number, address: number, first: number, count: number) => {
    const { exports } = core;
    if (type === 'u4') exports.statsU4(record, address, first, count);
    else if (type === 'u1') exports.statsU1(record, address, first, count);
    else {
      const names = { f32: 'statsF32', f64: 'statsF64', i16: 'statsI16', u8: 'statsU8' } as const;
      const at = address + (first * BITS[type]) / 8;
      (exports[names[type]] as CoreExports['statsF32'])(record, at, count);
    }
  };
  const read = (record: number): Figures => {
    const [count, mean, m2, min, max] = new Float64Array(core.memory.buffer, record, 5);
    return { count: count!, mean: mean!, m2: m2!, min: min!, max: max! };
  };
  return { core, data, records, put, add, read };
}

/** Equal within what f64 sums of this many values of this size can hold. */
function expectFigures(got: Figures, wanted: Figures): void {
  expect(got.count).toBe(wanted.count);
  if (wanted.count === 0) {
    expect(got.min).toBe(Infinity);
    expect(got.max).toBe(-Infinity);
    return;
  }
  expect(Math.abs(got.mean - wanted.mean)).toBeLessThanOrEqual(1e-14 * Math.max(-wanted.min, wanted.max, 1e-300));
  expect(Math.abs(got.m2 - wanted.m2)).toBeLessThanOrEqual(1e-9 * wanted.m2);
  expect(got.min).toBe(wanted.min);
  expect(got.max).toBe(wanted.max);
}

function samplesOf(type: Type, count: number, random: () => number): number[] {
  const missing = random() < 0.5 ? 0 : random() ** 2;
  const [offset, scale] = [(random() - 0.5) * 100, 10 ** (random() * 6 - 3)];
  const draw: Record<Type, () => number> = {
    f32: () => (random() < missing ? NaN : Math.fround(offset + scale * (random() - 0.5))),
    f64: () => (random() < missing ? NaN : offset + scale * (random() - 0.5)),
    i16: () => (random() < 0.1 ? (random() < 0.5 ? -32_768 : 32_767) : Math.floor(random() * 65_536) - 32_768),
    u8: () => Math.floor(random() * 256),
    u4: () => Math.floor(random() * 16),
    u1: () => (random() < missing ? 1 : 0),
  };
  return Array.from({ length: count }, draw[type]);
}

const TYPES = Object.keys(BITS) as Type[];
const TARGETS = ['debug', 'release'] as const;

describe.each(TARGETS)('%s', (target) => {
  test.each(TYPES)('%s: any length and place has the figures of its samples', (type) => {
    const { core, data, records, put, add, read } = setup(target);
    const random = seededRandom(11);
    for (let round = 0; round < 150; round++) {
      const count = Math.floor(random() ** 3 * 10_000);
      const byteOffset = Math.floor(random() * 16);
      const first = Math.floor(random() * 20);
      const samples = samplesOf(type, count, random);
      new Uint8Array(core.memory.buffer, data, 2 ** 19).fill(random() * 256);
      put(type, data + byteOffset, first * BITS[type], samples);
      core.exports.statsClear(records);
      add(type, records, data + byteOffset, first, count);
      expectFigures(read(records), oracle(samples));
    }
  });

  test.each(TYPES)('%s: parts add and merge to the figures of the whole', (type) => {
    const { core, data, records, put, add, read } = setup(target);
    const random = seededRandom(12);
    for (let round = 0; round < 60; round++) {
      const count = 1 + Math.floor(random() * 6000);
      const samples = samplesOf(type, count, random);
      put(type, data, 0, samples);
      const cut = Math.floor(random() * (count + 1));
      core.exports.statsClear(records);
      add(type, records, data, 0, cut);
      add(type, records, data, cut, count - cut);
      expectFigures(read(records), oracle(samples));

      const other = records + STATS_BYTES;
      core.exports.statsClear(records);
      core.exports.statsClear(other);
      add(type, records, data, cut, count - cut);
      add(type, other, data, 0, cut);
      core.exports.statsMerge(records, other);
      expectFigures(read(records), oracle(samples));
    }
  });
});

test('a small spread far from zero keeps its variance', () => {
  const { core, data, records, put, add, read } = setup('release');
  const samples = Array.from({ length: 20_000 }, (_, k) => 1e9 + (k % 2));
  put('f64', data, 0, samples);
  core.exports.statsClear(records);
  add('f64', records, data, 0, samples.length);
  expect(read(records)).toMatchObject({ mean: 1e9 + 0.5, m2: 5000 });
});

test('equal samples have no variance at all', () => {
  const { core, data, records, put, add, read } = setup('release');
  put('f32', data, 0, new Array(9999).fill(0.1));
  core.exports.statsClear(records);
  add('f32', records, data, 0, 9999);
  expect(read(records)).toEqual({
    count: 9999,
    mean: Math.fround(0.1),
    m2: 0,
    min: Math.fround(0.1),
    max: Math.fround(0.1),
  });
});

test('an infinity is a value: it is the extreme and the mean, and there is no variance', () => {
  const { core, data, records, put, add, read } = setup('release');
  const samples = Array.from({ length: 100 }, (_, k) => k);
  samples[77] = Infinity;
  put('f32', data, 0, samples);
  core.exports.statsClear(records);
  add('f32', records, data, 0, 100);
  expect(read(records)).toEqual({ count: 100, mean: Infinity, m2: NaN, min: 0, max: Infinity });
});
