// What the driver says and does when the instrument cannot be opened, does not answer, or goes away.

import { expect, test } from 'vitest';
import { UDEV_RULES_FILE, udevRule } from '../../../src/base/udev.ts';
import type { InstrumentTotals } from '../../../src/devices/joulescope/energy-meter.ts';
import type { Js110FaultOptions } from '../../../src/devices/joulescope/js110/sim/faults.ts';
import type { Js110ModelOptions } from '../../../src/devices/joulescope/js110/sim/model.ts';
import { hostSystem } from '../../../src/transports/usb-errors.ts';
import { goldenBytes } from '../../support/golden.ts';
import { createBench, createBus } from '../../support/js110.ts';

const CLOSE_LIMIT_MS = 2000;

async function openWith(
  faults: Js110FaultOptions,
  model: Partial<Js110ModelOptions> = {},
  system: 'linux' | 'windows' = 'linux',
) {
  const bench = createBench(0.1);
  const bus = createBus(bench.clock, 'test-dc', { faults, model });
  const driver = bench.driver(bus.device, { system });
  const startMs = bench.clock.nowMs();
  const error = await bench.clock.settle(
    driver.open().then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { code: string },
    ),
  );
  const openMs = bench.clock.nowMs() - startMs;
  // Nothing was recorded, and a driver could not know.
  expect(error?.message ?? '').not.toMatch(/record/i);
  await bench.clock.settle(driver.close(), CLOSE_LIMIT_MS);
  return { error, openMs, bus };
}

test('no permission on Linux: the message holds the udev rule', async () => {
  const { error } = await openWith({ openError: 'SecurityError' });
  expect(error).toMatchObject({ code: 'device/denied' });
  expect(error!.message).toContain('ATTR{idVendor}=="16d0", ATTR{idProduct}=="0e88"');
  expect(error!.message).toContain(udevRule({ vendorId: 0x16d0, productId: 0x0e88 }));
  expect(error!.message).toContain(UDEV_RULES_FILE);
});

test('no permission on Windows: the message names WinUSB', async () => {
  const { error } = await openWith({ openError: 'SecurityError' }, {}, 'windows');
  expect(error).toMatchObject({ code: 'device/denied' });
  expect(error!.message).toContain('WinUSB');
});

test('another program has it', async () => {
  const { error, bus } = await openWith({ isClaimed: true });
  expect(error).toMatchObject({ code: 'device/in-use' });
  expect(error!.message).toContain('Joulescope UI');
  // It was opened and must be given back.
  expect(bus.device.opened).toBe(false);
});

test('systems are told from the user agent', () => {
  expect(hostSystem('Mozilla/5.0 (X11; Linux x86_64) Chrome/130')).toBe('linux');
  expect(hostSystem('Mozilla/5.0 (Windows NT 10.0; Win64; x64)')).toBe('windows');
  expect(hostSystem('Mozilla/5.0 (X11; CrOS x86_64)')).toBe('other');
  expect(hostSystem('Mozilla/5.0 (Linux; Android 14)')).toBe('other');
  expect(hostSystem('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)')).toBe('other');
});

test('busy for ever: gives up after 3 s', async () => {
  const { error, openMs } = await openWith({}, { settingsBusyReads: Number.POSITIVE_INFINITY });
  expect(error).toMatchObject({ code: 'device/timeout' });
  expect(openMs).toBeGreaterThanOrEqual(3000);
  expect(openMs).toBeLessThan(3500);
});

test('a request that is never answered: gives up after the third time', async () => {
  const { error, openMs } = await openWith({ mutedRequests: [8] });
  expect(error).toMatchObject({ code: 'device/timeout', context: { request: 8 } });
  expect(openMs).toBeGreaterThanOrEqual(3000);
  expect(openMs).toBeLessThan(3500);
});

test.each([2, 3, 4, 7, 8, 9, 10])(
  'request %i is answered late once while connecting: it is made again',
  async (request) => {
    const bench = createBench(0.1);
    const muted = [request];
    const bus = createBus(bench.clock, 'test-dc', { faults: { mutedRequests: muted } });
    const driver = bench.driver(bus.device);
    bench.clock.after(500, () => muted.pop());
    await bench.clock.settle(driver.open(), 2000);
    expect(driver.identity?.firmware).toBe('1.3.2');
    await bench.clock.settle(driver.close(), CLOSE_LIMIT_MS);
  },
);

test('a stalled request is named', async () => {
  const { error } = await openWith({ stalledRequests: [3] });
  expect(error).toMatchObject({ code: 'device/protocol', context: { request: 3 } });
});

test('firmware without INFO opens', async () => {
  expect((await openWith({ stalledRequests: [10] })).error).toBeUndefined();
});

test.each([
  ['a wrong checksum', 'cal_bad_header_crc_flip.bin'],
  ['a wrong start', 'cal_bad_magic_flip.bin'],
  ['another unit’s serial number', 'cal_a.bin'],
])('calibration with %s is refused', async (_name, file) => {
  const { error } = await openWith({}, { calibrationBytes: goldenBytes(`js110/cal/${file}`) });
  expect(error).toMatchObject({ code: 'device/calibration' });
  expect(error!.message).toContain('Joulescope UI');
});

test.each([
  ['no bytes', {}, { calibrationBytes: new Uint8Array(0) }],
  ['erased memory', {}, { calibrationBytes: new Uint8Array(1024).fill(0xff) }],
  ['zeros', {}, { calibrationBytes: new Uint8Array(1024) }],
  ['a refusal', { stalledRequests: [8] }, {}],
])('a missing calibration (%s) is named', async (_name, faults, model) => {
  const { error } = await openWith(faults, model);
  expect(error).toMatchObject({ code: 'device/calibration' });
  expect(error!.message).toContain('holds no calibration');
});

test('control answers half a second late leave the stream alone', async () => {
  const bench = createBench(2);
  const bus = createBus(bench.clock, 'test-dc', { faults: { controlDelayMs: 500 } });
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(1000);
  expect(bench.ring.health.missingSampleCount).toBe(0);
  expect(bench.ring.endSample).toBeGreaterThan(1_900_000);
  await bench.clock.settle(driver.close(), CLOSE_LIMIT_MS);
});

test('a host so slow that each answer takes most of a second opens and starts', async () => {
  const bench = createBench(0.5);
  const bus = createBus(bench.clock, 'test-dc', {
    faults: { controlDelayMs: 900 },
    model: { settingsBusyReads: 5 },
  });
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  expect(bus.model.isStreaming).toBe(true);
  await bench.clock.settle(driver.close(), CLOSE_LIMIT_MS);
});

test('a start that fails leaves the instrument silent', async () => {
  const bench = createBench(0.5);
  const muted: number[] = [];
  const bus = createBus(bench.clock, 'test-dc', { faults: { mutedRequests: muted } });
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  muted.push(4);
  const error = await bench.clock.settle(
    driver.start('new').then(
      () => undefined,
      (thrown: unknown) => thrown,
    ),
  );
  expect(error).toMatchObject({ code: 'device/timeout' });
  await bench.clock.advance(10);
  expect(bus.model.isStreaming).toBe(false);
  await bench.clock.settle(driver.close(), CLOSE_LIMIT_MS);
});

test('an instrument that went mute while streaming can still be closed', async () => {
  const bench = createBench(1);
  const muted: number[] = [];
  const bus = createBus(bench.clock, 'test-dc', { faults: { mutedRequests: muted } });
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  muted.push(3, 4, 9);
  await bench.clock.settle(driver.close(), CLOSE_LIMIT_MS);
});

test('an unplugged instrument is reported once, and closes at once', async () => {
  const bench = createBench(1);
  const bus = createBus(bench.clock, 'test-dc', { faults: { script: [{ kind: 'unplug', atPacket: 1000 }] } });
  const driver = bench.driver(bus.device);
  const failures: Error[] = [];
  driver.onFailed = (error) => failures.push(error);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(1000);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ code: 'device/lost' });
  const endSample = bench.ring.endSample;
  expect(endSample).toBeGreaterThan(100_000);
  await bench.clock.settle(driver.close(), CLOSE_LIMIT_MS);
  expect(bench.ring.endSample).toBe(endSample);
});

test('replugged: the stream goes on with the interruption as one gap and the time kept', async () => {
  const bench = createBench(4);
  const bus = createBus(bench.clock, 'test-dc', {
    faults: { script: [{ kind: 'unplug', atPacket: 8000, replugAfterMs: 1000 }] },
  });
  const first = bench.driver(bus.device);
  await bench.clock.settle(first.open());
  await bench.clock.settle(first.start('new'));
  const startMs = bench.clock.nowMs();
  await bench.clock.advance(1600);
  const second = bench.driver(bus.device);
  await bench.clock.settle(second.open());
  await bench.clock.settle(second.start('resume'));
  await bench.clock.advance(500);
  const { endSample, health } = bench.ring;
  expect(health.gapCount).toBe(1);
  expect(health.receivedSampleCount + health.missingSampleCount).toBeGreaterThanOrEqual(endSample);
  // Within one transfer and a tick of now.
  expect(Math.abs(endSample / 2000 - (bench.clock.nowMs() - startMs))).toBeLessThan(20);
  expect(health.missingSampleCount / 2000).toBeGreaterThan(1000);
  await bench.clock.settle(second.close(), CLOSE_LIMIT_MS);
});

test('parameters: every one is checked, and what is set is read back by the next session', async () => {
  const bench = createBench(0.1);
  const bus = createBus(bench.clock, 'test-dc');
  const driver = bench.driver(bus.device);
  await bench.clock.settle(driver.open());
  await expect(driver.set('current.range', '3A')).rejects.toMatchObject({ code: 'setup/invalid' });
  await expect(driver.set('suppression.pre', 9)).rejects.toMatchObject({ code: 'setup/invalid' });
  await expect(driver.set('suppression.pre', 1.5)).rejects.toMatchObject({ code: 'setup/invalid' });
  await expect(driver.set('gpi.0', true)).rejects.toMatchObject({ code: 'setup/invalid' });
  await expect(driver.set('nothing', true)).rejects.toMatchObject({ code: 'setup/invalid' });
  const changes = {
    'current.range': '2A',
    'voltage.range': '5V',
    'io.voltage': '1800',
    'gpo.1': true,
    'current.lsb': 'gpi1',
  };
  for (const [id, value] of Object.entries(changes)) await bench.clock.settle(driver.set(id, value));
  expect(driver.values).toMatchObject(changes);
  await bench.clock.settle(driver.close());
  const next = bench.driver(bus.device);
  await bench.clock.settle(next.open());
  expect(next.values).toMatchObject(changes);
  await bench.clock.settle(next.close());
});

test('statistics of the instrument come without streaming, once for each window', async () => {
  const bench = createBench(0.1);
  const bus = createBus(bench.clock, 'test-dc');
  const told: InstrumentTotals[] = [];
  const driver = bench.driver(bus.device, { onTotals: (totals) => told.push(totals) });
  await bench.clock.settle(driver.open());
  await bench.clock.advance(1200);
  expect(told.map(({ clockS }) => clockS)).toEqual([0.5, 1]);
  expect(told[1]!.currentA).toBeCloseTo(10e-3, 6);
  expect(told[1]!.voltageV).toBeCloseTo(4.999, 4);
  expect(told[1]!.chargeC).toBeCloseTo(10e-3, 7);
  await bench.clock.settle(driver.close());
});
