import { expect, test } from 'vitest';
import {
  utcAddSeconds,
  utcFromUnixMs,
  utcFromUnixNs,
  utcSecondsBetween,
  utcToUnixMs,
  utcToUnixNs,
} from '../../../src/base/time.ts';

test('the epoch is 2018-01-01T00:00:00Z and one second is 2^30 ticks', () => {
  expect(utcFromUnixMs(Date.UTC(2018, 0, 1))).toBe(0n);
  expect(utcFromUnixMs(Date.UTC(2018, 0, 1, 0, 0, 1))).toBe(2n ** 30n);
  expect(utcFromUnixMs(Date.UTC(2017, 11, 31, 23, 59, 59, 500))).toBe(-(2n ** 29n));
});

test('milliseconds survive the round trip', () => {
  const unixMs = Date.UTC(2026, 10, 20, 6, 30, 0, 123);
  expect(utcToUnixMs(utcFromUnixMs(unixMs))).toBe(unixMs);
});

test('differences and sums keep sub-microsecond parts over years', () => {
  const start = utcFromUnixMs(Date.UTC(2026, 0, 1));
  const later = utcAddSeconds(start, 86_400.000_000_5);
  expect(utcSecondsBetween(start, later)).toBeCloseTo(86_400.000_000_5, 9);
});

test.each([
  ['the epoch', 1_514_764_800_000_000_000n, 0n],
  ['half a second after', 1_514_764_800_500_000_000n, 2n ** 29n],
  ['half a second before', 1_514_764_799_500_000_000n, -(2n ** 29n)],
  // a tick is 0.93 ns
  ['a nanosecond after', 1_514_764_800_000_000_001n, 1n],
  ['a nanosecond before', 1_514_764_799_999_999_999n, -1n],
  ['1990, where EPICS begins', 631_152_000_000_000_000n, -883_612_800n * 2n ** 30n],
])('nanoseconds: %s', (_what, unixNs, ticks) => {
  expect(utcFromUnixNs(unixNs)).toBe(ticks);
  expect(utcToUnixNs(utcFromUnixNs(unixNs))).toBe(unixNs);
});
