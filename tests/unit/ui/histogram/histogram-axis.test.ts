import { expect, test } from 'vitest';
import { HistogramAxis } from '../../../../src/ui/views/histogram/histogram-axis.ts';
import { panned, zoomed } from '../../../../src/ui/views/histogram/shown-places.ts';

const uneven = new HistogramAxis(Float64Array.of(0, 1, 3, 7), 'keV');

test('places and values of uneven bins, and beyond the ends', () => {
  expect([0, 0.5, 1.5, 3].map((place) => uneven.valueAt(place))).toEqual([0, 0.5, 2, 7]);
  expect(uneven.valueAt(-1)).toBe(-1);
  expect([0, 2, 5, 7, 99, -5].map((value) => uneven.placeOf(value))).toEqual([0, 1.5, 2.5, 3, 3, 0]);
  expect([0, 2.9, 3, 7, 7.1, -0.1].map((value) => uneven.binOf(value))).toEqual([0, 1, 2, 2, undefined, undefined]);
  expect(uneven.widthAt(2.5, 1)).toBe(4);
});

test('an axis that falls', () => {
  const falling = new HistogramAxis(Float64Array.of(4, 3, 2), 'V');
  expect(falling.placeOf(3.5)).toBe(0.5);
  expect(falling.binOf(2.25)).toBe(1);
  expect(falling.widthAt(1, 2)).toBe(2);
});

test('a region of channels is named by its first and last one, and found by them again', () => {
  const channels = new HistogramAxis(
    Float64Array.from({ length: 101 }, (_, i) => 50 + i - 0.5),
    '',
    true,
  );
  expect([channels.startValue(7), channels.endValue(12)]).toEqual([57, 61]);
  expect([channels.startOf(57), channels.endOf(61)]).toEqual([7, 12]);
  const values = new HistogramAxis(Float64Array.of(0, 250, 500, 750), 'ns');
  expect([values.startValue(1), values.endValue(3), values.startOf(260), values.endOf(700)]).toEqual([250, 750, 1, 3]);
});

test('zoom keeps the place under the pointer, and ends at the whole', () => {
  const [start, end] = zoomed([0, 100], 25, 1, 100)!;
  expect(end - start).toBeCloseTo(80);
  expect((25 - start) / (end - start)).toBeCloseTo(0.25);
  expect(zoomed([10, 90], 50, -5, 100)).toBeUndefined();
  const closest = zoomed([0, 100], 50, 99, 100)!;
  expect(closest[1] - closest[0]).toBe(8);
  expect(panned([10, 30], 0.5, 100)).toEqual([20, 40]);
  expect(panned([10, 30], -9, 100)).toEqual([0, 20]);
});
