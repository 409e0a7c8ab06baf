// What viewers see of a running instrument: its streams, its values, and both on one axis.

import { describe, expect, test } from 'vitest';
import { utcAddSeconds, utcFromTicks } from '../../../src/base/time.ts';
import { LiveStore } from '../../../src/core/live-store.ts';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import { StreamRing } from '../../../src/core/stream-ring.ts';
import type { ValueChannel } from '../../../src/model/channel.ts';
import { createTestCore } from '../../support/core.ts';

const TOTALS: ValueChannel = {
  kind: 'value',
  id: 'totals',
  signals: [
    { id: 'totals.current', name: 'mean current', unit: 'A' },
    { id: 'totals.charge', name: 'charge', unit: 'C' },
  ],
};

function createLive(overviewSamples = 0) {
  const { core, arena } = createTestCore();
  const signals = [
    { id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: 1000 },
    { id: 'gpi[0]', name: 'gpi[0]', unit: '', dtype: 'u1', sampleRateHz: 1000 },
  ] as const;
  const ring = StreamRing.create(core, arena, { signals, capacitySamples: 4096, overviewSamples });
  const floats = arena.reserve('floats', 4 * 6000);
  const bits = arena.reserve('bits', 750);
  new Float32Array(core.memory.buffer, floats.address, 6000).forEach((_, k, all) => {
    all[k] = k;
  });
  new Uint8Array(core.memory.buffer, bits.address, 750).fill(0b10);
  const append = (count: number) => ring.append([floats.address, bits.address], count);
  const series = StampedSeries.create({ valueCount: 2, mostBytes: 2 ** 20 });
  const store = new LiveStore({ rings: [ring], values: [] }, 'SIM-1');
  const both = new LiveStore({ rings: [ring], values: [{ channel: TOTALS, series }] }, 'SIM-1');
  return { ring, append, store, series, both };
}

test('says what its signals are and which samples it holds', () => {
  const { append, store } = createLive();
  append(6000);
  expect(store.signals()).toMatchObject([
    { id: 'current', unit: 'A', source: 'SIM-1', dtype: 'f32', startSample: 1904, endSample: 6000, offsetS: 0 },
    { id: 'gpi[0]', unit: '', source: 'SIM-1', dtype: 'u1', startSample: 1904, endSample: 6000, offsetS: 0 },
  ]);
});

test('says from where on only an overview is left, and what it is made of', () => {
  const plain = createLive();
  plain.append(6000);
  expect(plain.store.signals()[0]).not.toHaveProperty('overview');
  const { append, store } = createLive(400_000);
  // 256 k samples are kept: the 300 000 reach 37 856 further
  for (let i = 0; i < 50; i++) append(6000);
  expect(store.signals()).toMatchObject([
    { startSample: 300_000 - 2 ** 18, overview: { startSample: 0, stretchSamples: 2048 } },
    { startSample: 300_000 - 2 ** 18, overview: { startSample: 0, stretchSamples: 65_536 } },
  ]);
});

test('answers summaries, samples and statistics by signal name', async () => {
  const { append, store } = createLive();
  append(1000);
  const summary = await store.summary({ signalId: 'current', start: -100, increment: 100, count: 12 });
  expect([...summary.mean]).toEqual([NaN, 49.5, 149.5, 249.5, 349.5, 449.5, 549.5, 649.5, 749.5, 849.5, 949.5, NaN]);
  expect(await store.samples('gpi[0]', 0, 4)).toEqual({ start: 0, values: new Float32Array([0, 1, 0, 0]) });
  expect(await store.statistics('current', 10, 13)).toEqual({
    start: 10,
    end: 13,
    count: 3,
    mean: 11,
    std: 1,
    min: 10,
    max: 12,
    integral: 0.033,
    measured: 0.033,
    coverage: 1,
  });
  expect(await store.annotations()).toEqual([]);
});

test('rejects what it does not have', async () => {
  const { append, store } = createLive();
  append(1000);
  await expect(store.summary({ signalId: 'x', start: 0, increment: 1, count: 1 })).rejects.toMatchObject({
    code: 'format/not-found',
  });
  await expect(store.samples('current', 900, 1001)).rejects.toMatchObject({ code: 'format/range' });
  await expect(store.statistics('current', -1, 10)).rejects.toMatchObject({ code: 'format/range' });
});

test('its origin is the time of the first sample, once the clock is known', () => {
  const { ring, store } = createLive();
  expect(store.originUtc).toBeUndefined();
  const start = utcFromTicks(1n << 58n);
  ring.setClock({ sample: 2500, utc: utcAddSeconds(start, 2.5), sampleRateHz: 1000 });
  expect(store.originUtc).toBe(start);
});

describe('streams and values on one axis', () => {
  const NOW = utcFromTicks(1n << 58n);
  const at = (seconds: number) => utcAddSeconds(NOW, seconds);
  const spanOf = (store: LiveStore) => {
    const signal = store.signals().find(({ id }) => id === 'totals.charge')!;
    if (signal.timing === 'steady') throw new Error('values have times of their own');
    return { count: signal.endSample, startS: signal.startS, endS: signal.endS };
  };

  test('before a stream has a time, second 0 is the first value', async () => {
    const { both, series } = createLive();
    expect(both.originUtc).toBeUndefined();
    expect(spanOf(both)).toEqual({ count: 0, startS: 0, endS: 0 });
    series.append(at(0), [1, 0]);
    series.append(at(0.5), [1, 0.5]);
    expect(both.originUtc).toBe(NOW);
    expect(both.signals().map(({ id, source, timing }) => [id, source, timing])).toEqual([
      ['current', 'SIM-1', 'steady'],
      ['gpi[0]', 'SIM-1', 'steady'],
      ['totals.current', 'SIM-1', 'stamped'],
      ['totals.charge', 'SIM-1', 'stamped'],
    ]);
    expect(spanOf(both)).toEqual({ count: 2, startS: 0, endS: 0.5 });
    expect(await both.samples('totals.charge', 0, 2)).toEqual({
      start: 0,
      timesS: Float64Array.of(0, 0.5),
      values: Float64Array.of(0, 0.5),
    });
  });

  test('beside a stream, values lie where their UTC is, those from before it in front of it', async () => {
    const { append, both, ring, series } = createLive();
    series.append(at(-10), [2, 0]);
    append(4000);
    ring.setClock({ sample: 2000, utc: at(2), sampleRateHz: 1000 });
    series.append(at(1), [4, 1]);
    series.append(at(3), [6, 3]);
    expect(both.originUtc).toBe(NOW);
    expect(spanOf(both)).toEqual({ count: 3, startS: -10, endS: 3 });
    expect(await both.stamped.samplesIn('totals.charge', 0, 4)).toEqual({ start: 1, end: 3 });
    // 4 A for two seconds, and sample 1500 of the stream beside it.
    expect(await both.stamped.statistics('totals.current', 1, 3)).toMatchObject({ mean: 4, measured: 8, coverage: 1 });
    const { mean } = await both.stamped.bins({ signalId: 'totals.current', stepS: 2, firstBin: -1, count: 3 });
    expect([...mean]).toEqual([2, 3, 4]);
    expect((await both.samples('current', 1500, 1501)).values).toEqual(Float32Array.of(1500));
    expect((await both.statistics('totals.charge', 1, 3)).mean).toBe(1);
    expect((await both.summary({ signalId: 'totals.charge', start: 1, increment: 1, count: 1 })).mean[0]).toBe(1);
    await expect(both.samples('totals.charge', 0, 4)).rejects.toMatchObject({ code: 'format/range' });
    await expect(both.samples('totals', 0, 1)).rejects.toMatchObject({ code: 'format/not-found' });
  });

  test('while a stream does not know its time, the values have no place; a new start is another origin', async () => {
    const { append, both, ring, series } = createLive();
    series.append(at(-10), [2, 0]);
    append(1000);
    expect(both.originUtc).toBeUndefined();
    expect(spanOf(both)).toMatchObject({ count: 0 });
    await expect(both.samples('totals.charge', 0, 1)).rejects.toMatchObject({ code: 'format/range' });
    ring.setClock({ sample: 0, utc: at(0), sampleRateHz: 1000 });
    series.append(at(-5), [3, 1]);
    expect(spanOf(both)).toEqual({ count: 2, startS: -10, endS: -5 });
    expect(await both.stamped.statistics('totals.current', -10, -5)).toMatchObject({ mean: 2, coverage: 1 });
    ring.reset();
    expect(both.originUtc).toBe(at(-10));
    append(1000);
    ring.setClock({ sample: 0, utc: at(20), sampleRateHz: 1000 });
    expect(spanOf(both)).toEqual({ count: 2, startS: -30, endS: -25 });
    expect(await both.stamped.statistics('totals.current', -30, -25)).toMatchObject({ mean: 2, coverage: 1 });
    expect(await both.stamped.statistics('totals.current', -10, -5)).toMatchObject({ count: 0 });
  });

  test('a series that begins anew is another content on the same axis', async () => {
    const { append, both, ring, series } = createLive();
    append(4000);
    ring.setClock({ sample: 0, utc: at(0), sampleRateHz: 1000 });
    for (const second of [0, 1]) series.append(at(second), [1, 0]);
    expect(await both.stamped.statistics('totals.current', 0, 1)).toMatchObject({ mean: 1 });
    series.reset();
    for (const second of [2, 4]) series.append(at(second), [5, 0]);
    expect(spanOf(both)).toEqual({ count: 2, startS: 2, endS: 4 });
    expect(await both.stamped.statistics('totals.current', 0, 4)).toMatchObject({ count: 1, mean: 5, measured: 10 });
  });

  test('a sample clock that is off its rate: values lie right beside the newest samples', () => {
    const { append, both, ring, series } = createLive();
    // A tenth too slow: sample 4000 comes after 4.4 s.
    append(4000);
    ring.setClock({ sample: 0, utc: at(0), sampleRateHz: 1000 / 1.1 });
    series.append(at(4.4), [1, 1]);
    expect(spanOf(both).endS).toBeCloseTo(4, 8);
  });

  test('values stay where they are while the origin moves by less than an arrival can tell', () => {
    const { append, both, ring, series } = createLive();
    append(1000);
    ring.setClock({ sample: 0, utc: at(0), sampleRateHz: 1000 });
    series.append(at(1), [1, 1]);
    expect(spanOf(both)).toMatchObject({ startS: 1 });
    ring.setClock({ sample: 0, utc: at(0.0004), sampleRateHz: 1000 });
    expect(spanOf(both)).toMatchObject({ startS: 1 });
    ring.setClock({ sample: 0, utc: at(0.002), sampleRateHz: 1000 });
    expect(spanOf(both).startS).toBeCloseTo(0.998, 8);
  });
});
