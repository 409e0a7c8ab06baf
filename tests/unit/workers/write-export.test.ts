// Exports over memory: what is written, read back by the project's own readers, has the numbers of the source.

import { describe, expect, test } from 'vitest';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { annotationsBeside } from '../../../src/formats/jls/annotation-file.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import type { ValueChannel } from '../../../src/model/channel.ts';
import type { Annotation } from '../../../src/model/signal-store.ts';
import type { RingReader } from '../../../src/workers/export/ring-reader.ts';
import { createTestCore } from '../../support/core.ts';
import { alone, NOW_MS, run, valuesOf } from '../../support/exported.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { jlsWorkspace } from '../../support/jls.ts';
import { RING_SIGNALS, RingSource, ringUtc, ringValue } from '../../support/ring-source.ts';
import { steadySignals } from '../../support/steady.ts';

const golden = (path: string): Promise<FormatReader> => openFile(new MemoryFile(goldenBytes(path)), jlsWorkspace());

test.each(['jls', 'csv', 'npy', 'h5', 'zip'] as const)(
  'a span of a recording as %s has the samples of the span',
  async (format) => {
    const source = await golden('jls-v2/js220_ui.jls');
    const [first] = source.store.signals();
    const span = { startS: 0.0101, endS: 0.0257 };
    const { reader, fractions } = await run(source, { format, signalIds: [first!.id], span });
    const { values } = await source.store.samples(first!.id, 10_100, 25_700);
    const found = (await valuesOf(reader, 0)).map(Math.fround);
    expect(found).toEqual(Array.from(values, Number));
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  },
);

test('a table over its budget has one row per block and says so', async () => {
  const source = await golden('jls-v2/js220_ui.jls');
  const [first] = source.store.signals();
  const { reader, notes } = await run(source, {
    format: 'csv',
    signalIds: [first!.id],
    rowBudget: 100,
    reduction: 'all',
  });
  expect(reader.store.signals().map(({ name }) => name)).toEqual(
    ['mean', 'std', 'min', 'max'].map((name) => `${first!.name} ${name}`),
  );
  const figures = await source.store.statistics(first!.id, 600, 1200);
  const [mean, std, min, max] = await Promise.all([0, 1, 2, 3].map(async (i) => (await valuesOf(reader, i))[1]));
  expect([mean, std, min, max].map((value) => value!.toPrecision(9))).toEqual(
    [figures.mean, figures.std, figures.min, figures.max].map((value) => value.toPrecision(9)),
  );
  expect(notes.join(' ')).toContain('100 rows');
  expect(notes.join(' ')).toContain('600 samples');
});

test('events between the markers are copied byte for byte, whole', async () => {
  const bytes = goldenBytes('mimo/files/muon_4ch_f4.mimo');
  const source = await openFile(new MemoryFile(bytes), jlsWorkspace());
  const { dataLength, eventCount } = source.events!;
  expect(eventCount).toBeGreaterThan(3);
  // from inside the second event to inside the third
  const span = { startS: dataLength + 5, endS: 2 * dataLength + 5 };
  const { reader } = await run(source, { format: 'mimo', span });
  expect(reader.events!.eventCount).toBe(2);
  expect(await reader.events!.read(0, 2)).toEqual({ ...(await source.events!.read(1, 2)), start: 0 });
});

test.each(['mimo', 'zip', 'csv'] as const)(
  'segments between the markers as %s are those that lie there',
  async (format) => {
    const source = await golden('scope-waveforms/lecroy-sequence-3.data.bin');
    const second = steadySignals(source.store)[1]!;
    const endS = second.offsetS + second.endSample / second.sampleRateHz;
    const { reader } = await run(source, { format, span: { startS: second.offsetS, endS } });
    const { values } = await source.store.samples(second.id, 0, second.endSample);
    expect(await valuesOf(reader, 0)).toEqual(Array.from(values, Number));
    if (format === 'csv') return;
    expect(reader.events!.eventCount).toBe(1);
  },
);

const MARKS: readonly Annotation[] = [
  { kind: 'vertical-marker', data: '1a', timestamp: 12_000n },
  { kind: 'vertical-marker', data: '1b', timestamp: 20_000n },
  { kind: 'text', data: 'outside', timestamp: 50n },
  { kind: 'horizontal-marker', data: '2', timestamp: 0n, y: 0.5 },
].map((mark) => ({ signalId: '1', storage: 'string', groupId: 0, y: Number.NaN, ...mark }) as Annotation);

test('markers and notes of the view go along with a slice, also those of a signal that is left out', async () => {
  const source = await golden('jls-v2/js220_ui.jls');
  const { reader } = await run(source, { signalIds: ['2'], span: { startS: 0.01, endS: 0.03 }, annotations: MARKS });
  const found = await reader.store.annotations();
  expect(found.map(({ signalId, data, timestamp }) => [signalId, data, timestamp])).toEqual([
    ['2', '1a', 2000n],
    ['2', '1b', 10_000n],
  ]);
  const own = await run(source, { signalIds: ['1'], span: { startS: 0.01, endS: 0.03 }, annotations: MARKS });
  expect((await own.reader.store.annotations()).map(({ data, timestamp, y }) => [data, timestamp, y])).toEqual([
    ['2', 0n, 0.5],
    ['1a', 2000n, Number.NaN],
    ['1b', 10_000n, Number.NaN],
  ]);
});

test('what a view does not show of the annotations in a file stays in the copy', async () => {
  const source = await golden('jls-v2/annotations_utc.jls');
  const before = await source.store.annotations();
  const { reader } = await run(source, { annotations: [] });
  const after = await reader.store.annotations();
  const hidden = before.filter(({ kind, data }) => kind === 'user' || typeof data !== 'string');
  expect(hidden.length).toBeGreaterThan(0);
  expect(hidden.length).toBeLessThan(before.length);
  expect(after).toEqual(expect.arrayContaining(hidden));
  expect(after.filter(({ kind }) => kind === 'text' || kind === 'vertical-marker')).toEqual(
    hidden.filter(({ kind }) => kind === 'text' || kind === 'vertical-marker'),
  );
});

test('the UTC of every sample is kept', async () => {
  const source = await golden('jls-v2/js220_ui.jls');
  const { reader } = await run(source, { signalIds: ['1'], span: { startS: 0.02, endS: 0.03 } });
  const map = await reader.timeMap('1');
  const { time_map } = goldenJson<{ time_map: Record<string, { sample_id_to_timestamp: [number, number][] }> }>(
    'jls-v2/js220_ui.json',
  );
  const [, utc] = time_map['1']!.sample_id_to_timestamp.find(([sample]) => sample === 20_000)!;
  // the file of JSON numbers holds ticks as doubles, which are 32 ticks apart there
  expect(Math.abs(Number(map!.toUtc(0n)) - utc)).toBeLessThanOrEqual(32);
});

test('markers and notes alone come back on the samples where they were', async () => {
  const source = await golden('jls-v2/js220_ui.jls');
  const { reader } = await run(source, { format: 'anno.jls', annotations: MARKS });
  expect(reader.sources.map(({ name }) => name)).toContain('annotations');
  expect(reader.store.signals()).toMatchObject([{ name: 'current', sampleRateHz: 1_000_000, endSample: 0 }]);
  const beside = await annotationsBeside(reader, source);
  expect(beside.map(({ signalId, kind, data, timestamp }) => ({ signalId, kind, data, timestamp }))).toEqual(
    [MARKS[3]!, MARKS[2]!, MARKS[0]!, MARKS[1]!].map(({ kind, data, timestamp }) => ({
      signalId: '1',
      kind,
      data,
      timestamp,
    })),
  );
});

test("the Joulescope UI's own side file stands on the recording's samples", async () => {
  const beside = await annotationsBeside(await golden('jls-v2/js220_ui.anno.jls'), await golden('jls-v2/js220_ui.jls'));
  const { annotations } = goldenJson<{ annotations: Record<string, { timestamp: number; data: { text: string } }[]> }>(
    'jls-v2/js220_ui.anno.json',
  );
  // both files count microseconds from the same UTC
  for (const id of ['1', '2']) {
    expect(
      beside.filter(({ signalId }) => signalId === id).map(({ timestamp, data }) => [Number(timestamp), data]),
    ).toEqual(annotations[id]!.map(({ timestamp, data }) => [timestamp, data.text]));
  }
});

function ring(capacitySamples: number): RingSource {
  const { core, arena } = createTestCore();
  const source = new RingSource(core, arena, capacitySamples);
  source.setStart(NOW_MS);
  return source;
}

const expected = (signalIndex: number, from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => ringValue(signalIndex, from + i));

test.each(['jls', 'npy', 'zip'] as const)(
  "an instrument's memory as %s has every sample and its time",
  async (format) => {
    const source = ring(8192);
    source.append(5000);
    const live = alone({ rings: [source.ring], values: [] });
    const ids = format === 'npy' ? ['current'] : RING_SIGNALS.map(({ id }) => id);
    const { reader, notes } = await run(live, { format, signalIds: ids, span: { startS: 1.003, endS: 4.5 } });
    for (const index of ids.keys()) expect(await valuesOf(reader, index)).toEqual(expected(index, 1003, 4500));
    expect(notes.join(' ')).not.toContain('overwritten');
    if (format !== 'jls') return;
    expect(reader.sources.map(({ name }) => name)).toContain('JS110-001636');
    expect((await reader.timeMap('1'))!.toUtc(0n)).toBe(ringUtc(NOW_MS, 1003));
  },
);

test('what the instrument overwrites while it is exported is missing, counted and told', async () => {
  const source = ring(4096);
  source.append(5000);
  const live = alone({ rings: [source.ring], values: [] });
  const [first] = live.store.signals();
  expect(first!.startSample).toBeGreaterThan(source.ring.startSample);
  source.append(2000);
  const { reader, notes } = await run(live, { signalIds: ['current'] });
  const values = await valuesOf(reader, 0);
  expect(values).toHaveLength(first!.endSample - first!.startSample);
  const lost = values.filter(Number.isNaN).length;
  expect(lost).toBeGreaterThan(0);
  expect(notes.join(' ')).toContain(`${lost} samples were overwritten`);
});

test('what was copied at the start is whole, though the instrument overwrites it meanwhile', async () => {
  const source = ring(4096);
  source.append(3000);
  const live = alone({ rings: [source.ring], values: [] });
  live.hold(['current', 'current_range'].map((id) => ({ id, start: 1003, end: 2500 })));
  source.append(4000);
  const floats = (await live.storedSamples('current', 1003, 2500)).slice();
  expect([...new Float32Array(floats.buffer)]).toEqual(expected(0, 1003, 2500));
  const nibbles = await live.storedSamples('current_range', 1003, 2500);
  const unpacked = [...nibbles].flatMap((byte) => [byte & 15, byte >> 4]).slice(0, 1497);
  expect(unpacked).toEqual(expected(1, 1003, 2500));
  expect(live.lostCount).toBe(0);
});

test('an instrument that is started anew meanwhile ends the export', async () => {
  const source = ring(4096);
  source.append(3000);
  const live = alone({ rings: [source.ring], values: [] });
  source.ring.reset();
  await expect(run(live, {})).rejects.toMatchObject({ code: 'run/state' });
});

test('a range without samples is refused', async () => {
  const source = await golden('jls-v2/js220_ui.jls');
  await expect(run(source, { span: { startS: 100, endS: 200 } })).rejects.toMatchObject({ code: 'format/range' });
});

describe('live signals of several rings', () => {
  /** Two rings of 1000 per second that have come to different samples, and one of 50. */
  function rings(): RingReader {
    const { core, arena } = createTestCore();
    const ring = (id: string, dtype: 'f32' | 'u1', sampleRateHz: number, count: number) => {
      const source = new RingSource(core, arena, 8192, [{ id, name: id, unit: '', dtype, sampleRateHz }]);
      source.setStart(NOW_MS);
      source.append(count);
      return source.ring;
    };
    const all = [ring('current', 'f32', 1000, 4126), ring('gpi[0]', 'u1', 1000, 4000), ring('slow', 'f32', 50, 200)];
    return alone({ rings: all, values: [] });
  }

  test('each goes into a recording at its own rate, at the same times', async () => {
    const { reader } = await run(rings(), { span: { startS: 1.1, endS: 3.5 } });
    const signals = steadySignals(reader.store);
    expect(signals.map(({ name, sampleRateHz, endSample }) => [name, sampleRateHz, endSample])).toEqual([
      ['current', 1000, 2400],
      ['gpi[0]', 1000, 2400],
      ['slow', 50, 120],
    ]);
    expect(await valuesOf(reader, 2)).toEqual(Array.from({ length: 120 }, (_, n) => ringValue(0, 55 + n)));
    for (const { id } of signals) expect((await reader.timeMap(id))!.toUtc(0n)).toBe(ringUtc(NOW_MS, 1100));
  });

  test('those of one rate fit into one table, others are refused with a sentence', async () => {
    const { reader } = await run(rings(), { format: 'csv', signalIds: ['current', 'gpi[0]'] });
    expect(await valuesOf(reader, 1)).toEqual(Array.from({ length: 4000 }, (_, n) => ringValue(2, n)));
    await expect(run(rings(), { format: 'csv', signalIds: ['current', 'slow'] })).rejects.toMatchObject({
      code: 'format/unsupported',
      message: expect.stringContaining('different rates'),
    });
  });
});

describe('values of a running instrument', () => {
  const METER: ValueChannel = {
    kind: 'value',
    id: 'meter',
    signals: [
      { id: 'meter.voltage', name: 'voltage', unit: 'V' },
      { id: 'meter.charge', name: 'charge', unit: 'C' },
    ],
  };

  /** Records from a second before the stream on, the last one late; the stream has five seconds. */
  const TIMES_S = [-1, -0.5, 0, 0.5, 1, 1.5, 2, 4];

  function meter(): RingReader {
    const source = ring(8192);
    source.append(5000);
    const series = StampedSeries.create({ valueCount: 2, mostBytes: 2 ** 20 });
    for (const [n, second] of TIMES_S.entries()) series.append(ringUtc(NOW_MS, 1000 * second), [n, n / 2]);
    return alone({ rings: [source.ring], values: [{ channel: METER, series }] });
  }

  test('go into a table with their times on the axis of the stream', async () => {
    const job = { format: 'csv', signalIds: METER.signals.map(({ id }) => id), span: { startS: -0.75, endS: 1.25 } };
    const { file } = await run(meter(), job);
    const text = new TextDecoder().decode(await file.read(0, file.sizeBytes));
    expect(text).toBe('time (s),voltage (V),charge (C)\n-0.5,1.0,0.5\n0.0,2.0,1.0\n0.5,3.0,1.5\n1.0,4.0,2.0\n');
  });

  test('go into one HDF5 file with the stream, each with its own times', async () => {
    const { reader } = await run(meter(), { format: 'h5', signalIds: ['current', 'meter.charge'] });
    const [current, charge] = reader.store.signals();
    expect(current).toMatchObject({ timing: 'steady', endSample: 5000 });
    expect(charge).toMatchObject({ timing: 'stamped', endSample: 8 });
    expect(await valuesOf(reader, 0)).toEqual(expected(0, 0, 5000));
    const { timesS, values } = await reader.store.samples(charge!.id, 0, 8);
    expect([...values]).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
    expect([...timesS!]).toEqual(TIMES_S);
  });

  test('go into a recording beside the stream, each with its own times', async () => {
    const { reader } = await run(meter(), { signalIds: ['current', 'meter.charge'] });
    const [current, charge] = reader.store.signals();
    expect(current).toMatchObject({ timing: 'steady', endSample: 5000 });
    expect(charge).toMatchObject({ timing: 'stamped', endSample: 8, unit: 'C' });
    const { timesS, values } = await reader.store.samples(charge!.id, 0, 8);
    expect([...values]).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
    const offsetS = timesS![0]! - TIMES_S[0]!;
    expect([...timesS!].map((time) => time - offsetS)).toEqual(TIMES_S);
  });
});

const LOG = 'time (s),level (V)\n0,1\n0.5,2\n7,3\n7.25,4\n20,5\n';

test.each(['csv', 'h5', 'zip'] as const)(
  'a span of uneven times as %s has the samples in those seconds',
  async (format) => {
    const source = await openFile(new MemoryFile(new TextEncoder().encode(LOG)), jlsWorkspace());
    const { reader, notes } = await run(source, { format, span: { startS: 0.5, endS: 7.25 } });
    expect(notes.join(' ')).not.toContain('undefined');
    const [signal] = reader.store.signals();
    const block = await reader.store.samples(signal!.id, 0, signal!.endSample);
    expect(Array.from(block.values, Number)).toEqual([2, 3]);
  },
);

test('a mark between stamped samples keeps its place through a file of markers', async () => {
  const source = await openFile(new MemoryFile(new TextEncoder().encode(LOG)), jlsWorkspace());
  const timestamp = BigInt(3.25 * 2 ** 30);
  const mark = {
    signalId: 'level',
    kind: 'vertical-marker',
    timestamp,
    storage: 'string',
    groupId: 0,
    y: Number.NaN,
    data: '1',
  } as const;
  const { reader } = await run(source, { format: 'anno.jls', annotations: [mark] });
  expect(await annotationsBeside(reader, source)).toMatchObject([{ signalId: 'level', timestamp, data: '1' }]);
});
