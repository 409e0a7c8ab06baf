// `lineup` goes to the highest value, and only where that can be believed to be a peak.

import { describe, expect, test } from 'vitest';
import { goToPeak, peakOf } from '../../../src/scan/lineup.ts';
import { SimulatedAxis } from '../../../src/scan/simulated.ts';
import { goldenJson } from '../../support/golden.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/random.ts';

interface GoldenCase {
  readonly name: string;
  readonly x: readonly (number | string)[];
  readonly y: readonly (number | string)[];
  readonly expected: { readonly bliss2021: { readonly peak: readonly [number, number] } };
}

const { cases } = goldenJson<{ cases: readonly GoldenCase[] }>('scans/alignment.json');

function curveOf(name: string) {
  const { x, y, expected } = cases.find((row) => row.name === name)!;
  return { curve: { x: x.map(Number), y: y.map(Number) }, peak: expected.bliss2021.peak };
}

describe('what is believed', () => {
  test.each(['gauss_51', 'gauss_poisson'])('the first highest point of %s', (name) => {
    const { curve, peak } = curveOf(name);
    expect(peakOf(curve)).toEqual({ position: peak[0] });
  });

  test('two points above half height are enough: the documentation’s scan', () => {
    const { tables } = goldenJson<{ tables: readonly { readonly rows: readonly (readonly number[])[] }[] }>(
      'scans/table.json',
    );
    const { rows } = tables[0]!;
    expect(peakOf({ x: rows.map(([, , x]) => x!), y: rows.map(([, , , y]) => y!) })).toEqual({ position: 0.4444 });
  });

  test.each([
    ['gauss_coarse', /outlier/],
    ['two_peaks', /2 regions/],
    ['truncated_right', /cut off/],
    ['constant', /no signal/],
  ])('%s is doubted', (name, why) => {
    expect(peakOf(curveOf(name).curve)).toEqual({ doubt: expect.stringMatching(why) });
  });

  test('a dip, an edge, a single outlier and noise are doubted', () => {
    const x = [0, 1, 2, 3, 4, 5];
    expect(peakOf({ x, y: [9, 9, 1, 1, 9, 9] })).toEqual({ doubt: expect.stringMatching(/dip/) });
    expect(peakOf({ x, y: [0, 0, 0, 5, 5, 5] })).toEqual({ doubt: expect.stringMatching(/edge/) });
    expect(peakOf({ x, y: [0, 1, 9, 1, 0, 0] })).toEqual({ doubt: expect.stringMatching(/outlier/) });
    expect(peakOf({ x, y: x.map(() => Number.NaN) })).toEqual({ doubt: expect.stringMatching(/no signal/) });
    const random = seededRandom(3);
    const noise = Array.from({ length: 200 }, () => random() + random() + random());
    expect(peakOf({ x: noise.map((_, i) => i), y: noise })).toEqual({ doubt: expect.stringMatching(/no signal/) });
  });
});

describe('what is done', () => {
  const CURVE = { x: [0, 1, 2, 3, 4], y: [0, 2, 5, 4, 0] };
  const NEVER = new AbortController().signal;
  const axisOf = (clock: ManualClock, limits = { low: -10, high: 10 }) =>
    new SimulatedAxis(clock, { name: 'th', unit: 'mm', tolerance: 1e-3, speedPerS: 1, limits });
  const plain = (text: string) => text.replaceAll('\u00a0', ' ');

  test('the axis goes there, and says from where', async () => {
    const clock = new ManualClock();
    const axis = axisOf(clock);
    const said = await clock.settle(goToPeak(axis, CURVE, clock, { stop: NEVER, emergency: NEVER }));
    expect(plain(said)).toBe('th went from 0 mm to 2 mm, where the highest value is.');
    expect(axis.position).toBe(2);
  });

  test('it stays where there is doubt, and says why', async () => {
    const clock = new ManualClock();
    const axis = axisOf(clock);
    const edge = { x: [0, 1, 2, 3], y: [0, 0, 5, 5] };
    const said = await clock.settle(goToPeak(axis, edge, clock, { stop: NEVER, emergency: NEVER }));
    expect(plain(said)).toMatch(/^th stays at 0 mm\. .*edge/);
    expect([axis.position, clock.nowMs()]).toEqual([0, 0]);
  });

  test('it does not leave its limits', async () => {
    const clock = new ManualClock();
    const axis = axisOf(clock, { low: 0, high: 1 });
    await expect(goToPeak(axis, CURVE, clock, { stop: NEVER, emergency: NEVER })).rejects.toThrow(/limits 0 to 1/);
    expect(axis.position).toBe(0);
  });
});
