// The overview of a stream ring against its definition, over plain arrays of all samples ever appended: before the
// samples that are there, stretches of a fixed length count whole in the bin in which they begin.

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
const BITS = [32, 8, 4, 1];
/** 16 blocks of 512 bytes. */
const STRETCHES = BITS.map((bits) => (16 * 512 * 8) / bits);
/** 64 blocks of 512 bytes of single bits: the shortest ring with an overview. */
const CAPACITY = 64 * 512 * 8;
const MOST_APPENDED = 65_536;
const MOST_SAMPLES = 8_000_000;

interface Figures {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** All samples that were ever appended, from position 0 on, and the ring that they went to. */
function setup(overviewSamples: number, target: 'debug' | 'release' = 'release') {
  const { core, arena } = createTestCore(32 * 2 ** 20, target);
  const ring = StreamRing.create(core, arena, { signals: SIGNALS, capacitySamples: 5000, overviewSamples });
  const staging = SIGNALS.map((_, index) => arena.reserve(`staging ${index}`, MOST_APPENDED * 4));
  const all = SIGNALS.map(() => new Float32Array(MOST_SAMPLES));
  const random = seededRandom(11);
  let end = 0;
  const append = (count: number) => {
    // A level that wanders, so that stretches differ, with noise on it.
    const level = 1000 * random();
    for (const [index, { address }] of staging.entries()) {
      const bits = BITS[index]!;
      const bytes = new Uint8Array(core.memory.buffer, address, MOST_APPENDED * 4).fill(0);
      const floats = new Float32Array(core.memory.buffer, address, MOST_APPENDED);
      for (let i = 0; i < count; i++) {
        if (bits === 32) floats[i] = random() < 0.03 ? Number.NaN : level + random();
        else bytes[(i * bits) >> 3]! |= (Math.floor(random() * 2 ** bits) & (2 ** bits - 1)) << ((i * bits) & 7);
        all[index]![end + i] =
          bits === 32 ? floats[i]! : (bytes[(i * bits) >> 3]! >> ((i * bits) & 7)) & (2 ** bits - 1);
      }
    }
    ring.append(
      staging.map(({ address }) => address),
      count,
    );
    end += count;
  };
  const appendMissing = (count: number) => {
    ring.appendMissing(count);
    for (const samples of all) samples.fill(Number.NaN, end, end + count);
    end += count;
  };
  const appendFor = (count: number) => {
    for (const until = end + count; end < until; )
      append(Math.min(until - end, 1 + Math.floor(random() * MOST_APPENDED)));
  };
  return { core, ring, all, append, appendMissing, appendFor, random };
}

/** Two passes in plain doubles over [start, end) of each range. */
function figuresOf(samples: Float32Array, ranges: readonly (readonly [number, number])[]): Figures {
  let count = 0;
  let sum = 0;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const each = (visit: (value: number) => void) => {
    for (const [start, end] of ranges) {
      for (let i = start; i < end; i++) if (!Number.isNaN(samples[i]!)) visit(samples[i]!);
    }
  };
  each((value) => {
    count++;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  });
  if (count === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
  const mean = sum / count;
  let squares = 0;
  each((value) => {
    squares += (value - mean) ** 2;
  });
  return { mean, std: count > 1 ? Math.sqrt(squares / (count - 1)) : 0, min, max };
}

/** What a bin [start, end) must say of a signal whose samples are there from `oldest` on, its stretches from `overview` on. */
function expectedBin(
  samples: Float32Array,
  stretch: number,
  { overview, oldest, newest }: { overview: number; oldest: number; newest: number },
  start: number,
  end: number,
): Figures {
  const from = Math.max(start, overview);
  const to = Math.min(end, newest);
  if (from >= to) return figuresOf(samples, []);
  if (from >= oldest) return figuresOf(samples, [[from, to]]);
  const begins: number[] = [];
  for (let at = Math.ceil(from / stretch) * stretch; at < Math.min(to, oldest); at += stretch) begins.push(at);
  // the last stretch reaches into the samples that are there: those it covers count once
  const whole = Math.ceil(oldest / stretch) * stretch;
  const there: [number, number][] = to > whole ? [[whole, to]] : [];
  if (begins.length > 0) return figuresOf(samples, [...begins.map((at) => [at, at + stretch] as const), ...there]);
  if (to > oldest) return figuresOf(samples, [[oldest, to]]);
  const covering = Math.floor(from / stretch) * stretch;
  return figuresOf(samples, covering < overview ? [] : [[covering, covering + stretch]]);
}

function expectClose(actual: number, expected: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-8 * Math.abs(expected) + 1e-11);
}

function checkBins(
  { ring, all }: Pick<ReturnType<typeof setup>, 'ring' | 'all'>,
  begin: number,
  signal: number,
  start: number,
  increment: number,
  count: number,
): void {
  const newest = ring.endSample;
  const limits = {
    newest,
    oldest: Math.max(begin, newest - ring.capacitySamples),
    overview: Math.max(begin, newest - ring.overviewSamples),
  };
  const summary = ring.summary(signal, { start, increment, count });
  for (let bin = 0; bin < count; bin++) {
    const from = start + bin * increment;
    const expected = expectedBin(all[signal]!, STRETCHES[signal]!, limits, from, from + increment);
    expectClose(summary.mean[bin]!, expected.mean);
    expectClose(summary.std[bin]!, expected.std);
    if (Number.isNaN(expected.min)) expect(summary.min[bin]).toBeNaN();
    else expect([summary.min[bin], summary.max[bin]]).toEqual([expected.min, expected.max]);
  }
}

test('a ring with an overview keeps its samples for less long', () => {
  const { ring, appendFor } = setup(1_500_000);
  expect([ring.capacitySamples, ring.overviewSamples]).toEqual([CAPACITY, 1_500_000]);
  appendFor(200_000);
  expect([ring.overviewOf(0).startSample, ring.startSample]).toEqual([0, 0]);
  appendFor(800_000);
  expect([ring.overviewOf(0).startSample, ring.startSample]).toEqual([0, 1_000_000 - CAPACITY]);
  appendFor(1_000_000);
  // 500 000 is 244.1 stretches of 2048, and 7.6 of 65 536
  expect(ring.overviewOf(0).startSample).toBe(245 * 2048);
  expect(ring.overviewOf(3).startSample).toBe(8 * 65_536);
  expect(ring.startSample).toBe(2_000_000 - CAPACITY);
  expect(() => ring.statistics(0, ring.startSample - 1, ring.endSample)).toThrow('not in memory');
  expect(() => ring.readSamples(0, 1_000_000, 1_000_010)).toThrow('not in memory');
});

test('what fits as samples is kept as samples', () => {
  const { ring, appendFor } = setup(100_000);
  expect(ring.capacitySamples).toBe(25 * 4096);
  appendFor(500_000);
  expect(ring.startSample).toBe(500_000 - 25 * 4096);
  expect(ring.overviewOf(0).startSample).toBe(ring.startSample);
  expect(ring.summary(0, { start: ring.startSample - 4096, increment: 4096, count: 1 }).mean[0]).toBeNaN();
});

test.each(['debug', 'release'] as const)('%s: any bin of any age has the figures of its definition', (target) => {
  const it = setup(1_500_000, target);
  const { ring, random, append, appendFor } = it;
  for (let round = 0; round < 7; round++) {
    appendFor(round === 0 ? 300_000 : 600_000);
    append(1 + Math.floor(random() * 3000));
    for (let query = 0; query < 24; query++) {
      const signal = query % 4;
      const increment = 1 + Math.floor(10 ** (random() * 5.5));
      const first = Math.floor(Math.max(0, ring.endSample - 1_600_000) + random() * 1_500_000);
      checkBins(it, 0, signal, first, increment, 8);
    }
    // at both ends of the overview, and all of it
    for (const signal of [0, 1, 2, 3]) {
      checkBins(it, 0, signal, ring.startSample - 5000, 700, 16);
      checkBins(it, 0, signal, Math.max(0, ring.overviewOf(signal).startSample - 70_000), 3000, 30);
      checkBins(it, 0, signal, ring.overviewOf(signal).startSample, 1, 4);
      checkBins(it, 0, signal, ring.startSample - 3, 1, 6);
      checkBins(it, 0, signal, 0, ring.endSample, 1);
    }
  }
});

test('bins tile: each stretch is counted once', () => {
  const { ring, all, appendFor } = setup(1_500_000);
  appendFor(3_000_000);
  const start = ring.overviewOf(1).startSample;
  const whole = Math.ceil(ring.startSample / STRETCHES[1]!) * STRETCHES[1]!;
  // bins longer than a stretch that end nowhere near one: their means, weighed by what they hold, give that of all
  const increment = 12_345;
  const count = Math.floor((whole - start) / increment);
  const { mean } = ring.summary(1, { start, increment, count });
  const begins = (from: number, to: number) => Math.ceil(to / STRETCHES[1]!) - Math.ceil(from / STRETCHES[1]!);
  let sum = 0;
  let stretches = 0;
  for (let bin = 0; bin < count; bin++) {
    const held = begins(start + bin * increment, start + (bin + 1) * increment);
    sum += mean[bin]! * held;
    stretches += held;
  }
  expectClose(sum / stretches, figuresOf(all[1]!, [[start, start + stretches * STRETCHES[1]!]]).mean);
});

test('gaps of any length keep their place in the overview', () => {
  const it = setup(1_500_000);
  const { ring, appendFor, appendMissing } = it;
  appendFor(400_003);
  for (const gap of [1, 5000, CAPACITY - 1, CAPACITY, CAPACITY + 4096, 700_001, 1_499_999]) {
    appendMissing(gap);
    for (const signal of [0, 1, 2, 3]) checkBins(it, 0, signal, 0, 50_000, Math.ceil(ring.endSample / 50_000));
    // what comes after it completes the stretches that it began
    appendFor(150_001);
    for (const signal of [0, 1, 2, 3]) {
      checkBins(it, 0, signal, 0, 50_000, Math.ceil(ring.endSample / 50_000));
      checkBins(it, 0, signal, Math.max(0, ring.endSample - 300_000), 777, 400);
    }
  }
  const begin = ring.endSample + 1_500_000;
  appendMissing(1_500_000);
  expect([ring.overviewOf(0).startSample, ring.startSample, ring.endSample]).toEqual([begin, begin, begin]);
  appendFor(300_000);
  for (const signal of [0, 1, 2, 3]) checkBins(it, begin, signal, begin - 100_000, 5000, 90);
});

test('an emptied ring tells nothing of what it held', () => {
  const { ring, all, appendFor } = setup(1_500_000);
  appendFor(1_000_000);
  ring.reset();
  expect([ring.overviewOf(0).startSample, ring.startSample, ring.endSample]).toEqual([0, 0, 0]);
  expect(ring.summary(0, { start: 0, increment: 1_000_000, count: 1 }).mean[0]).toBeNaN();
  appendFor(400_000);
  checkBins({ ring, all: all.map((samples) => samples.subarray(1_000_000)) }, 0, 1, 0, 10_000, 40);
});

test('a reader that attaches by the descriptor sees the same overview', () => {
  const { core, ring, appendFor } = setup(1_500_000);
  appendFor(2_000_000);
  const reader = StreamRing.attach(core, structuredClone(ring.descriptor));
  expect(reader.overviewOf(2).startSample).toBe(ring.overviewOf(2).startSample);
  const range = { start: reader.overviewOf(2).startSample, increment: 100_000, count: 15 };
  expect(reader.summary(2, range)).toEqual(ring.summary(2, range));
  expect(ring.descriptor.region.lengthBytes).toBe(
    StreamRing.byteLength(SIGNALS, { capacitySamples: 5000, overviewSamples: 1_500_000 }),
  );
});
