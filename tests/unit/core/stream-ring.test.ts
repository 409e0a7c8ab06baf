// The stream ring against a plain model: an array of all samples ever appended.

import { expect, test } from 'vitest';
import { StreamRing } from '../../../src/core/stream-ring.ts';
import type { StreamSignal } from '../../../src/model/channel.ts';
import { createTestCore } from '../../support/core.ts';
import { seededRandom } from '../../support/random.ts';

const SIGNALS: StreamSignal[] = (['f32', 'u8', 'u4', 'u1'] as const).map((dtype) => ({
  id: dtype,
  name: dtype,
  unit: 'V',
  dtype,
  sampleRateHz: 1000,
}));
const BITS = { f32: 32, u8: 8, u4: 4, u1: 1 };

function setup(capacitySamples: number, target: 'debug' | 'release') {
  const { core, arena } = createTestCore(64 * 2 ** 20, target);
  const ring = StreamRing.create(core, arena, { signals: SIGNALS, capacitySamples });
  const staging = arena.reserve('staging', 64 * 4096 * 4);
  const random = seededRandom(7);
  const all: number[][] = SIGNALS.map(() => []);
  const append = (count: number) => {
    const sources = SIGNALS.map((_, index) => staging.address + index * 16 * 4096 * 4);
    SIGNALS.forEach(({ dtype }, index) => {
      const bits = BITS[dtype as 'u1'];
      const bytes = new Uint8Array(core.memory.buffer, sources[index], 16 * 4096 * 4).fill(0);
      const floats = new Float32Array(core.memory.buffer, sources[index], 16 * 4096);
      for (let i = 0; i < count; i++) {
        if (bits === 32) {
          floats[i] = random() < 0.03 ? NaN : 1000 + random();
          all[index]!.push(floats[i]!);
        } else {
          const value = Math.floor(random() * 2 ** bits);
          bytes[(i * bits) >> 3]! |= value << ((i * bits) & 7);
          all[index]!.push(value);
        }
      }
    });
    ring.append(sources, count);
  };
  return { ring, all, append, random };
}

interface Figures {
  count: number;
  mean: number;
  std: number;
  min: number;
  max: number;
}

/** Two passes in plain doubles. */
function figuresOf(samples: readonly number[]): Figures {
  const valid = samples.filter((x) => !Number.isNaN(x));
  const count = valid.length;
  if (count === 0) return { count, mean: NaN, std: NaN, min: NaN, max: NaN };
  const mean = valid.reduce((sum, x) => sum + x, 0) / count;
  const m2 = valid.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  const std = count > 1 ? Math.sqrt(m2 / (count - 1)) : 0;
  return { count, mean, std, min: Math.min(...valid), max: Math.max(...valid) };
}

function expectClose(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-12);
}

function expectFigures(actual: Omit<Figures, 'count'>, expected: Figures): void {
  expectClose(actual.mean, expected.mean);
  expectClose(actual.std, expected.std);
  expect(actual.min).toBe(expected.min);
  expect(actual.max).toBe(expected.max);
}

test.each(['debug', 'release'] as const)('%s: any range at any moment has the figures of its samples', (target) => {
  const { ring, all, append, random } = setup(20_000, target);
  expect(ring.capacitySamples).toBe(20_480);
  for (let round = 0; round < 60; round++) {
    append(1 + Math.floor(random() * (round % 10 === 9 ? 16_000 : 1200)));
    const end = all[0]!.length;
    const start = Math.max(0, end - 20_480);
    expect(ring.endSample).toBe(end);
    expect(ring.startSample).toBe(start);
    for (let query = 0; query < 8; query++) {
      const signal = query % 4;
      const a = start + Math.floor(random() * (end - start));
      const b = query < 4 ? end : a + Math.floor(random() * (end - a + 1));
      const statistics = ring.statistics(signal, a, b);
      const expected = figuresOf(all[signal]!.slice(a, b));
      expect(statistics.count).toBe(expected.count);
      expectFigures(statistics, expected);
      expectClose(statistics.integral, (expected.mean * (b - a)) / 1000);
      expect([...ring.readSamples(signal, a, b)]).toEqual(all[signal]!.slice(a, b));
    }
  }
});

test.each(['debug', 'release'] as const)('%s: missing samples have their place and no value', (target) => {
  const { ring, all, append, random } = setup(8192, target);
  append(1001);
  for (let round = 0; round < 40; round++) {
    const count = Math.floor(random() * (round % 8 === 7 ? 8000 : 700));
    ring.appendMissing(count);
    for (let i = 0; i < count; i++) for (const signal of all) signal.push(Number.NaN);
    append(1 + Math.floor(random() * 900));
    const end = all[0]!.length;
    const start = Math.max(0, end - 8192);
    expect([ring.startSample, ring.endSample]).toEqual([start, end]);
    for (let signal = 0; signal < 4; signal++) {
      const a = start + Math.floor(random() * (end - start));
      expect([...ring.readSamples(signal, a, end)]).toEqual(all[signal]!.slice(a, end));
      const expected = figuresOf(all[signal]!.slice(a, end));
      const statistics = ring.statistics(signal, a, end);
      expect(statistics.count).toBe(expected.count);
      expectFigures(statistics, expected);
      expect(statistics.coverage).toBeCloseTo(expected.count / (end - a), 12);
    }
  }
});

test('a gap is the same for every signal of a ring, and known by its ends', () => {
  const { ring, append } = setup(8192, 'release');
  const runs: { start: number; end: number }[] = [];
  for (const [valid, gap] of [
    [1003, 1],
    [5, 4000],
    [4096, 64],
    [64, 3001],
    [7, 0],
  ] as const) {
    append(valid);
    if (gap > 0) runs.push({ start: ring.endSample, end: ring.endSample + gap });
    ring.appendMissing(gap);
  }
  const { startSample, endSample } = ring;
  const inside = (start: number, end: number) =>
    runs
      .map((run) => ({ start: Math.max(run.start, start), end: Math.min(run.end, end) }))
      .filter((run) => run.start < run.end);
  const missing = inside(startSample, endSample);
  expect(ring.missing(startSample, endSample)).toEqual(missing);
  for (let end = startSample; end <= endSample; end += 509) {
    expect(ring.missing(startSample + 3, end)).toEqual(inside(startSample + 3, end));
  }
  const count = missing.reduce((sum, { start, end }) => sum + end - start, 0);
  for (const signal of [1, 2, 3]) {
    expect(ring.statistics(signal, startSample, endSample).count).toBe(endSample - startSample - count);
    const bins = ring.summary(signal, { start: startSample, increment: 16, count: 512 });
    bins.mean.forEach((mean, bin) => {
      const start = startSample + bin * 16;
      const isEmpty = missing.some((run) => run.start <= start && run.end >= start + 16);
      expect(Number.isNaN(mean)).toBe(isEmpty);
    });
  }
});

test.each(['debug', 'release'] as const)('%s: a gap that would fill the ring is passed over', (target) => {
  const { ring, all, append, random } = setup(4096, target);
  // Nothing was ever there: the first sample comes after the gap.
  ring.appendMissing(777);
  expect([ring.startSample, ring.endSample]).toEqual([777, 777]);
  append(3000);
  let start = 777;
  for (const gap of [4096, 1_200_000_000, 5001]) {
    ring.appendMissing(gap);
    start = ring.endSample;
    expect(ring.startSample).toBe(start);
    for (const signal of all) signal.length = 0;
    for (let round = 0; round < 6; round++) {
      append(1 + Math.floor(random() * 1500));
      const end = start + all[0]!.length;
      const oldest = Math.max(start, end - 4096);
      expect([ring.startSample, ring.endSample]).toEqual([oldest, end]);
      const a = oldest + Math.floor(random() * (end - oldest));
      for (let signal = 0; signal < 4; signal++) {
        const kept = all[signal]!.slice(a - start);
        expect([...ring.readSamples(signal, a, end)]).toEqual(kept);
        expectFigures(ring.statistics(signal, a, end), figuresOf(kept));
      }
    }
  }
});

test('summary covers any window, NaN outside the ring', () => {
  const { ring, all, append, random } = setup(8192, 'release');
  for (let i = 0; i < 9; i++) append(1777);
  const { startSample, endSample } = ring;
  for (let query = 0; query < 60; query++) {
    const increment = 1 + Math.floor(random() ** 3 * 3000);
    const start = startSample - 2000 + Math.floor(random() * 10_000);
    const count = query === 0 ? 1300 : Math.floor(random() * 40);
    const signal = query % 4;
    const summary = ring.summary(signal, { start, increment, count });
    expect(summary.mean).toHaveLength(count);
    for (let i = 0; i < count; i++) {
      const a = Math.max(startSample, start + i * increment);
      const b = Math.min(endSample, start + (i + 1) * increment);
      const expected = figuresOf(all[signal]!.slice(a, Math.max(a, b)));
      expectFigures(
        { mean: summary.mean[i]!, std: summary.std[i]!, min: summary.min[i]!, max: summary.max[i]! },
        expected,
      );
    }
  }
});

test('views show the samples in place, in one or two pieces', () => {
  const { ring, all, append } = setup(4096, 'release');
  for (let i = 0; i < 3; i++) append(2000);
  const [start, end] = [4000, 5000];
  const views = ring.views(0, start, end);
  expect(views).toHaveLength(2);
  expect(views.flatMap((view) => [...view])).toEqual(all[0]!.slice(start, end));
  expect(views[0]!.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(() => ring.views(3, 4001, 5000)).toThrow('whole byte');
});

test('what is not in memory is refused with the range that is', () => {
  const { ring, append } = setup(4096, 'release');
  append(5000);
  expect(() => ring.statistics(0, 903, 2000)).toThrow('904 to 5000');
  expect(() => ring.statistics(0, 904, 5001)).toThrow('904 to 5000');
  expect(() => ring.readSamples(1, 0, 10)).toThrow('not in memory');
  expect(() => ring.readSamples(4, 1000, 1010)).toThrow('no signal');
});

test('clock and counters travel with the ring; reset empties it', () => {
  const { core, arena } = createTestCore(16 * 2 ** 20);
  const ring = StreamRing.create(core, arena, { signals: SIGNALS, capacitySamples: 4096 });
  const reader = StreamRing.attach(core, structuredClone(ring.descriptor));
  expect(reader.clock).toBeUndefined();
  const clock = { sample: 12, utc: (2n ** 58n) as never, sampleRateHz: 2_000_000 / 3 };
  ring.setClock(clock);
  ring.setHealth({ missingSampleCount: 126, gapCount: 1 });
  expect(reader.clock).toEqual(clock);
  expect(reader.health).toEqual({
    receivedSampleCount: 0,
    missingSampleCount: 126,
    gapCount: 1,
    badPacketCount: 0,
    deviceDropCount: 0,
  });
  ring.append(
    SIGNALS.map(() => ring.address),
    100,
  );
  expect(reader.endSample).toBe(100);
  ring.reset();
  expect([reader.startSample, reader.endSample]).toEqual([0, 0]);
  expect(reader.clock).toBeUndefined();
  expect(reader.health.missingSampleCount).toBe(0);
});

test('the size is known before it is reserved', () => {
  const { core, arena } = createTestCore(16 * 2 ** 20);
  const ring = StreamRing.create(core, arena, { signals: SIGNALS, capacitySamples: 10_000 });
  expect(ring.descriptor.region.lengthBytes).toBe(StreamRing.byteLength(SIGNALS, { capacitySamples: 10_000 }));
});
