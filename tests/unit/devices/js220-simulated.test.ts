// The JS220 driver with the simulated instrument at its transport: what it measures is what the load really drew.

import { expect, test } from 'vitest';
import type { SimulatedJs220BusOptions } from '../../../src/devices/joulescope/js220/sim/bus.ts';
import { LOAD_PROFILES } from '../../../src/devices/sim/profiles.ts';
import { createJs220Bench, type Js220Block } from '../../support/js220.ts';
import { createSimulatedJs220 } from '../../support/simulated-js220.ts';

const STREAMS = ['s/i/ctrl', 's/v/ctrl', 's/p/ctrl', 's/i/range/ctrl', 's/gpi/0/ctrl', 's/gpi/1/ctrl'];

/** A driver that streams a profile; blocks are handed to `take` and not kept. */
async function start(profileId: string, options: Partial<SimulatedJs220BusOptions> = {}, streamTopics = STREAMS) {
  const bench = createJs220Bench();
  const bus = createSimulatedJs220(bench.clock, profileId, options);
  const driver = bench.driver(bus.device, { streamTopics });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  return { bench, bus, driver };
}

/** Sums of i·dt and p·dt over what the driver yields, in an interval of ids; blocks are not kept. */
class Integrals {
  readonly #blocks: Js220Block[];
  readonly #fromId: number;
  chargeC = 0;
  energyJ = 0;
  currentCount = 0;
  powerCount = 0;

  constructor(blocks: Js220Block[], fromId: number) {
    this.#blocks = blocks;
    this.#fromId = fromId;
  }

  /** Takes the blocks that have come. */
  take(untilId = Infinity): void {
    for (const { stream, sampleId, samples } of this.#blocks.splice(0)) {
      const isCurrent = stream.id === 'current';
      if (!isCurrent && stream.id !== 'power') continue;
      const start = Math.max(0, (this.#fromId - sampleId) / 2);
      const end = Math.min(samples.length, (untilId - sampleId) / 2);
      for (let k = start; k < end; k++) {
        if (isCurrent) this.chargeC += samples[k]! / 1e6;
        else this.energyJ += samples[k]! / 1e6;
      }
      if (isCurrent) this.currentCount += Math.max(0, end - start);
      else this.powerCount += Math.max(0, end - start);
    }
  }
}

test('neither the first samples nor those after Off show more than the load draws; Off takes its voltage away', async () => {
  const { bench, driver } = await start('test-dc', {}, ['s/i/ctrl', 's/v/ctrl']);
  await bench.clock.advance(50);
  await bench.clock.settle(driver.set('current.mode', 'off'));
  await bench.clock.advance(50);
  await bench.clock.settle(driver.set('current.mode', 'auto'));
  await bench.clock.advance(50);
  // by id: each signal begins when it is switched on
  const samplesOf = (id: string) =>
    bench.blocks
      .filter(({ stream }) => stream.id === id)
      .flatMap(({ sampleId, samples }) => Array.from(samples, (value, k) => [sampleId + 2 * k, value] as const));
  const current = samplesOf('current');
  const voltage = samplesOf('voltage');
  expect(current.length).toBeGreaterThan(90_000);
  // Ten times the noise of 2e-4 of full scale, of the 18 mA and the 15 V range.
  const isNear = (value: number, wanted: number, fullScale: number) => Math.abs(value - wanted) < 10 * 2e-4 * fullScale;
  const open = new Set(current.flatMap(([id, value]) => (value === 0 ? [id] : [])));
  expect(open.size).toBeGreaterThan(20_000);
  expect(current.filter(([id, value]) => !open.has(id) && !isNear(value, 10e-3, 0.018))).toEqual([]);
  expect(voltage.filter(([id, value]) => !isNear(value, open.has(id) ? 0 : 5, 15))).toEqual([]);
  await bench.clock.settle(driver.close());
});

/** Relative. */
const TOLERANCE = 2e-4;

test.each(LOAD_PROFILES.map(({ id }) => [id, id === 'ble-beacon' ? 10 : 1] as const))(
  '%s: charge and energy over %i s are those of the load',
  async (id, seconds) => {
    const { bench, bus, driver } = await start(id, {}, ['s/i/ctrl', 's/v/ctrl', 's/p/ctrl']);
    await bench.clock.advance(100);
    const [fromId, before] = [bus.model.sampleId, bus.model.truth()];
    const found = new Integrals(bench.blocks, fromId);
    for (let second = 0; second < seconds; second++) {
      found.take();
      await bench.clock.advance(1000);
    }
    const [toId, after] = [bus.model.sampleId, bus.model.truth()];
    // What is under way in frames and reads.
    await bench.clock.advance(20);
    found.take(toId);
    expect(found.currentCount).toBe((toId - fromId) / 2);
    expect(found.powerCount).toBe((toId - fromId) / 2);
    expect(driver.health).toMatchObject({ missingSampleCount: 0, gapCount: 0, badPacketCount: 0, deviceDropCount: 0 });
    expect(found.chargeC / (after.chargeC - before.chargeC)).toBeGreaterThan(1 - TOLERANCE);
    expect(found.chargeC / (after.chargeC - before.chargeC)).toBeLessThan(1 + TOLERANCE);
    expect(found.energyJ / (after.energyJ - before.energyJ)).toBeGreaterThan(1 - TOLERANCE);
    expect(found.energyJ / (after.energyJ - before.energyJ)).toBeLessThan(1 + TOLERANCE);
  },
);

test('the UART counts the ids, and a signal that is off brings nothing', async () => {
  const { bench } = await start('test-dc', {}, ['s/uart/0/ctrl']);
  await bench.clock.advance(1000);
  const uart = bench.blocks.filter(({ stream }) => stream.id === 'uart[0]');
  const bytes = uart.flatMap(({ samples }) => [...samples]);
  expect(bench.blocks).toHaveLength(uart.length);
  // a second at 2 MHz, less what is under way
  expect(bytes.length).toBeGreaterThan(1_800_000);
  expect(bytes.filter((byte, i) => byte !== (uart[0]!.sampleId + i) % 256)).toEqual([]);
});
