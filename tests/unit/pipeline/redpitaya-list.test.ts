// List mode as a source of events, over real sockets: recorded events, what is told to the board, and a simulated board whose
// connection loses words.

import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { decodeListCommand } from '../../../src/devices/redpitaya/protocol/command.ts';
import { SimBoard } from '../../../src/devices/redpitaya/sim/board.ts';
import { SimListServer } from '../../../src/devices/redpitaya/sim/list-server.ts';
import { COMB_HEIGHTS } from '../../../src/devices/redpitaya/sim/sources.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { MimoEvents } from '../../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../../src/formats/mimo/header.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { startSetup } from '../../support/run-setup.ts';
import { serveBytes } from '../../support/served-board.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const setupOf = (port: number, config = '') => `
Buffers: {pulses: {slot_count: 64, data_length: 1, data_dtype: {time: float64, IN1: uint16, IN2: uint16}}}
Workers:
  board: {function: importers.redpitaya.list_mode, sinks: [pulses], config: {ip: '127.0.0.1:${port}'${config}}}
  save: {function: data.export, sources: [pulses]}
`;

async function eventsOf(runDirectory: string) {
  const file = new MemoryFile(new Uint8Array(readFileSync(join(runDirectory, 'pulses.mimo'))));
  const events = new MimoEvents(file, await readMimoHeader(file));
  const all: { timeS: number; in1: number; in2: number }[] = [];
  for (let i = 0; i < events.eventCount; i++) {
    const record = await events.readRecords(i, 1);
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    all.push({ timeS: view.getFloat64(0, true), in1: view.getUint16(8, true), in2: view.getUint16(10, true) });
  }
  return all;
}

test('recorded events come with their times and heights; the board is told what pha-start tells it', async () => {
  const { pha_port_1002: sequences } = goldenJson<{ pha_port_1002: Record<string, [number, number, number][]> }>(
    'redpitaya/client_sequences.json',
  );
  const [expectedWords] = Object.values(sequences);
  const words: [number, number, number][] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      for (let at = 0; at + 8 <= bytes.length; at += 8) {
        const { code, channel, value } = decodeListCommand(bytes.readBigUInt64LE(at));
        words.push([code, channel, Number(value)]);
      }
      socket.end(goldenBytes('redpitaya/pha_events.bin'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  const { engine, runDirectory, logs } = await startSetup(
    setupOf(port, ', min_threshold: 10, max_threshold: 4000'),
    '.',
  );
  await engine.finished;
  // the preset of pha-start is the one thing that is its user's
  const withoutPreset = (all: readonly [number, number, number][]) => all.filter(([code]) => code !== 7);
  const adapted = withoutPreset(expectedWords!).map(([code, channel, value]) => {
    if (code === 3) return [code, channel, 0];
    if (code === 5) return [code, channel, 10];
    return code === 6 ? [code, channel, 4000] : [code, channel, value];
  });
  expect(withoutPreset(words)).toEqual(adapted);
  const events = await eventsOf(runDirectory);
  expect(events).toHaveLength(500);
  expect(events[0]).toEqual({ timeS: 6875 / 125e6, in1: 2732, in2: 0 });
  expect(events.at(-1)).toEqual({ timeS: 33230154 / 125e6, in1: 0, in2: 44 });
  expect(logs.map(({ text }) => text)).toEqual([
    'The server at 127.0.0.1 closed the connection after 500 events: the source has ended.',
  ]);
});

test('of a simulated board that loses words all events are true ones, and the loss is told', async () => {
  const board = new SimBoard({ clock: systemClock, seed: 5, wiring: 'comb', rateHz: 5000 });
  const list = new SimListServer(board);
  list.fault = 'overflow';
  const served = await serveBytes(() => list.connect());
  cleanUps.push(() => served.close());
  const { engine, runDirectory, logs } = await startSetup(setupOf(served.port), '.');
  await expect.poll(() => engine.status.buffers[0]!.eventCount, { timeout: 30_000 }).toBeGreaterThan(1000);
  engine.shutdown('roots');
  await engine.finished;
  const events = await eventsOf(runDirectory);
  expect(events.length).toBeGreaterThan(500);
  const heights = new Set([0, ...COMB_HEIGHTS]);
  expect(events.every(({ in1, in2 }) => heights.has(in1) && heights.has(in2))).toBe(true);
  expect(events.every(({ timeS }, index) => index === 0 || timeS >= events[index - 1]!.timeS)).toBe(true);
  expect(logs.map(({ text }) => text).join(' ')).toMatch(/The board lost events \d+ times/);
});
