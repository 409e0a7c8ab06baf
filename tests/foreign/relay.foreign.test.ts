// A relay that is not ours in the bridge's place: websockify leads to one instrument, which the built page reads.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { BRIDGE_URL } from '../../src/base/bridge-address.ts';
import { systemClock } from '../../src/base/clock.ts';
import { makeBench } from '../../src/devices/sim/scpi/bench.ts';
import { chip, connectAddress, disconnectAll, reading } from '../support/bench-page.ts';
import { openBuiltApp } from '../support/built-app.ts';
import { ServedInstrument } from '../support/served-instrument.ts';

const SOON = { timeout: 15_000 };
const { hostname, port } = new URL(BRIDGE_URL);

let supply: ServedInstrument;
let meter: ServedInstrument;
let relay: ChildProcess;

/** Rejects while nobody listens. */
async function connectToRelay(): Promise<void> {
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.destroy();
}

beforeAll(async () => {
  const { talkers } = makeBench({ clock: systemClock, seed: 1 });
  supply = await ServedInstrument.serve(talkers['supply-rigol']!);
  meter = await ServedInstrument.serve(talkers['meter-keysight']!);
  relay = spawn('websockify', [`${hostname}:${port}`, meter.address], { stdio: 'ignore' });
  await vi.waitFor(connectToRelay, SOON);
});

afterAll(async () => {
  relay.kill();
  await Promise.all([supply.pullCable(), meter.pullCable()]);
});

test('the meter behind it shows what the supply gives', async () => {
  for (const text of [':SOUR1:VOLT 2.5', ':OUTP CH1,ON']) supply.turn(text);
  const app = await openBuiltApp(inject('baseUrl'));
  try {
    const page = await app.visit();
    await connectAddress(page, meter.address);
    await expect.poll(() => reading(page, '34465A', 'DC voltage', 'V'), SOON).toBeCloseTo(2.5, 3);
    expect(await chip(page, '34465A').textContent()).toContain('Ready');
    await disconnectAll(page);
    expect(app.problems).toEqual([]);
  } finally {
    await app.close();
  }
});
