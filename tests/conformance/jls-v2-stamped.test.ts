// Signals with a time per sample in JLS v2: beside a steady one, cut at every place, repaired, exported.

import { expect, test } from 'vitest';
import { type Utc, utcFromTicks, utcFromUnixMs } from '../../src/base/time.ts';
import { writeJlsSlice } from '../../src/formats/jls/v2/export.ts';
import { type JlsV2Reader, openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { repairJlsV2 } from '../../src/formats/jls/v2/repair.ts';
import { StampedWriter } from '../../src/formats/jls/v2/stamped-writer.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { jlsWorkspace } from '../support/jls.ts';
import { stampedStore } from '../support/stamped-store.ts';

const START = utcFromUnixMs(Date.UTC(2026, 2, 4, 12));
const TICKS_PER_S = 2 ** 30;
/** Times of uneven steps, with one that repeats; the last bits of a tick matter. */
const timeOf = (index: number): Utc =>
  utcFromTicks(START + BigInt(index - (index % 7 === 3 ? 1 : 0)) * 123_456_789n + 1n);
const volts = (index: number): number => (index % 11 === 5 ? Number.NaN : 1 / 3 + index / 7);
const amperes = (index: number): number => -index * 1e-9;

interface Written {
  readonly file: MemoryFile;
  readonly writer: JlsWriter;
  readonly values: StampedWriter;
}

function begin(): Written {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  writer.defineSource({ sourceId: 1, name: 'JS110-001636' });
  writer.defineSignal({ signalId: 1, sourceId: 1, dtype: 'f32', sampleRateHz: 1000, name: 'current', unit: 'A' });
  writer.defineSource({ sourceId: 2, name: 'DP832-1' });
  const values = new StampedWriter(writer, [
    { signalId: 2, sourceId: 2, dtype: 'f64', name: 'CH1 voltage', unit: 'V' },
    { signalId: 3, sourceId: 2, dtype: 'f64', name: 'CH1 current', unit: 'A' },
  ]);
  return { file, writer, values };
}

function writeRecords({ values }: Written, start: number, end: number): void {
  const indices = Array.from({ length: end - start }, (_, index) => start + index);
  values.write(indices.map(timeOf), [Float64Array.from(indices, volts), Float64Array.from(indices, amperes)]);
}

function whole(recordCount: number): MemoryFile {
  const written = begin();
  const { file, writer } = written;
  for (let at = 0; at < recordCount; at += 5) {
    writeRecords(written, at, Math.min(recordCount, at + 5));
    written.values.keep();
    writer.writeSamples(
      1,
      at * 100,
      Float32Array.from({ length: 500 }, (_, index) => at * 100 + index),
    );
    if (at === 0) writer.utc(1, 0, START);
  }
  writer.close();
  return file;
}

const open = (file: MemoryFile): Promise<JlsV2Reader> => openJlsV2(new MemoryFile(file.bytes.slice()), jlsWorkspace());

/** That the first `count` records are there, each at its time to the tick. */
async function expectRecords(reader: JlsV2Reader, count: number): Promise<void> {
  const { store } = reader;
  const origin = store.originUtc!;
  for (const [id, valueAt] of [
    ['2', volts],
    ['3', amperes],
  ] as const) {
    const info = store.signals().find((signal) => signal.id === id)!;
    expect(info).toMatchObject({
      timing: 'stamped',
      axisId: 'times of 2',
      source: 'DP832-1',
      dtype: 'f64',
      endSample: count,
    });
    const { values, timesS } = await store.samples(id, 0, count);
    expect(Array.from(values as Float64Array)).toEqual(Array.from({ length: count }, (_, index) => valueAt(index)));
    const ticks = Array.from(timesS!, (time) => origin + BigInt(time * TICKS_PER_S));
    expect(ticks).toEqual(Array.from({ length: count }, (_, index) => timeOf(index)));
    const pairs = (await reader.utcEntries(id)).slice(0, count);
    expect(pairs.map(({ utc }) => utc)).toEqual(ticks);
  }
}

test.each([0, 1, 255, 256, 257, 3000])(
  '%i records come back to the tick, beside a stream on one axis',
  async (count) => {
    const reader = await open(whole(count));
    expect(reader.diagnostics).toEqual([]);
    await expectRecords(reader, count);
    const [current] = reader.store.signals();
    expect(current).toMatchObject({ timing: 'steady', sampleRateHz: 1000, endSample: Math.ceil(count / 5) * 500 });
    if (count > 0) expect(reader.store.originUtc).toBe(START);
  },
);

test('figures weigh by time, as those of every stamped signal', async () => {
  const { store } = await open(whole(300));
  const { stamped } = store;
  const info = store.signals()[1]!;
  if (info.timing !== 'stamped' || !stamped) throw new Error('not stamped');
  // records 0 … 4: 2 and 3 are at one time, so that 2 holds none
  const endS = Number(timeOf(4) - START) / TICKS_PER_S;
  const stepS = 123_456_789 / TICKS_PER_S;
  const { mean, coverage } = await stamped.statistics('2', info.startS, endS);
  expect(mean).toBeCloseTo((volts(0) * stepS + volts(1) * stepS + volts(3) * 2 * stepS) / (4 * stepS), 12);
  expect(coverage).toBe(1);
});

test('what was kept survives a crash at any time, and a repair makes a whole file of it', async () => {
  const written = begin();
  const kept: { readonly bytes: Uint8Array<ArrayBuffer>; readonly count: number }[] = [];
  for (let at = 0; at < 700; at += 7) {
    writeRecords(written, at, at + 7);
    written.values.keep();
    written.writer.flush();
    if (at % 91 === 0) kept.push({ bytes: written.file.bytes.slice(), count: at + 7 });
  }
  for (const { bytes, count } of kept) {
    const cut = new MemoryFile(bytes);
    await expectRecords(await open(cut), count);
    const repaired = new MemoryFile();
    const { signals } = await repairJlsV2(cut, repaired, jlsWorkspace(32 * 2 ** 20));
    expect(signals[1]).toMatchObject({ name: 'CH1 voltage', sampleCount: count, lostSampleCount: 0 });
    expect(signals[1]!.durationS).toBeCloseTo(Number(timeOf(count - 1) - timeOf(0)) / TICKS_PER_S, 9);
    const again = await open(repaired);
    expect(again.isRecovered).toBe(false);
    await expectRecords(again, count);
  }
});

test('a lost pair leaves its value empty, and says so', async () => {
  const file = whole(50);
  // a pair's DATA chunk: tag 0x3a, signal 2 (JLS v2, section 1.3); the file is cut so that all chunks are searched
  const bytes = file.bytes.slice(0, file.sizeBytes - 32);
  const view = new DataView(bytes.buffer);
  for (let at = 32, seen = 0; at + 64 < bytes.byteLength; at += 8) {
    if (view.getUint32(at + 16, true) !== (0x3a | (2 << 16)) || view.getUint32(at + 20, true) !== 24) continue;
    if (++seen === 20) bytes[at + 40]! ^= 1;
  }
  const reader = await openJlsV2(new MemoryFile(bytes), jlsWorkspace());
  const { values, timesS } = await reader.store.samples('2', 0, 50);
  expect(values[19]).toBeNaN();
  expect(values[20]).toBe(volts(20));
  expect(timesS![19]).toBe(timesS![18]);
  expect(reader.diagnostics.map(({ code }) => code)).toContain('times-lost');
});

test('an export has the span of both, and the times as they were', async () => {
  const reader = await open(whole(3000));
  const sink = new MemoryFile();
  // seconds 10 to 20 of the stream
  await writeJlsSlice(reader, sink, jlsWorkspace(32 * 2 ** 20), { start: 10_000, end: 20_000 });
  const slice = await open(sink);
  const first = Array.from({ length: 3000 }, (_, index) => index).find(
    (index) => timeOf(index) >= START + 10n * 2n ** 30n,
  )!;
  const last = Array.from({ length: 3000 }, (_, index) => index).findLast(
    (index) => timeOf(index) < START + 20n * 2n ** 30n,
  )!;
  expect(slice.store.signals().map(({ timing, endSample }) => [timing, endSample])).toEqual([
    ['steady', 10_000],
    ['stamped', last - first + 1],
    ['stamped', last - first + 1],
  ]);
  const { values } = await slice.store.samples('2', 0, 3);
  expect(Array.from(values as Float64Array)).toEqual([volts(first), volts(first + 1), volts(first + 2)]);
  expect((await slice.utcEntries('2'))[0]!.utc).toBe(timeOf(first));
});

test('a table with uneven times becomes a recording, with its marks at their times', async () => {
  const store = stampedStore([0.5, 0.75, 4], [{ name: 'T', unit: '°C', values: [20, 21.5, 22] }]);
  const reader = {
    format: 'csv',
    label: 'CSV',
    version: '',
    sources: [],
    store,
    diagnostics: [],
    isRecovered: false,
    userData: async () => [],
    utcEntries: async () => [],
    timeMap: async () => undefined,
    storedSamples: async (id: string, start: number, end: number) =>
      new Uint8Array(((await store.samples(id, start, end)).values as Float64Array).buffer),
    close: () => undefined,
  };
  const sink = new MemoryFile();
  const mark = {
    signalId: 'T',
    kind: 'text',
    timestamp: 3n * 2n ** 30n,
    storage: 'string',
    groupId: 0,
    y: Number.NaN,
  } as const;
  const { notes } = await writeJlsSlice(reader, sink, jlsWorkspace(32 * 2 ** 20), {
    annotations: [{ ...mark, data: 'here' }],
  });
  expect(notes.join(' ')).toContain('Nothing says when');
  const again = await open(sink);
  expect(again.store.originUtc).toBeUndefined();
  const { values, timesS } = await again.store.samples('1', 0, 3);
  expect([Array.from(values as Float64Array), Array.from(timesS!)]).toEqual([
    [20, 21.5, 22],
    [0.5, 0.75, 4],
  ]);
  expect(await again.store.annotations()).toMatchObject([{ signalId: '0', timestamp: 3n * 2n ** 30n, data: 'here' }]);
});
