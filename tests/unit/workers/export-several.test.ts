// What several instruments hold in their memories, in one export: every sample at its own rate and its own time.

import { describe, expect, test } from 'vitest';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import type { StreamSignal, ValueChannel } from '../../../src/model/channel.ts';
import { RingReader } from '../../../src/workers/export/ring-reader.ts';
import { createTestCore } from '../../support/core.ts';
import { NOW_MS, run, valuesOf } from '../../support/exported.ts';
import { RingSource, ringUtc, ringValue } from '../../support/ring-source.ts';
import { steadySignals } from '../../support/steady.ts';

/** The second instrument began so much later, in milliseconds. */
const LATER_MS = 2500;
const SLOW_HZ = 50;

const identity = (model: string, serialNumber: string) => ({
  model,
  vendor: 'Jetperch LLC',
  serialNumber,
  firmware: '1.3.0',
});

const signal = (id: string, dtype: StreamSignal['dtype'], sampleRateHz: number): StreamSignal => ({
  id,
  name: id,
  unit: dtype === 'f32' ? 'A' : '',
  dtype,
  sampleRateHz,
});

interface Two {
  readonly reader: RingReader;
  readonly first: RingSource;
  readonly second: RingSource;
}

/** Six seconds of one at 1000 samples a second, five of another at 50 a second that began later. */
function two({ secondHz = SLOW_HZ, isPlaced = true } = {}): Two {
  const { core, arena } = createTestCore();
  const first = new RingSource(core, arena, 8192, [signal('current', 'f32', 1000), signal('range', 'u4', 1000)]);
  first.setStart(NOW_MS);
  first.append(6000);
  const second = new RingSource(core, arena, 8192, [
    signal('current', 'f32', secondHz),
    signal('gpi0', 'u1', secondHz),
  ]);
  second.setStart(NOW_MS + LATER_MS);
  second.append(5 * secondHz);
  const place = (source: RingSource) => ({ rings: [source.ring], values: [] });
  const reader = new RingReader([
    { channels: place(first), identity: identity('JS110', '001636'), prefix: 'a/', offsetS: 0 },
    {
      channels: place(second),
      identity: identity('JS220', '002122'),
      prefix: 'b/',
      offsetS: isPlaced ? LATER_MS / 1000 : undefined,
    },
  ]);
  return { reader, first, second };
}

const numbers = (index: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ringValue(index, from + i));

describe('two instruments', () => {
  test.each(['jls', 'zip', 'h5'] as const)('a span as %s has the samples of each in it', async (format) => {
    // the seconds 3 to 5 of the first are 0.5 to 2.5 of the second
    const { reader, notes } = await run(two().reader, { format, span: { startS: 3, endS: 5 } });
    expect(notes.join(' ')).not.toContain('overwritten');
    expect(await valuesOf(reader, 0)).toEqual(numbers(0, 3000, 5000));
    expect(await valuesOf(reader, 1)).toEqual(numbers(1, 3000, 5000));
    expect(await valuesOf(reader, 2)).toEqual(numbers(0, 25, 125));
    expect(await valuesOf(reader, 3)).toEqual(numbers(2, 25, 125));
  });

  test('everything as a recording: a source each, and every signal on its UTC', async () => {
    const { reader } = await run(two().reader, {});
    expect(reader.sources.filter(({ id }) => id > 0)).toMatchObject([
      { name: 'JS110-001636', model: 'JS110', serialNumber: '001636' },
      { name: 'JS220-002122', model: 'JS220', serialNumber: '002122' },
    ]);
    expect(
      steadySignals(reader.store).map(({ name, source, sampleRateHz, offsetS, endSample }) => [
        name,
        source,
        sampleRateHz,
        offsetS,
        endSample,
      ]),
    ).toEqual([
      ['current', 'JS110-001636', 1000, 0, 6000],
      ['range', 'JS110-001636', 1000, 0, 6000],
      ['current', 'JS220-002122', SLOW_HZ, 2.5, 250],
      ['gpi0', 'JS220-002122', SLOW_HZ, 2.5, 250],
    ]);
    expect((await reader.timeMap('3'))!.toUtc(0n)).toBe(ringUtc(NOW_MS + LATER_MS, 0));
  });

  test('one that does not know its time yet is empty, the other is whole', async () => {
    const { reader } = two({ isPlaced: false });
    expect(reader.store.signals().map(({ endSample }) => endSample)).toEqual([6000, 6000, 0, 0]);
    const result = await run(reader, {});
    expect(await valuesOf(result.reader, 0)).toEqual(numbers(0, 0, 6000));
  });

  test('what is copied at the start is whole, though both overwrite it meanwhile', async () => {
    const { reader, first, second } = two();
    reader.hold([
      { id: 'a/current', start: 3000, end: 5000 },
      { id: 'b/current', start: 25, end: 125 },
    ]);
    first.append(16_000);
    second.append(16_000);
    const floats = async (id: string, start: number, end: number) =>
      Array.from(new Float32Array((await reader.storedSamples(id, start, end)).slice().buffer));
    expect(await floats('a/current', 3000, 5000)).toEqual(numbers(0, 3000, 5000));
    expect(await floats('b/current', 25, 125)).toEqual(numbers(0, 25, 125));
    expect(reader.lostCount).toBe(0);
  });

  test('do not fit into one table, also at one rate; signals of either do', async () => {
    const { reader } = two({ secondHz: 1000 });
    const span = { startS: 3, endS: 5 };
    await expect(
      run(reader, { format: 'csv', signalIds: ['a/current', 'b/gpi0'], span: { startS: 1, endS: 5 } }),
    ).rejects.toMatchObject({ code: 'format/unsupported', message: expect.stringContaining('rates or times') });
    const { reader: table } = await run(reader, { format: 'csv', signalIds: ['b/current', 'b/gpi0'], span });
    expect(await valuesOf(table, 0)).toEqual(numbers(0, 500, 2500));
  });

  test('JLS v1 has room for one of them, and names what it leaves out', async () => {
    const { core, arena } = createTestCore();
    const sources = ['001636', '001637'].map((serialNumber) => {
      const source = new RingSource(core, arena, 8192, [
        signal('current', 'f32', 1000),
        signal('voltage', 'f32', 1000),
      ]);
      source.setStart(NOW_MS);
      source.append(2000);
      const channels = { rings: [source.ring], values: [] };
      return { channels, identity: identity('JS110', serialNumber), prefix: `${serialNumber}/`, offsetS: 0 };
    });
    const { notes } = await run(new RingReader(sources), { format: 'v1.jls' });
    expect(notes.join(' ')).toContain('no place for them: current of JS110-001637, voltage of JS110-001637.');
  });
});

test('values of two meters go into one HDF5 file, on one axis', async () => {
  const meter = (id: string, startMs: number, offsetS: number) => {
    const channel: ValueChannel = { kind: 'value', id: 'dc', signals: [{ id: 'voltage', name: 'voltage', unit: 'V' }] };
    const series = StampedSeries.create({ valueCount: 1, mostBytes: 2 ** 16 });
    for (const second of [0, 1, 5, 20]) series.append(ringUtc(startMs, 1000 * second), [second]);
    const channels = { rings: [], values: [{ channel, series }] };
    return { channels, identity: identity('34461A', id), prefix: `${id}/`, offsetS };
  };
  const reader = new RingReader([meter('m1', NOW_MS, 0), meter('m2', NOW_MS + LATER_MS, 2.5)]);
  const { reader: file } = await run(reader, { format: 'h5' });
  const times = await Promise.all(
    file.store.signals().map(async ({ id }) => [...(await file.store.samples(id, 0, 4)).timesS!]),
  );
  expect(times).toEqual([
    [0, 1, 5, 20],
    [2.5, 3.5, 7.5, 22.5],
  ]);
});
