// Masks and means, against values worked out by hand and against looking in very many places.

import { describe, expect, test } from 'vitest';
import { drawOnMask, maskAround, openMask, testMask } from '../../../src/model/trace-mask.ts';
import { meanOfTraces } from '../../../src/model/trace-mean.ts';
import { seededRandom } from '../../support/random.ts';

const trace = (values: readonly number[], startS = 0, stepS = 1) => ({
  samples: Float32Array.from(values),
  startS,
  stepS,
});
const INF = Number.POSITIVE_INFINITY;

describe('a mask around a trace', () => {
  test('reaches as far as the trace does within the tolerances', () => {
    const { low, high } = maskAround(trace([0, 0, 4, 0, 0]), { timeS: 1, value: 0.5 });
    expect([...high]).toEqual([0.5, 4.5, 4.5, 4.5, 0.5]);
    expect([...low]).toEqual([-0.5, -0.5, -0.5, -0.5, -0.5]);
  });

  test('goes along the straight lines where the tolerance ends between two samples', () => {
    const { low, high } = maskAround(trace([0, 0, 4, 0, 0]), { timeS: 0.25, value: 0 });
    expect([...high]).toEqual([0, 1, 4, 1, 0]);
    expect([...low]).toEqual([0, 0, 3, 0, 0]);
  });

  test('has no limits at a hole, and is not widened by one', () => {
    const { low, high } = maskAround(trace([1, Number.NaN, 3, 5]), { timeS: 1, value: 1 });
    expect([...high]).toEqual([2, INF, 6, 6]);
    expect([...low]).toEqual([0, -INF, 2, 2]);
  });

  test.each([0, 0.4, 1, 2.5, 7, 100])('tolerance of %d samples: as many places looked at say', (reach) => {
    const random = seededRandom(7);
    const line = trace(
      Array.from({ length: 40 }, () => random()),
      -3,
      0.5,
    );
    const { high, low } = maskAround(line, { timeS: reach * 0.5, value: 0 });
    for (let i = 0; i < 40; i++) {
      let most = -INF;
      let least = INF;
      for (let k = 0; k <= 4000; k++) {
        const at = Math.min(39, Math.max(0, i - reach + (k / 4000) * 2 * reach));
        const before = Math.min(38, Math.floor(at));
        const value = line.samples[before]! + (at - before) * (line.samples[before + 1]! - line.samples[before]!);
        most = Math.max(most, value);
        least = Math.min(least, value);
      }
      expect(Math.abs(high[i]! - most)).toBeLessThan(0.06);
      expect(Math.abs(low[i]! - least)).toBeLessThan(0.06);
    }
  });
});

describe('a test', () => {
  const mask = maskAround(trace([0, 0, 4, 0, 0]), { timeS: 1, value: 0.5 });

  test('on the limit a sample passes, beyond it fails; the first of those is told', () => {
    expect(testMask(mask, trace([0.5, 4.5, -0.5, 0, 0]))).toEqual({
      testedCount: 5,
      failedCount: 0,
      firstFailedS: undefined,
    });
    expect(testMask(mask, trace([0, 0, 0, 4.6, -0.6]))).toEqual({ testedCount: 5, failedCount: 2, firstFailedS: 3 });
  });

  test('another start and step: limits lie on straight lines; beyond the mask and at holes nothing is tested', () => {
    // high limits 0.5, 2.5, 4.5 at 0, 0.5 and 1 s
    expect(testMask(mask, trace([9, 0.4, 2.4, Number.NaN, 2.6], -0.5, 0.5)).failedCount).toBe(0);
    expect(testMask(mask, trace([9, 0.4, 2.6], -0.5, 0.5))).toEqual({
      testedCount: 2,
      failedCount: 1,
      firstFailedS: 0.5,
    });
  });

  test('the trace itself passes with no tolerance, whatever its rounded times', () => {
    const random = seededRandom(3);
    const line = trace(
      Array.from({ length: 1000 }, () => random()),
      -0.1 - 0.2,
      1e-9 / 3,
    );
    const tight = maskAround(line, { timeS: 0, value: 0 });
    expect(testMask(tight, { ...line, startS: -0.3 }).failedCount).toBe(0);
  });
});

test('a line that is drawn is the limit from its beginning to its end, and nothing else is', () => {
  const open = openMask(trace([0, 0, 0, 0, 0, 0]));
  const drawn = drawOnMask(open, 'high', { timeS: 4, value: 3 }, { timeS: 2, value: 1 });
  expect([...drawn.high]).toEqual([INF, INF, 1, 2, 3, INF]);
  expect([...drawn.low]).toEqual(Array(6).fill(-INF));
  expect(testMask(drawn, trace([9, 9, 0, 2.5, 0, 9]))).toEqual({ testedCount: 3, failedCount: 1, firstFailedS: 3 });
});

test('a line beyond the record is no limit in it', () => {
  const open = openMask(trace([0, 0, 0]));
  for (const timeS of [-9, 9]) {
    const { high } = drawOnMask(open, 'high', { timeS, value: 1 }, { timeS: timeS + 2, value: 1 });
    expect([...high]).toEqual([INF, INF, INF]);
  }
});

test('what is drawn costs no more than its length: nothing is copied, and another array says that it changed', () => {
  const open = openMask(trace(Array(50).fill(0)));
  const drawn = drawOnMask(open, 'low', { timeS: 1, value: 1 }, { timeS: 2, value: 1 });
  expect(drawn.low).not.toBe(open.low);
  expect(drawn.low.buffer).toBe(open.low.buffer);
  expect(drawn.high).toBe(open.high);
});

test('a mask to draw on has at most a million places, from the first to the last time of the record', () => {
  const { low, stepS, startS } = openMask({ samples: new Float32Array(10_000_000), startS: -5, stepS: 1e-6 });
  expect(low.length).toBeLessThanOrEqual(2 ** 20);
  expect(startS + (low.length - 1) * stepS).toBeGreaterThanOrEqual(-5 + 9_999_999e-6 - 1e-9);
  expect(stepS / 1e-6).toBeCloseTo(10, 6);
});

describe('the mean', () => {
  test('is that of all records in doubles, whatever came before', () => {
    const random = seededRandom(5);
    const records = Array.from({ length: 16 }, () => [Float32Array.from({ length: 50 }, () => 1e3 * random())]);
    const [mean] = meanOfTraces(records);
    for (let i = 0; i < 50; i++) {
      expect(mean![i]).toBe(Math.fround(records.reduce((sum, [part]) => sum + part![i]!, 0) / 16));
    }
  });

  test('of holes and values is that of the values; of holes alone a hole', () => {
    const { NaN: hole } = Number;
    const records = [[Float32Array.of(1, hole, hole)], [Float32Array.of(3, 5, hole)]];
    expect(meanOfTraces(records)).toEqual([Float32Array.of(2, 5, hole)]);
  });
});
