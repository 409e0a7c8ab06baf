// An instrument with a WebSocket of its own, on the built page: shut unless it was named, with a sentence that says how.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../src/base/clock.ts';
import { makeBench } from '../../src/devices/sim/scpi/bench.ts';
import { StreamInstrument } from '../../src/devices/sim/scpi/stream-instrument.ts';
import { openBuiltApp } from '../support/built-app.ts';
import { DIST } from '../support/built-files.ts';
import { StaticHost } from '../support/static-host.ts';

let server: WebSocketServer;
let connectionCount = 0;
let address: string;

beforeAll(async () => {
  const { talkers } = makeBench({ clock: systemClock, seed: 1 });
  const instrument = new StreamInstrument({ clock: systemClock, talker: talkers['supply-rigol']! });
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/scpi`;
  server.on('connection', (socket) => {
    connectionCount++;
    void instrument.connect().then((port) => {
      port.listen({ onBytes: (bytes) => socket.send(bytes), onClosed: () => socket.close() });
      socket.on('message', (data) => void port.write(Uint8Array.from(data as Buffer)));
      socket.on('close', () => void port.close());
    });
  });
});

afterAll(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

async function enterAddress(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Connect/ })
    .first()
    .click();
  const field = page.locator('lab-connect-dialog').getByLabel('Address');
  await field.fill(address);
  await field.press('Enter');
}

test('one that was not named is shut, and how to name it is said', async () => {
  const app = await openBuiltApp(inject('baseUrl'));
  try {
    const page = await app.visit();
    await enterAddress(page);
    await page.getByText(`npm start -- --connect ${address.replace('/scpi', '')}`).waitFor();
    expect(connectionCount).toBe(0);
  } finally {
    await app.close();
  }
});

test('one that the policy names is spoken to', async () => {
  const [, ...lines] = readFileSync(`${DIST}_headers`, 'utf8').trimEnd().split('\n');
  const headers = Object.fromEntries(lines.map((line) => /^ {2}([\w-]+): (.*)$/.exec(line)!.slice(1, 3)));
  const policy = headers['Content-Security-Policy'].replace(
    "connect-src 'self'",
    `connect-src 'self' ${address.replace('/scpi', '')}`,
  );
  const host = new StaticHost(DIST, undefined, { ...headers, 'Content-Security-Policy': policy });
  const app = await openBuiltApp(await host.start());
  try {
    const page = await app.visit();
    await enterAddress(page);
    await page
      .getByText(/^DP832 /)
      .first()
      .waitFor();
  } finally {
    await app.close();
    await host.stop();
  }
});
