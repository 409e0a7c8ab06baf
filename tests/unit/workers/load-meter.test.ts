import { expect, it } from 'vitest';
import { LoadMeter } from '../../../src/workers/device/load-meter.ts';

it('gives the share of work in the time that passed, renewed a few times a second', () => {
  const meter = new LoadMeter();
  expect(meter.update(1000, 0)).toBe(0);
  expect(meter.update(1100, 90)).toBe(0);
  expect(meter.update(1500, 100)).toBe(0.2);
  expect(meter.update(2000, 350)).toBe(0.5);
});

it('never leaves 0…1: a total that starts again, a clock that is behind', () => {
  const meter = new LoadMeter();
  meter.update(0, 500);
  expect(meter.update(500, 0)).toBe(0);
  expect(meter.update(1000, 900)).toBe(1);
});
