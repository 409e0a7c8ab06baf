// The list of serial ports as browsers keep it: a port that was pulled is taken out, and comes back as another object.

import { expect, test } from 'vitest';
import type { ListedSerialPort } from '../../../src/transports/usb-serial.ts';
import { placeAtSerialPort } from '../../../src/workers/device/serial-place.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SUPPLY = { usbVendorId: 0x1ab1, usbProductId: 0x0e11 };

class FakePorts {
  readonly opened: string[] = [];
  listed: ListedSerialPort[] = [];
  readonly #listeners = new Set<() => void>();

  make(name: string, info: SerialPortInfo): ListedSerialPort {
    return {
      readable: new ReadableStream(),
      writable: new WritableStream(),
      open: async () => {
        this.opened.push(name);
        throw new Error('nobody answers here');
      },
      setSignals: async () => undefined,
      close: async () => undefined,
      getInfo: () => info,
    };
  }

  getPorts = async () => this.listed;
  addEventListener = (_type: 'connect', listener: () => void) => void this.#listeners.add(listener);
  removeEventListener = (_type: 'connect', listener: () => void) => void this.#listeners.delete(listener);

  come(port: ListedSerialPort, at: number): void {
    this.listed = this.listed.toSpliced(at, 0, port);
    for (const listener of this.#listeners) listener();
  }
}

function bench() {
  const ports = new FakePorts();
  const [console, first, second] = [ports.make('console', {}), ports.make('1', SUPPLY), ports.make('2', SUPPLY)];
  ports.listed = [console, first, second];
  const connection = { kind: 'serial', portIndex: 2, baudRate: 9600, ...SUPPLY } as const;
  const place = placeAtSerialPort(connection, ports, new ManualClock());
  const openFound = async () => {
    const link = await place.find();
    if (link?.kind === 'messages') await expect(link.open()).rejects.toThrow('nobody answers here');
    return link !== undefined;
  };
  return { ports, place, second, openFound };
}

test('the port at its place in the list; after the cable was pulled the one that came, wherever it is listed', async () => {
  const { ports, place, second, openFound } = bench();
  let backCount = 0;
  const stop = place.onBack(() => backCount++);
  await openFound();
  expect(ports.opened).toEqual(['2']);
  ports.listed = ports.listed.filter((port) => port !== second);
  // the one of the same kind beside it is another's
  expect(await openFound()).toBe(false);
  ports.come(ports.make('2, back', SUPPLY), 0);
  expect(backCount).toBe(1);
  await openFound();
  expect(ports.opened).toEqual(['2', '2, back']);
  stop();
  ports.come(ports.make('3', SUPPLY), 0);
  expect(backCount).toBe(1);
});

test('a port of another kind at its place is not opened', async () => {
  const { ports, place } = bench();
  ports.listed = ports.listed.toReversed();
  expect(await place.find()).toBeUndefined();
});
