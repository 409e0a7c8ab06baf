// Faults of a JS220 and its link: none stops the driver that need not, every loss is counted, and closing always ends.

import { expect, test } from 'vitest';
import type { SimulatedJs220BusOptions } from '../../../src/devices/joulescope/js220/sim/bus.ts';
import type { Js220Fault, Js220FaultOptions } from '../../../src/devices/joulescope/js220/sim/faults.ts';
import { JS220_STREAMS } from '../../../src/devices/joulescope/js220/streams.ts';
import { createJs220RingBench } from '../../support/js220.ts';
import { createSimulatedJs220 } from '../../support/simulated-js220.ts';

const STREAMS = ['s/i/ctrl', 's/v/ctrl', 's/p/ctrl', 's/i/range/ctrl', 's/gpi/1/ctrl'];
const CURRENT = 21;
const FRAME_SAMPLES = 126;
const FRAME_IDS = 2 * FRAME_SAMPLES;

function setup(faults: Js220FaultOptions = {}, options: Partial<SimulatedJs220BusOptions> = {}, historyS = 3) {
  const bench = createJs220RingBench(historyS);
  const bus = createSimulatedJs220(bench.clock, 'test-dc', { ...options, faults });
  const driver = bench.driver(bus.device, { streamTopics: STREAMS });
  const failures: Error[] = [];
  driver.onFailed = (error) => failures.push(error);
  const { clock, feed } = bench;
  return { clock, feed, bus, driver, failures, current: () => feed.homes.rings[0]! };
}

async function stream(faults: Js220FaultOptions, ms: number, options: Partial<SimulatedJs220BusOptions> = {}) {
  const run = setup(faults, options);
  await run.clock.settle(run.driver.open());
  await run.clock.settle(run.driver.start('new'));
  await run.clock.advance(ms);
  return run;
}

/** The stream has gone on up to now, and the driver closes in time. */
async function expectUsable({ clock, driver, failures, current }: Awaited<ReturnType<typeof stream>>): Promise<void> {
  const before = current().endSample;
  await clock.advance(300);
  expect(failures).toEqual([]);
  expect(current().endSample - before).toBeGreaterThan(280_000);
  await clock.settle(driver.set('io.voltage', '3.3V'));
  expect(driver.values['io.voltage']).toBe('3.3V');
  const startMs = clock.nowMs();
  await clock.settle(driver.close(), 2000);
  expect(clock.nowMs() - startMs).toBeLessThanOrEqual(2000);
}

const at = 800_000;
const STRUCK: readonly (readonly [string, Js220Fault, number])[] = [
  // what, fault, frames of current that are lost
  ['one frame lost', { kind: 'drop', atSample: at, port: CURRENT, count: 1 }, 1],
  ['a burst lost', { kind: 'drop', atSample: at, port: CURRENT, count: 40 }, 40],
  ['a frame twice', { kind: 'duplicate', atSample: at, port: CURRENT }, 0],
  ['an overlapping frame', { kind: 'overlap', atSample: at, port: CURRENT }, 0],
  ['a port that is reserved', { kind: 'bad-port', atSample: at, port: CURRENT }, 1],
  ['an impossible length', { kind: 'bad-length', atSample: at, port: CURRENT }, 1],
  ['reserved bits', { kind: 'bad-bits', atSample: at, port: CURRENT }, 1],
  ['a cut packet', { kind: 'short', atSample: at, port: CURRENT, lengthBytes: 100 }, 1],
  ['a zero-length packet', { kind: 'short', atSample: at, port: CURRENT, lengthBytes: 0 }, 1],
];

test.each(STRUCK)('%s', async (_what, fault, lostFrames) => {
  const run = await stream({ script: [fault] }, 1000);
  const { current, feed } = run;
  const { health, startSample, endSample } = current();
  expect(health.missingSampleCount).toBe(lostFrames * FRAME_SAMPLES);
  expect(health.gapCount).toBe(lostFrames > 0 ? 1 : 0);
  const found = current().statistics(0, startSample, endSample);
  expect(endSample - startSample - found.count).toBe(lostFrames * FRAME_SAMPLES);
  // Power is computed of both, and the other signals are whole.
  const power = feed.homes.rings[2]!;
  const powered = power.statistics(0, power.startSample, power.endSample);
  expect(power.endSample - power.startSample - powered.count).toBe(lostFrames * FRAME_SAMPLES);
  expect(feed.homes.rings[1]!.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  await expectUsable(run);
});

test.each([
  ['a stall', { kind: 'stall', atSample: at }],
  ['babble', { kind: 'babble', atSample: at }],
] as const)('%s is read over', async (_what, fault) => {
  await expectUsable(await stream({ script: [fault] }, 1000));
});

test('frames lost at random are counted to the last', async () => {
  const run = await stream({ dropProbability: 0.01 }, 1000);
  const { bus, feed, driver } = run;
  bus.device.faultPlan.dropProbability = 0;
  await run.clock.advance(50);
  const lost = bus.device.faultPlan.droppedCount;
  expect(lost).toBeGreaterThan(100);
  expect(Math.abs(driver.health.deviceDropCount - lost)).toBeLessThanOrEqual(2);
  for (const [index, ring] of feed.homes.rings.entries()) {
    // Power is computed, and what is missing of a level or a range has a value all the same.
    if (index > 1) continue;
    const { count } = ring.statistics(0, ring.startSample, ring.endSample);
    expect(ring.health.missingSampleCount % FRAME_SAMPLES).toBe(0);
    expect(ring.endSample - ring.startSample - count).toBe(ring.health.missingSampleCount);
  }
  await expectUsable(run);
});

test('counters that wrap leave no gap', async () => {
  const run = await stream({ firstFrameId: 65_000 }, 1500, { model: { firstSampleId: 2 ** 32 - 1_500_000 } });
  expect(run.driver.health).toMatchObject({
    missingSampleCount: 0,
    gapCount: 0,
    badPacketCount: 0,
    deviceDropCount: 0,
  });
  expect(run.current().endSample).toBeGreaterThan(1_400_000);
  await expectUsable(run);
});

test('samples before the first time map are left out, and nothing is made up for them', async () => {
  const run = await stream({ timeSyncDelayMs: 400 }, 1000);
  const { feed, current } = run;
  expect(feed.processor.counters.unplacedFrameCount).toBeGreaterThan(0);
  expect(run.driver.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  expect(current().endSample - current().startSample).toBeGreaterThan(500_000);
  await expectUsable(run);
});

test('answers that come half a second late do not disturb the stream', async () => {
  const run = await stream({ controlDelayMs: 500 }, 2000);
  expect(run.failures).toEqual([]);
  expect(run.driver.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  await run.clock.settle(run.driver.close(), 2000);
});

test.each([
  ['says no hello', { mutedMessages: ['hello'] }],
  ['answers no ping', { mutedMessages: ['pong'] }],
  ['stalls the connection', { stalledRequests: [1] }],
] as const)('an instrument that %s is given up with a reason, and can be closed', async (_what, faults) => {
  const { clock, driver } = setup(faults);
  const opening = driver.open();
  opening.catch(() => undefined);
  await expect(clock.settle(opening, 5000)).rejects.toMatchObject({ name: 'LabError' });
  await clock.settle(driver.close(), 2000);
});

test.each(['hello', 'pong'] as const)('a %s that comes late is waited for with another try', async (message) => {
  const muted: ('hello' | 'pong')[] = [message];
  const { clock, driver } = setup({ mutedMessages: muted });
  clock.after(1500, () => muted.pop());
  await clock.settle(driver.open(), 4000);
  expect(driver.identity).toMatchObject({ model: 'JS220' });
  await clock.settle(driver.close(), 2000);
});

test('without return codes a setting is an error, and the stream goes on', async () => {
  const muted: 'code'[] = [];
  const run = await stream({ mutedMessages: muted }, 500);
  muted.push('code');
  const setting = run.driver.set('io.voltage', '3.3V');
  setting.catch(() => undefined);
  await expect(run.clock.settle(setting, 3000)).rejects.toMatchObject({ code: 'device/timeout' });
  muted.pop();
  await expectUsable(run);
});

test('a host that does not read for a second loses what the instrument cannot keep, and says so', async () => {
  const run = await stream({}, 500);
  await run.clock.freeze(1000);
  await run.clock.advance(500);
  const { health, startSample, endSample } = run.current();
  const { count } = run.current().statistics(0, startSample, endSample);
  expect(endSample - startSample - count).toBe(health.missingSampleCount);
  expect(health.missingSampleCount % FRAME_SAMPLES).toBe(0);
  expect((run.bus.model.sampleId - run.feed.sampleIdAt(JS220_STREAMS[0]!, endSample)!) / FRAME_IDS).toBeLessThan(100);
  await expectUsable(run);
});

test('a clock that is set by ten seconds moves the map and no sample', async () => {
  const run = await stream({}, 1000);
  run.clock.stepUnix(10_000);
  await run.clock.advance(2000);
  expect(run.driver.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  await expectUsable(run);
});
