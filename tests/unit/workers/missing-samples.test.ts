// A sample that is missing is missing for every signal of its source: live, in a recording, after a crash and its repair,
// and in what is exported of either.

import { beforeAll, describe, expect, test } from 'vitest';
import { StreamStore } from '../../../src/core/stream-store.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { missingEntries } from '../../../src/formats/jls/missing.ts';
import { repairJlsV2 } from '../../../src/formats/jls/v2/repair.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import type { SignalStore } from '../../../src/model/signal-store.ts';
import { SourceFollower } from '../../../src/workers/recorder/source-follower.ts';
import { createTestCore } from '../../support/core.ts';
import { alone, run } from '../../support/exported.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { RING_SIGNALS, RingSource, ringValue } from '../../support/ring-source.ts';

/** Samples that came and samples that were lost, in turn; all gaps are off the bytes of packed samples. */
const PIECES = [
  [70_001, 1],
  [3, 30_003],
  [40_000, 150_001],
  [90_006, 17],
  [250_000, 5],
  [3, 0],
] as const;

interface Recorded {
  readonly file: MemoryFile;
  readonly store: SignalStore;
  readonly source: RingSource;
  /** By signal. */
  readonly all: readonly number[][];
}

/** Everything that went through the ring. The end stays within a byte of packed samples. */
function recorded(): Recorded {
  const { core, arena } = createTestCore();
  const source = new RingSource(core, arena, 720_000);
  source.setStart(Date.UTC(2026, 2, 4, 12));
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  const follower = new SourceFollower({
    rings: [source.ring],
    writer,
    identity: { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: '001636', firmware: '1.3.0' },
    signalIds: RING_SIGNALS.map(({ id }) => id),
    sourceId: 1,
    firstJlsId: 1,
    reserve: () => undefined,
    nowMs: 0,
  });
  const all: number[][] = RING_SIGNALS.map(() => []);
  let n = 0;
  for (const [valid, gap] of PIECES) {
    source.append(valid);
    source.ring.appendMissing(gap);
    for (const [index, samples] of all.entries()) {
      for (let i = 0; i < valid; i++) samples.push(ringValue(index, n + i));
      for (let i = 0; i < gap; i++) samples.push(Number.NaN);
    }
    n += valid;
    while (follower.advance(0));
  }
  follower.endHere('sample');
  while (follower.advance(0));
  follower.finish();
  writer.close();
  return { file, store: new StreamStore([source.ring], 'JS110-001636'), source, all };
}

const opened = (file: MemoryFile): Promise<FormatReader> => openFile(file, jlsWorkspace());

/** By name: in files the signals have other ids. */
const idOf = (store: SignalStore, name: string): string => store.signals().find((signal) => signal.name === name)!.id;

/** Two passes over the samples that are there. */
function figuresOf(samples: readonly number[]) {
  const valid = samples.filter((value) => !Number.isNaN(value));
  const mean = valid.reduce((sum, value) => sum + value, 0) / valid.length;
  return {
    count: valid.length,
    mean,
    std: Math.sqrt(valid.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (valid.length - 1)),
    min: valid.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    max: valid.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    coverage: valid.length / samples.length,
  };
}

async function expectSame(store: SignalStore, all: readonly (readonly number[])[], from = 0): Promise<void> {
  for (const [index, { name }] of RING_SIGNALS.entries()) {
    const id = idOf(store, name);
    const { startSample, endSample } = store.signals().find((signal) => signal.id === id)!;
    const wanted = all[index]!.slice(from, from + endSample - startSample);
    const { values } = await store.samples(id, startSample, endSample);
    expect(Array.from(values, Number).findIndex((value, i) => !Object.is(value, wanted[i]))).toBe(-1);
    const figures = figuresOf(wanted);
    const found = await store.statistics(id, startSample, endSample);
    expect([found.count, found.min, found.max]).toEqual([figures.count, figures.min, figures.max]);
    expect(found.mean / figures.mean).toBeCloseTo(1, 9);
    expect(found.std / figures.std).toBeCloseTo(1, 9);
    expect(found.coverage).toBeCloseTo(figures.coverage, 12);
  }
}

/** Of integers; summaries of floats follow the reference. */
async function expectBins(store: SignalStore, all: readonly (readonly number[])[]): Promise<void> {
  for (const increment of [997, 20_011]) {
    for (const index of [1, 2]) {
      const count = Math.floor(all[0]!.length / increment);
      const id = idOf(store, RING_SIGNALS[index]!.name);
      const bins = await store.summary({ signalId: id, start: 0, increment, count });
      for (let bin = 0; bin < count; bin++) {
        const samples = all[index]!.slice(bin * increment, (bin + 1) * increment);
        const isCut = samples.some(Number.isNaN);
        if (samples.every(Number.isNaN)) expect([bins.mean[bin], bins.min[bin]]).toEqual([Number.NaN, Number.NaN]);
        else if (isCut) {
          const { mean, min, max } = figuresOf(samples);
          expect(bins.mean[bin]! / mean).toBeCloseTo(1, 6);
          expect([bins.min[bin], bins.max[bin]]).toEqual([min, max]);
        } else expect(bins.mean[bin]).not.toBeNaN();
      }
    }
  }
}

let recording: Recorded;
beforeAll(() => {
  recording = recorded();
});

test('live', async () => {
  await expectSame(recording.store, recording.all);
  await expectBins(recording.store, recording.all);
});

test('in a recording', async () => {
  const { store } = await opened(recording.file);
  await expectSame(store, recording.all);
  await expectBins(store, recording.all);
});

describe('in a recording that was cut', () => {
  test.each([0.35, 0.6, 0.81, 0.97])('after %d of its bytes, as it is and repaired', async (part) => {
    const bytes = Uint8Array.from(await recording.file.read(0, Math.floor(recording.file.sizeBytes * part)));
    const cut = await opened(new MemoryFile(bytes));
    expect(cut.isRecovered).toBe(true);
    expect(Math.max(...cut.store.signals().map(({ endSample }) => endSample))).toBeGreaterThan(65_536);
    await expectSame(cut.store, recording.all);
    const repaired = new MemoryFile();
    await repairJlsV2(new MemoryFile(bytes), repaired, jlsWorkspace(), {});
    const whole = await opened(repaired);
    expect(whole.isRecovered).toBe(false);
    await expectSame(whole.store, recording.all);
  });
});

test('bins beside a gap have nothing of what stands in its place', async () => {
  const length = 300_000;
  const gap = { start: 100_003, end: 150_021 };
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  writer.defineSource({ sourceId: 1, name: 'test' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'u4', sampleRateHz: 2e6, name: 'current_range', unit: '' });
  for (const entry of missingEntries([1], [gap])) writer.userData(entry);
  // range 3, and 8 for a sample that is missing
  const packed = new Uint8Array(length / 2);
  for (let i = 0; i < length; i++) packed[i >> 1]! |= (i < gap.start || i >= gap.end ? 3 : 8) << (4 * (i & 1));
  writer.writeSamples(1, 0, packed, length);
  writer.close();
  const { store } = await opened(file);
  for (let increment = 150; increment < 20_000; increment = Math.ceil(increment * 1.013)) {
    for (const start of [0, 77]) {
      const count = Math.floor((length - start) / increment);
      const { min, max } = await store.summary({ signalId: '1', start, increment, count });
      for (let bin = 0; bin < count; bin++) {
        const [from, to] = [start + bin * increment, start + (bin + 1) * increment];
        const wanted = from >= gap.start && to <= gap.end ? Number.NaN : 3;
        expect([increment, bin, min[bin], max[bin]]).toEqual([increment, bin, wanted, wanted]);
      }
    }
  }
});

test('what a damaged file lost of integers is missing in its repaired copy', async () => {
  const bytes = Uint8Array.from(await recording.file.read(0, recording.file.sizeBytes));
  const before = await opened(new MemoryFile(bytes.slice()));
  const id = idOf(before.store, 'current_range');
  // one chunk of packed samples: 4 bits each
  const samples = await before.storedSamples(id, 0, 1024);
  const at = Buffer.from(bytes).indexOf(Buffer.from(samples));
  expect(at).toBeGreaterThan(0);
  bytes[at + 7]! ^= 0x55;
  const repaired = new MemoryFile();
  const { signals } = await repairJlsV2(new MemoryFile(bytes), repaired, jlsWorkspace(), {});
  const { lostSampleCount } = signals.find(({ name }) => name === 'current_range')!;
  expect(lostSampleCount).toBeGreaterThan(0);
  const { store } = await opened(repaired);
  const { values } = await store.samples(id, 0, lostSampleCount + 1);
  expect(Array.from(values, Number).findIndex((value) => !Number.isNaN(value))).toBe(lostSampleCount);
  const kept = recording.all[1]!.slice(lostSampleCount).filter((value) => !Number.isNaN(value)).length;
  expect((await store.statistics(id, 0, recording.all[1]!.length)).count).toBe(kept);
});

describe('in an export', () => {
  // around the first three gaps, off the bytes of packed samples
  const span = { startS: 69.003, endS: 111.004 };

  test.each(['jls', 'npy', 'h5', 'mimo'] as const)('of a recording as %s', async (format) => {
    const reader = await opened(recording.file);
    const exported = await run(reader, { format, span });
    await expectSame(exported.reader.store, recording.all, 69_003);
  });

  test.each(['jls', 'npy', 'h5'] as const)('of live data as %s', async (format) => {
    const live = alone({ rings: [recording.source.ring], values: [] });
    const exported = await run(live, { format, span });
    await expectSame(exported.reader.store, recording.all, 69_003);
  });

  test('as a table of text', async () => {
    const { reader } = await run(await opened(recording.file), { format: 'csv', span });
    for (const [index, { id, startSample, endSample }] of reader.store.signals().entries()) {
      const { values } = await reader.store.samples(id, startSample, endSample);
      const wanted = recording.all[index]!.slice(69_003, 69_003 + endSample - startSample);
      expect(Array.from(values, Number).findIndex((value, i) => !Object.is(value, wanted[i]))).toBe(-1);
    }
  });

  test('as a table with fewer rows, which says how much is there', async () => {
    const { reader, notes } = await run(await opened(recording.file), { format: 'csv', span, rowBudget: 100 });
    const wanted = recording.all.map((samples) => samples.slice(69_003, 111_004));
    const increment = Math.ceil(wanted[0]!.length / 100);
    const rowCount = Math.floor(wanted[0]!.length / increment);
    const rows = Array.from({ length: rowCount }, (_, row) => [row * increment, (row + 1) * increment] as const);
    const { store } = reader;
    for (const [index, { name }] of RING_SIGNALS.entries()) {
      const means = rows.map((row) => figuresOf(wanted[index]!.slice(...row)).mean);
      const { values } = await store.samples(idOf(store, `${name} mean`), 0, rowCount);
      Array.from(values, Number).forEach((value, row) => {
        if (Number.isNaN(means[row])) expect(value).toBeNaN();
        else expect(Math.abs(value - means[row]!)).toBeLessThan(1e-6 * Math.abs(means[row]!) + 1e-9);
      });
      const shares = rows.map((row) => figuresOf(wanted[index]!.slice(...row)).coverage);
      const share = ((100 * shares.reduce((sum, value) => sum + value, 0)) / rowCount).toFixed(1);
      const partCount = shares.filter((value) => value < 1).length;
      expect(notes).toContain(
        `"${name}" has ${share}\u202f% of its samples: ${partCount} rows are of those that are there.`,
      );
    }
  });

  test('as JLS v1, whose word for it is a range of 8', async () => {
    const { core, arena } = createTestCore();
    const [current, ...integers] = RING_SIGNALS;
    const signals = [current!, { ...current!, id: 'voltage', name: 'voltage', unit: 'V' }, ...integers];
    const source = new RingSource(core, arena, 50_000, signals);
    source.append(20_001);
    source.ring.appendMissing(2000);
    source.append(17_999);
    const { reader } = await run(alone({ rings: [source.ring], values: [] }), { format: 'v1.jls' });
    for (const name of ['current', 'current_range', 'current_lsb']) {
      expect(await reader.store.statistics(idOf(reader.store, name), 0, 40_000)).toMatchObject({ count: 38_000 });
    }
    const { values } = await reader.store.samples(idOf(reader.store, 'current_range'), 20_000, 20_003);
    expect([...values]).toEqual([ringValue(1, 20_000), 8, 8]);
  });
});

test('a file that says nothing about it keeps what it says', async () => {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  writer.defineSource({ sourceId: 1, name: 'other', vendor: '', model: '', version: '', serialNumber: '' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'u4', sampleRateHz: 1000, name: 'current_range', unit: '' });
  writer.writeSamples(1, 0, new Uint8Array(500).fill(0x88), 1000);
  writer.writeSamples(1, 2000, new Uint8Array(500).fill(0x33), 1000);
  writer.close();
  const { store } = await opened(file);
  const { values } = await store.samples('1', 0, 3000);
  expect([values[0], values[1500], values[2500]]).toEqual([8, 0, 3]);
  expect(await store.statistics('1', 0, 3000)).toMatchObject({ count: 3000, min: 0, max: 8, coverage: 1 });
});
