// JS110 packets to samples: bit for bit what the instrument's reference software makes of them
// (tests/golden/js110/README.md).

import { expect, test } from 'vitest';
import type { Js110Gains } from '../../src/core/js110-words.ts';
import { StreamRing } from '../../src/core/stream-ring.ts';
import {
  JS110_PACKET_BYTES,
  JS110_PACKET_SAMPLES,
  Js110Processor,
  js110Signals,
} from '../../src/devices/joulescope/js110/processor.ts';
import { createTestCore } from '../support/core.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

interface Expected {
  readonly mode: string;
  readonly file: string;
  readonly samples_total: number;
  readonly samples_in_file: number;
  readonly counters: { readonly sample_missing_count: number };
  /** A run of missing samples that the file leaves out. */
  readonly elided_missing?: { readonly first_sample: number; readonly count: number };
}

interface Case {
  readonly v0: readonly Expected[];
  readonly v2: readonly { readonly mode: string; readonly samples_in_file: number }[];
  readonly dont_care_sample_ranges?: readonly (readonly [number, number])[];
}

const GAINS = goldenJson<Js110Gains>('js110/gains.json');
const CASES = [
  's01_ble_beacon',
  's02_dropped_packets',
  's03_vrange_and_invalid',
  's04_overlapping_switches',
  's05_index_wrap',
  's06_gpi_lsb',
];

function setup(mode: string, capacitySamples: number, target: 'debug' | 'release' = 'release') {
  const { core, arena } = createTestCore(4 * 2 ** 20 + capacitySamples * 16, target);
  const ring = StreamRing.create(core, arena, { signals: js110Signals(), capacitySamples });
  const processor = new Js110Processor(core, arena.reserve('js110', Js110Processor.byteLength), ring);
  processor.setGains(GAINS);
  processor.setSuppression(mode);
  return { ring, processor };
}

function process(name: string, mode: string, packetsPerTransfer: number, target: 'debug' | 'release' = 'release') {
  const { ring, processor } = setup(mode, name === 's05_index_wrap' ? 8_300_000 : 10_000, target);
  const packets = goldenBytes(`js110/stream/${name}/packets.bin`);
  const step = packetsPerTransfer * JS110_PACKET_BYTES;
  for (let at = 0; at < packets.length; at += step) processor.process(packets.subarray(at, at + step));
  return ring;
}

const caseOf = (name: string) => goldenJson<Case>(`js110/stream/${name}/case.json`);

/** The bits of each sample; every NaN is the same NaN. */
function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(Float32Array.from(values, (value) => (Number.isNaN(value) ? NaN : value)).buffer);
}

/** What the reference calls bits: range, current LSB, voltage LSB; all ones below bit 6 where a sample is missing. */
function referenceBits(range: Float32Array, gpi0: Float32Array, gpi1: Float32Array): number[] {
  return Array.from(range, (value, k) => (Number.isNaN(value) ? 0x38 : value | (gpi0[k]! << 4) | (gpi1[k]! << 5)));
}

const COMBINATIONS = CASES.flatMap((name) => caseOf(name).v0.map(({ mode }) => [name, mode] as const));

test.each(COMBINATIONS)('%s %s equals the reference bit for bit', (name, mode) => {
  const golden = caseOf(name);
  const expected = golden.v0.find((entry) => entry.mode === mode)!;
  const n = expected.samples_in_file;
  const bytes = goldenBytes(`js110/stream/${name}/${expected.file}`);
  const current = bitsOf(new Float32Array(bytes.buffer, 0, n));
  const voltage = bitsOf(new Float32Array(bytes.buffer, n * 4, n));
  const bits = bytes.subarray(n * 8, n * 9);

  const ring = process(name, mode, 8);
  expect(ring.endSample).toBe(expected.samples_total);
  const { first_sample, count } = expected.elided_missing ?? { first_sample: n, count: 0 };
  expect(ring.statistics(0, first_sample, first_sample + count).count).toBe(0);
  const read = (signal: number) => {
    const kept = new Float32Array(n);
    ring.readSamples(signal, 0, first_sample, kept.subarray(0, first_sample));
    ring.readSamples(signal, first_sample + count, expected.samples_total, kept.subarray(first_sample));
    return kept;
  };
  const gotCurrent = bitsOf(read(0));
  const gotVoltage = bitsOf(read(1));
  const gotBits = referenceBits(read(3), read(4), read(5));
  // Packets with a bad status or length pass through the reference; here they are lost packets, and so the windows
  // and means (at most 12 + 8 samples) right after them differ too.
  const reach = mode === 'off' || mode === 'normal' ? 0 : 20;
  const isCompared = (k: number) =>
    !golden.dont_care_sample_ranges?.some(([first, end]) => k >= first && k < end + reach);
  const different: number[] = [];
  for (let k = 0; k < n; k++) {
    const isEqual = gotCurrent[k] === current[k] && gotVoltage[k] === voltage[k] && gotBits[k] === bits[k];
    if (!isEqual && isCompared(k)) different.push(k);
  }
  expect(different).toEqual([]);
  if (!golden.dont_care_sample_ranges)
    expect(ring.health.missingSampleCount).toBe(expected.counters.sample_missing_count);
});

test.each(COMBINATIONS.filter(([name]) => name !== 's05_index_wrap'))(
  '%s %s does not depend on how packets are batched',
  (name, mode) => {
    const read = (ring: StreamRing) => js110Signals().map((_, k) => bitsOf(ring.readSamples(k, 0, ring.endSample)));
    const expected = read(process(name, mode, 1));
    expect(read(process(name, mode, 7))).toEqual(expected);
    expect(read(process(name, mode, 64))).toEqual(expected);
    expect(read(process(name, mode, 256, 'debug'))).toEqual(expected);
  },
);

test.each(CASES.filter((name) => name !== 's05_index_wrap'))('%s has the power of the second reference', (name) => {
  const n = caseOf(name).v2.find(({ mode }) => mode === 'off')!.samples_in_file;
  const power = new Float32Array(goldenBytes(`js110/stream/${name}/v2_off.bin`).buffer, n * 8, n);
  const got = process(name, 'off', 8).readSamples(2, 0, n);
  power.forEach((expected, k) => {
    if (Number.isNaN(expected)) expect(got[k]).toBeNaN();
    else expect(Math.abs(got[k]! - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected));
  });
});

test.each(['flat', 'mean'] as const)('a lower rate keeps a constant, its time and its losses (%s)', (mode) => {
  const { ring, processor } = setup('normal', 10_000);
  processor.setSampleRate(100_000, mode);
  const lost = [200, 201, 202];
  for (let index = 0; index < 500; index++) if (!lost.includes(index)) processor.process(packet(index));
  expect(ring.endSample).toBe(Math.floor((500 * 126) / 20));
  const current = ring.readSamples(0, 0, ring.endSample);
  const wanted = Math.fround(Math.fround(4096 + GAINS.currentOffset[2]!) * Math.fround(GAINS.currentGain[2]!));
  // Missing are the samples in the reach of the filters, at least those in the gap.
  const missing = [...current.keys()].filter((k) => Number.isNaN(current[k]));
  const [first, end] = [Math.ceil((200 * 126) / 20), Math.floor((203 * 126) / 20)];
  expect(missing).toEqual(Array.from(missing, (_, k) => missing[0]! + k));
  expect(missing[0]).toBeLessThanOrEqual(first);
  expect(missing.at(-1)).toBeGreaterThanOrEqual(end - 1);
  expect(missing.length).toBeLessThan(end - first + 40);
  for (const value of current) if (!Number.isNaN(value)) expect(Math.abs(value / wanted - 1)).toBeLessThan(2e-6);
  for (const [signal, value] of [
    [3, 2],
    [4, 0],
    [5, 0],
  ] as const) {
    const wantedHere = Array.from(current, (x) => (Number.isNaN(x) ? Number.NaN : value));
    expect([...ring.readSamples(signal, 0, ring.endSample)]).toEqual(wantedHere);
  }
  expect(() => processor.setSampleRate(300_000)).toThrow('cannot be made');
});

test('power is the f32 product of the suppressed current and the voltage', () => {
  const ring = process('s04_overlapping_switches', 'mean_1_n_1', 8);
  const [current, voltage, power] = [0, 1, 2].map((signal) => ring.readSamples(signal, 0, ring.endSample));
  expect(power).toEqual(current!.map((value, k) => value * voltage![k]!));
});

interface PacketOptions {
  readonly type?: number;
  readonly status?: number;
  readonly lengthBytes?: number;
  readonly brokenToggleAt?: number;
  readonly rangeOf?: (k: number) => number;
}

/** A bulk packet with code 4096 in both channels. */
function packet(index: number, options: PacketOptions = {}): Uint8Array {
  const view = new DataView(new ArrayBuffer(JS110_PACKET_BYTES));
  view.setUint8(0, options.type ?? 1);
  view.setUint8(1, options.status ?? 0);
  view.setUint16(2, options.lengthBytes ?? 512, true);
  view.setUint16(4, index, true);
  for (let k = 0; k < JS110_PACKET_SAMPLES; k++) {
    const range = options.rangeOf?.(k) ?? 2;
    const toggle = (k + (k >= (options.brokenToggleAt ?? Infinity) ? 1 : 0)) & 1;
    view.setUint16(8 + k * 4, (4096 << 2) | (range & 3), true);
    view.setUint16(10 + k * 4, (4096 << 2) | (toggle << 1) | (range >> 2), true);
  }
  return new Uint8Array(view.buffer);
}

function join(packets: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(packets.length * JS110_PACKET_BYTES);
  packets.forEach((part, k) => {
    bytes.set(part, k * JS110_PACKET_BYTES);
  });
  return bytes;
}

test('a refused packet is counted and becomes a lost one', () => {
  const { ring, processor } = setup('off', 10_000);
  processor.process(
    join([packet(0), packet(1, { type: 0x80 }), packet(2, { status: 3 }), packet(3, { lengthBytes: 508 }), packet(4)]),
  );
  expect(ring.health).toEqual({
    receivedSampleCount: 2 * 126,
    missingSampleCount: 3 * 126,
    gapCount: 1,
    badPacketCount: 3,
    deviceDropCount: 0,
  });
  expect(ring.endSample).toBe(5 * 126);
  expect(ring.statistics(0, 126, 4 * 126).count).toBe(0);
  expect(ring.statistics(0, 0, 5 * 126).count).toBe(2 * 126);
});

test('a stream that begins with a small index lost its first packets; any other is joined where it is', () => {
  const early = setup('off', 10_000);
  early.processor.process(packet(3));
  expect(early.ring.endSample).toBe(4 * 126);
  expect(early.ring.health.missingSampleCount).toBe(3 * 126);
  expect(early.processor.firstPacketIndex).toBe(0);

  const late = setup('off', 10_000);
  late.processor.process(packet(0xfff0));
  late.processor.process(packet(0xfff2));
  expect(late.ring.endSample).toBe(3 * 126);
  expect(late.ring.health.missingSampleCount).toBe(126);
  expect(late.processor.firstPacketIndex).toBe(0xfff0);
});

test('packets of the stream before are thrown away', () => {
  const { ring, processor } = setup('off', 10_000);
  processor.process(join([packet(30_000), packet(30_001), packet(0), packet(1)]));
  expect(ring.endSample).toBe(2 * 126);
  expect(processor.stalePacketCount).toBe(2);
  expect(ring.health.missingSampleCount).toBe(0);
});

test('a partial packet at the end of a transfer is dropped', () => {
  const { ring, processor } = setup('off', 10_000);
  processor.process(join([packet(0), packet(1)]).subarray(0, 700));
  processor.process(packet(2));
  expect(ring.endSample).toBe(3 * 126);
  expect(ring.health.missingSampleCount).toBe(126);
});

test('the toggle is checked between samples that are there', () => {
  const { processor } = setup('off', 10_000);
  processor.process(join([packet(0), packet(1, { brokenToggleAt: 50 })]));
  expect(processor.toggleErrorCount).toBe(1);
  processor.process(packet(5));
  expect(processor.toggleErrorCount).toBe(1);
});

test('samples lost without a trace in the index are appended as missing', () => {
  const { ring, processor } = setup('normal', 10_000);
  processor.process(packet(0));
  processor.appendMissing(1001);
  processor.process(packet(1));
  expect(ring.endSample).toBe(126 + 1001 + 126);
  expect([...ring.readSamples(3, 125, 128)]).toEqual([2, Number.NaN, Number.NaN]);
  for (let signal = 0; signal < 6; signal++) {
    expect(ring.statistics(signal, 0, ring.endSample).count).toBe(2 * 126);
  }
  expect(ring.missing(0, ring.endSample)).toEqual([{ start: 126, end: 1127 }]);
  expect(ring.health).toMatchObject({ missingSampleCount: 1001, gapCount: 1 });
});

test.each([
  ['off', 2_000_000],
  ['normal', 2_000_000],
  ['mean_1_n_1', 200_000],
  ['interp_2_n_1', 40_000],
])('%s at %d samples/s: a long gap is the same at once and in pieces', (mode, rateHz) => {
  const gap = 60_001;
  const rings = [[gap], Array.from({ length: 60 }, (_, i) => (i === 0 ? gap - 59 * 1000 : 1000))].map((pieces) => {
    const { ring, processor } = setup(mode, 100_000);
    processor.setSampleRate(rateHz);
    // Ends within the window of a switch, and begins with one.
    for (let k = 0; k < 90; k++) processor.process(packet(k, { rangeOf: (i) => (k === 89 && i > 120 ? 3 : 2) }));
    for (const piece of pieces) processor.appendMissing(piece);
    for (let k = 90; k < 300; k++) processor.process(packet(k, { rangeOf: (i) => (i < 5 ? 4 : 2) }));
    return ring;
  });
  const [atOnce, inPieces] = rings as [StreamRing, StreamRing];
  const { startSample, endSample } = inPieces;
  expect([atOnce.startSample, atOnce.endSample]).toEqual([startSample, endSample]);
  expect(atOnce.health.missingSampleCount).toBe(gap);
  for (let signal = 0; signal < 6; signal++) {
    const expected = inPieces.readSamples(signal, startSample, endSample);
    expect(bitsOf(Float32Array.from(atOnce.readSamples(signal, startSample, endSample)))).toEqual(
      bitsOf(Float32Array.from(expected)),
    );
    for (const from of [startSample, startSample + 777]) {
      expect(atOnce.statistics(signal, from, endSample)).toEqual(inPieces.statistics(signal, from, endSample));
    }
  }
});

test('switching without end gives NaN instead of holding the stream back', () => {
  const { ring, processor } = setup('normal', 10_000);
  for (let index = 0; index < 8; index++) processor.process(packet(index, { rangeOf: (k) => (k % 4 < 2 ? 3 : 4) }));
  expect(ring.endSample).toBeGreaterThan(8 * 126 - 64);
  expect(ring.statistics(0, 0, 8 * 126 - 64).count).toBe(0);
  expect(ring.statistics(1, 0, 8 * 126 - 64).count).toBe(8 * 126 - 64);
});

test('a change of mode lets go what an open window withheld', () => {
  const { ring, processor } = setup('normal', 10_000);
  processor.process(packet(0, { rangeOf: (k) => (k < 124 ? 2 : 3) }));
  expect(ring.endSample).toBe(124);
  processor.setSuppression('mean_1_n_1');
  processor.process(packet(1, { rangeOf: () => 3 }));
  expect(ring.endSample).toBe(252);
});
