// What USBTMC instruments do beside the scripts of tests/golden/usbtmc: ends without a mark, vendors' own ways, refusals.

import { describe, expect, test } from 'vitest';
import type { SimulatedUsbtmcOptions } from '../../../src/devices/sim/usbtmc/device.ts';
import { SimulatedUsbtmc } from '../../../src/devices/sim/usbtmc/device.ts';
import type { HostSystem } from '../../../src/transports/usb-errors.ts';
import { openUsbtmc } from '../../../src/transports/usbtmc/open.ts';
import type { UsbtmcLink } from '../../../src/transports/usbtmc/usbtmc-link.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { blockOf, bytesOf, noteCalls, ramp, replyTalker, textOf, usbtmcBench } from '../../support/usbtmc.ts';

const LIMITS = { timeoutMs: 500 };
const LONG = ramp(3_000_000, 5, 1);
const REPLIES = { 'T?': 'text', 'L?': blockOf(LONG), 'B?': blockOf(ramp(5000, 7, 3)), 'X?': 'Z'.repeat(499) };

const bench = (options: Partial<SimulatedUsbtmcOptions> = {}) =>
  usbtmcBench({ talker: replyTalker(REPLIES), ...options });

async function ask(link: UsbtmcLink, text: string, limits = LIMITS) {
  await link.send(bytesOf(text), limits);
  return link.receive(limits);
}

/** Opens on a system, without settling first. */
async function openOn(system: HostSystem, options: Partial<SimulatedUsbtmcOptions>) {
  const clock = new ManualClock();
  const simulated = new SimulatedUsbtmc({ clock, serialNumber: 'S', talker: replyTalker(REPLIES), ...options });
  const noted = noteCalls(simulated);
  const link = await clock.settle(openUsbtmc(noted.device, { clock, system }));
  return { clock, simulated, noted, link };
}

test('a long answer comes whole, in pieces, with its progress', async () => {
  const { clock, noted, link } = await bench();
  const progress: number[] = [];
  await clock.settle(link.send(bytesOf('L?'), LIMITS));
  const onProgress = (bytes: number) => progress.push(bytes);
  const answer = await clock.settle(link.receive({ ...LIMITS, onProgress }));
  expect(Buffer.compare(answer, blockOf(LONG))).toBe(0);
  expect(progress.at(-1)).toBe(blockOf(LONG).length + 1);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(noted.mostReads).toBe(1);
  await clock.settle(link.send(bytesOf('L?'), LIMITS));
  const refused = link.receive({ ...LIMITS, maxAnswerBytes: 100_000 });
  await expect(clock.settle(refused)).rejects.toMatchObject({ code: 'device/protocol' });
});

test.each([true, false])(
  'answers that fill their last packet, without an empty one after: %s',
  async (omitsEmptyPacket) => {
    // 12 + 499 + 1 bytes are one packet.
    const { clock, link } = await bench({ omitsEmptyPacket });
    for (let count = 0; count < 5; count++) {
      expect(textOf(await clock.settle(ask(link, 'X?')))).toBe(REPLIES['X?']);
      expect(textOf(await clock.settle(ask(link, 'T?')))).toBe('text');
    }
  },
);

test('an old answer and the new one in one read', async () => {
  const { clock, simulated, link } = await bench({ omitsEmptyPacket: true });
  simulated.faultPlan.add({ kind: 'late', delayMs: 900, survives: true });
  await expect(clock.settle(ask(link, 'X?'))).rejects.toMatchObject({ code: 'device/timeout' });
  await clock.settle(link.clear());
  const next = ask(link, 'T?', { timeoutMs: 2000 });
  expect(textOf(await clock.settle(next))).toBe('text');
});

test('cancelling ends a long wait at once; the next question has its own answer', async () => {
  const { clock, simulated, link } = await bench();
  simulated.faultPlan.add({ kind: 'late', delayMs: 9000 });
  const abort = new AbortController();
  clock.after(300, () => abort.abort());
  await clock.settle(link.send(bytesOf('B?'), LIMITS));
  const fetch = link.receive({ timeoutMs: 10_000, signal: abort.signal });
  await expect(clock.settle(fetch)).rejects.toMatchObject({ code: 'cancelled' });
  expect(clock.nowMs()).toBeLessThan(1000);
  await clock.settle(link.clear());
  expect(textOf(await clock.settle(ask(link, 'T?')))).toBe('text');
});

describe('vendors', () => {
  const rigol1000Z = { vendorId: 0x1ab1, productId: 0x04ce };

  test.each([-300, 300])(
    'a Rigol whose header is wrong by %i bytes: the block says how long it is',
    async (wrongSizeBy) => {
      const options = { description: rigol1000Z, isHeaderless: true, headerPieceBytes: 64, wrongSizeBy };
      const { clock, simulated, link } = await bench(options);
      for (let count = 1; count <= 3; count++) {
        expect(await clock.settle(ask(link, 'B?'))).toEqual(REPLIES['B?']);
        expect(simulated.requestCount).toBe(count);
      }
    },
  );

  test('those that misbehave in remote control are not put into it; others are, and are let go', async () => {
    const remote = async (vendorId: number, productId: number) => {
      const { clock, noted, link } = await bench({ description: { vendorId, productId } });
      await clock.settle(link.close());
      return noted.controls.filter(({ request }) => request >= 160).map(({ request, value }) => [request, value]);
    };
    expect(await remote(0x0957, 0x1796)).toEqual([
      [160, 1],
      [161, 0],
    ]);
    for (const [vendorId, productId] of [
      [0x1ab1, 0x0588],
      [0x1ab1, 0x04b0],
      [0x1ab1, 0x04b1],
      [0x1ab1, 0x0515],
      [0x0957, 0x0588],
      [0x0b21, 0x0039],
      [0xf4ec, 0xee38],
    ] as const) {
      expect(await remote(vendorId, productId)).toEqual([]);
    }
  });

  test('a refused remote control does no harm', async () => {
    const { clock, link } = await bench({ refusesRemote: true });
    expect(textOf(await clock.settle(ask(link, 'T?')))).toBe('text');
  });

  test('a Siglent is reset before its interface is claimed', async () => {
    const { noted } = await bench({ description: { vendorId: 0xf4ec, productId: 0xee38 } });
    const steps = noted.calls.filter((call) => call === 'reset' || call === 'claimInterface');
    expect(steps).toEqual(['reset', 'claimInterface']);
  });

  test('an Advantest has a class of its own, wants a lock, and sends one transfer of at most 63 bytes', async () => {
    const { clock, simulated, noted, link } = await bench({
      description: { vendorId: 0x1334, productId: 0x0001, interfaceClass: 0xff, interfaceSubclass: 0 },
      talker: replyTalker({ 'T?': 'x'.repeat(100) }),
    });
    expect(noted.controls).toContainEqual(expect.objectContaining({ request: 160, value: 1 }));
    expect(textOf(await clock.settle(ask(link, 'T?')))).toBe('x'.repeat(63));
    expect(simulated.requestCount).toBe(1);
  });
});

describe('refusals', () => {
  test('a clear that is refused: a reset where that is harmless, an error on Linux', async () => {
    const linux = await openOn('linux', { refusesClear: true });
    await expect(linux.clock.settle(linux.link.clear())).rejects.toMatchObject({ code: 'device/protocol' });
    expect(linux.noted.calls).not.toContain('reset');
    const windows = await openOn('windows', { refusesClear: true });
    await windows.clock.settle(windows.link.clear());
    expect(windows.noted.calls).toContain('reset');
    expect(textOf(await windows.clock.settle(ask(windows.link, 'T?')))).toBe('text');
  });

  test('an interface that is taken: the message names the kernel module on Linux', async () => {
    const clock = new ManualClock();
    const simulated = new SimulatedUsbtmc({ clock, serialNumber: 'S', talker: replyTalker({}) });
    simulated.claimInterface = () => Promise.reject(new DOMException('Unable to claim interface.', 'NetworkError'));
    const open = (system: HostSystem) =>
      clock.settle(openUsbtmc(simulated, { clock, system }).catch((error: Error) => error.message));
    expect(await open('linux')).toContain('blacklist usbtmc');
    expect(await open('windows')).toContain('WinUSB');
  });

  test('a device without such an interface', async () => {
    const options = { description: { interfaceClass: 0xff } };
    await expect(openOn('linux', options)).rejects.toMatchObject({ code: 'device/unsupported' });
  });

  test('TermChar is asked for only where the instrument has it', async () => {
    const capabilities = Uint8Array.of(1, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7, 15, 0, 0, 0, 0, 0, 0, 0, 0);
    const talker = replyTalker({ 'A?': '1;2;3' });
    for (const [options, requestCount] of [
      [{ talker, capabilities }, 1],
      [{ talker }, 3],
    ] as const) {
      const { clock, simulated, link } = await usbtmcBench(options, ';'.charCodeAt(0));
      expect(textOf(await clock.settle(ask(link, 'A?')))).toBe('1;2;3');
      expect(simulated.requestCount).toBe(requestCount);
    }
  });
});

test('a pulled cable: the one under way rejects, the owner is told once', async () => {
  const { clock, simulated, link } = await bench();
  const told: Error[] = [];
  link.onLost = (error) => told.push(error);
  simulated.faultPlan.add({ kind: 'disconnect' });
  await expect(clock.settle(ask(link, 'T?'))).rejects.toMatchObject({ code: 'device/lost' });
  await expect(clock.settle(ask(link, 'T?'))).rejects.toMatchObject({ code: 'device/lost' });
  expect(told).toHaveLength(1);
  await clock.settle(link.close(), 2000);
});

test('a busy status byte is asked for again; a service request before it is passed over', async () => {
  const { clock, link } = await bench({ statusBusy: 3, talker: replyTalker(REPLIES, 0x44) });
  expect(await clock.settle(link.readStatusByte(LIMITS))).toBe(0x44);
  for (let count = 0; count < 130; count++) expect(await clock.settle(link.readStatusByte(LIMITS))).toBe(0x44);
});
