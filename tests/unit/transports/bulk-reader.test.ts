// Reads in flight: as many as a second needs, no more than the share of one instrument, and fewer where the system
// refuses them. The driver and the instrument are the shipped ones; only the system below them is made poor.

import { expect, test } from 'vitest';
import { readBudgetBytes } from '../../../src/transports/read-budget.ts';
import { createBench, createBus } from '../../support/js110.ts';
import { limitReads } from '../../support/limited-usb.ts';

const MB = 2 ** 20;
/** What a JS110 sends in a second: 2 000 000 / 126 packets of 512 bytes. */
const SECOND_BYTES = 8_126_984;

async function open(limitBytes: number, readBudgetBytes?: () => number) {
  const bench = createBench(3);
  const bus = createBus(bench.clock, 'test-dc');
  const usb = limitReads(bus.device, limitBytes);
  const driver = bench.driver(usb.device, readBudgetBytes ? { readBudgetBytes } : {});
  await bench.clock.settle(driver.open());
  return { bench, bus, usb, driver };
}

test('a stream has more than a second in flight; an instrument that does not stream takes little', async () => {
  const { bench, usb, driver } = await open(16 * MB);
  await bench.clock.advance(1000);
  expect(usb.inFlightBytes).toBeLessThanOrEqual(MB);
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  expect(usb.inFlightBytes).toBeGreaterThan(SECOND_BYTES);
  expect(usb.inFlightBytes).toBeLessThan(1.2 * SECOND_BYTES);
  expect(driver.notice).toBeUndefined();
  await bench.clock.settle(driver.close());
});

test('a share is kept, and a smaller one is reached while the stream goes on', async () => {
  let shareBytes = 4 * MB;
  const { bench, usb, driver } = await open(16 * MB, () => shareBytes);
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  expect(usb.inFlightBytes).toBeGreaterThan(3.8 * MB);
  expect(usb.inFlightBytes).toBeLessThanOrEqual(4 * MB);
  shareBytes = 2 * MB;
  await bench.clock.advance(500);
  expect(usb.inFlightBytes).toBeLessThanOrEqual(2 * MB);
  expect(bench.ring.health.missingSampleCount).toBe(0);
  await bench.clock.settle(driver.close());
});

test('refused reads: the stream goes on without loss with fewer, leaves memory to others, and says so', async () => {
  const { bench, usb, driver } = await open(3 * MB);
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(1500);
  expect(usb.refusedCount).toBeGreaterThan(0);
  expect(usb.inFlightBytes).toBeGreaterThan(2 * MB);
  expect(usb.inFlightBytes).toBeLessThanOrEqual(2.25 * MB);
  expect(bench.ring.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  const heldMs = Number(/more than (\d+) ms/.exec(driver.notice ?? '')?.[1]);
  expect(heldMs).toBeGreaterThan((0.8 * usb.inFlightBytes * 1000) / SECOND_BYTES);
  expect(heldMs).toBeLessThanOrEqual((1.05 * usb.inFlightBytes * 1000) / SECOND_BYTES);
  expect(driver.notice).toContain('usbfs_memory_mb');
  const { refusedCount } = usb;
  await bench.clock.advance(1000);
  expect(usb.refusedCount).toBe(refusedCount);
  await bench.clock.settle(driver.close());
});

test('memory that another program takes while the stream runs', async () => {
  const { bench, usb, driver } = await open(16 * MB);
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  usb.limitBytes = 5 * MB;
  await bench.clock.advance(1500);
  expect(usb.inFlightBytes).toBeLessThanOrEqual(5 * MB);
  expect(bench.ring.health.missingSampleCount).toBe(0);
  expect(driver.notice).toContain('ms loses samples');
  await bench.clock.settle(driver.close());
});

test('the shares of Linux leave room for control requests and other programs', () => {
  for (const instrumentCount of [1, 2, 3, 8]) {
    expect(instrumentCount * readBudgetBytes('linux', instrumentCount)).toBeLessThanOrEqual(14 * MB);
  }
  expect(readBudgetBytes('linux', 1)).toBeGreaterThan(1.1 * SECOND_BYTES);
});

test('an unplugged instrument is still told from refused reads: lost, and at once', async () => {
  const { bench, bus, usb, driver } = await open(3 * MB);
  const failures: (Error & { code?: string })[] = [];
  driver.onFailed = (error) => failures.push(error);
  await bench.clock.settle(driver.start('new'));
  await bench.clock.advance(500);
  bus.unplug();
  await bench.clock.advance(10);
  expect(failures.map(({ code }) => code)).toEqual(['device/lost']);
  expect(usb.inFlightBytes).toBe(0);
  await bench.clock.settle(driver.close());
});
