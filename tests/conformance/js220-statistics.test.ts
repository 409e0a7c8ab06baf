// Statistics records against the reference host (tests/golden/js220/stats and c06): doubles to 1e-12, the 128-bit
// accumulators exactly.

import { expect, test } from 'vitest';
import { decodeFrames } from '../../src/devices/joulescope/js220/frames.ts';
import { NO_SCALE } from '../../src/devices/joulescope/js220/scale.ts';
import {
  decodeStatistics,
  type Js220Statistics,
  STATISTICS_BYTES,
} from '../../src/devices/joulescope/js220/statistics.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { createJs220Bench, goldenCase } from '../support/js220.ts';
import { type GoldenStatistics, publicationOfText } from '../support/js220-golden.ts';

const EXTENTS = [
  ['i', 'currentA'],
  ['v', 'voltageV'],
  ['p', 'powerW'],
] as const;

function expectClose(value: number, wanted: number | string | undefined, what: string): void {
  expect(Math.abs(value - Number(wanted)), what).toBeLessThanOrEqual(1e-12 * Math.abs(Number(wanted)));
}

function expectStatistics(statistics: Js220Statistics, wanted: GoldenStatistics): void {
  expect(statistics.sampleCount).toBe(wanted['block_sample_count']);
  expect(statistics.blockSampleId).toBe(BigInt(wanted['block_sample_id']!));
  expect(statistics.accumulatorSampleId).toBe(BigInt(wanted['accum_sample_id']!));
  for (const [letter, name] of EXTENTS) {
    const { mean, std, min, max } = statistics[name];
    expectClose(mean, wanted[`${letter}_avg`], `${name} mean`);
    expectClose(std, wanted[`${letter}_std`], `${name} std`);
    expectClose(min, wanted[`${letter}_min`], `${name} min`);
    expectClose(max, wanted[`${letter}_max`], `${name} max`);
  }
  expectClose(statistics.chargeC, wanted['charge_f64'], 'charge');
  expectClose(statistics.energyJ, wanted['energy_f64'], 'energy');
  const hex = (value: bigint) => BigInt.asUintN(128, value).toString(16).padStart(32, '0');
  expect(hex(statistics.chargeExact)).toBe(wanted['charge_i128_hex']);
  expect(hex(statistics.energyExact)).toBe(wanted['energy_i128_hex']);
}

test('every record is converted or refused as by the reference', () => {
  const { expected } = goldenJson<{ expected: readonly GoldenStatistics[] }>('js220/stats/statistics_expected.json');
  const raw = goldenBytes('js220/stats/statistics_raw.bin');
  expect(raw.length).toBe(expected.length * STATISTICS_BYTES);
  expected.forEach((wanted, index) => {
    const record = raw.subarray(index * STATISTICS_BYTES, (index + 1) * STATISTICS_BYTES);
    const statistics = decodeStatistics(record, NO_SCALE);
    if ('rc' in wanted) expect(statistics).toBeUndefined();
    else expectStatistics(statistics!, wanted);
  });
  expect(expected.filter((wanted) => 'rc' in wanted)).toHaveLength(1);
});

test('a record of no samples divides by nothing', () => {
  const record = goldenBytes('js220/stats/statistics_raw.bin').slice(0, STATISTICS_BYTES);
  record.fill(0, 0, 3);
  expect(decodeStatistics(record, NO_SCALE)).toBeUndefined();
});

test('records that arrive while streaming, scaled', async () => {
  const { host_publishes, statistics } = goldenCase('c06_statistics_scaled');
  const capture = goldenBytes('js220/stream/c06_statistics_scaled/frames.bin');
  const seen: Js220Statistics[] = [];
  for (let count = 1; count <= capture.length / 512; count++) {
    const bench = createJs220Bench();
    const device = bench.replay(capture.subarray(0, count * 512));
    const driver = bench.driver(device);
    await bench.clock.settle(driver.open());
    for (const line of host_publishes) {
      const { topic, value } = publicationOfText(line);
      await bench.clock.settle(driver.publish(topic, value));
    }
    await bench.clock.settle(device.play());
    const last = bench.processor.statistics!;
    if (seen.at(-1)?.blockSampleId !== last.blockSampleId) seen.push(last);
  }
  expect(decodeFrames(capture)).toHaveLength(7);
  expect(seen).toHaveLength(statistics.length);
  seen.forEach((record, index) => {
    expectStatistics(record, statistics[index]!.statistics);
  });
});
