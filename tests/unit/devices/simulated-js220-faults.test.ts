// What can go wrong between a JS220 and its host, frame by frame: what is lost is lost exactly, and ids go on.

import { expect, test } from 'vitest';
import type { SimulatedJs220BusOptions } from '../../../src/devices/joulescope/js220/sim/bus.ts';
import type { Js220Fault, Js220FaultOptions } from '../../../src/devices/joulescope/js220/sim/faults.ts';
import { createJs220Bench } from '../../support/js220.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { BareHost, type BareHostOptions, createSimulatedJs220, vendorRequest } from '../../support/simulated-js220.ts';

const [CURRENT, VOLTAGE, STATISTICS] = [21, 22, 30];
const FRAME_IDS = 252;
/** The driver tries to connect three times, a second each at most. */
const GIVE_UP_MS = 5000;

/** A host that streams current and voltage. */
async function streaming(
  faults: Js220FaultOptions,
  options: Partial<SimulatedJs220BusOptions> = {},
  hostOptions: BareHostOptions = {},
) {
  const clock = new ManualClock();
  const bus = createSimulatedJs220(clock, 'test-dc', { faults, ...options });
  const host = new BareHost(clock, bus.device, hostOptions);
  await host.connect();
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/v/ctrl', 1);
  return { clock, bus, host };
}

/** Ids between the end of each frame of a port and the next, where there are any: [start of the frame, ids missing]. */
function gaps(host: BareHost, port: number): [id32: number, missingIds: number][] {
  const frames = host.stream(port);
  return frames.slice(1).flatMap(({ id32 }, index): [number, number][] => {
    const missing = id32 - frames[index]!.id32 - FRAME_IDS;
    return missing === 0 ? [] : [[id32, missing]];
  });
}

test('frames of one port are lost: the other goes on, ids and numbers tell how many', async () => {
  const fault: Js220Fault = { kind: 'drop', atSample: 400_000, port: CURRENT, count: 5 };
  const { clock, bus, host } = await streaming({ script: [fault] });
  await clock.advance(500);
  expect(gaps(host, VOLTAGE)).toEqual([]);
  const [gap, ...more] = gaps(host, CURRENT);
  expect(more).toEqual([]);
  expect(gap![1]).toBe(5 * FRAME_IDS);
  // The first one that begins at the sample or later, so the frame behind them begins six lengths after it at most.
  expect(gap![0]).toBeGreaterThanOrEqual(400_000 + 5 * FRAME_IDS);
  expect(gap![0]).toBeLessThan(400_000 + 6 * FRAME_IDS);
  expect(bus.device.faultPlan.droppedCount).toBe(5);
  const numbers = host.frames.map(({ frameId }) => frameId);
  const skipped = numbers.slice(1).reduce((sum, id, index) => sum + ((id - numbers[index]! - 1) & 0xffff), 0);
  expect(skipped).toBe(5);
});

test('one frame in a hundred is lost at random: the driver finds exactly those, and no sample moves in time', async () => {
  const bench = createJs220Bench();
  const bus = createSimulatedJs220(bench.clock, 'ble-beacon');
  const whole = createSimulatedJs220(bench.clock, 'ble-beacon');
  const driver = bench.driver(bus.device, { streamTopics: ['s/i/ctrl'] });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  const reference = new BareHost(bench.clock, whole.device);
  await reference.connect();
  await reference.publish('s/i/ctrl', 1);
  await bench.clock.advance(100);
  bus.device.faultPlan.dropProbability = 0.01;
  await bench.clock.advance(2000);
  // The last frame comes through, so that what was lost before it is known.
  bus.device.faultPlan.dropProbability = 0;
  await bench.clock.advance(50);
  const { droppedCount } = bus.device.faultPlan;
  expect(droppedCount).toBeGreaterThan(100);
  expect(driver.health).toMatchObject({ missingSampleCount: droppedCount * 126, deviceDropCount: droppedCount });
  // The same load with the same seed on a unit that loses nothing.
  const risesOf = (blocks: readonly { sampleId: number; samples: ArrayLike<number> }[]) =>
    blocks.flatMap(({ sampleId, samples }) =>
      Array.from(samples).flatMap((currentA, k) =>
        k > 0 && currentA > 6e-3 && samples[k - 1]! <= 6e-3 ? [sampleId + 2 * k] : [],
      ),
    );
  const rises = risesOf(bench.blocks.map(({ sampleId, samples }) => ({ sampleId, samples })));
  const wanted = new Set(
    risesOf(
      reference.stream(CURRENT).map(({ id32, data }) => ({ sampleId: id32, samples: new Float32Array(data.buffer) })),
    ),
  );
  expect(rises.length).toBeGreaterThan(30);
  expect(rises.filter((id) => !wanted.has(id))).toEqual([]);
});

test('frames before the time map cannot be placed, and what follows can', async () => {
  const bench = createJs220Bench();
  const bus = createSimulatedJs220(bench.clock, 'test-dc', { faults: { timeSyncDelayMs: 500 } });
  const driver = bench.driver(bus.device, { streamTopics: ['s/i/ctrl'] });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(400);
  expect(bench.blocks).toEqual([]);
  const { unplacedFrameCount } = bench.processor.counters;
  expect(unplacedFrameCount).toBeGreaterThan(2500);
  await bench.clock.advance(400);
  expect(bench.processor.counters.receivedSampleCount).toBeGreaterThan(200_000);
  expect(driver.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
});

test('a frame twice, and one that overlaps both neighbours: no sample is taken twice', async () => {
  const bench = createJs220Bench();
  const script: Js220Fault[] = [
    { kind: 'duplicate', atSample: 400_000, port: CURRENT },
    { kind: 'overlap', atSample: 600_000, port: CURRENT },
  ];
  const bus = createSimulatedJs220(bench.clock, 'test-sine-1k', { faults: { script } });
  const driver = bench.driver(bus.device, { streamTopics: ['s/i/ctrl'] });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  expect(bench.processor.counters).toMatchObject({ repeatedSampleCount: 126 + 63 + 63, gapCount: 0, badFrameCount: 0 });
  bench.blocks.slice(1).forEach(({ sampleId }, index) => {
    const before = bench.blocks[index]!;
    expect(sampleId).toBe(before.sampleId + before.count * 2);
  });
});

test('ids and frame numbers near their wrap go on', async () => {
  const bench = createJs220Bench();
  const bus = createSimulatedJs220(bench.clock, 'test-dc', {
    faults: { firstFrameId: 65_500 },
    model: { firstSampleId: 2 ** 32 - 400_000 },
  });
  const driver = bench.driver(bus.device, { streamTopics: ['s/i/ctrl', 's/v/ctrl'] });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  expect(bench.blocks.at(-1)!.sampleId).toBeGreaterThan(2 ** 32 + 100_000);
  expect(driver.health).toMatchObject({ missingSampleCount: 0, gapCount: 0, deviceDropCount: 0, badPacketCount: 0 });
});

test('headers that cannot be', async () => {
  const at = 400_000;
  const script = (['bad-port', 'bad-length', 'bad-bits'] as const).map((kind) => ({
    kind,
    atSample: at,
    port: CURRENT,
  }));
  const { clock, host } = await streaming({ script });
  await clock.advance(400);
  // Length above 508 and reserved bits are no frames; the reserved port is one.
  expect(host.badCount).toBe(2);
  expect(host.stream(31)).toHaveLength(1);
  expect(gaps(host, CURRENT).map(([, missing]) => missing)).toEqual([3 * FRAME_IDS]);
  expect(gaps(host, VOLTAGE)).toEqual([]);
});

test('short and empty packets end a read; the next one is sound', async () => {
  const { clock, host } = await streaming({
    script: [
      { kind: 'short', atSample: 300_000, port: CURRENT, lengthBytes: 100 },
      { kind: 'short', atSample: 500_000, port: CURRENT, lengthBytes: 0 },
    ],
  });
  await clock.advance(500);
  expect(host.badCount).toBe(1);
  expect(gaps(host, CURRENT).map(([, missing]) => missing)).toEqual([FRAME_IDS, FRAME_IDS]);
  expect(gaps(host, VOLTAGE)).toEqual([]);
});

test('a stall is cleared and loses at most what its read held', async () => {
  for (const [readBytes, lostAtMost] of [
    [512, 0],
    [32_768, 63],
  ] as const) {
    const { clock, host } = await streaming({ script: [{ kind: 'stall', atSample: 300_000 }] }, {}, { readBytes });
    await clock.advance(500);
    expect(host.troubles).toEqual(['stall']);
    const lost = [...gaps(host, CURRENT), ...gaps(host, VOLTAGE)].map(([, ids]) => ids / FRAME_IDS);
    expect(lost.reduce((sum, frames) => sum + frames, 0)).toBeLessThanOrEqual(lostAtMost);
    expect(host.stream(CURRENT).at(-1)!.id32).toBeGreaterThan(900_000);
  }
});

test('after a babble the next read is sound', async () => {
  const { clock, host } = await streaming({ script: [{ kind: 'babble', atSample: 300_000 }] });
  await clock.advance(500);
  expect(host.troubles).toEqual(['babble']);
  expect(gaps(host, CURRENT).every(([id32]) => id32 > 290_000 && id32 < 320_000)).toBe(true);
  expect(host.stream(CURRENT).at(-1)!.id32).toBeGreaterThan(900_000);
});

test('a stall strikes although nothing streams', async () => {
  const clock = new ManualClock();
  const { device } = createSimulatedJs220(clock, 'test-dc');
  const host = new BareHost(clock, device);
  await host.connect();
  device.strike({ kind: 'stall', atSample: 0 });
  await clock.advance(20);
  expect(host.troubles).toEqual(['stall']);
  expect(await host.publish('s/i/ctrl', 1)).toBe(0);
});

test.each([
  ['hello', 'device/timeout'],
  ['pong', 'device/timeout'],
  ['code', 'device/timeout'],
] as const)('without its %s the driver gives up and closes', async (muted, code) => {
  const bench = createJs220Bench();
  const { device } = createSimulatedJs220(bench.clock, 'test-dc', { faults: { mutedMessages: [muted] } });
  const driver = bench.driver(device);
  const opening = driver.open().catch((error: unknown) => error);
  expect(await bench.clock.settle(opening, GIVE_UP_MS)).toMatchObject({ code });
  await bench.clock.settle(driver.close(), 2000);
});

test('requests that stall or are never answered', async () => {
  for (const faults of [{ stalledRequests: [1] }, { mutedRequests: [1] }]) {
    const bench = createJs220Bench();
    const { device } = createSimulatedJs220(bench.clock, 'test-dc', { faults });
    const driver = bench.driver(device);
    const opening = driver.open().catch((error: unknown) => error);
    expect(await bench.clock.settle(opening, GIVE_UP_MS)).toBeInstanceOf(Error);
    await bench.clock.settle(driver.close(), 2000);
  }
});

test('answers half a second late leave the streams alone', async () => {
  const bench = createJs220Bench();
  const { device } = createSimulatedJs220(bench.clock, 'test-dc', { faults: { controlDelayMs: 500 } });
  const driver = bench.driver(device, { streamTopics: ['s/i/ctrl', 's/v/ctrl'] });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(2000);
  expect(driver.health.receivedSampleCount).toBeGreaterThan(3_500_000);
  expect(driver.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  await bench.clock.settle(driver.close(), 2000);
});

test('the cable is pulled by a fault and put back: reads fail, a new object comes', async () => {
  const { clock, bus, host } = await streaming({
    script: [{ kind: 'unplug', atSample: 300_000, replugAfterMs: 1000 }],
  });
  const events: string[] = [];
  bus.addEventListener('disconnect', () => events.push('disconnect'));
  bus.addEventListener('connect', ({ device }) => events.push(`connect ${device.serialNumber}`));
  const { device } = bus;
  await clock.advance(2000);
  expect(new Set(host.troubles)).toEqual(new Set(['NetworkError']));
  expect(events).toEqual(['disconnect', 'connect 000001']);
  expect(bus.device).not.toBe(device);
  expect(host.stream(CURRENT).at(-1)!.id32).toBeLessThan(300_000);
  // The fault was the old cable's.
  await clock.advance(1000);
  expect(events).toHaveLength(2);
});

test.each([50, 150, 1000])(
  'a host that does not read for %i ms loses what the queue cannot hold, and ids say so',
  async (ms) => {
    const { clock, bus, host } = await streaming({});
    await clock.advance(100);
    host.stopReading();
    // Eight reads of 64 frames and a queue of 128 at 15 873 frames/s: 40 ms.
    await clock.advance(ms);
    host.startReading();
    await clock.advance(100);
    const missing = [CURRENT, VOLTAGE].flatMap((port) => gaps(host, port).map(([, ids]) => ids));
    const lostFrames = missing.reduce((sum, ids) => sum + ids / FRAME_IDS, 0);
    expect(lostFrames).toBe(bus.device.overflowCount);
    expect(lostFrames / 15.873).toBeGreaterThan(ms - 50);
    expect(lostFrames / 15.873).toBeLessThan(ms - 30);
  },
);

test('answers wait behind samples but are not lost when the queue is full', async () => {
  const { clock, host } = await streaming({});
  host.stopReading();
  await clock.advance(200);
  const before = host.frames.length;
  expect(await host.publish('c/!ping', 5)).toBeUndefined();
  expect(host.publications(before)).toEqual([]);
  host.startReading();
  await clock.advance(10);
  expect(host.publications(before)).toMatchObject([{ topic: 'c/!pong' }]);
});

test('a thread that was held up for longer than the backlog loses the rest', async () => {
  const { clock, bus, host } = await streaming({}, { fifoPackets: 100_000 });
  await host.publish('s/stats/scnt', 100_000);
  await host.publish('s/stats/ctrl', 1);
  await clock.freeze(3000);
  await clock.advance(100);
  const [gap, ...more] = gaps(host, CURRENT);
  expect(more).toEqual([]);
  expect(gap![1] / 2e6).toBeCloseTo(1, 1);
  expect(bus.model.poweredSample / 2e6).toBeCloseTo(clock.nowMs() / 1000, 3);
  // What was lost on the way is in the totals all the same.
  expect(host.frames.some(({ port }) => port === STATISTICS)).toBe(true);
});

test('no permission, and a unit that another program has', async () => {
  const clock = new ManualClock();
  const nameOf = (promise: Promise<unknown>) =>
    clock.settle(
      promise.then(
        () => undefined,
        (error: Error) => error.name,
      ),
    );
  const denied = createSimulatedJs220(clock, 'test-dc', { faults: { openError: 'SecurityError' } });
  expect(await nameOf(denied.device.open())).toBe('SecurityError');
  const claimed = createSimulatedJs220(clock, 'test-dc', { faults: { isClaimed: true } });
  await clock.settle(claimed.device.open());
  expect(await nameOf(claimed.device.claimInterface(0))).toBe('NetworkError');
});

test('bulk OUT behaves as the browser does', async () => {
  const clock = new ManualClock();
  const bus = createSimulatedJs220(clock, 'test-dc');
  const { device } = bus;
  const nameOf = (promise: Promise<unknown>) =>
    clock.settle(
      promise.then(
        () => undefined,
        (error: Error) => error.name,
      ),
    );
  expect(await nameOf(device.transferOut(1, new Uint8Array(4)))).toBe('InvalidStateError');
  await clock.settle(device.open());
  expect(await nameOf(device.transferOut(1, new Uint8Array(4)))).toBe('NotFoundError');
  await clock.settle(device.claimInterface(0));
  expect(await clock.settle(device.transferOut(1, new Uint8Array(4)))).toEqual({ status: 'ok', bytesWritten: 4 });
  expect(await nameOf(device.transferOut(3, new Uint8Array(4)))).toBe('NotFoundError');
  expect(await nameOf(device.transferOut(0, new Uint8Array(4)))).toBe('IndexSizeError');
  await clock.settle(device.clearHalt('out', 1));
  expect(await nameOf(device.clearHalt('out', 2))).toBe('NotFoundError');
  expect((await clock.settle(device.controlTransferIn(vendorRequest(9), 1))).status).toBe('stall');
  bus.unplug();
  expect(await nameOf(device.transferOut(1, new Uint8Array(4)))).toBe('NetworkError');
  await clock.advance(300);
  expect(await nameOf(device.transferOut(1, new Uint8Array(4)))).toBe('NotFoundError');
});
