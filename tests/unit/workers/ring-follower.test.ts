import { beforeEach, expect, test } from 'vitest';
import { openFile } from '../../../src/formats/detect.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { RingFollower } from '../../../src/workers/recorder/ring-follower.ts';
import { createTestCore } from '../../support/core.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { RING_SIGNALS, RingSource, ringUtc, ringValue } from '../../support/ring-source.ts';
import { steadySignals } from '../../support/steady.ts';

const START_MS = Date.UTC(2026, 2, 4, 12);
const IDENTITY = { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: '001636', firmware: '1.3.0' };

let source: RingSource;
let file: MemoryFile;
let writer: JlsWriter;

function followRing(capacitySamples = 8192, signalIds = RING_SIGNALS.map(({ id }) => id)): RingFollower {
  const { core, arena } = createTestCore();
  source = new RingSource(core, arena, capacitySamples);
  source.setStart(START_MS);
  return follow(signalIds);
}

function follow(signalIds = RING_SIGNALS.map(({ id }) => id)): RingFollower {
  file = new MemoryFile();
  writer = new JlsWriter(jlsWorkspace(), file);
  return new RingFollower({ ring: source.ring, writer, identity: IDENTITY, signalIds, reserve: () => undefined });
}

function finish(follower: RingFollower): Promise<FormatReader> {
  follower.finish();
  writer.close();
  return openFile(file, jlsWorkspace());
}

async function valuesOf(reader: FormatReader, name: string): Promise<number[]> {
  const signal = reader.store.signals().find((candidate) => candidate.name === name);
  if (!signal) throw new Error(`no ${name}`);
  const { values } = await reader.store.samples(signal.id, signal.startSample, signal.endSample);
  return Array.from(values, Number);
}

const expected = (signalIndex: number, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => ringValue(signalIndex, from + i));

beforeEach(() => {
  followRing();
});

test('records from now on, every sample of every type, named as the vendor names them', async () => {
  source.append(1000);
  const follower = follow();
  source.append(1300);
  follower.advance();
  source.append(777);
  follower.advance();
  follower.advance(undefined, 'sample');
  expect(follower.missingSampleCount).toBe(0);
  const reader = await finish(follower);

  expect(reader.sources.find(({ name }) => name === 'JS110-001636')).toMatchObject({
    vendor: 'Jetperch LLC',
    model: 'JS110',
    serialNumber: '001636',
  });
  expect(
    steadySignals(reader.store).map(({ name, unit, dtype, sampleRateHz }) => [name, unit, dtype, sampleRateHz]),
  ).toEqual(RING_SIGNALS.map(({ name, unit, dtype, sampleRateHz }) => [name, unit, dtype, sampleRateHz]));
  for (const [index, { name }] of RING_SIGNALS.entries()) {
    expect(await valuesOf(reader, name)).toEqual(expected(index, 1000, 3077));
  }
});

test('the last byte of packed signals is a whole one', async () => {
  const follower = followRing();
  source.append(1005);
  follower.advance(undefined, 'byte');
  const ended = await finish(follower);
  expect(ended.store.signals().map(({ endSample }) => endSample)).toEqual(RING_SIGNALS.map(() => 1000));

  const timed = followRing();
  source.append(1200);
  timed.advance(1.001);
  const reader = await finish(timed);
  expect(reader.store.signals().map(({ endSample }) => endSample)).toEqual(RING_SIGNALS.map(() => 1008));

  const wide = followRing(8192, ['current']);
  source.append(1005);
  wide.advance(undefined, 'byte');
  expect((await finish(wide)).store.signals().map(({ endSample }) => endSample)).toEqual([1005]);
});

test('wall time is stored at the start, every minute and at the end', async () => {
  source.append(16);
  const follower = follow(['current']);
  for (let i = 0; i < 150; i++) {
    source.append(1000);
    follower.advance();
  }
  const reader = await finish(follower);
  const [signal] = reader.store.signals();
  const entries = await reader.utcEntries(signal!.id);
  const samples = entries.map(({ sample }) => Number(sample));
  expect(samples[0]).toBe(0);
  expect(samples.at(-1)).toBe(150_000);
  expect(samples.slice(1, -1).map((sample) => Math.floor(sample / 60_000))).toEqual([1, 2]);
  for (const { sample, utc } of entries) expect(utc).toBe(ringUtc(START_MS, Number(sample) + 16));
});

test('what the ring overwrote is a gap of the right length, counted', async () => {
  const follower = followRing(8192, ['current']);
  source.append(1000);
  follower.advance();
  source.append(20_000);
  follower.advance();
  const reader = await finish(follower);
  const values = await valuesOf(reader, 'current');
  expect(values).toHaveLength(21_000);
  const missing = values.filter((value) => Number.isNaN(value)).length;
  expect(missing).toBeGreaterThan(0);
  expect(follower.missingSampleCount).toBe(missing);
  values.forEach((value, n) => {
    if (!Number.isNaN(value)) expect(value).toBe(ringValue(0, n));
  });
  expect(values.slice(-4096)).toEqual(expected(0, 21_000 - 4096, 21_000));
});

test('samples that the instrument lost are counted, those from before the recording are not', async () => {
  source.ring.setHealth({ missingSampleCount: 5 });
  const follower = follow(['current']);
  source.append(100);
  source.ring.setHealth({ missingSampleCount: 12 });
  follower.advance();
  expect(follower.missingSampleCount).toBe(7);
});

test('an instrument that comes back goes on after a gap as long as its absence', async () => {
  const follower = followRing(8192, ['current', 'gpi0']);
  source.append(800);
  follower.advance();
  source.ring.reset();
  // The instrument is back, but does not know its time yet.
  expect(follower.advance()).toBe(true);
  expect(follower.durationS).toBeCloseTo(0.8);
  source.restart(START_MS + 2800);
  source.append(400);
  expect(follower.advance(undefined, 'sample')).toBe(true);
  expect(follower.missingSampleCount).toBe(2000);
  const reader = await finish(follower);
  const values = await valuesOf(reader, 'current');
  expect(values).toHaveLength(3200);
  expect(values.slice(0, 800)).toEqual(expected(0, 0, 800));
  expect(values.slice(800, 2800).every((value) => Number.isNaN(value))).toBe(true);
  expect(values.slice(2800)).toEqual(expected(0, 0, 400));
  const bits = await valuesOf(reader, 'gpi[0]');
  expect(bits.slice(2800)).toEqual(expected(2, 0, 400));
});

test('an instrument that stays away ends the recording', () => {
  const follower = followRing(8192, ['current']);
  source.append(800);
  follower.advance();
  source.restart(START_MS + 31_801);
  source.append(400);
  expect(follower.advance()).toBe(false);
  expect(follower.durationS).toBeCloseTo(0.8);
});

test('a duration is kept to the sample', async () => {
  const follower = followRing(8192, ['current']);
  source.append(3000);
  follower.advance(1.5);
  expect(follower.durationS).toBe(1.5);
  const reader = await finish(follower);
  expect(await valuesOf(reader, 'current')).toEqual(expected(0, 0, 1500));
});

test('room is asked for before anything is written, with more than the samples need', () => {
  let askedBytes = 0;
  let sizeWhenAsked = 0;
  file = new MemoryFile();
  writer = new JlsWriter(jlsWorkspace(), file);
  const follower = new RingFollower({
    ring: source.ring,
    writer,
    identity: IDENTITY,
    signalIds: ['current'],
    reserve: (lengthBytes) => {
      askedBytes = lengthBytes;
      sizeWhenAsked = file.sizeBytes;
    },
  });
  const defined = file.sizeBytes;
  source.append(8000);
  follower.advance();
  follower.finish();
  writer.close();
  expect(sizeWhenAsked).toBe(defined);
  expect(file.sizeBytes - defined).toBeGreaterThan(8000 * 4);
  expect(askedBytes).toBeGreaterThan(file.sizeBytes - defined);
});

test('an empty recording is a valid file', async () => {
  const reader = await finish(follow());
  expect(reader.isRecovered).toBe(false);
  expect(reader.store.signals().map(({ endSample }) => endSample)).toEqual([0, 0, 0]);
});
