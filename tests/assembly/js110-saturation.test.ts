// Which samples of a JS110 are saturated: those whose code is at either end of the converter's 14 bits, computed here from
// the packets by that definition alone (pyjoulescope, joulescope/stream_buffer.pyx: words, ranges, windows).

import { expect, test } from 'vitest';
import { StreamRing } from '../../src/core/stream-ring.ts';
import {
  JS110_PACKET_BYTES,
  JS110_PACKET_SAMPLES,
  Js110Processor,
  js110Signals,
} from '../../src/devices/joulescope/js110/processor.ts';
import { Random } from '../../src/devices/sim/random.ts';
import { createTestCore } from '../support/core.ts';

const CURRENT = 0;
const VOLTAGE = 1;
const CURRENT_SATURATED = 6;
const VOLTAGE_SATURATED = 7;
const HIGHEST = 2 ** 14 - 1;
const GAINS = {
  currentOffset: [-2820, -2820, -2820, -2820, -2820, -2820, -2820],
  currentGain: [6.8e-4, 1.6e-4, 1.4e-5, 1.4e-6, 1.4e-7, 1.4e-8, 1.4e-9],
  voltageOffset: [-1150, -2041],
  voltageGain: [9.4e-4, 2.9e-4],
};

interface Sample {
  readonly range: number;
  readonly current: number;
  readonly voltage: number;
  readonly isMissing?: boolean;
}

function setup(mode = 'off') {
  const { core, arena } = createTestCore(4 * 2 ** 20);
  const ring = StreamRing.create(core, arena, { signals: js110Signals(), capacitySamples: 100_000 });
  const processor = new Js110Processor(core, arena.reserve('js110', Js110Processor.byteLength), ring);
  processor.setGains(GAINS);
  processor.setSuppression(mode);
  return { ring, processor };
}

/** Packets of the samples; those whose index is in `lost` are left out. */
function packetsOf(samples: readonly Sample[], lost: readonly number[] = []): Uint8Array {
  const packets: Uint8Array[] = [];
  for (let index = 0; index * JS110_PACKET_SAMPLES < samples.length; index++) {
    if (lost.includes(index)) continue;
    const view = new DataView(new ArrayBuffer(JS110_PACKET_BYTES));
    view.setUint8(0, 1);
    view.setUint16(2, JS110_PACKET_BYTES, true);
    view.setUint16(4, index, true);
    for (let k = 0; k < JS110_PACKET_SAMPLES; k++) {
      const { range, current, voltage, isMissing } = samples[index * JS110_PACKET_SAMPLES + k]!;
      view.setUint16(8 + 4 * k, isMissing ? 0xffff : (current << 2) | (range & 3), true);
      view.setUint16(10 + 4 * k, isMissing ? 0xffff : (voltage << 2) | ((k & 1) << 1) | (range >> 2), true);
    }
    packets.push(new Uint8Array(view.buffer));
  }
  return Uint8Array.from(packets.flatMap((packet) => [...packet]));
}

const plain = (range: number): Sample => ({ range, current: 4096, voltage: 6000 });
const all = (ring: StreamRing, signal: number) => [...ring.readSamples(signal, 0, ring.endSample)];

/** 1 or 0 by the definition, NaN where there is no sample; `mask` leaves out a bit that an input has taken. */
function expected(samples: readonly Sample[], lost: readonly number[], of: 'current' | 'voltage', mask: number) {
  return samples.map((sample, k) => {
    if (sample.isMissing || lost.includes(Math.floor(k / JS110_PACKET_SAMPLES))) return Number.NaN;
    if (of === 'current' && sample.range === 7) return 0;
    const code = sample[of] & mask;
    return code === 0 || code === (HIGHEST & mask) ? 1 : 0;
  });
}

/** Packets of every kind: quiet ones, such that touch a limit once or all the time, mixed ranges, open, missing samples. */
function randomSamples(seed: number, packetCount: number): Sample[] {
  const random = new Random(seed);
  const below = (n: number) => random.nextU32() % n;
  const edges = [0, 1, 2, HIGHEST - 2, HIGHEST - 1, HIGHEST];
  return Array.from({ length: packetCount }).flatMap(() => {
    const kind = below(5);
    const range = below(8);
    return Array.from({ length: JS110_PACKET_SAMPLES }, (): Sample => {
      const code = () => (kind === 0 || below(kind === 1 ? 60 : 2) > 0 ? 4 + below(16_000) : edges[below(6)]!);
      const isMissing = kind === 3 && below(20) === 0;
      // a word of ones only stands for a missing sample
      const voltage = Math.min(code(), HIGHEST - (range === 7 ? 1 : 0));
      return { range: kind === 2 ? below(7) : range, current: code(), voltage, isMissing };
    });
  });
}

test.each([
  [1, false, false],
  [2, true, false],
  [3, false, true],
  [4, true, true],
])('the lanes are what the codes say (seed %i, inputs %s %s)', (seed, isCurrent, isVoltage) => {
  const samples = randomSamples(seed, 300);
  const lost = [7, 8, 100, 299 - seed];
  const packets = packetsOf(samples, lost);
  const wanted = {
    current: expected(samples, lost, 'current', isCurrent ? HIGHEST - 1 : HIGHEST),
    voltage: expected(samples, lost, 'voltage', isVoltage ? HIGHEST - 1 : HIGHEST),
  };
  for (const perTransfer of [1, 5, 64]) {
    const { ring, processor } = setup();
    processor.setInputBits({ isCurrent, isVoltage });
    const step = perTransfer * JS110_PACKET_BYTES;
    for (let at = 0; at < packets.length; at += step) processor.process(packets.subarray(at, at + step));
    expect(all(ring, CURRENT_SATURATED)).toEqual(wanted.current);
    expect(all(ring, VOLTAGE_SATURATED)).toEqual(wanted.voltage);
    const valid = wanted.current.filter((value) => !Number.isNaN(value));
    const share = valid.filter((value) => value === 1).length / valid.length;
    const { count, mean, max } = ring.statistics(CURRENT_SATURATED, 0, samples.length);
    expect({ count, max }).toEqual({ count: valid.length, max: 1 });
    expect(mean).toBeCloseTo(share, 14);
  }
});

test('a switch of the automatic range is none of it, the end of the largest range is', () => {
  const samples = randomSamples(6, 200);
  const { ring, processor } = setup();
  processor.setAutomatic(true);
  processor.process(packetsOf(samples));
  const current = expected(samples, [], 'current', HIGHEST).map((value, k) =>
    value === 1 && samples[k]!.range > 0 ? 0 : value,
  );
  expect(current.filter((value) => value === 1).length).toBeGreaterThan(100);
  expect(all(ring, CURRENT_SATURATED)).toEqual(current);
  expect(all(ring, VOLTAGE_SATURATED)).toEqual(expected(samples, [], 'voltage', HIGHEST));
});

test('a quiet stream after a saturated one is not saturated, also where the ring comes round', () => {
  const { ring, processor } = setup();
  const clipped = Array.from({ length: 126 }, (): Sample => ({ range: 6, current: HIGHEST, voltage: 0 }));
  processor.process(packetsOf(clipped));
  expect(ring.statistics(CURRENT_SATURATED, 0, 126).mean).toBe(1);
  expect(ring.statistics(VOLTAGE_SATURATED, 0, 126).mean).toBe(1);
  const packet = packetsOf(Array.from({ length: 126 }, () => plain(6)));
  for (let index = 1; index <= 900; index++) {
    new DataView(packet.buffer).setUint16(4, index, true);
    processor.process(packet);
  }
  expect(ring.startSample).toBeGreaterThan(126);
  for (const signal of [CURRENT_SATURATED, VOLTAGE_SATURATED]) {
    expect(ring.statistics(signal, ring.startSample, ring.endSample)).toMatchObject({ max: 0, coverage: 1 });
  }
});

// From 180 µA to 18 µA the table of windows says 5 samples. Interpolation and mean give one sample after them back as it is.
test.each([
  ['off', [], []],
  ['interp_1_n_1', [60, 61, 62, 63, 64], []],
  ['mean_1_n_1', [60, 61, 62, 63, 64], []],
  ['nan_0_n_0', [60, 61, 62, 63, 64], [60, 61, 62, 63, 64]],
] as const)('a value that the suppression %s has replaced is not saturated', (mode, currents, voltages) => {
  const samples = Array.from({ length: 3 * JS110_PACKET_SAMPLES }, (_, k): Sample => {
    const isClipped = k >= 50 && k < 80;
    return { range: k < 60 ? 5 : 6, current: isClipped ? HIGHEST : 4096, voltage: isClipped ? 0 : 6000 };
  });
  const { ring, processor } = setup(mode);
  // the first samples are a switch from off, which withholds some and changes none of those looked at
  processor.process(packetsOf(samples));
  const without = (replaced: readonly number[]) =>
    samples.map((_, k) => (k >= 50 && k < 80 && !replaced.includes(k) ? 1 : 0));
  expect(all(ring, CURRENT_SATURATED)).toEqual(without(currents));
  expect(all(ring, VOLTAGE_SATURATED)).toEqual(without(voltages));
});

test('a window that is open between two transfers keeps what it withholds', () => {
  const samples = Array.from({ length: 2 * JS110_PACKET_SAMPLES }, (_, k): Sample => {
    const isClipped = k >= 120 && k < 130;
    return { range: k < 124 ? 5 : 6, current: isClipped ? 0 : 4096, voltage: 6000 };
  });
  const packets = packetsOf(samples);
  const { ring, processor } = setup('normal');
  processor.process(packets.subarray(0, JS110_PACKET_BYTES));
  processor.process(packets.subarray(JS110_PACKET_BYTES));
  expect(all(ring, CURRENT_SATURATED).flatMap((value, k) => (value === 1 ? [k] : []))).toEqual([
    120, 121, 122, 123, 129,
  ]);
});

test.each(['flat', 'mean'] as const)('at a lower rate one of the samples together is enough (%s)', (mode) => {
  const ratio = 20;
  const lost = [30, 31];
  const samples = randomSamples(5, 200).map((sample) => ({ ...sample, range: 4, isMissing: false }));
  const { ring, processor } = setup();
  processor.setSampleRate(2_000_000 / ratio, mode);
  processor.process(packetsOf(samples, lost));
  for (const [signal, of, analog] of [
    [CURRENT_SATURATED, 'current', CURRENT],
    [VOLTAGE_SATURATED, 'voltage', VOLTAGE],
  ] as const) {
    const full = expected(samples, lost, of, HIGHEST);
    const values = ring.readSamples(analog, 0, ring.endSample);
    const wanted = Array.from(values, (value, n) =>
      Number.isNaN(value) ? Number.NaN : full.slice(n * ratio, (n + 1) * ratio).includes(1) ? 1 : 0,
    );
    expect(wanted.filter((value) => value === 0).length).toBeGreaterThan(50);
    expect(wanted.filter((value) => value === 1).length).toBeGreaterThan(50);
    expect(all(ring, signal)).toEqual(wanted);
  }
});
