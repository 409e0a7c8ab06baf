// The simulated JS220 as a host sees it, frame by frame: topics and their codes, streams and their rates, statistics,
// ranges, outputs, fuses, time.

import { expect, test } from 'vitest';
import { utcToUnixMs } from '../../../src/base/time.ts';
import { decodeTimeMap, utcOfSampleId } from '../../../src/devices/joulescope/js220/admin.ts';
import type { SimulatedJs220BusOptions } from '../../../src/devices/joulescope/js220/sim/bus.ts';
import { decodeStatistics } from '../../../src/devices/joulescope/js220/statistics.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { BareHost, type BareHostOptions, createSimulatedJs220, vendorRequest } from '../../support/simulated-js220.ts';

const [RANGE, CURRENT, VOLTAGE, POWER, INPUT_0, INPUT_1, TRIGGER, STATISTICS] = [20, 21, 22, 23, 24, 25, 28, 30];
const NULL = { type: 'null', value: null } as const;
const NO_SCALE = { current: 1, voltage: 1 };

async function connected(
  profileId: string,
  options: Partial<SimulatedJs220BusOptions> = {},
  hostOptions: BareHostOptions = {},
) {
  const clock = new ManualClock();
  const bus = createSimulatedJs220(clock, profileId, options);
  const host = new BareHost(clock, bus.device, hostOptions);
  await host.connect();
  return { clock, bus, host };
}

/** Packed samples of a port, joined. */
function packed(host: BareHost, port: number, bits: 1 | 4): number[] {
  return host
    .stream(port)
    .flatMap(({ data }) =>
      Array.from(
        { length: (data.length * 8) / bits },
        (_, i) => (data[(i * bits) >> 3]! >> ((i * bits) & 7)) & (2 ** bits - 1),
      ),
    );
}

test('descriptions and values are retained and end where the ping comes back', async () => {
  const { host } = await connected('test-dc');
  await host.publish('$', NULL);
  await host.publish('?', NULL);
  await host.publish('c/!ping', { type: 'f64', value: -2.25 });
  const messages = host.publications();
  expect(messages.at(-1)).toEqual({ topic: 'c/!pong', value: { type: 'f64', value: -2.25 }, isRetained: false });
  const described = messages.filter(({ topic }) => topic.endsWith('$'));
  const valued = messages.filter(({ topic }) => topic.endsWith('?'));
  expect(described.length).toBeGreaterThan(30);
  for (const { isRetained, value } of [...described, ...valued]) {
    expect(isRetained).toBe(true);
    if (value.type === 'json') expect(JSON.parse(String(value.value))).toHaveProperty('dtype');
  }
  // Texts of an instrument end with a NUL.
  for (const { port, payload } of host.frames) if (port === 1 && payload[32] === 2) expect(payload.at(-1)).toBe(0);
  expect(valued.map(({ topic }) => topic)).toEqual(
    described.map(({ topic }) => topic.replace('$', '?')).filter((topic) => !topic.includes('/!')),
  );
});

test.each([
  ['s/x/y', 1, 20],
  ['h/fs', 1000, 20],
  ['s/i/range/mode', 1, 0],
  ['s/i/range/mode', 3, 5],
  ['s/i/range/select', 131, 5],
  ['s/i/range/select', 160, 0],
  ['s/v/range/mode', 0, 5],
  ['s/dwnN/N', 0, 0],
  ['s/dwnN/N', 2, 5],
  ['s/dwnN/N', 1000, 0],
  ['s/uart/0/ctrl', 1, 0],
  ['s/adc/0/ctrl', 1, 3],
  ['s/fuse/0/engaged', 1, 5],
] as const)('%s = %i is answered with code %i', async (topic, value, code) => {
  const { host } = await connected('test-dc');
  expect(await host.publish(topic, value)).toBe(code);
});

test('a number of any type is taken, a text or a fraction is not; what is outside is moved to the limit', async () => {
  const { host, bus } = await connected('test-dc');
  expect(await host.publish('s/stats/scnt', { type: 'i64', value: 20_000n })).toBe(0);
  expect(await host.publish('s/i/ctrl', { type: 'u8', value: 1 })).toBe(0);
  expect(await host.publish('s/i/range/mode', { type: 'str', value: 'off' })).toBe(5);
  expect(await host.publish('s/stats/scnt', { type: 'f64', value: 1.5 })).toBe(5);
  expect(await host.publish('s/stats/scnt', NULL)).toBe(5);
  expect(bus.model.topics.get('s/stats/scnt')).toBe(20_000);
  expect(await host.publish('s/i/range/max', 17)).toBe(0);
  expect(bus.model.topics.get('s/i/range/max')).toBe(5);
});

test('old firmware has no decimators, no time map, and the oldest no DISCONNECT', async () => {
  const version = (firmware: number) => ({ model: { versions: { firmware, hardware: 0x0100_0000, fpga: firmware } } });
  const { host, clock } = await connected('test-dc', version(0x0101_0000));
  expect(await host.publish('s/dwnN/N', 10)).toBe(20);
  await clock.advance(3000);
  expect(host.frames.filter(({ port }) => port === 0)).toHaveLength(1);
  const oldest = await connected('test-dc', version(0x0100_0003));
  const answer = await oldest.clock.settle(oldest.bus.device.controlTransferIn(vendorRequest(2), 1));
  expect(answer.status).toBe('stall');
});

test('echoes come back, memory requests are refused, other bytes are passed over', async () => {
  const { host, clock } = await connected('test-dc');
  const before = host.frames.length;
  await host.send(0, Uint8Array.of(2, 0, 7, 0, 1, 2, 3));
  await host.send(3, Uint8Array.of(6, 0x81, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0));
  await host.sendRaw(Uint8Array.of(1, 2));
  await host.sendRaw(new Uint8Array(100));
  await clock.advance(10);
  expect(host.frames.slice(before).map(({ port, payload }) => [port, ...payload.slice(0, 7)])).toEqual([
    [0, 2, 0, 7, 0, 1, 2, 3],
    [3, 1, 0x81, 3, 6, 0, 0, 0],
  ]);
});

test('every stream has its rate and its frames, in order of ids', async () => {
  const { host, clock, bus } = await connected('test-dc');
  for (const topic of ['s/i/range', 's/i', 's/v', 's/p', 's/gpi/0', 's/gpi/1', 's/gpi/7']) {
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

test('off disconnects the target, a fixed range clips, and limits bound the automatic one', async () => {
  const { host, clock, bus } = await connected('test-dc');
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/i/range/ctrl', 1);
  const lastAfter = async (settings: readonly (readonly [string, number])[]) => {
    for (const [topic, value] of settings) expect(await host.publish(topic, value)).toBe(0);
    await clock.advance(50);
    return { currentA: host.floats(CURRENT).at(-1)!, range: packed(host, RANGE, 4).at(-1)! };
  };
  expect(await lastAfter([['s/i/range/mode', 0]])).toEqual({ currentA: 0, range: 7 });
  const { chargeC } = bus.model.truth();
  await clock.advance(100);
  expect(bus.model.truth().chargeC).toBeCloseTo(chargeC, 12);
  // 10 mA in the range of 18 µA.
  const clipped = await lastAfter([
    ['s/i/range/select', 160],
    ['s/i/range/mode', 1],
  ]);
  expect(clipped.range).toBe(5);
  expect(clipped.currentA).toBeGreaterThan(18e-6);
  expect(clipped.currentA).toBeLessThan(20e-6);
  expect(await lastAfter([['s/i/range/mode', 2]])).toMatchObject({ range: 2 });
  expect(await lastAfter([['s/i/range/max', 0]])).toMatchObject({ range: 0 });
  expect(
    (
      await lastAfter([
        ['s/i/range/max', 5],
        ['s/i/range/min', 4],
      ])
    ).range,
  ).toBe(4);
});

test('outputs are set, cleared and read back; the trigger reads what it puts out', async () => {
  const { host } = await connected('test-dc');
  const levels = async () => {
    const before = host.frames.length;
    expect(await host.publish('s/gpi/+/!req', 0)).toBe(0);
    const answer = host.publications(before).find(({ topic }) => topic === 's/gpi/+/!value')!;
    expect(answer).toMatchObject({ isRetained: false, value: { type: 'u32' } });
    return Number(answer.value.value) & 0b1000_1100;
  };
  await host.publish('s/gpo/+/!set', 0b1000_0100);
  expect(await levels()).toBe(0b0000_0100);
  await host.publish('c/trigger/dir', 1);
  expect(await levels()).toBe(0b1000_0100);
  await host.publish('s/gpo/+/!clr', 0b0000_0100);
  expect(await levels()).toBe(0b1000_0000);
  await host.publish('s/gpo/+/!value', 0b0000_1100);
  expect(await levels()).toBe(0b0000_1100);
});

test('a fuse opens the circuit after its time, says so, and stays open until it is cleared', async () => {
  const { host, clock, bus } = await connected('test-dc');
  // For ever at 5 mA, 100 ms at 10 mA, which is what the load draws.
  const [t1, t2, d] = [5e-3, 10e-3, 0.1];
  const K = -Math.log((t2 ** 2 - t1 ** 2) / t2 ** 2) / d;
  const F = 1 / (61 * Math.sqrt(t1 ** 2 / K));
  expect(await host.publish('s/fuse/0/F', Math.round(F * 2 ** 14))).toBe(0);
  expect(await host.publish('s/fuse/0/K', Math.round(K * 2 ** 10))).toBe(0);
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/fuse/0/en', 1);
  await clock.advance(300);
  const engaged = host.publications().filter(({ topic }) => topic === 's/fuse/0/engaged');
  expect(engaged).toMatchObject([{ value: { type: 'u8', value: 1 }, isRetained: true }]);
  const samples = host.floats(CURRENT);
  expect(samples.at(-1)).toBe(0);
  const enabledMs = (samples.indexOf(0) * 1e-6 - 0.01) * 1000;
  expect(enabledMs).toBeGreaterThan(98);
  expect(enabledMs).toBeLessThan(102);
  const { chargeC } = bus.model.truth();
  await clock.advance(50);
  expect(bus.model.truth().chargeC).toBeCloseTo(chargeC, 12);
  expect(await host.publish('s/fuse/+/!clear', 0)).toBe(0);
  expect(
    host
      .publications()
      .filter(({ topic }) => topic === 's/fuse/0/engaged')
      .at(-1)!.value.value,
  ).toBe(0);
  await clock.advance(20);
  expect(host.floats(CURRENT).at(-1)).toBeCloseTo(10e-3, 4);
  await clock.advance(300);
  expect(await host.publish('s/fuse/0/engaged', 0)).toBe(0);
  expect(await host.publish('s/fuse/0/en', 0)).toBe(0);
  await clock.advance(300);
  expect(host.floats(CURRENT).at(-1)).toBeCloseTo(10e-3, 4);
});

test('the time map follows the host, the crystal and a clock that is set', async () => {
  const clockErrorPpm = 100;
  const { host, clock, bus } = await connected('test-dc', { clockErrorPpm });
  const maps = () =>
    host.frames
      .filter(({ port, payload }) => port === 0 && payload[0] === 4)
      .map(({ payload }) => decodeTimeMap(payload.slice())!);
  const offMs = () => utcToUnixMs(utcOfSampleId(maps().at(-1)!, bus.model.sampleId)) - clock.unixMs();
  await clock.advance(5000);
  expect(maps().length).toBeGreaterThanOrEqual(4);
  expect(Math.abs(offMs())).toBeLessThan(1);
  await clock.advance(40_000);
  expect(maps().at(-1)!.rateHz).toBeCloseTo(2e6 * (1 + clockErrorPpm * 1e-6), 0);
  clock.stepUnix(10_000);
  await clock.advance(2100);
  expect(Math.abs(offMs())).toBeLessThan(1);
});

test('without answers there is no time map', async () => {
  const { host, clock } = await connected('test-dc', {}, { isTimeTold: false });
  await clock.advance(5000);
  const operations = host.frames.filter(({ port }) => port === 0).map(({ payload }) => payload[0]);
  expect(operations).toEqual([1, 3, 3, 3, 3, 3]);
});

test('after a power cycle ids start anew, settings are gone and the totals too', async () => {
  const { host, clock, bus } = await connected('test-dc', { model: { firstSampleId: 2 ** 33 - 100_000 } });
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/i/range/max', 2);
  await clock.advance(50);
  const ids = host.stream(CURRENT).map(({ id32 }) => id32);
  expect(ids[0]).toBeGreaterThan(2 ** 32 - 100_000);
  expect(ids.at(-1)).toBeLessThan(150_000);
  bus.unplug();
  await clock.advance(300);
  bus.plug();
  expect(bus.model.poweredSample).toBe(0);
  expect(bus.model.truth()).toEqual({ chargeC: 0, energyJ: 0 });
  expect(bus.model.topics.get('s/i/range/max')).toBe(5);
  const again = new BareHost(clock, bus.device);
  await again.connect();
  await clock.advance(10);
  expect(again.stream(CURRENT)).toEqual([]);
  await again.publish('s/i/ctrl', 1);
  await clock.advance(50);
  expect(again.stream(CURRENT)[0]!.id32).toBeGreaterThan(2 ** 32 - 100_000);
});

test('DISCONNECT ends all streams, CONNECT resets unless it is asked to keep', async () => {
  const { host, clock, bus } = await connected('test-dc');
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/i/range/max', 2);
  await host.request(2);
  await clock.advance(20);
  const count = host.frames.length;
  await clock.advance(100);
  expect(host.frames).toHaveLength(count);
  await host.request(1, 1);
  await clock.advance(5);
  expect(host.frames.at(-1)).toMatchObject({ frameId: 0, port: 0 });
  expect(bus.model.topics.get('s/i/range/max')).toBe(2);
  expect(bus.model.topics.get('s/i/ctrl')).toBe(0);
  await host.request(1, 0);
  expect(bus.model.topics.get('s/i/range/max')).toBe(5);
});
