// The driver on the simulated JS110, loss by loss: what is measured, what is missing, and that time is kept.

import { expect, test } from 'vitest';
import { utcFromUnixMs, utcSecondsBetween } from '../../../src/base/time.ts';
import type { Js110Fault, Js110FaultOptions } from '../../../src/devices/joulescope/js110/sim/faults.ts';
import { createReplayDevice } from '../../../src/devices/joulescope/js110/sim/replay.ts';
import { LoadPlayer, type LoadTruth } from '../../../src/devices/sim/load.ts';
import { profileOf } from '../../../src/devices/sim/profiles.ts';
import { goldenBytes } from '../../support/golden.ts';
import { type Bench, createBench, createBus, SIGNAL } from '../../support/js110.ts';

const PACKET_SAMPLES = 126;
const SEED = 7;

/** Opens, starts and lets `durationMs` of manual time pass. */
async function stream(
  bench: Bench,
  profileId: string,
  durationMs: number,
  options: Parameters<typeof createBus>[2] = {},
) {
  const bus = createBus(bench.clock, profileId, options);
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(durationMs);
  return { bus, driver };
}

const withFaults = (...script: Js110Fault[]): { faults: Js110FaultOptions } => ({ faults: { script } });

/** Exact charge and energy of samples [start, end) of a profile. */
function truthBetween(profileId: string, start: number, end: number): LoadTruth {
  const player = new LoadPlayer(profileOf(profileId), SEED, 2_000_000);
  const scratch = [new Float64Array(4096), new Float64Array(4096), new Uint8Array(4096)] as const;
  const playTo = (from: number, to: number) => {
    for (let at = from; at < to; at += 4096) player.play(...scratch, Math.min(4096, to - at));
    return player.truth();
  };
  const first = playTo(0, start);
  const last = playTo(start, end);
  return { chargeC: last.chargeC - first.chargeC, energyJ: last.energyJ - first.energyJ };
}

test.each(['ble-beacon', 'boot-inrush', 'battery-sag'])(
  '%s: charge and energy over 10 s are within a thousandth of the analytic truth',
  async (profileId) => {
    const bench = createBench(10.5);
    const { bus, driver } = await stream(bench, profileId, 10_050);
    const end = 20_000_000;
    expect(bench.ring.endSample).toBeGreaterThan(end);
    expect(bench.ring.health.missingSampleCount).toBe(0);
    const start = bus.model.streamStartSample;
    const truth = truthBetween(profileId, start, start + end);
    const charge = bench.ring.statistics(SIGNAL.current, 0, end).integral;
    const energy = bench.ring.statistics(SIGNAL.power, 0, end).integral;
    expect(Math.abs(charge / truth.chargeC - 1)).toBeLessThan(1e-3);
    expect(Math.abs(energy / truth.energyJ - 1)).toBeLessThan(1e-3);
    await bench.clock.settle(driver.close());
  },
);

test('range-switch glitches show without suppression and not with it', async () => {
  const disturbedCount = async (mode: string) => {
    const bench = createBench(0.5);
    const bus = createBus(bench.clock, 'test-staircase');
    const driver = bench.driver(bus.device);
    await bench.clock.settle(driver.open());
    await bench.clock.settle(driver.set('suppression.mode', mode));
    await bench.clock.settle(driver.start('new'));
    await bench.clock.advance(400);
    const start = bus.model.streamStartSample;
    await bench.clock.settle(driver.close());
    const exact = new Float64Array(start + 700_000);
    new LoadPlayer(profileOf('test-staircase'), SEED, 2_000_000).play(
      exact,
      new Float64Array(exact.length),
      new Uint8Array(exact.length),
      exact.length,
    );
    const measured = bench.ring.readSamples(SIGNAL.current, 0, 700_000);
    // Away from the steps of the load itself, and when the first range has been found.
    let count = 0;
    for (let k = 20_000; k < measured.length - 20; k++) {
      const level = exact[start + k]!;
      const isSteady = exact[start + k - 15] === level && exact[start + k + 15] === level;
      if (isSteady && Math.abs(measured[k]! / level - 1) > 0.05) count++;
    }
    return count;
  };
  expect(await disturbedCount('off')).toBeGreaterThan(30);
  expect(await disturbedCount('interp')).toBe(0);
});

test('1 % random loss: missing samples are those that were lost, and the others keep their place', async () => {
  const run = async (dropProbability: number) => {
    const bench = createBench(2);
    const { bus, driver } = await stream(bench, 'ble-beacon', 1700, { faults: { dropProbability } });
    // The end is without loss, so that every loss before it is known.
    bus.device.faultPlan.dropProbability = 0;
    await bench.clock.advance(100);
    const { health, endSample } = bench.ring;
    const current = bench.ring.readSamples(SIGNAL.current, 0, endSample);
    await bench.clock.settle(driver.close());
    return { health, current, droppedCount: bus.device.faultPlan.droppedCount };
  };
  const clean = await run(0);
  const lossy = await run(0.01);
  expect(clean.health.missingSampleCount).toBe(0);
  expect(lossy.droppedCount).toBeGreaterThan(200);
  expect(lossy.health.missingSampleCount).toBe(lossy.droppedCount * PACKET_SAMPLES);
  const counts = { nan: 0, equal: 0, different: 0 };
  lossy.current.forEach((value, k) => {
    if (Number.isNaN(value)) counts.nan++;
    else if (value === clean.current[k]) counts.equal++;
    else counts.different++;
  });
  expect(counts.nan).toBe(lossy.health.missingSampleCount);
  // Only where a loss falls into a range switch may the suppressed samples differ.
  expect(counts.different).toBeLessThan(200);
});

test.each([
  ['the first packets after start', { kind: 'drop', atPacket: 0, count: 20 }, 20, 1, 0],
  ['a burst', { kind: 'drop', atPacket: 500, count: 300 }, 300, 1, 0],
  ['a packet of a wrong type', { kind: 'bad-type', atPacket: 700 }, 1, 1, 1],
  ['a packet with a bad status', { kind: 'bad-status', atPacket: 700 }, 1, 1, 1],
  ['a packet with a wrong length', { kind: 'bad-length', atPacket: 700 }, 1, 1, 1],
  ['a packet of garbage', { kind: 'garbage', atPacket: 700 }, 1, 1, 1],
  ['a broken toggle', { kind: 'bad-toggle', atPacket: 700 }, 0, 0, 0],
  ['a short packet', { kind: 'short', atPacket: 700, lengthBytes: 100 }, 1, 1, 0],
  ['a zero-length packet', { kind: 'short', atPacket: 700, lengthBytes: 0 }, 1, 1, 0],
  ['a stall between two reads', { kind: 'stall', atPacket: 6 * 128 }, 0, 0, 0],
  ['a stall that takes a part of a read with it', { kind: 'stall', atPacket: 6 * 128 + 60 }, 60, 1, 0],
] as const)('%s', async (_name, fault, missingPackets, gapCount, badPackets) => {
  const bench = createBench(1);
  const { driver } = await stream(bench, 'test-dc', 500, withFaults(fault));
  const { health, endSample } = bench.ring;
  expect(health.missingSampleCount).toBe(missingPackets * PACKET_SAMPLES);
  expect(health.gapCount).toBe(gapCount);
  expect(health.badPacketCount).toBe(badPackets);
  expect(endSample).toBeGreaterThan(900_000);
  const last = bench.ring.statistics(SIGNAL.current, endSample - 100_000, endSample);
  expect(last.count).toBe(100_000);
  expect(last.mean).toBeCloseTo(10e-3, 6);
  await bench.clock.settle(driver.close());
});

test('babble: the stream goes on and the loss is reported', async () => {
  const bench = createBench(1);
  const { driver } = await stream(bench, 'test-dc', 500, withFaults({ kind: 'babble', atPacket: 700 }));
  const { health, endSample } = bench.ring;
  expect(health.missingSampleCount).toBeGreaterThan(0);
  expect(health.missingSampleCount).toBeLessThanOrEqual(128 * PACKET_SAMPLES);
  expect(bench.ring.statistics(SIGNAL.current, endSample - 100_000, endSample).count).toBe(100_000);
  await bench.clock.settle(driver.close());
});

test('a hole of more than 65536 packets keeps its time by the clock', async () => {
  const bench = createBench(8);
  const { driver } = await stream(bench, 'test-dc', 6000, withFaults({ kind: 'drop', atPacket: 1000, count: 70_000 }));
  const { health } = bench.ring;
  expect(health.missingSampleCount).toBe(70_000 * PACKET_SAMPLES);
  await bench.clock.settle(driver.close());
});

test('a hole of exactly 65536 packets shows no jump of the index and is found all the same', async () => {
  const bench = createBench(8);
  const { driver } = await stream(bench, 'test-dc', 6000, withFaults({ kind: 'drop', atPacket: 1000, count: 65_536 }));
  expect(bench.ring.health.missingSampleCount).toBe(65_536 * PACKET_SAMPLES);
  await bench.clock.settle(driver.close());
});

test('the packet index wraps without loss, and may begin anywhere', async () => {
  const bench = createBench(1);
  const { driver } = await stream(bench, 'test-dc', 300, { model: { firstPacketIndex: 65_530 } });
  expect(bench.ring.health).toMatchObject({ missingSampleCount: 0, gapCount: 0, badPacketCount: 0 });
  expect(bench.ring.endSample).toBeGreaterThan(500_000);
  await bench.clock.settle(driver.close());
});

test.each([200, 500, 1000])('a host that is held up for %i ms loses nothing', async (heldMs) => {
  const bench = createBench(3);
  const { driver } = await stream(bench, 'test-dc', 500);
  await bench.clock.freeze(heldMs);
  await bench.clock.advance(500);
  expect(bench.ring.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  expect(driver.health.deviceDropCount).toBe(0);
  expect(bench.ring.endSample / 2000).toBeGreaterThan(heldMs + 1000 - 60);
  await bench.clock.settle(driver.close());
});

test.each([1500, 3000, 6000, 9500])('a host that is held up for %i ms reports what that lost', async (heldMs) => {
  const bench = createBench(11);
  const { driver } = await stream(bench, 'test-dc', 500);
  await bench.clock.freeze(heldMs);
  await bench.clock.advance(500);
  const { health, endSample } = bench.ring;
  // What the reads and the instrument's FIFO do not hold; both are full when it begins to be lost.
  expect(health.missingSampleCount).toBeGreaterThan((heldMs - 1150) * 2000);
  expect(health.missingSampleCount).toBeLessThan((heldMs - 1050) * 2000);
  expect(health.receivedSampleCount + health.missingSampleCount).toBe(endSample);
  // Time is kept: what is in the ring ends at most one transfer and a tick before now.
  expect(endSample / 2000).toBeGreaterThan(heldMs + 1000 - 60);
  expect(endSample / 2000).toBeLessThan(heldMs + 1020);
  await bench.clock.advance(200);
  expect(driver.health.deviceDropCount).toBeGreaterThan(0);
  await bench.clock.settle(driver.close());
});

test.each([2500, 3500, 4500])(
  'a packet is lost, then the host is held up for %i ms: no turn is made up',
  async (heldMs) => {
    const bench = createBench(7);
    const { bus, driver } = await stream(bench, 'test-dc', 500);
    bus.device.strike({ kind: 'drop', atPacket: 9000, count: 1 });
    await bench.clock.freeze(heldMs);
    await bench.clock.advance(500);
    const { endSample, health } = bench.ring;
    expect(endSample / 2000).toBeGreaterThan(heldMs + 1000 - 60);
    expect(endSample / 2000).toBeLessThan(heldMs + 1020);
    expect(health.missingSampleCount).toBeLessThan((heldMs - 1050) * 2000);
    // The gap of the lost packet is where it was lost.
    const range = bench.ring.readSamples(SIGNAL.range, 9000 * PACKET_SAMPLES - 1, 9001 * PACKET_SAMPLES + 1);
    expect([range[0], range[1], range.at(-2), range.at(-1)]).toEqual([range[0], Number.NaN, Number.NaN, range[0]]);
    expect(range[0]).toBeLessThan(7);
    await bench.clock.settle(driver.close());
  },
);

test('stop and start again: packets left over from the first stream are not taken for the second', async () => {
  const bench = createBench(1);
  const { driver } = await stream(bench, 'test-dc', 101);
  await bench.clock.settle(driver.stop());
  await bench.clock.advance(333);
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(200);
  expect(bench.ring.health).toMatchObject({ missingSampleCount: 0, gapCount: 0, badPacketCount: 0 });
  expect(bench.ring.endSample).toBeGreaterThan(350_000);
  expect(bench.ring.endSample).toBeLessThan(430_000);
  await bench.clock.settle(driver.close());
});

test.each([-100, 100])('a crystal off by %i ppm loses nothing, and the time map stays within 20 ms', async (ppm) => {
  const bench = createBench(4);
  const { driver } = await stream(bench, 'test-dc', 3000, { clockErrorPpm: ppm });
  expect(bench.ring.health.missingSampleCount).toBe(0);
  const { endSample, clock } = bench.ring;
  const utc = utcFromUnixMs(bench.clock.unixMs());
  const mapped = utcSecondsBetween(clock!.utc, utc) - (endSample - clock!.sample) / clock!.sampleRateHz;
  expect(Math.abs(mapped)).toBeLessThan(0.02);
  await bench.clock.settle(driver.close());
});

test('the computer’s clock is set back by 10 s: no sample is lost and the time map follows', async () => {
  const bench = createBench(6);
  const { driver } = await stream(bench, 'test-dc', 2000);
  bench.clock.stepUnix(-10_000);
  await bench.clock.advance(3000);
  expect(bench.ring.health.missingSampleCount).toBe(0);
  const { endSample, clock } = bench.ring;
  const utc = utcFromUnixMs(bench.clock.unixMs());
  expect(Math.abs(utcSecondsBetween(clock!.utc, utc) - (endSample - clock!.sample) / 2e6)).toBeLessThan(0.02);
  await bench.clock.settle(driver.close());
});

test('the inputs in the lowest bits are aligned with the current', async () => {
  const bench = createBench(1);
  const bus = createBus(bench.clock, 'ble-beacon');
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.set('current.lsb', 'gpi0'));
  await bench.clock.settle(driver.set('voltage.lsb', 'gpi1'));
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  const end = bench.ring.endSample;
  const current = bench.ring.readSamples(SIGNAL.current, 0, end);
  const active = bench.ring.readSamples(SIGNAL.gpi0, 0, end);
  const square = bench.ring.readSamples(SIGNAL.gpi1, 0, end);
  let falls = 0;
  for (let k = 1; k < end; k++) {
    if (active[k - 1] === 1 && active[k] === 0) {
      falls++;
      // The load falls from 3 mA with 30 µs when its marker falls.
      expect(current[k - 1]).toBeCloseTo(3e-3, 4);
      expect(current[k + 120]).toBeLessThan(1e-3);
    }
  }
  expect(falls).toBeGreaterThan(2);
  expect(
    Array.from(square.subarray(0, 4000), (level, k) => level === (Math.floor(k / 1000) % 2 === 0 ? 1 : 0)),
  ).not.toContain(false);
  await bench.clock.settle(driver.close());
});

test.each([
  ['adc', 'adc'],
  ['gpi0', 'gpi1'],
  ['gpi1', 'adc'],
])('a constant is the same with %s and %s in the lowest bits', async (currentLsb, voltageLsb) => {
  const bench = createBench(1);
  const bus = createBus(bench.clock, 'test-dc');
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.set('current.lsb', currentLsb));
  await bench.clock.settle(driver.set('voltage.lsb', voltageLsb));
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  const [current, voltage] = [new Float64Array(1), new Float64Array(1)];
  new LoadPlayer(profileOf('test-dc'), SEED, 2_000_000).play(current, voltage, new Uint8Array(1), 1);
  const count = 800_000;
  // Codes of 1.5 µA and 0.95 mV: the mean of so many with noise of 1.5 codes is good to hundredths of one.
  expect(Math.abs(bench.ring.statistics(SIGNAL.current, 100, count).mean - current[0]!)).toBeLessThan(0.03 * 1.5e-6);
  expect(Math.abs(bench.ring.statistics(SIGNAL.voltage, 100, count).mean - voltage[0]!)).toBeLessThan(0.03 * 0.95e-3);
  await bench.clock.settle(driver.close());
});

test('neither the first samples nor those after Off show more than the load draws; Off takes its voltage away', async () => {
  const bench = createBench(1);
  const { driver } = await stream(bench, 'test-dc', 50);
  await bench.clock.settle(driver.set('current.range', 'off'));
  await bench.clock.advance(50);
  await bench.clock.settle(driver.set('current.range', 'auto'));
  await bench.clock.advance(50);
  const end = bench.ring.endSample;
  const range = bench.ring.readSamples(SIGNAL.range, 0, end);
  const voltage = bench.ring.readSamples(SIGNAL.voltage, 0, end);
  const [off, on] = [range.indexOf(7), range.lastIndexOf(7) + 1];
  expect(on - off).toBeGreaterThan(80_000);
  expect(range.slice(on).includes(7)).toBe(false);
  // Ten times the noise in the range that fits: 1.5 codes of 1.5 µA.
  const limit = 10e-3 + 10 * 1.5 * 1.5e-6;
  expect(bench.ring.statistics(SIGNAL.current, 0, end).max).toBeLessThan(limit);
  expect(bench.ring.statistics(SIGNAL.current, 0, off).min).toBeGreaterThan(20e-3 - limit);
  expect(bench.ring.statistics(SIGNAL.current, off, on)).toMatchObject({ min: 0, max: 0 });
  expect(Math.abs(bench.ring.statistics(SIGNAL.voltage, off, on).mean)).toBeLessThan(1e-3);
  expect(voltage[off - 1]).toBeGreaterThan(4.9);
  expect(voltage[on]).toBeGreaterThan(4.9);
  await bench.clock.settle(driver.close());
});

test.each(['s01_ble_beacon', 's02_dropped_packets', 's03_vrange_and_invalid', 's06_gpi_lsb'])(
  'replay of %s does not depend on the size of transfers or where their bytes lie',
  async (name) => {
    const replay = async (packetsPerTransfer: number, resultByteOffset: number) => {
      const bench = createBench(0.02);
      const device = createReplayDevice(
        goldenBytes(`js110/stream/${name}/packets.bin`),
        goldenBytes('js110/cal/cal_a.bin'),
        {
          clock: bench.clock,
          packetsPerTransfer,
          resultByteOffset,
        },
      );
      const driver = bench.driver(device);
      await bench.clock.settle(driver.open());
      await bench.clock.settle(driver.start('new'));
      await bench.clock.settle(device.finished);
      const { ring } = bench;
      await bench.clock.settle(driver.close());
      return ring.signals.map((_, index) => ring.readSamples(index, 0, ring.endSample));
    };
    const whole = await replay(256, 0);
    expect(whole[0]!.length).toBeGreaterThan(2000);
    expect(await replay(64, 24)).toEqual(whole);
    expect(await replay(1, 7)).toEqual(whole);
  },
);

test('the driver’s replay of a capture is what the reference makes of it, bit for bit', async () => {
  const bench = createBench(0.02);
  const capture = goldenBytes('js110/stream/s01_ble_beacon/packets.bin');
  const device = createReplayDevice(capture, goldenBytes('js110/cal/cal_a.bin'), { clock: bench.clock });
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.settle(device.finished);
  await bench.clock.settle(driver.close());
  const { ring } = bench;
  const expected = goldenBytes('js110/stream/s01_ble_beacon/v0_normal.bin');
  const count = expected.byteLength / 9;
  expect(ring.endSample).toBe(count);
  const floats = new Float32Array(expected.buffer, 0, 2 * count);
  expect(ring.readSamples(SIGNAL.current, 0, count)).toEqual(floats.slice(0, count));
  expect(ring.readSamples(SIGNAL.voltage, 0, count)).toEqual(floats.slice(count));
});
