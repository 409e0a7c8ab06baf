// Serial ports over WebUSB, where the browser has no Web Serial: the polyfill over a simulated CDC-ACM device.

import { expect, test } from 'vitest';
import { StreamInstrument } from '../../../src/devices/sim/scpi/stream-instrument.ts';
import { SimulatedUsbBus } from '../../../src/devices/sim/usb/bus.ts';
import { type CdcAcmOptions, SimulatedCdcAcm } from '../../../src/devices/sim/usb/cdc-acm.ts';
import { openSerialPort } from '../../../src/transports/serial-port.ts';
import { StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import type { UsbDevice } from '../../../src/transports/usb.ts';
import { serialPortsOverUsb } from '../../../src/transports/usb-serial.ts';
import { requestSerialDevice } from '../../../src/workers/device/serial-device.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NumberedTalker } from '../../support/numbered-talker.ts';
import { bytesOf, textOf } from '../../support/usbtmc.ts';

const LIMITS = { timeoutMs: 500 };
/** As of a full-speed device. */
const PACKET_BYTES = 64;

function bench(options: Partial<CdcAcmOptions> = {}) {
  const clock = new ManualClock();
  const talker = new NumberedTalker();
  const instrument = new StreamInstrument({ clock, talker });
  const makeDevice = () =>
    new SimulatedCdcAcm({ clock, serialNumber: 'S1', instrument, packetBytes: PACKET_BYTES, ...options });
  const bus = new SimulatedUsbBus<{ powerUp(): void }, SimulatedCdcAcm>({
    clock,
    model: { powerUp: () => instrument.plug() },
    createDevice: makeDevice,
  });
  const open = async (baudRate = 9600) => {
    // loads the polyfill, which no clock of ours waits for
    const [port] = await serialPortsOverUsb(bus, 'other').getPorts();
    return clock.settle(openSerialPort(port!, { baudRate }, { clock, label: 'serial port 1' }));
  };
  const openLink = async () => clock.settle(StreamMessageLink.open(await open(), { clock, hasBreak: true }));
  return { clock, talker, instrument, bus, open, openLink };
}

test('the settings of the line reach the device as CDC 1.1 has them, and both signals are raised', async () => {
  const { clock, bus, open } = bench();
  const port = await open(19_200);
  // 6.2.13: rate as 32 bits, one stop bit, no parity, 8 data bits
  expect([...bus.device.lineCoding]).toEqual([0x00, 0x4b, 0, 0, 0, 0, 8]);
  expect(bus.device.lineState).toBe(0b11);
  await clock.settle(port.close());
  expect(bus.device.opened).toBe(false);
  expect(bus.device.lineState).toBe(0);
});

test('answers come whole, whatever their length is to the packets', async () => {
  for (const omitsEmptyPacket of [false, true]) {
    const { clock, talker, openLink } = bench({ omitsEmptyPacket });
    const link = await openLink();
    talker.tell = (message) => talker.onAnswer?.(bytesOf('x'.repeat(Number(textOf(message)))));
    // with its line end each is as long as some packets, or just not
    for (const length of [1, 62, 63, 64, 127, 191, 1000, 63]) {
      await clock.settle(link.send(bytesOf(String(length)), LIMITS));
      const answer = await clock.settle(link.receive(LIMITS));
      expect(textOf(answer)).toBe('x'.repeat(length));
    }
    await clock.settle(link.close());
  }
});

test('no more than one read waits, however long the talk is', async () => {
  const { clock, bus, openLink } = bench();
  let [waiting, most] = [0, 0];
  const { device } = bus;
  const transferIn = device.transferIn.bind(device);
  device.transferIn = async (...args) => {
    most = Math.max(most, ++waiting);
    try {
      return await transferIn(...args);
    } finally {
      waiting--;
    }
  };
  const link = await openLink();
  for (let number = 1; number <= 50; number++) {
    await clock.settle(link.send(bytesOf(`Q ${number}?`), LIMITS));
    expect(textOf(await clock.settle(link.receive(LIMITS)))).toBe(`<${number}>`);
  }
  expect(most).toBe(1);
  await clock.settle(link.close());
});

test('a break clears what the instrument was about to say', async () => {
  const { clock, bus, instrument, openLink } = bench();
  const link = await openLink();
  instrument.strike({ kind: 'late', delayMs: 5000 });
  await clock.settle(link.send(bytesOf('Q 1?'), LIMITS));
  await expect(clock.settle(link.receive(LIMITS))).rejects.toMatchObject({ code: 'device/timeout' });
  await clock.settle(link.clear());
  expect(bus.device.breakCount).toBe(1);
  await clock.settle(link.send(bytesOf('Q 2?'), LIMITS));
  expect(textOf(await clock.settle(link.receive(LIMITS)))).toBe('<2>');
});

test('a pulled cable is told at once, and a new port is there when it is back', async () => {
  const { clock, bus, openLink } = bench();
  const link = await openLink();
  let lost: Error | undefined;
  link.onLost = (error) => {
    lost = error;
  };
  bus.unplug();
  await clock.advance(1);
  expect(lost).toMatchObject({ code: 'device/lost' });
  await clock.settle(link.close());
  await clock.advance(1000);
  bus.plug();
  const again = await openLink();
  await clock.settle(again.send(bytesOf('Q 3?'), LIMITS));
  expect(textOf(await clock.settle(again.receive(LIMITS)))).toBe('<3>');
});

test('a device whose reads stall is given up, not asked again and again', async () => {
  const { clock, bus, openLink } = bench();
  const link = await openLink();
  let lost: Error | undefined;
  link.onLost = (error) => {
    lost = error;
  };
  let readCount = 0;
  bus.device.transferIn = async () => {
    readCount++;
    return { status: 'stall' };
  };
  await clock.settle(link.send(bytesOf('Q 1?'), LIMITS));
  await clock.advance(100);
  expect(lost).toMatchObject({ code: 'device/lost' });
  expect(readCount).toBe(1);
});

test('a device that takes no bytes is given up, closed, and can be opened again', async () => {
  const { clock, bus, openLink } = bench();
  const { device } = bus;
  const [transferOut, close] = [device.transferOut.bind(device), device.close.bind(device)];
  let giveUp: (error: Error) => void;
  device.transferOut = () => new Promise((_resolve, reject) => (giveUp = reject));
  device.close = async () => {
    giveUp(new DOMException('The transfer was cancelled.', 'AbortError'));
    await close();
  };
  await expect(openLink()).rejects.toMatchObject({ code: 'device/timeout' });
  expect(device.opened).toBe(false);
  device.transferOut = transferOut;
  const link = await openLink();
  await clock.settle(link.send(bytesOf('Q 1?'), LIMITS));
  expect(textOf(await clock.settle(link.receive(LIMITS)))).toBe('<1>');
});

test('a device that something else has, or that the system refuses, is said with what to do', async () => {
  const claimed = bench({ faults: { isClaimed: true } });
  await expect(claimed.open()).rejects.toMatchObject({ code: 'device/in-use' });
  const denied = bench({ faults: { openError: 'SecurityError' } });
  await expect(denied.open()).rejects.toMatchObject({ code: 'device/denied' });
  // SET_LINE_CODING
  const unable = bench({ faults: { stalledRequests: [0x20] } });
  await expect(unable.open()).rejects.toMatchObject({
    code: 'device/protocol',
    message: expect.stringContaining('does not take these settings'),
  });
});

test('the chooser offers serial ports; the one that was picked is found again by its place among them', async () => {
  const { clock, bus } = bench();
  const other = { vendorId: 0x16d0, productId: 0x0e88, configurations: [] };
  const asked: unknown[] = [];
  const usb = (picked: object) =>
    ({
      requestDevice: async (options: unknown) => {
        asked.push(options);
        return picked;
      },
      getDevices: async () => [other, bus.device],
    }) as unknown as USB;
  const choice = await clock.settle(requestSerialDevice(usb(bus.device), 115_200));
  expect(asked).toEqual([{ filters: [{ classCode: 2 }] }]);
  expect(choice.connection).toEqual({
    kind: 'serial',
    portIndex: 0,
    usbVendorId: 0x1209,
    usbProductId: 1,
    baudRate: 115_200,
  });
  await expect(requestSerialDevice(usb(other as unknown as UsbDevice), 9600)).rejects.toMatchObject({
    code: 'device/unsupported',
  });
});
