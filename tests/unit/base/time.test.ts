import { expect, test } from 'vitest';
import { utcAddSeconds, utcFromUnixMs, utcSecondsBetween, utcToUnixMs } from '../../../src/base/time.ts';

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
