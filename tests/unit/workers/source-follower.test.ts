import { beforeEach, describe, expect, test } from 'vitest';
import { openFile } from '../../../src/formats/detect.ts';
import { JlsWriter } from '../../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { SourceFollower, type SourceFollowerOptions } from '../../../src/workers/recorder/source-follower.ts';
import type { SourceEnd } from '../../../src/workers/recorder/stream-set.ts';
import { createTestCore } from '../../support/core.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { RING_SIGNALS, RingSource, ringUtc, ringValue } from '../../support/ring-source.ts';
import { steadySignals } from '../../support/steady.ts';

const START_MS = Date.UTC(2026, 2, 4, 12);
const IDENTITY = { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: '001636', firmware: '1.3.0' };

let source: RingSource;
let file: MemoryFile;
let writer: JlsWriter;

function followRing(capacitySamples = 8192, signalIds = RING_SIGNALS.map(({ id }) => id)): SourceFollower {
  const { core, arena } = createTestCore();
  source = new RingSource(core, arena, capacitySamples);
  source.setStart(START_MS);
  return follow(signalIds);
}

function follow(
  signalIds = RING_SIGNALS.map(({ id }) => id),
  change: Partial<SourceFollowerOptions> = {},
): SourceFollower {
  file = new MemoryFile();
  writer = new JlsWriter(jlsWorkspace(), file);
  return new SourceFollower({
    rings: [source.ring],
    writer,
    identity: IDENTITY,
    signalIds,
    sourceId: 1,
    firstJlsId: 1,
    reserve: () => undefined,
    nowMs: 0,
    ...change,
  });
}

/** Takes all that is there. */
function takeAll(follower: SourceFollower, durationS?: number, nowMs = 0): SourceEnd | undefined {
  while (follower.advance(nowMs, durationS));
  return follower.end;
}

function finish(follower: SourceFollower): Promise<FormatReader> {
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
  takeAll(follower);
  source.append(777);
  takeAll(follower);
  follower.endHere('sample');
  takeAll(follower);
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
  follower.endHere('byte');
  takeAll(follower);
  const ended = await finish(follower);
  expect(ended.store.signals().map(({ endSample }) => endSample)).toEqual(RING_SIGNALS.map(() => 1000));

  const timed = followRing();
  source.append(1200);
  takeAll(timed, 1.001);
  const reader = await finish(timed);
  expect(reader.store.signals().map(({ endSample }) => endSample)).toEqual(RING_SIGNALS.map(() => 1008));

  const wide = followRing(8192, ['current']);
  source.append(1005);
  wide.endHere('byte');
  takeAll(wide);
  expect((await finish(wide)).store.signals().map(({ endSample }) => endSample)).toEqual([1005]);
});

test('wall time is stored at the start, every minute and at the end', async () => {
  source.append(16);
  const follower = follow(['current']);
  for (let i = 0; i < 150; i++) {
    source.append(1000);
    takeAll(follower);
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
  takeAll(follower);
  source.append(20_000);
  takeAll(follower);
  const reader = await finish(follower);
  const values = await valuesOf(reader, 'current');
  expect(values).toHaveLength(21_000);
  const missing = values.filter((value) => Number.isNaN(value)).length;
  expect(missing).toBeGreaterThan(0);
  expect(follower.lostSampleCount).toBe(missing);
  expect(follower.missingSampleCount).toBe(0);
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
  takeAll(follower);
  expect(follower.missingSampleCount).toBe(7);
});

test('an instrument that comes back goes on after a gap as long as its absence', async () => {
  const follower = followRing(8192, ['current', 'gpi0']);
  source.append(800);
  takeAll(follower);
  source.ring.reset();
  // The instrument is back, but does not know its time yet.
  expect(takeAll(follower)).toBeUndefined();
  expect(follower.durationS).toBeCloseTo(0.8);
  source.restart(START_MS + 2800);
  source.append(400);
  expect(takeAll(follower)).toBeUndefined();
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
  takeAll(follower);
  source.restart(START_MS + 31_801);
  source.append(400);
  expect(takeAll(follower)).toBe('away');
  expect(follower.durationS).toBeCloseTo(0.8);
});

test('a duration is kept to the sample', async () => {
  const follower = followRing(8192, ['current']);
  source.append(3000);
  takeAll(follower, 1.5);
  expect(follower.durationS).toBe(1.5);
  const reader = await finish(follower);
  expect(await valuesOf(reader, 'current')).toEqual(expected(0, 0, 1500));
});

test('room is asked for before anything is written, with more than the samples need', () => {
  let askedBytes = 0;
  let sizeWhenAsked = 0;
  const follower = follow(['current'], {
    reserve: (lengthBytes) => {
      askedBytes = lengthBytes;
      sizeWhenAsked = file.sizeBytes;
    },
  });
  const defined = file.sizeBytes;
  source.append(8000);
  takeAll(follower);
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

test('nothing from before the start gets in, whatever the end of the ring is modulo 8', async () => {
  for (let excess = 0; excess < 8; excess++) {
    followRing();
    source.append(1000 + excess);
    const follower = follow();
    // a look before anything came, as the recorder does at once
    expect(takeAll(follower)).toBeUndefined();
    source.append(200);
    takeAll(follower);
    const reader = await finish(follower);
    const values = await valuesOf(reader, 'current');
    const first = excess === 0 ? 1000 : 1008;
    expect(values[0], `end ${excess}`).toBe(ringValue(0, first));
    expect(values).toEqual(expected(0, first, first + values.length));
    expect(values.length).toBeGreaterThan(180);
    expect(follower.missingSampleCount + follower.lostSampleCount).toBe(0);
  }
});

test('a ring that was emptied and has filled further since is not taken for the same', async () => {
  const follower = followRing(8192, ['current']);
  source.append(800);
  takeAll(follower);
  source.restart(START_MS + 1800);
  source.append(2000);
  takeAll(follower);
  const reader = await finish(follower);
  const values = await valuesOf(reader, 'current');
  expect(values.slice(0, 800)).toEqual(expected(0, 0, 800));
  expect(values.slice(800, 1800).every(Number.isNaN)).toBe(true);
  expect(values.slice(1800)).toEqual(expected(0, 0, 2000));
});

test('a recording that began before the instrument streamed has no gap at its start', async () => {
  const follower = followRing(8192, ['current']);
  takeAll(follower);
  source.restart(START_MS + 5000);
  takeAll(follower);
  source.append(400);
  takeAll(follower);
  const reader = await finish(follower);
  expect(await valuesOf(reader, 'current')).toEqual(expected(0, 0, 400));
  expect(follower.missingSampleCount).toBe(0);
});

test('samples that were missing when the ring overtook the recorder are the instrument\u2019s, the rest the recorder\u2019s', () => {
  const follower = followRing(8192, ['current']);
  source.append(1000);
  takeAll(follower);
  source.append(20_000);
  source.ring.setHealth({ missingSampleCount: 500 });
  takeAll(follower);
  expect(follower.missingSampleCount).toBe(500);
  expect(follower.lostSampleCount).toBeGreaterThan(10_000);
});

test('a silent instrument ends after half a minute, one that never spoke does not', () => {
  const waiting = followRing(8192, ['current']);
  expect(takeAll(waiting, undefined, 600_000)).toBeUndefined();
  const follower = followRing(8192, ['current']);
  source.append(800);
  takeAll(follower, undefined, 1000);
  expect(takeAll(follower, undefined, 31_000)).toBeUndefined();
  expect(takeAll(follower, undefined, 31_001)).toBe('away');
});

test.each(['ended', 'lost'] as const)(
  'all that came before a channel %s is recorded, and then it is over',
  async (state) => {
    const follower = followRing(8192, ['current']);
    source.append(800);
    takeAll(follower);
    source.append(123);
    source.ring.end(state);
    expect(takeAll(follower)).toBe(state);
    expect(await valuesOf(await finish(follower), 'current')).toEqual(expected(0, 0, 923));
  },
);

describe('rings of one instrument, each at its own rate', () => {
  const signal = (id: string, dtype: 'f32' | 'u1', sampleRateHz: number) => ({
    id,
    name: id,
    unit: '',
    dtype,
    sampleRateHz,
  });
  const RATES = [2000, 1000, 50];
  let sources: RingSource[];

  beforeEach(() => {
    const { core, arena } = createTestCore();
    const signals = [signal('gpi[0]', 'u1', 2000), signal('current', 'f32', 1000), signal('temperature', 'f32', 50)];
    sources = signals.map((one) => new RingSource(core, arena, 16_384, [one]));
    for (const ring of sources) ring.setStart(START_MS);
  });

  /** Every ring gets `seconds` of samples. */
  const stream = (seconds: number) => {
    for (const ring of sources) ring.append(Math.round(seconds * ring.sampleRateHz));
  };

  const followAll = () =>
    follow(['gpi[0]', 'current', 'temperature'], {
      rings: sources.map(({ ring }) => ring),
      identity: { ...IDENTITY, model: 'JS220', serialNumber: '002122' },
    });

  /** Each signal's samples with the time that the file gives them. */
  async function timed(reader: FormatReader) {
    return Promise.all(
      steadySignals(reader.store).map(async ({ id, name, firstSampleId, endSample, sampleRateHz }) => ({
        name,
        firstId: Number(firstSampleId),
        endSample,
        sampleRateHz,
        values: await valuesOf(reader, name),
        utcOf: await reader.timeMap(id).then((map) => (sample: number) => map!.toUtc(BigInt(sample))),
      })),
    );
  }

  test('ids count from a common zero, and all times are right', async () => {
    stream(1.26);
    const follower = followAll();
    stream(2);
    takeAll(follower);
    const signals = await timed(await finish(follower));
    expect(signals.map(({ name, sampleRateHz }) => [name, sampleRateHz])).toEqual([
      ['gpi[0]', 2000],
      ['current', 1000],
      ['temperature', 50],
    ]);
    expect(signals.map(({ firstId }) => firstId)).toEqual([2520, 1260, 63]);
    signals.forEach(({ values, firstId, sampleRateHz, utcOf }, index) => {
      expect(values.length).toBeGreaterThan(1.9 * sampleRateHz);
      expect(values).toEqual(expected(index === 0 ? 2 : 0, firstId, firstId + values.length));
      for (const n of [0, values.length - 1]) {
        expect(Number(utcOf(n) - ringUtc(START_MS, firstId + n, sampleRateHz))).toBeCloseTo(0, -1);
      }
    });
  });

  test('a duration holds for each to its own rate', async () => {
    stream(1);
    const follower = followAll();
    stream(3);
    takeAll(follower, 0.1);
    expect(follower.isComplete(0.1)).toBe(true);
    expect((await timed(await finish(follower))).map(({ endSample }) => endSample)).toEqual([200, 100, 5]);
  });

  test('after a restart they lie beside each other again, though seen one after the other', async () => {
    const follower = followAll();
    stream(1);
    takeAll(follower);
    const restartMs = START_MS + 3123.4;
    const [first, ...others] = sources;
    first!.restart(restartMs);
    first!.append(4000);
    takeAll(follower);
    for (const ring of others) ring.restart(restartMs);
    for (const ring of others) ring.append(2 * ring.sampleRateHz);
    takeAll(follower);
    const reader = await finish(follower);
    const signals = await timed(reader);
    const zeroIds = signals.map(({ values, sampleRateHz }) => values.length / sampleRateHz - 2);
    // whole samples of every rate: steps of 20 ms
    expect(new Set(zeroIds.map((seconds) => Math.round(seconds * 1000)))).toEqual(new Set([3140]));
    for (const { values, sampleRateHz, utcOf } of signals) {
      const zero = values.length - 2 * sampleRateHz;
      expect(Number(utcOf(zero) - ringUtc(restartMs, 0)) / 2 ** 30).toBeCloseTo(0, 6);
      expect(Number(utcOf(sampleRateHz - 1) - ringUtc(START_MS, sampleRateHz - 1, sampleRateHz)) / 2 ** 30).toBeCloseTo(
        0,
        6,
      );
    }
  });

  test('two instruments are two sources of one file, each with its own time', async () => {
    const { core, arena } = createTestCore();
    const other = new RingSource(core, arena, 8192);
    other.setStart(START_MS + 700);
    const first = followAll();
    const second = new SourceFollower({
      rings: [other.ring],
      writer,
      identity: IDENTITY,
      signalIds: ['current', 'gpi0'],
      sourceId: 2,
      firstJlsId: 4,
      reserve: () => undefined,
      nowMs: 0,
    });
    stream(2);
    other.append(1304);
    takeAll(first);
    takeAll(second);
    first.finish();
    const reader = await finish(second);
    expect(reader.sources.slice(-2).map(({ name }) => name)).toEqual(['JS220-002122', 'JS110-001636']);
    const signals = steadySignals(reader.store);
    expect(signals.map(({ name, source: of, sampleRateHz }) => [name, of, sampleRateHz])).toEqual([
      ['gpi[0]', 'JS220-002122', RATES[0]],
      ['current', 'JS220-002122', RATES[1]],
      ['temperature', 'JS220-002122', RATES[2]],
      ['current', 'JS110-001636', 1000],
      ['gpi[0]', 'JS110-001636', 1000],
    ]);
    const map = await reader.timeMap(signals[3]!.id);
    expect(map!.toUtc(300n)).toBe(ringUtc(START_MS + 1000, 0));
  });
});
