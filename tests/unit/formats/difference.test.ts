// Every value below is computed by hand from the definition: grid of the slower signal, the straight line between two
// samples of the other, values that hold until the next, NaN where one of the two is missing.

import { describe, expect, it } from 'vitest';
import { differenceOf } from '../../../src/formats/difference/difference.ts';
import type { DifferenceOperand } from '../../../src/model/difference.ts';
import type { SampleBlock, SignalStore } from '../../../src/model/signal-store.ts';
import { stampedStore } from '../../support/stamped-store.ts';
import { type Values, valueStore } from '../../support/value-store.ts';

const { NaN: none } = Number;

const operand = (label: string, store: SignalStore, shiftS = 0): DifferenceOperand => ({
  store,
  signal: store.signals()[0]!,
  label,
  shiftS,
});
const steady = (label: string, what: Values, shiftS = 0) => operand(label, valueStore(what), shiftS);
const stamped = (label: string, times: readonly number[], values: readonly number[], shiftS = 0) =>
  operand(label, stampedStore(times, [{ name: 'U', unit: 'V', values }]), shiftS);

async function taken(a: DifferenceOperand, b: DifferenceOperand) {
  const { store, how } = await differenceOf(a, b);
  const info = store.signals()[0]!;
  const block: SampleBlock = await store.samples(info.id, 0, info.endSample);
  return {
    store,
    how: how.replaceAll('\u202f', ' '),
    info,
    values: [...block.values].map(Number),
    timesS: block.timesS,
  };
}

describe('of two rates', () => {
  it('one rate and the same places: sample by sample, over what both have', async () => {
    const a = steady('A', { values: [1, 2, 4, 8], rate: 10 });
    const b = steady('B', { values: [0.5, 0.25, 1, 9], rate: 10, firstS: 0.1 });
    const { values, info, how } = await taken(a, b);
    // B begins at 0.1 s: 2 − 0.5, 4 − 0.25, 8 − 1
    expect(values).toEqual([1.5, 3.75, 7]);
    expect(info).toMatchObject({ timing: 'steady', sampleRateHz: 10, unit: 'V', name: 'U, A − B' });
    expect(info.timing === 'steady' && info.offsetS).toBeCloseTo(0.1, 12);
    expect(how).toBe('At 3 samples of A, one every 100.0 ms; B has a sample at each of them.');
  });

  it('B is moved: the places are those of the view', async () => {
    const a = steady('A', { values: [1, 2, 4, 8], rate: 10 });
    const b = steady('B', { values: [0.5, 0.25, 1, 9], rate: 10 }, 0.2);
    expect((await taken(a, b)).values).toEqual([4 - 0.5, 8 - 0.25]);
  });

  it('a missing sample of either is missing in the difference, its place is kept', async () => {
    const a = steady('A', { values: [1, none, 4, 8], rate: 10 });
    const b = steady('B', { values: [1, 1, 1, none], rate: 10 });
    expect((await taken(a, b)).values).toEqual([0, none, 3, none]);
  });

  it('integers of 64 bits keep all digits sample by sample, and are said to be rounded elsewhere', async () => {
    // neighbours that one double stands for
    const a = steady('A', { values: [2n ** 60n + 1n, 2n ** 60n + 3n, 7n], rate: 10, dtype: 'i64' });
    const b = steady('B', { values: [2n ** 60n, 2n ** 60n + 1n, 2n ** 60n + 2n, 0n, 9n], rate: 20, dtype: 'i64' });
    // the samples of A are 0, 2 and 4 of B
    const { values, how } = await taken(a, b);
    expect(values).toEqual([1, 1, -2]);
    expect(how).not.toContain('rounded');
    expect((await taken({ ...b, label: 'A' }, { ...a, label: 'B' })).values).toEqual([-1, -1, 2]);
    const between = await taken(a, { ...b, shiftS: 0.01 });
    expect(between.how).toContain('rounded to the 53 bits of a double');
    const double = await taken(a, steady('B', { values: [1, 2, 3], rate: 10 }));
    expect(double.how).toContain('rounded to the 53 bits of a double');
  });

  it('another rate: at the samples of the slower one, whichever is first', async () => {
    const slow = steady('A', { values: [10, 20, 30], rate: 2 });
    const fast = steady('B', { values: [0, 1, 2, 3, 4, 5, 6, 7, 8], rate: 8 });
    // 0 s, 0.5 s and 1 s are samples 0, 4 and 8 of B
    const { values, how } = await taken(slow, fast);
    expect(values).toEqual([10, 16, 22]);
    expect(how).toBe('At 3 samples of A, one every 500.0 ms; B has a sample at each of them.');
    const back = await taken({ ...fast, label: 'A' }, { ...slow, label: 'B' });
    expect(back.values).toEqual([-10, -16, -22]);
    expect(back.how).toBe('At 3 samples of B, one every 500.0 ms; A has a sample at each of them.');
  });

  it('between two samples on the straight line; nothing beyond the ends or beside what is missing', async () => {
    const a = steady('A', { values: [0, 0, 0, 0, 0], rate: 1 });
    const b = steady('B', { values: [1, 3, none, 7, 9], rate: 1, firstS: 0.25 });
    // A at 1, 2, 3 and 4 s; B at 0.25, 1.25, … s: at 1 s 1 + 0.75 × (3 − 1) = 2.5, at 4 s 7 + 0.75 × (9 − 7) = 8.5
    const { values, info, how } = await taken(a, b);
    expect(values).toEqual([-2.5, none, none, -8.5]);
    expect(info).toMatchObject({ offsetS: 1 });
    expect(how).toBe(
      'At 4 samples of A, one every 1.000 s; B is taken from the straight line between the two samples around each of them.',
    );
  });

  it('a level is a level between two samples, too', async () => {
    const a = steady('A', { values: [1, 1, 1], rate: 1, unit: '', dtype: 'u1' });
    const b = steady('B', { values: [0, 1, 0, 0], rate: 1, firstS: -0.5, unit: '', dtype: 'u1' });
    // at 0, 1 and 2 s B holds what it had half a second before
    const { values, how } = await taken(a, b);
    expect(values).toEqual([1, 0, 1]);
    expect(how).toContain('each level of B holds until its next.');
  });

  it('rates whose ratio is far from 1 read only what lies around the places', async () => {
    const asked: number[] = [];
    const fast = valueStore({ values: [], rate: 1e9 });
    const info = { ...fast.signals()[0]!, endSample: 3_000_000_001 };
    const store: SignalStore = {
      ...fast,
      originUtc: undefined,
      signals: () => [info],
      samples: async (_, start, end) => {
        asked.push(end - start);
        return { start, values: Float64Array.from({ length: end - start }, (_value, i) => (start + i) / 1e9) };
      },
      summary: (request) => fast.summary(request),
      statistics: (...range) => fast.statistics(...range),
      annotations: async () => [],
    };
    const a = steady('A', { values: [5, 5, 5, 5], rate: 1 });
    const { values } = await taken(a, operand('B', store));
    expect(values).toEqual([5, 4, 3, 2]);
    expect(Math.max(...asked)).toBe(1);
  });

  it('its figures are those of its own samples', async () => {
    const a = steady('A', { values: [1, 2, none, 8], rate: 10 });
    const b = steady('B', { values: [1, 1, 1, 1], rate: 10 });
    const { store, info } = await taken(a, b);
    // 0, 1, missing, 7: mean 8/3, sample variance ((8/3)² + (5/3)² + (13/3)²) / 2 = 258/18
    const figures = await store.statistics(info.id, 0, 4);
    expect(figures).toMatchObject({ count: 3, min: 0, max: 7, coverage: 0.75 });
    expect(figures.mean).toBeCloseTo(8 / 3, 12);
    expect(figures.std).toBeCloseTo(Math.sqrt(258 / 18), 12);
    expect(figures.measured).toBeCloseTo(0.8, 12);
  });
});

describe('of times', () => {
  it('both hold: at the times of either, from where both have begun to where the first ends', async () => {
    const a = stamped('A', [0, 1, 3], [10, 20, 30]);
    const b = stamped('B', [0.5, 1, 2, 9], [1, 2, 3, 4]);
    // 0.5: 10 − 1, 1: 20 − 2, 2: 20 − 3, 3: 30 − 3
    const { values, timesS, how } = await taken(a, b);
    expect([...timesS!]).toEqual([0.5, 1, 2, 3]);
    expect(values).toEqual([9, 18, 17, 27]);
    expect(how).toBe('At 4 places, those of A and of B; each value holds until its next.');
  });

  it('times that only a rounding tells apart are one', async () => {
    const a = stamped('A', [0.1, 0.3], [1, 2]);
    const b = stamped('B', [0, 0.2], [1, 1], 0.1);
    // 0.2 + 0.1 is not 0.3 in doubles
    expect((await taken(a, b)).values).toEqual([0, 1]);
  });

  it('a missing value holds as missing', async () => {
    const a = stamped('A', [0, 1, 2], [1, none, 3]);
    const b = stamped('B', [0, 1.5, 2], [1, 1, 1]);
    expect((await taken(a, b)).values).toEqual([0, none, none, 2]);
  });

  it('a rate and times: at the samples of the rate, in either order', async () => {
    const a = steady('A', { values: [1, 2, 3, 4, 5], rate: 1 });
    const b = stamped('B', [0.5, 2, 3.5], [10, 20, 30]);
    // at 1 s B holds 10, at 2 and 3 s 20; at 0 s it has not begun, and it ends at 3.5 s
    const { values, how } = await taken(a, b);
    expect(values).toEqual([-8, -17, -16]);
    expect(how).toBe('At 3 samples of A, one every 1.000 s; each value of B holds until its next.');
    expect((await taken({ ...b, label: 'A' }, { ...a, label: 'B' })).values).toEqual([8, 17, 16]);
  });
});

describe('refused in one sentence', () => {
  const u = steady('A', { values: [1, 2], rate: 1 });
  it.each([
    [
      'another unit',
      steady('B', { values: [1], rate: 1, unit: 'A', name: 'I' }),
      /U of A has the unit V and I of B the unit A: only/,
    ],
    ['no unit', steady('B', { values: [1], rate: 1, unit: '' }), /and U of B no unit: only/],
    [
      'another axis',
      steady('B', { values: [1], rate: 1, axis: { name: 'energy', unit: 'keV' } }),
      /along time \(s\) and U of B along energy \(keV\)/,
    ],
    ['nothing in common', steady('B', { values: [1], rate: 1, firstS: 9 }), /A and B have no time in common: move/],
    ['no time in common, held', stamped('B', [9, 10], [1, 2]), /no time in common/],
    ['no samples', stamped('B', [], []), /no time in common/],
  ])('%s', async (_, b, words) => {
    await expect(differenceOf(u, b)).rejects.toThrow(words);
  });

  it('two that hold and lie apart', async () => {
    await expect(differenceOf(stamped('A', [0, 1], [1, 1]), stamped('B', [2, 3], [1, 1]))).rejects.toThrow('in common');
  });
});
