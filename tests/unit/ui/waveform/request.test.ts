import { describe, expect, test } from 'vitest';
import type { SteadySignal } from '../../../../src/model/signal-store.ts';
import { planSummary } from '../../../../src/ui/views/waveform/request.ts';

const signal = (change: Partial<SteadySignal> = {}): SteadySignal => ({
  id: 'current',
  name: 'current',
  unit: 'A',
  source: '',
  dtype: 'f32',
  timing: 'steady',
  sampleRateHz: 1000,
  startSample: 0,
  endSample: 1_000_000,
  offsetS: 0,
  firstSampleId: 0n,
  ...change,
});

const window = (startS: number, endS: number, columnCount = 100, margin = 0) => ({
  time: { startS, endS },
  columnCount,
  margin,
  shiftS: 0,
});

test('bins are as long as a column and start at multiples of their length, whatever the view shows', () => {
  for (const startS of [100, 100.03, 103.07, 123.45]) {
    const { request } = planSummary(signal(), window(startS, startS + 10))!;
    expect(request.start % request.increment).toBe(0);
    expect(request.increment).toBeGreaterThanOrEqual(99);
    expect(request.increment).toBeLessThanOrEqual(100);
    expect(request.start).toBeLessThanOrEqual(startS * 1000);
    expect(request.start + request.count * request.increment).toBeGreaterThanOrEqual((startS + 10) * 1000);
  }
});

test('long bins are multiples of the blocks that stores keep, and hardly shorter than a column', () => {
  const long = signal({ endSample: 100_000_000 });
  for (const spanS of [300, 1234.567, 99_999]) {
    const { request } = planSummary(long, window(1, 1 + spanS))!;
    expect(request.increment % 256).toBe(0);
    expect(request.increment).toBeGreaterThan(spanS * 10 * (7 / 8));
    expect(request.increment).toBeLessThanOrEqual(spanS * 10);
  }
});

test('a deep zoom asks for single samples', () => {
  const { request } = planSummary(signal(), window(5, 5.05))!;
  expect(request.increment).toBe(1);
  expect(request.start).toBeLessThanOrEqual(5000);
  expect(request.start + request.count).toBeGreaterThanOrEqual(5050);
  expect(request.count).toBeLessThan(60);
});

test('a request never leaves what the store holds', () => {
  const live = signal({ startSample: 1234, endSample: 56_789 });
  const windows = [window(-50, 100, 100, 1), window(1, 2, 100, 1), window(56, 57, 100, 1), window(56.7, 80, 100, 1)];
  for (const { request } of windows.map((it) => planSummary(live, it)!)) {
    expect(request.count).toBeGreaterThan(0);
    expect(request.start).toBeGreaterThanOrEqual(1234);
    expect(request.start + request.count * request.increment).toBeLessThanOrEqual(56_789);
  }
});

test('nothing is asked where there is nothing', () => {
  expect(planSummary(signal({ endSample: 0 }), window(0, 1))).toBeUndefined();
  expect(planSummary(signal(), window(2000, 2010))).toBeUndefined();
  expect(planSummary(signal(), window(-20, -10))).toBeUndefined();
});

test('a signal shorter than a column still gets a bin', () => {
  expect(planSummary(signal({ endSample: 3 }), window(0, 1000))!.request).toEqual({
    signalId: 'current',
    start: 0,
    increment: 3,
    count: 1,
  });
});

test('offset and shift move the signal on the time axis', () => {
  const { needStart, needEnd } = planSummary(signal({ offsetS: 10 }), { ...window(12, 12.05), shiftS: 1 })!;
  expect(needStart).toBeLessThanOrEqual(1000);
  expect(needStart).toBeGreaterThan(990);
  expect(needEnd).toBeGreaterThanOrEqual(1050);
});

test('where the signal ends, what is left behind the last whole bin is a part of the plan', () => {
  for (const columnCount of [100, 333, 777, 1024]) {
    const { request, tail, needEnd } = planSummary(signal(), window(0, 1000, columnCount))!;
    expect(tail?.start ?? 1_000_000).toBe(request.start + request.count * request.increment);
    expect(tail?.end ?? 1_000_000).toBe(1_000_000);
    expect(needEnd).toBe(1_000_000);
  }
  expect(planSummary(signal(), window(100, 110, 777))!.tail).toBeUndefined();
  // columns of ten samples: behind the last whole one there is only the tail
  expect(planSummary(signal({ endSample: 1005 }), window(1.002, 2, 99))!.tail).toEqual({ start: 1000, end: 1005 });
});

test('a view that follows waits for its last bin to be full', () => {
  expect(planSummary(signal(), { ...window(0, 1000, 777), isFollowing: true })!.tail).toBeUndefined();
});

describe('where only an overview is left', () => {
  const part = signal({ startSample: 900_000, overview: { startSample: 102_400, stretchSamples: 2048 } });

  test('bins reach back to its begin', () => {
    const { request, needStart } = planSummary(part, window(0, 1000))!;
    expect(request.start).toBeGreaterThanOrEqual(102_400);
    expect(request.start).toBeLessThan(102_400 + request.increment);
    expect(needStart).toBe(request.start);
  });

  test('bins are no finer than its stretches, so that none looks like a sample', () => {
    expect(planSummary(part, window(500, 500.05))!.request.increment).toBe(2048);
    expect(planSummary(part, window(899.99, 900.04))!.request.increment).toBe(2048);
  });

  test('where all on screen is there the margin does not reach into it', () => {
    const { request } = planSummary(part, window(900.01, 900.06, 100, 1))!;
    expect(request).toMatchObject({ start: 900_000, increment: 1 });
  });
});
