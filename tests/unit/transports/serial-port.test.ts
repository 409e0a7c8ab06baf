// Serial ports: flow control by characters, banners, the order of closing, and what is said when the cable is pulled.

import { expect, test } from 'vitest';
import { StreamInstrument, type StreamInstrumentOptions } from '../../../src/devices/sim/scpi/stream-instrument.ts';
import { openSerialPort, type SerialSettings } from '../../../src/transports/serial-port.ts';
import { StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import { goldenJson } from '../../support/golden.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NumberedTalker } from '../../support/numbered-talker.ts';
import { bytesOf, textOf } from '../../support/usbtmc.ts';

const LIMITS = { timeoutMs: 500 };

async function bench(settings: Partial<SerialSettings> = {}, options: Partial<StreamInstrumentOptions> = {}) {
  const clock = new ManualClock();
  const instrument = new StreamInstrument({ clock, talker: new NumberedTalker(), ...options });
  const serial = instrument.serialPort();
  const opening = openSerialPort(serial, { baudRate: 9600, ...settings }, { clock, label: 'COM1' });
  const port = await clock.settle(opening);
  return { clock, instrument, serial, port };
}

/** A port of the browser's shape that takes what it is given. */
function plainPort() {
  let push!: (bytes: Uint8Array) => void;
  const written: number[] = [];
  const opened: object[] = [];
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => {
      push = (bytes) => controller.enqueue(bytes);
    },
  });
  const writable = new WritableStream<Uint8Array>({ write: (bytes) => void written.push(...bytes) });
  const nothing = () => Promise.resolve();
  const open = (options: object) => {
    opened.push(options);
    return Promise.resolve();
  };
  return { push, written, opened, port: { readable, writable, open, setSignals: nothing, close: nothing } };
}

test('settings go to the port; flow control by characters is ours', async () => {
  const { opened, port } = plainPort();
  const clock = new ManualClock();
  const settings = { baudRate: 19_200, dataBits: 7, stopBits: 2, parity: 'even', flow: 'software' } as const;
  await openSerialPort(port, settings, { clock, label: 'COM1' });
  expect(opened[0]).toMatchObject({ baudRate: 19_200, dataBits: 7, stopBits: 2, parity: 'even', flowControl: 'none' });
});

test('XON and XOFF are no data, and XOFF holds what is written back', async () => {
  const golden = goldenJson<{ cases: { name: string; softwareFlow?: boolean; chunks_hex: string[] }[] }>(
    'scpi/stream.json',
  );
  const { chunks_hex } = golden.cases.find(({ softwareFlow }) => softwareFlow)!;
  const { push, written, port } = plainPort();
  const clock = new ManualClock();
  const opened = await openSerialPort(port, { baudRate: 9600, flow: 'software' }, { clock, label: 'COM1' });
  const got: number[] = [];
  opened.listen({ onBytes: (bytes) => got.push(...bytes), onClosed: () => undefined });
  push(Uint8Array.from(Buffer.from(chunks_hex.join(''), 'hex')));
  await clock.advance(0);
  expect(textOf(Uint8Array.from(got))).toBe('1.0\n');
  const writing = opened.write(bytesOf('*RST\n'));
  await clock.advance(100);
  expect(written).toEqual([]);
  push(Uint8Array.of(0x11));
  await clock.settle(writing);
  expect(textOf(Uint8Array.from(written))).toBe('*RST\n');
  push(Uint8Array.of(0x13));
  await clock.advance(0);
  await expect(clock.settle(opened.write(bytesOf('x')))).rejects.toMatchObject({ code: 'device/timeout' });
});

test('a banner is thrown away', async () => {
  const { clock, port } = await bench({ bannerMs: 500 }, { banner: 'Board 1.0 ready\n7\n' });
  const link = await clock.settle(StreamMessageLink.open(port, { clock }));
  await clock.settle(link.send(bytesOf('Q 1?'), LIMITS));
  expect(textOf(await clock.settle(link.receive(LIMITS)))).toBe('<1>');
});

test('closing unlocks the streams first', async () => {
  const { clock, serial, port } = await bench();
  await clock.settle(port.close());
  expect([serial.readable, serial.writable]).toEqual([null, null]);
});

test('a pulled cable is told by reading; a taken port says so', async () => {
  const { clock, instrument, serial, port } = await bench();
  await expect(
    openSerialPort(serial, { baudRate: 9600 }, { clock, label: 'COM1' }).catch((error: unknown) => {
      throw error;
    }),
  ).rejects.toMatchObject({ code: 'device/in-use' });
  const link = await clock.settle(StreamMessageLink.open(port, { clock }));
  const told: Error[] = [];
  link.onLost = (error) => told.push(error);
  instrument.strike({ kind: 'unplug' });
  const asking = link.send(bytesOf('Q 1?'), LIMITS).then(() => link.receive(LIMITS));
  await expect(clock.settle(asking)).rejects.toMatchObject({ code: 'device/lost' });
  expect(told).toHaveLength(1);
});
