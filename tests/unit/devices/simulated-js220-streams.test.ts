// What a simulated JS220 sends, frame by frame: streams and their rates, decimation, statistics.

import { expect, test } from 'vitest';
import { decodeStatistics } from '../../../src/devices/joulescope/js220/statistics.ts';
import { connected, packed } from '../../support/simulated-js220.ts';

const [RANGE, CURRENT, VOLTAGE, POWER, INPUT_0, INPUT_1, TRIGGER, UART, STATISTICS] = [
  20, 21, 22, 23, 24, 25, 28, 29, 30,
];
const NO_SCALE = { current: 1, voltage: 1 };

test('every stream has its rate and its frames, in order of ids', async () => {
  const { host, clock, bus } = await connected('test-dc');
  for (const topic of ['s/i/range', 's/i', 's/v', 's/p', 's/gpi/0', 's/gpi/1', 's/gpi/7', 's/uart/0']) {
    expect(await host.publish(`${topic}/ctrl`, 1)).toBe(0);
  }
  await clock.advance(500);
  const framesIds = new Map<number, number>();
  for (const [port, ids, bytes] of [
    [RANGE, 1008, 504],
    [CURRENT, 252, 504],
    [VOLTAGE, 252, 504],
    [POWER, 252, 504],
    [INPUT_0, 4032, 504],
    [TRIGGER, 4032, 504],
    [UART, 504, 504],
  ] as const) {
    framesIds.set(port, ids);
    const frames = host.stream(port);
    expect(frames.length).toBeGreaterThan(100);
    expect(frames.map(({ id32, data }) => [id32, data.length])).toEqual(
      frames.map((_, index) => [frames[0]!.id32 + index * ids, bytes]),
    );
    expect(frames.at(-1)!.id32 + 2 * ids).toBeGreaterThan(bus.model.sampleId - 64 * 252);
  }
  // A frame is sent when it is complete, and of several at once the lower port first.
  const ends = host.frames
    .filter(({ port }) => framesIds.has(port))
    .map(({ port, payload }) => ({
      port,
      end: new DataView(payload.buffer, payload.byteOffset).getUint32(0, true) + framesIds.get(port)!,
    }));
  const sorted = ends.toSorted((a, b) => a.end - b.end || a.port - b.port);
  expect(ends).toEqual(sorted);
  const numbers = host.frames.map(({ frameId }) => frameId);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0]! + index) % 65_536));
});

test('power is the product of current and voltage; ranges and inputs lie at their ids', async () => {
  const { host, clock } = await connected('ble-beacon');
  for (const topic of ['s/i/range', 's/i', 's/v', 's/p', 's/gpi/0', 's/gpi/1']) await host.publish(`${topic}/ctrl`, 1);
  await clock.advance(400);
  const [current, voltage, power] = [CURRENT, VOLTAGE, POWER].map((port) => ({
    first: host.stream(port)[0]!.id32,
    samples: host.floats(port),
  })) as [
    { first: number; samples: number[] },
    { first: number; samples: number[] },
    { first: number; samples: number[] },
  ];
  const at = ({ first, samples }: { first: number; samples: number[] }, id: number) => samples[(id - first) / 2]!;
  const isProduct = (id: number) => at(power, id) === Math.fround(at(current, id) * at(voltage, id));
  expect(evenIds(power.first, 200_000).filter((id) => !isProduct(id))).toEqual([]);
  // The marker is high while the beacon draws more than it sleeps with: 3.2 mA is passed within the active part.
  const active = packed(host, INPUT_0, 1);
  const activeFrom = host.stream(INPUT_0)[0]!.id32;
  const busy = evenIds(activeFrom, 400_000).filter((id) => at(current, id) > 3.2e-3);
  expect(busy.length).toBeGreaterThan(1000);
  expect(busy.filter((id) => active[id - activeFrom] !== 1)).toEqual([]);
  const square = packed(host, INPUT_1, 1).slice(0, 40_000);
  const squareFrom = host.stream(INPUT_1)[0]!.id32;
  expect(square).toEqual(square.map((_, index) => (Math.floor((squareFrom + index) / 1000) % 2 === 0 ? 1 : 0)));
  // Asleep in the 18 µA range, and at 8.2 mA in that of 18 mA; 1.8 mA and 180 µA are passed in between.
  const settled = packed(host, RANGE, 4).slice(1000);
  expect([...new Set(settled)].sort()).toEqual([2, 3, 4, 5]);
});

/** Those of a signal at 1 MHz. */
const evenIds = (from: number, count: number) => Array.from({ length: count / 2 }, (_, k) => from + (from % 2) + 2 * k);

test('statistics hold the block and the totals exactly', async () => {
  const { host, clock, bus } = await connected('ble-beacon');
  await host.publish('s/stats/scnt', 100_000);
  const before = { id: bus.model.sampleId, ...bus.model.truth() };
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/p/ctrl', 1);
  await host.publish('s/stats/ctrl', 1);
  await clock.advance(1050);
  const records = host.frames
    .filter(({ port }) => port === STATISTICS)
    .map(({ payload }) => decodeStatistics(payload.slice(), NO_SCALE)!);
  expect(records).toHaveLength(10);
  const start = Number(records[0]!.accumulatorSampleId);
  const [current, power] = [host.floats(CURRENT), host.floats(POWER)];
  const [currentId, powerId] = [host.stream(CURRENT)[0]!.id32, host.stream(POWER)[0]!.id32];
  records.forEach((record, index) => {
    expect(record).toMatchObject({
      sampleCount: 100_000,
      accumulatorSampleId: BigInt(start),
      blockSampleId: BigInt(start + index * 200_000),
    });
    const from = start + index * 200_000;
    const block = current.slice((from - currentId) / 2, (from - currentId) / 2 + 100_000);
    const powers = power.slice((from - powerId) / 2, (from - powerId) / 2 + 100_000);
    const mean = block.reduce((sum, x) => sum + x, 0) / block.length;
    const variance = block.reduce((sum, x) => sum + (x - mean) ** 2, 0) / block.length;
    // Rounding to fixed point is by half a step of 2^-31 at most, 2^-27 for power.
    expect(Math.abs(record.currentA.mean - mean)).toBeLessThan(2 ** -32);
    expect(Math.abs(record.currentA.std - Math.sqrt(variance))).toBeLessThan(2 ** -31);
    expect(Math.abs(record.currentA.min - Math.min(...block.slice(0, 50_000), ...block.slice(50_000)))).toBeLessThan(
      2 ** -31,
    );
    expect(Math.abs(record.powerW.mean - powers.reduce((sum, x) => sum + x, 0) / powers.length)).toBeLessThan(2 ** -28);
    const total = current
      .slice((start - currentId) / 2, (from - currentId) / 2 + 100_000)
      .reduce((sum, x) => sum + x, 0);
    expect(record.chargeC).toBeCloseTo(total / 1e6, 9);
  });
  // The load's own integrals, over a little more on both sides: asleep there, but for the noise.
  const last = records.at(-1)!;
  const truth = bus.model.truth();
  expect(start).toBeGreaterThan(before.id);
  expect(last.chargeC / (truth.chargeC - before.chargeC)).toBeGreaterThan(0.9);
  expect(last.energyJ / (truth.energyJ - before.energyJ)).toBeGreaterThan(0.9);
});

test('totals over ten seconds are the charge and the energy of the load', async () => {
  const { host, clock, bus } = await connected('test-dc');
  const before = bus.model.truth();
  await host.publish('s/stats/ctrl', 1);
  await clock.advance(10_100);
  const last = decodeStatistics(
    host.frames
      .filter(({ port }) => port === STATISTICS)
      .at(-1)!
      .payload.slice(),
    NO_SCALE,
  )!;
  // 10 mA from 5 V with 0.1 Ω, for the time that the totals cover.
  const seconds = (Number(last.blockSampleId - last.accumulatorSampleId) + 2 * last.sampleCount) / 2e6;
  expect(last.chargeC).toBeCloseTo(0.01 * seconds, 6);
  expect(last.energyJ).toBeCloseTo(0.01 * (5 - 0.001) * seconds, 5);
  const after = bus.model.truth();
  expect(after.chargeC - before.chargeC).toBeCloseTo(0.01 * 10.11, 3);
  expect(bus.model.meanCurrentA).toBeCloseTo(0.01, 12);
});

test('decimated: factors of ids, means of samples, partial frames every 100 ms', async () => {
  const { host, clock } = await connected('test-dc');
  await host.publish('s/dwnN/N', 1000);
  await host.publish('s/gpi/+/dwnN/N', 2000);
  await host.publish('s/gpi/+/dwnN/mode', 2);
  for (const topic of ['s/i', 's/gpi/1', 's/p']) await host.publish(`${topic}/ctrl`, 1);
  await clock.advance(1000);
  const frames = host.stream(CURRENT);
  expect(frames.length).toBeGreaterThanOrEqual(9);
  frames.forEach(({ id32, data }, index) => {
    expect(data).toHaveLength(400);
    expect(id32 % 2000).toBe(0);
    expect(id32).toBe(frames[0]!.id32 + index * 200_000);
  });
  expect(host.floats(CURRENT).filter((sample) => Math.abs(sample - 10e-3) > 1e-6)).toEqual([]);
  expect(host.floats(POWER).filter((sample) => Math.abs(sample - 10e-3 * 4.999) > 1e-5)).toEqual([]);
  // 1 kHz at 1 kHz: always the same phase, and a whole number of bytes.
  const inputs = host.stream(INPUT_1);
  expect(inputs[0]!.data).toHaveLength(12);
  expect(inputs[1]!.id32 - inputs[0]!.id32).toBe(96 * 2000);
  expect(new Set(packed(host, INPUT_1, 1))).toEqual(new Set([1]));
});

test.each([
  // Of the square wave of 1 kHz, in groups of 1500 ids: high while floor(id / 1000) is even.
  [1, (group: number, before: number) => ((level) => (level.has(1 - before) ? 1 - before : before))(levelsOf(group))],
  [2, (group: number) => (Math.floor((group * 1500) / 1000) % 2 === 0 ? 1 : 0)],
  [3, (group: number) => (highCountOf(group) > 750 ? 1 : 0)],
] as const)('decimated inputs in mode %i', async (mode, expected) => {
  const { host, clock } = await connected('test-dc');
  await host.publish('s/gpi/+/dwnN/N', 1500);
  await host.publish('s/gpi/+/dwnN/mode', mode);
  await host.publish('s/gpi/1/ctrl', 1);
  await clock.advance(300);
  const first = host.stream(INPUT_1)[0]!.id32 / 1500;
  let before = 0;
  packed(host, INPUT_1, 1).forEach((level, index) => {
    const wanted = expected(first + index, before);
    expect(level).toBe(wanted);
    before = wanted;
  });
});

const idsOf = (group: number) =>
  Array.from({ length: 1500 }, (_, k) => (Math.floor((group * 1500 + k) / 1000) % 2 === 0 ? 1 : 0));
const levelsOf = (group: number) => new Set<number>(idsOf(group));
const highCountOf = (group: number) => idsOf(group).reduce<number>((sum, level) => sum + level, 0);
