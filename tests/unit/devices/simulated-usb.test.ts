// The simulated USB device behaves as Chromium's: the table of the WebUSB specification and of observations on Linux.

import { expect, test } from 'vitest';
import type { SimulatedJs110 } from '../../../src/devices/joulescope/js110/sim/usb-device.ts';
import type { UsbDevice, UsbSetup } from '../../../src/transports/usb.ts';
import { createBus } from '../../support/js110.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const setup = (request: number): UsbSetup => ({
  requestType: 'vendor',
  recipient: 'device',
  request,
  value: 0,
  index: 0,
});

function start(options: Parameters<typeof createBus>[2] = {}) {
  const clock = new ManualClock();
  const bus = createBus(clock, 'test-dc', options);
  return { clock, bus, device: bus.device };
}

async function ready(clock: ManualClock, device: SimulatedJs110) {
  await clock.settle(device.open());
  await clock.settle(device.claimInterface(0));
}

const startStream = (device: UsbDevice) =>
  device.controlTransferOut(setup(3), Uint8Array.of(1, 16, 1, 0, 0, 0, 0, 0, 1, 0x80, 0xc0, 0, 3, 0, 0, 0));
const stopStream = (device: UsbDevice) =>
  device.controlTransferOut(setup(3), Uint8Array.of(1, 16, 1, 0, 0, 0, 0, 0, 1, 0x80, 0xc0, 0, 0, 0, 0, 0));

/** Rejection of `promise` as a name, or `undefined`. */
const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error) => error.name,
  );

test('transfers while closed, unclaimed, unconfigured or out of range are refused', async () => {
  const { clock, device } = start({ isConfigured: false });
  expect(await clock.settle(nameOf(device.transferIn(2, 512)))).toBe('InvalidStateError');
  expect(await clock.settle(nameOf(device.controlTransferIn(setup(4), 128)))).toBe('InvalidStateError');
  await clock.settle(device.open());
  expect(await clock.settle(nameOf(device.controlTransferIn(setup(4), 128)))).toBe('InvalidStateError');
  await clock.settle(device.selectConfiguration(1));
  expect(await clock.settle(nameOf(device.transferIn(2, 512)))).toBe('NotFoundError');
  await clock.settle(device.claimInterface(0));
  expect(await clock.settle(nameOf(device.transferIn(3, 512)))).toBe('NotFoundError');
  expect(await clock.settle(nameOf(device.transferIn(0, 512)))).toBe('IndexSizeError');
  expect(await clock.settle(nameOf(device.transferIn(16, 512)))).toBe('IndexSizeError');
  expect(await clock.settle(nameOf(device.transferIn(2, 32 * 2 ** 20 + 512)))).toBe('DataError');
  expect((await clock.settle(device.transferIn(2, 0))).data!.byteLength).toBe(0);
  expect(await clock.settle(nameOf(device.claimInterface(1)))).toBe('NotFoundError');
});

test('doing it twice is fine: open, claim, clearHalt', async () => {
  const { clock, device } = start();
  await ready(clock, device);
  await clock.settle(device.open());
  await clock.settle(device.claimInterface(0));
  await clock.settle(device.clearHalt('in', 2));
});

test('unknown requests stall with empty data', async () => {
  const { clock, device } = start();
  await ready(clock, device);
  const result = await clock.settle(device.controlTransferIn(setup(99), 64));
  expect(result.status).toBe('stall');
  expect(result.data!.byteLength).toBe(0);
  expect((await clock.settle(device.controlTransferOut(setup(99)))).status).toBe('stall');
  expect((await clock.settle(device.controlTransferOut(setup(3), Uint8Array.of(2, 16, 1)))).status).toBe('stall');
});

test('close, release and reset end pending reads as the browser does', async () => {
  for (const [action, name] of [
    ['close', 'AbortError'],
    ['release', 'NetworkError'],
    ['reset', 'NetworkError'],
  ] as const) {
    const { clock, device } = start();
    await ready(clock, device);
    const pending = nameOf(device.transferIn(2, 512));
    if (action === 'close') await clock.settle(device.close());
    else if (action === 'release') await clock.settle(device.releaseInterface(0));
    else await clock.settle(device.reset());
    expect(await clock.settle(pending)).toBe(name);
    if (action === 'release') expect(await clock.settle(nameOf(device.transferIn(2, 512)))).toBe('NotFoundError');
  }
});

test('a stall is reported by one read; the others go on in order after clearHalt', async () => {
  const { clock, device } = start({ faults: { script: [{ kind: 'stall', atPacket: 2 }] } });
  await ready(clock, device);
  const reads = [0, 1, 2].map(() => device.transferIn(2, 1024));
  await clock.settle(startStream(device));
  await clock.advance(5);
  expect((await clock.settle(reads[0]!)).status).toBe('ok');
  const stalled = await clock.settle(reads[1]!);
  expect(stalled.status).toBe('stall');
  expect(stalled.data!.byteLength).toBe(0);
  await clock.settle(device.clearHalt('in', 2));
  const next = await clock.settle(reads[2]!);
  expect(next.status).toBe('ok');
  expect(next.data!.getUint16(4, true)).toBe(2);
});

test('a stall while no read waits is reported by the next one, once', async () => {
  const { clock, device } = start({ faults: { script: [{ kind: 'stall', atPacket: 2 }] } });
  await ready(clock, device);
  await clock.settle(startStream(device));
  await clock.advance(5);
  const reads = [0, 1].map(() => device.transferIn(2, 512));
  expect((await clock.settle(reads[0]!)).status).toBe('stall');
  await clock.settle(device.clearHalt('in', 2));
  const next = await clock.settle(reads[1]!);
  expect(next.status).toBe('ok');
  expect(next.data!.getUint16(4, true)).toBe(0);
});

test('a read that is half filled when the stream stops stays pending', async () => {
  const { clock, device } = start();
  await ready(clock, device);
  let isSettled = false;
  const read = device.transferIn(2, 1024 * 512).then(() => {
    isSettled = true;
  });
  await clock.settle(startStream(device));
  await clock.advance(20);
  await clock.settle(stopStream(device));
  await clock.advance(5000);
  expect(isSettled).toBe(false);
  await clock.settle(nameOf(Promise.all([read, device.close()])));
});

test('the manual clock gives exactly the samples of the time that passed', async () => {
  const { clock, device } = start();
  await ready(clock, device);
  await clock.advance(1234.5);
  await clock.settle(device.controlTransferOut(setup(2), new Uint8Array(1)));
  expect(device.model.poweredSample).toBe(Math.floor((clock.nowMs() / 1000) * 2e6));
});

test('unplug: reads fail first, the event comes later, the object is dead for good; a new one has the same serial', async () => {
  const { clock, bus, device } = start();
  await ready(clock, device);
  const events: string[] = [];
  bus.addEventListener('disconnect', (event) => events.push(event.device === device ? 'disconnect' : 'other'));
  bus.addEventListener('connect', (event) => events.push(`connect ${event.device.serialNumber}`));
  const pending = nameOf(device.transferIn(2, 512));
  bus.unplug();
  expect(await clock.settle(pending)).toBe('NetworkError');
  expect(device.opened).toBe(true);
  expect(events).toEqual([]);
  expect(await clock.settle(nameOf(device.controlTransferIn(setup(4), 128)))).toBe('NetworkError');
  expect(await clock.settle(nameOf(device.open()))).toBe('SecurityError');
  await clock.advance(300);
  expect(events).toEqual(['disconnect']);
  for (const call of [
    () => device.open(),
    () => device.close(),
    () => device.transferIn(2, 512),
    () => device.controlTransferIn(setup(4), 8),
  ]) {
    expect(await clock.settle(nameOf(call()))).toBe('NotFoundError');
  }
  bus.plug();
  expect(events).toEqual(['disconnect', `connect ${device.serialNumber}`]);
  expect(bus.device).not.toBe(device);
  await clock.settle(bus.device.open());
});

test('results may lie anywhere in their buffer', async () => {
  const { clock, device } = start({ resultByteOffset: 7 });
  await ready(clock, device);
  const read = device.transferIn(2, 512);
  await clock.settle(startStream(device));
  await clock.advance(5);
  const { data } = await clock.settle(read);
  expect(data!.byteOffset).toBe(7);
  expect(data!.getUint8(0)).toBe(1);
});

test('the target without power draws nothing, and a fixed range clips', async () => {
  const { clock, device } = start();
  await ready(clock, device);
  const select = async (code: number) => {
    const message = Uint8Array.of(1, 16, 1, 0, 0, 0, 0, 0, 1, code, 0xc0, 0, 3, 0, 0, 0);
    await clock.settle(device.controlTransferOut(setup(3), message));
    // Two reads: the first may hold packets from before the change.
    await clock.advance(300);
    for (let k = 0; k < 2; k++) {
      const read = device.transferIn(2, 128 * 512);
      await clock.advance(20);
      const { data } = await clock.settle(read);
      if (k === 1)
        return { word: data!.getUint16(127 * 512 + 8, true), voltage: data!.getUint16(127 * 512 + 10, true) };
    }
    throw new Error('unreachable');
  };
  const off = await select(0);
  expect([off.word & 3, off.voltage & 1]).toEqual([3, 1]);
  // 10 mA in the 18 µA range: the highest code.
  const clipped = await select(0x40);
  expect(clipped.word >> 2).toBe(16_383);
  expect((clipped.word & 3) | ((clipped.voltage & 1) << 2)).toBe(6);
});
