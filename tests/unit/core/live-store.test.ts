import { expect, test } from 'vitest';
import { utcAddSeconds, utcFromTicks } from '../../../src/base/time.ts';
import { LiveStore } from '../../../src/core/live-store.ts';
import { StreamRing } from '../../../src/core/stream-ring.ts';
import { createTestCore } from '../../support/core.ts';

function createLive() {
  const { core, arena } = createTestCore();
  const signals = [
    { id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: 1000 },
    { id: 'gpi[0]', name: 'gpi[0]', unit: '', dtype: 'u1', sampleRateHz: 1000 },
  ] as const;
  const ring = StreamRing.create(core, arena, { signals, capacitySamples: 4096 });
  const floats = arena.reserve('floats', 4 * 6000);
  const bits = arena.reserve('bits', 750);
  new Float32Array(core.memory.buffer, floats.address, 6000).forEach((_, k, all) => {
    all[k] = k;
  });
  new Uint8Array(core.memory.buffer, bits.address, 750).fill(0b10);
  const append = (count: number) => ring.append([floats.address, bits.address], count);
  return { ring, append, store: new LiveStore([ring], 'SIM-1') };
}

test('says what its signals are and which samples it holds', () => {
  const { append, store } = createLive();
  append(6000);
  expect(store.signals()).toMatchObject([
    { id: 'current', unit: 'A', source: 'SIM-1', dtype: 'f32', startSample: 1904, endSample: 6000, offsetS: 0 },
    { id: 'gpi[0]', unit: '', source: 'SIM-1', dtype: 'u1', startSample: 1904, endSample: 6000, offsetS: 0 },
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
