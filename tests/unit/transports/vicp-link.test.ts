// VICP byte for byte, and what comes between answers.

import { expect, test } from 'vitest';
import { VicpInstrument } from '../../../src/devices/sim/scpi/vicp-instrument.ts';
import type { BytePort, PortListener } from '../../../src/transports/byte-port.ts';
import { VicpLink } from '../../../src/transports/vicp-link.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { NumberedTalker } from '../../support/numbered-talker.ts';
import { bytesOf, textOf } from '../../support/usbtmc.ts';

const LIMITS = { timeoutMs: 500 };

/** A port that shows what is written, and lets a test answer. */
function barePort() {
  const state = { written: [] as number[][], listener: undefined as PortListener | undefined };
  const port: BytePort = {
    label: 'TCP test:1861',
    listen: (listener) => {
      state.listener = listener;
    },
    write: (bytes) => {
      state.written.push([...bytes]);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return Object.assign(state, { port });
}

test('the header: data, remote and end; version; a number that grows; the length, big-endian', async () => {
  const clock = new ManualClock();
  const bare = barePort();
  const link = await VicpLink.open({ clock, open: () => Promise.resolve(bare.port) });
  await clock.settle(link.send(bytesOf('*IDN?'), LIMITS));
  await clock.settle(link.send(bytesOf('C1:WF?'), LIMITS));
  expect(bare.written[0]).toEqual([0xc1, 1, 1, 0, 0, 0, 0, 5, ...bytesOf('*IDN?')]);
  expect(bare.written[1]?.slice(0, 8)).toEqual([0xc1, 1, 2, 0, 0, 0, 0, 6]);
  // An answer to the first question, a service request, then the answer in two blocks, cut anywhere.
  const stream = [
    ...[0x81, 1, 1, 0, 0, 0, 0, 3, 1, 2, 3],
    ...[0x89, 1, 2, 0, 0, 0, 0, 1, 0x31],
    ...[0x80, 1, 2, 0, 0, 0, 0, 4, ...bytesOf('abcd')],
    ...[0x81, 1, 2, 0, 0, 0, 0, 2, ...bytesOf('e\n')],
  ];
  const receiving = link.receive(LIMITS);
  for (const byte of stream) bare.listener!.onBytes(Uint8Array.of(byte));
  expect(textOf(await clock.settle(receiving))).toBe('abcde');
});

test('numbers go round from 255 to 1', async () => {
  const clock = new ManualClock();
  const bare = barePort();
  const link = await VicpLink.open({ clock, open: () => Promise.resolve(bare.port) });
  for (let count = 0; count < 256; count++) await link.send(bytesOf('A'), LIMITS);
  expect(bare.written.slice(-2).map((bytes) => bytes[2])).toEqual([255, 1]);
});

test('what is not VICP is refused, and so is an answer that is too long', async () => {
  const clock = new ManualClock();
  const bare = barePort();
  const link = await VicpLink.open({ clock, open: () => Promise.resolve(bare.port) });
  await link.send(bytesOf('A?'), LIMITS);
  const receiving = link.receive({ ...LIMITS, maxAnswerBytes: 1000 });
  bare.listener!.onBytes(Uint8Array.of(0x81, 1, 1, 0, 0x7f, 0, 0, 0));
  await expect(clock.settle(receiving)).rejects.toMatchObject({ code: 'device/protocol' });
  await clock.settle(link.clear());
  await link.send(bytesOf('A?'), LIMITS);
  bare.listener!.onBytes(bytesOf('HTTP/1.1 400'));
  await expect(clock.settle(link.receive(LIMITS))).rejects.toMatchObject({ code: 'device/protocol' });
});

test('a clear is told to the instrument, then the connection is made anew', async () => {
  const clock = new ManualClock();
  const instrument = new VicpInstrument({ clock, talker: new NumberedTalker(), blockBytes: 3 });
  let openCount = 0;
  const open = () => {
    openCount++;
    return instrument.connect();
  };
  const link = await clock.settle(VicpLink.open({ clock, open }));
  const ask = async (text: string) => {
    await link.send(bytesOf(text), LIMITS);
    return textOf(await link.receive(LIMITS));
  };
  instrument.strike({ kind: 'late', delayMs: 700 });
  await expect(clock.settle(ask('Q 1?'))).rejects.toMatchObject({ code: 'device/timeout' });
  await clock.settle(link.clear());
  expect(openCount).toBe(2);
  expect(await clock.settle(ask('Q 2?'))).toBe('<2>');
});
