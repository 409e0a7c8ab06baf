// Calibration files, STATUS messages and the time map: the numbers of the reference hosts (tests/golden/js110).

import { expect, test } from 'vitest';
import { LabError } from '../../src/base/errors.ts';
import { utcFromTicks } from '../../src/base/time.ts';
import { parseCalibration } from '../../src/devices/joulescope/js110/calibration.ts';
import { decodeStatus } from '../../src/devices/joulescope/js110/messages.ts';
import { TimeMapFilter } from '../../src/devices/joulescope/time-map.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

type Numbers = readonly (number | 'NaN')[];

interface CalibrationGolden {
  readonly serial_number: string;
  readonly version: string;
  readonly time: string;
  readonly float32: {
    readonly current_offset: Numbers;
    readonly current_gain: Numbers;
    readonly voltage_offset: Numbers;
    readonly voltage_gain: Numbers;
  };
}

const float32 = (values: Numbers) => Float32Array.from(values, Number);

test.each(['cal_a', 'cal_unsigned'])('%s gives the reference values', (name) => {
  const expected = goldenJson<CalibrationGolden>(`js110/cal/${name}.json`);
  const calibration = parseCalibration(goldenBytes(`js110/cal/${name}.bin`));
  expect(calibration.currentOffset).toEqual(float32(expected.float32.current_offset));
  expect(calibration.currentGain).toEqual(float32(expected.float32.current_gain));
  expect(calibration.voltageOffset).toEqual(float32(expected.float32.voltage_offset));
  expect(calibration.voltageGain).toEqual(float32(expected.float32.voltage_gain));
  expect(calibration.serialNumber).toBe(expected.serial_number);
  expect(calibration.version).toBe(expected.version);
  expect(Date.parse(calibration.time)).toBe(Date.parse(expected.time));
  expect(calibration.warnings).toEqual([]);
  expect(calibration.isSigned).toBe(name === 'cal_a');
});

test('damaged calibrations are refused where the reference refuses them, and warned of elsewhere', () => {
  const { cases } = goldenJson<{ cases: readonly { file: string; v0_load: string }[] }>('js110/cal/cal_bad.json');
  for (const { file, v0_load } of cases) {
    const parse = () => parseCalibration(goldenBytes(`js110/cal/${file}`));
    if (v0_load === 'ok') {
      expect(parse().warnings, file).toHaveLength(1);
      expect(parse().isSigned, file).toBe(false);
    } else {
      expect(parse, file).toThrow(LabError);
      expect(parse, file).toThrow(expect.objectContaining({ code: 'device/calibration' }));
    }
  }
});

test('a cut calibration is refused at every length', () => {
  const file = goldenBytes('js110/cal/cal_a.bin');
  for (let length = 0; length < file.byteLength; length += 13) {
    expect(() => parseCalibration(file.subarray(0, length))).toThrow(
      expect.objectContaining({ code: 'device/calibration' }),
    );
  }
});

interface Reading {
  readonly avg: number;
  readonly min: number;
  readonly max: number;
}

interface StatusCase {
  readonly hex: string;
  readonly status: { settings_result: number; fpga_frame_counter: number; fpga_discard_counter: number };
  readonly v0_statistics?: {
    readonly samples: number;
    readonly current: Reading;
    readonly voltage: Reading;
    readonly power: Reading;
    readonly charge: number;
    readonly energy: number;
  } | null;
  readonly v2_statistics?: { readonly block_sample_id: string } | null;
}

test('STATUS messages decode as in the reference hosts', () => {
  const { cases } = goldenJson<{ cases: readonly StatusCase[] }>('js110/status/status_packets.json');
  expect(cases.length).toBeGreaterThan(3);
  let statisticsCount = 0;
  for (const { hex, status, v0_statistics: v0, v2_statistics: v2 } of cases) {
    const decoded = decodeStatus(Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16)));
    expect(decoded.settingsResult).toBe(status.settings_result);
    expect(decoded.frameCount).toBe(status.fpga_frame_counter);
    expect(decoded.discardedFrameCount).toBe(status.fpga_discard_counter);
    expect(decoded.statistics === undefined).toBe(!v0);
    if (!v0 || !decoded.statistics) continue;
    statisticsCount++;
    const { statistics } = decoded;
    expect(statistics.sampleCount).toBe(v0.samples);
    if (v2) expect(statistics.endSample).toBe(BigInt(v2.block_sample_id));
    for (const [actual, expected] of [
      [statistics.currentA, v0.current],
      [statistics.voltageV, v0.voltage],
      [statistics.powerW, v0.power],
    ] as const) {
      closeTo(actual.mean, expected.avg);
      closeTo(actual.min, expected.min);
      closeTo(actual.max, expected.max);
    }
    closeTo(statistics.chargeC, v0.charge);
    closeTo(statistics.energyJ, v0.energy);
  }
  expect(statisticsCount).toBeGreaterThan(1);
});

function closeTo(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
}

test('a message of another kind is refused', () => {
  expect(() => decodeStatus(new Uint8Array(104))).toThrow(expect.objectContaining({ code: 'device/protocol' }));
  expect(() => decodeStatus(Uint8Array.of(1, 104, 2))).toThrow(expect.objectContaining({ code: 'device/protocol' }));
});

interface TimeMapCase {
  readonly counter_rate: number;
  readonly points_max: number;
  readonly updates: readonly { counter: string; utc: string; offset_counter: string; offset_time: string }[];
}

// tmf2 keeps 5 points; its ninth update fills them, from where on the reference no longer searches them.
test.each([
  ['tmf1', 90],
  ['tmf2', 8],
])('%s: the time map is the reference’s, integer for integer', (name, updateCount) => {
  const golden = goldenJson<TimeMapCase>(`js110/timemap/${name}.json`);
  const filter = new TimeMapFilter(golden.counter_rate, golden.points_max);
  expect(golden.updates.length).toBeGreaterThanOrEqual(updateCount);
  for (const update of golden.updates.slice(0, updateCount)) {
    filter.add(BigInt(update.counter), utcFromTicks(BigInt(update.utc)));
    expect(filter.map).toEqual({ counter: BigInt(update.offset_counter), utc: BigInt(update.offset_time) });
  }
});
