// The share of saturated samples of a signal, counted here sample by sample.

import { expect, test } from 'vitest';
import {
  isSaturation,
  saturatedName,
  saturatedShare,
  saturatedSummary,
  saturationSignal,
} from '../../../src/model/saturation.ts';
import type { SampleBlock, SignalStore, SteadySignal } from '../../../src/model/signal-store.ts';
import { steadyStatistics } from '../../../src/model/timing.ts';

const RATE_HZ = 1000;

/** Signals by name; NaN is missing. Those named in `lateBy` begin so many samples after the others. */
function storeOf(
  samples: Readonly<Record<string, readonly number[]>>,
  lateBy: Readonly<Record<string, number>> = {},
): SignalStore {
  const infos = Object.entries(samples).map(([name, values]): SteadySignal => {
    const late = lateBy[name] ?? 0;
    return {
      id: `id of ${name}`,
      name,
      unit: '',
      source: 'JS110-000001',
      dtype: 'f32',
      timing: 'steady',
      sampleRateHz: RATE_HZ,
      offsetS: late / RATE_HZ,
      startSample: 0,
      endSample: values.length,
      firstSampleId: 0n,
    };
  });
  const part = (id: string, start: number, end: number) => samples[id.slice('id of '.length)]!.slice(start, end);
  return {
    originUtc: undefined,
    signals: () => infos,
    summary: () => Promise.reject(new Error('not asked for')),
    annotations: async () => [],
    samples: async (id, start, end): Promise<SampleBlock> => ({
      start,
      values: Float64Array.from(part(id, start, end)),
    }),
    statistics: async (id, start, end) => {
      const valid = part(id, start, end).filter((value) => !Number.isNaN(value));
      const mean = valid.reduce((sum, value) => sum + value, 0) / valid.length;
      return steadyStatistics({ start, end, count: valid.length, mean, std: 0, min: 0, max: 1 }, RATE_HZ);
    },
  };
}

const shareOf = (store: SignalStore, name: string, start = 0, end = 10) =>
  saturatedShare(store, store.signals().find((signal) => signal.name === name)!, { start, end });

const ten = Array.from({ length: 10 }, () => 0);
const { NaN: no } = Number;

test('a signal has the share of its companion, a computed one that of any of those it is computed from', async () => {
  const store = storeOf({
    current: ten,
    voltage: ten,
    power: ten,
    current_range: ten,
    current_saturated: [1, 1, 0, 0, no, 0, 0, 0, 0, 0],
    voltage_saturated: [0, 1, 1, 0, no, 0, 0, 1, 0, 1],
  });
  expect(await shareOf(store, 'current')).toBeCloseTo(2 / 9, 14);
  expect(await shareOf(store, 'voltage')).toBeCloseTo(4 / 9, 14);
  expect(await shareOf(store, 'power')).toBeCloseTo(5 / 9, 14);
  expect(await shareOf(store, 'power', 0, 1)).toBe(1);
  expect(await shareOf(store, 'power', 5, 7)).toBe(0);
  expect(await shareOf(store, 'current', 4, 5)).toBeUndefined();
  expect(await shareOf(store, 'current_range')).toBeUndefined();
  expect(await shareOf(storeOf({ current: ten }), 'current')).toBeUndefined();
});

test('signals that begin at other moments are put on each other by their time', async () => {
  const store = storeOf(
    { power: ten, current_saturated: [1, 0, 0, 0, 0, 0, 0], voltage_saturated: [0, 0, 0, 1, 0, 0, 0, 0, 0, 1] },
    { current_saturated: 3 },
  );
  // sample 3 is at the limit in both, sample 9 in one
  expect(await shareOf(store, 'power', 3, 10)).toBeCloseTo(2 / 7, 14);
  // before sample 3 nobody knows of the current
  expect(await shareOf(store, 'power')).toBeCloseTo(2 / 7, 14);
  expect(await shareOf(store, 'power', 0, 3)).toBeUndefined();
});

test('companions have the names of those they speak of', () => {
  const signal = { id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: RATE_HZ } as const;
  const companion = saturationSignal(signal);
  expect(companion).toEqual({
    id: 'current_saturated',
    name: 'current_saturated',
    unit: '',
    dtype: 'u1',
    sampleRateHz: RATE_HZ,
  });
  expect([isSaturation(companion.id), isSaturation('current')]).toEqual([true, false]);
  expect([saturatedName(companion.id), saturatedName('current')]).toEqual(['current', 'current']);
});

test('where only an overview is left the share comes from its summaries: the largest of several', async () => {
  const shares: Readonly<Record<string, number>> = { current_saturated: 0.25, voltage_saturated: 0.5 };
  const asked: unknown[] = [];
  const store: SignalStore = {
    ...storeOf({ current: ten, voltage: ten, power: ten, current_saturated: ten, voltage_saturated: ten }),
    summary: async (request) => {
      asked.push(request);
      const mean = Float64Array.of(shares[request.signalId.slice('id of '.length)]!);
      return { start: request.start, increment: request.increment, mean, std: mean, min: mean, max: mean };
    },
  };
  const aboutOf = (name: string) =>
    saturatedSummary(store, store.signals().find((signal) => signal.name === name)!, { start: 2, end: 8 });
  expect(await aboutOf('current')).toBe(0.25);
  expect(asked).toEqual([{ signalId: 'id of current_saturated', start: 2, increment: 6, count: 1 }]);
  expect(await aboutOf('power')).toBe(0.5);
  const bare = storeOf({ current: ten });
  expect(await saturatedSummary(bare, bare.signals()[0]!, { start: 0, end: 5 })).toBeUndefined();
});
