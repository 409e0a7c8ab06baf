// Charge, energy and time of a JS220 go on whenever its own sums begin anew.

import { expect, test } from 'vitest';
import type { Js220Statistics } from '../../../src/devices/joulescope/js220/statistics.ts';
import { StatisticsTotals } from '../../../src/devices/joulescope/js220/statistics-totals.ts';

const EXTENT = { mean: 0.5, std: 0, min: 0.5, max: 0.5 };

/** The record of half a second that ends `seconds` after the sums began at id `startId`; 2 C and 3 J a second. */
function record(startId: number, seconds: number): Js220Statistics {
  return {
    sampleCount: 500_000,
    blockSampleId: BigInt(startId + (seconds - 0.5) * 2_000_000),
    accumulatorSampleId: BigInt(startId),
    currentA: EXTENT,
    voltageV: EXTENT,
    powerW: EXTENT,
    chargeC: 2 * seconds,
    energyJ: 3 * seconds,
    chargeExact: 0n,
    energyExact: 0n,
  };
}

test('sums that begin anew are added to what was there', () => {
  const totals = new StatisticsTotals();
  expect(totals.totals).toBeUndefined();
  totals.take(record(1000, 0.5));
  totals.take(record(1000, 1));
  expect(totals.totals).toMatchObject({ currentA: 0.5, chargeC: 2, energyJ: 3, clockS: 1 });
  // The statistics were switched off and on.
  totals.take(record(5_000_000, 0.5));
  expect(totals.totals).toMatchObject({ chargeC: 3, energyJ: 4.5, clockS: 1.5 });
  // It was without power: its counter began at zero, twice.
  totals.take(record(0, 1));
  totals.take(record(0, 0.5));
  expect(totals.totals).toMatchObject({ chargeC: 6, energyJ: 9, clockS: 3 });
});
