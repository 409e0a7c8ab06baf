// A relay that is not ours in the bridge's place: websockify leads to one instrument, which the
// built page reads.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { BRIDGE_URL } from '../../src/base/bridge-address.ts';
import { systemClock } from '../../src/base/clock.ts';
import { SimBoard } from '../../src/devices/redpitaya/sim/board.ts';
import { SimMcphaServer } from '../../src/devices/redpitaya/sim/server.ts';
import { makeBench } from '../../src/devices/sim/scpi/bench.ts';
import { chip, connectAddress, disconnectAll, reading } from '../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { serveBytes } from '../support/served-board.ts';
import { ServedInstrument } from '../support/served-instrument.ts';
import { countAsBoard } from '../support/spectra-page.ts';

const SOON = { timeout: 15_000 };
const { hostname, port } = new URL(BRIDGE_URL);

let app: BuiltApp;
let page: Page;
const cleanUps: (() => unknown)[] = [];

beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  page = await app.visit();
});

afterEach(async () => {
  expect(app.problems).toEqual([]);
  await app.close();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** Rejects while nobody listens. */
async function connectToRelay(): Promise<void> {
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.destroy();
}

/** The relay where a page looks for its bridge, in front of an instrument. */
async function startRelay(address: string): Promise<void> {
  const relay = spawn('websockify', [`${hostname}:${port}`, address], { stdio: 'ignore' });
  const ended = once(relay, 'exit');
  cleanUps.push(async () => {
    relay.kill();
    await ended;
  });
  await vi.waitFor(connectToRelay, SOON);
}

test('the meter behind it shows what the supply gives', async () => {
  const { talkers } = makeBench({ clock: systemClock, seed: 1 });
  const supply = await ServedInstrument.serve(talkers['supply-rigol']!);
  const meter = await ServedInstrument.serve(talkers['meter-keysight']!);
  cleanUps.push(
    () => supply.pullCable(),
    () => meter.pullCable(),
  );
  await startRelay(meter.address);
  for (const text of [':SOUR1:VOLT 2.5', ':OUTP CH1,ON']) supply.turn(text);
  await connectAddress(page, meter.address);
  await expect.poll(() => reading(page, '34465A', 'DC voltage', 'V'), SOON).toBeCloseTo(2.5, 3);
  expect(await chip(page, '34465A').textContent()).toContain('Ready');
  await disconnectAll(page);
});

test('the Spectra view counts with the board behind it: exact counts, and the live time of the board', async () => {
  const board = new SimBoard({ clock: systemClock, seed: 3, wiring: 'na-22', rateHz: 100_000 });
  const server = new SimMcphaServer(board);
  const served = await serveBytes(() => server.connect());
  cleanUps.push(() => served.close());
  await startRelay(`127.0.0.1:${served.port}`);
  await countAsBoard(page, board, served.port);
  await disconnectAll(page);
});
