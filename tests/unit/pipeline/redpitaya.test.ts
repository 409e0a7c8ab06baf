// The Red Pitaya source against what the original client sent and what the original server answered
// (tests/golden/redpitaya), over real sockets: directly, and through the bridge.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startBridge } from '../../../bridge/server.mjs';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { MimoEvents } from '../../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../../src/formats/mimo/header.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { startSetup } from '../../support/run-setup.ts';

interface GoldenStream {
  readonly chunks: readonly number[];
  readonly records: number;
  readonly samples_kept: number;
  readonly expected: readonly { readonly kept_sha256: string }[];
}

const stream = goldenJson<GoldenStream>('redpitaya/daq_stream.json');
const sequences = goldenJson<{ mcpha_port_1001: Record<string, [number, number, number][]> }>(
  'redpitaya/client_sequences.json',
);
const expectedWords = Object.entries(sequences.mcpha_port_1001).find(([name]) => name.startsWith('mimoCoRB2'))?.[1];

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server that notes every command and answers the first "start DAQ" with the recorded bytes, in their pieces. */
async function startBoard(
  answer = goldenBytes('redpitaya/daq_stream.bin'),
): Promise<{ readonly port: number; readonly words: [number, number, number][] }> {
  const words: [number, number, number][] = [];
  const server: Server = createServer((socket) => {
    let pending = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (; pending.length >= 8; pending = pending.subarray(8)) {
        const word = pending.readBigUInt64LE();
        words.push([Number(word >> 56n), Number((word >> 52n) & 15n), Number(BigInt.asIntN(52, word))]);
        if (words.at(-1)![0] !== 31) continue;
        let at = 0;
        for (const length of stream.chunks) {
          socket.write(answer.subarray(at, at + length));
          at += length;
        }
        socket.write(answer.subarray(at));
        socket.end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, words };
}

test('the waveform importer says what mimoCoRB2 says and keeps what it keeps', async () => {
  const { port, words } = await startBoard();
  const { engine, runDirectory, logs } = await startSetup(
    `
Buffers: {oscilloscope: {slot_count: 8, data_length: ${stream.samples_kept}, data_dtype: {IN1: int16, IN2: int16}}}
Workers:
  board: {function: importers.redpitaya.waveform, sinks: [oscilloscope], config: {ip: '127.0.0.1:${port}', sample_rate: 4, trigger_level: 100, number_of_samples_before_trigger: 100, set_size: ${stream.records}}}
  save: {function: data.export, sources: [oscilloscope]}
`,
    '.',
  );
  await engine.finished;
  expect(logs).toEqual([
    {
      workerName: 'board',
      severity: 'info',
      text: `The server at 127.0.0.1 closed the connection after ${stream.records} events: the source has ended.`,
    },
  ]);
  // After the recorded set the client asks for the next one, which the recording no longer has.
  expect(words.slice(0, expectedWords!.length)).toEqual(expectedWords);
  const file = new MemoryFile(new Uint8Array(readFileSync(join(runDirectory, 'oscilloscope.mimo'))));
  const events = new MimoEvents(file, await readMimoHeader(file));
  expect(events.eventCount).toBe(stream.records);
  for (let i = 0; i < stream.records; i++) {
    const record = await events.readRecords(i, 1);
    const kept = record.subarray(0, stream.samples_kept * 4);
    expect(createHash('sha256').update(kept).digest('hex')).toBe(stream.expected[i]!.kept_sha256);
  }
});

test('a record that went over the end of the memory has its trigger at its place', async () => {
  const [length, before] = [100, 10];
  const total = length + 100;
  // a step over the level at the trigger; of the second record the sample at 4 was left out
  const taken = Array.from({ length: total + 1 }, (_, index) => (index < before ? index : 1000 + index));
  const samples = [taken.slice(0, total), taken.filter((_, index) => index !== 4)];
  const answer = Int16Array.from(samples.flatMap((record) => record.flatMap((value) => [value, -value])));
  const { port } = await startBoard(new Uint8Array(answer.buffer));
  const { engine, runDirectory, logs } = await startSetup(
    `
Buffers: {oscilloscope: {slot_count: 8, data_length: ${length}, data_dtype: {IN1: int16, IN2: int16}}}
Workers:
  board: {function: importers.redpitaya.waveform, sinks: [oscilloscope], config: {ip: '127.0.0.1:${port}', sample_rate: 4, trigger_level: 500, number_of_samples_before_trigger: ${before}, set_size: 2}}
  save: {function: data.export, sources: [oscilloscope]}
`,
    '.',
  );
  await engine.finished;
  expect(logs.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^1 of 2 records went over the end/));
  const file = new MemoryFile(new Uint8Array(readFileSync(join(runDirectory, 'oscilloscope.mimo'))));
  const events = new MimoEvents(file, await readMimoHeader(file));
  for (const index of [0, 1]) {
    const kept = Buffer.from((await events.readRecords(index, 1)).slice(0, length * 4));
    const values = Array.from({ length }, (_, at) => kept.readInt16LE(4 * at));
    expect(values.slice(before)).toEqual(taken.slice(before, length));
    expect(values.slice(0, before)).toEqual(index === 0 ? taken.slice(0, before) : [0, 0, 1, 2, 3, 5, 6, 7, 8, 9]);
  }
});

test('a board without a trigger does not hold up the end of the run', async () => {
  const server = createServer((socket) => socket.resume().on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const connected = new Promise((resolve) => server.once('connection', resolve));
  const { port } = server.address() as AddressInfo;
  const { engine, logs } = await startSetup(
    `
Buffers: {oscilloscope: {slot_count: 8, data_length: 100, data_dtype: {IN1: int16, IN2: int16}}}
Workers:
  board: {function: importers.redpitaya.waveform, sinks: [oscilloscope], config: {ip: '127.0.0.1:${port}', sample_rate: 4, trigger_level: 100, number_of_samples_before_trigger: 10}}
  save: {function: data.export, sources: [oscilloscope]}
`,
    '.',
  );
  await connected;
  engine.shutdown('roots');
  const startMs = performance.now();
  await engine.finished;
  // Sooner than the 5 s of silence after which a peer counts as gone.
  expect(performance.now() - startMs).toBeLessThan(3000);
  expect(logs).toEqual([]);
  expect(engine.status.workers.flatMap(({ threads }) => threads)).toEqual(['done', 'done']);
});

function openSocket(url: string, origin: string): Promise<{ socket: WebSocket; closed: Promise<number> }> {
  const socket = new WebSocket(url, { origin });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ socket, closed }));
    socket.once('error', reject);
  });
}

async function bridgeTo(target: string, allow: string[] = []) {
  const bridge = await startBridge({ port: 0, allow });
  cleanUps.push(bridge.close);
  return openSocket(`${bridge.url}/tcp?${target}`, 'http://localhost:4173');
}

test('the bridge relays bytes as they are', async () => {
  const { port, words } = await startBoard();
  const { socket, closed } = await bridgeTo(`host=127.0.0.1&port=${port}`, [`127.0.0.1:${port}`]);
  const received: Buffer[] = [];
  socket.on('message', (bytes: Buffer) => received.push(bytes));
  const command = Buffer.alloc(8);
  command.writeBigUInt64LE((31n << 56n) | 3n);
  socket.send(command);
  expect(await closed).toBe(1000);
  expect(words).toEqual([[31, 0, 3]]);
  expect(Buffer.concat(received).equals(goldenBytes('redpitaya/daq_stream.bin'))).toBe(true);
});

test.each([
  ['a port that is not named', 'host=127.0.0.1&port=22'],
  ['a public address', 'host=192.0.2.1&port=1001'],
])('the bridge refuses %s', async (_what, target) => {
  const { closed } = await bridgeTo(target);
  expect(await closed).toBe(1008);
});
