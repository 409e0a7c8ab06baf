// The bridge with --serve-simulators: a port of this computer per instrument, reachable through the relay, too.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type SimulatorsProcess, startSimulators } from '../../support/simulators-process.ts';

let bench: SimulatorsProcess;

beforeAll(async () => {
  bench = await startSimulators();
}, 60_000);
afterAll(async () => {
  expect(await bench.end()).toBe(0);
});

/** A page's way to an instrument. */
async function throughBridge(port: number, message: string): Promise<string> {
  const socket = new WebSocket(`${bench.url}/tcp?host=127.0.0.1&port=${port}`, { origin: 'http://localhost:4173' });
  await once(socket, 'open');
  socket.send(Buffer.from(message));
  const result = await Promise.race([
    once(socket, 'message').then(([bytes]) => String(bytes)),
    once(socket, 'close').then(([code, reason]) => `closed ${code}: ${reason}`),
  ]);
  socket.close();
  return result;
}

test('the first line names the instruments', () => {
  expect(Object.keys(bench.ports)).toEqual(
    expect.arrayContaining(['meter-keysight', 'supply-rigol', 'scope-rigol', 'generator-rigol']),
  );
});

test('a line in, an answer with a line end out', async () => {
  expect(await bench.ask('supply-rigol', '*IDN?')).toMatch(/^RIGOL TECHNOLOGIES,DP832,/);
  expect(await bench.ask('meter-keysight', '*IDN?\r')).toMatch(/^Keysight Technologies,34465A,/);
});

test('a board that takes nothing but CR LF as a line end gives it, too', async () => {
  const port = bench.ports['scope-red-pitaya']!;
  expect(await throughBridge(port, '*IDN?\r\n')).toBe('REDPITAYA,INSTR2025,,01-21\r\n');
  // the first line does not end at its line feed: it is one command that there is not
  expect(await throughBridge(port, 'NONE\n*IDN?\r\n*OPC?\r\n')).toBe('1\r\n');
});

test('the relay reaches the ports that are served, and no others', async () => {
  expect(await throughBridge(bench.ports['scope-rigol']!, ':CHAN1:PROB?\n')).toBe('1.000000e+00\n');
  const other = Number(new URL(bench.url).port);
  expect(await throughBridge(other, '*IDN?\n')).toMatch(/^closed 1008: Start the bridge with --allow/);
});

test('an answer goes to the connection that asked; one that has gone takes its question along', async () => {
  const port = bench.ports['meter-keysight']!;
  const first = connect(port, '127.0.0.1');
  // 2 s of integration, whose reading would be the next answer
  first.write('CONF:VOLT:DC;:VOLT:DC:NPLC 100;:READ?\n*IDN?\n');
  await once(first, 'connect');
  first.end();
  await once(first, 'close');
  expect(await bench.ask('meter-keysight', '*OPC?')).toBe('1');
});
