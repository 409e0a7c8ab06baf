// "Find instruments" on a page that no bridge serves: nothing is asked before the click. What announces itself does so on
// the real network of this computer, as an instrument does (RFC 6762, 8.3).

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { startBridge } from '../../../bridge/server.mjs';
import { systemClock } from '../../../src/base/clock.ts';
import { makeBench } from '../../../src/devices/sim/scpi/bench.ts';
import { chip, disconnectAll, openConnect } from '../../support/bench-page.ts';
import { type BuiltApp, openBuiltApp } from '../../support/built-app.ts';
import { addressed, pointer, response, served } from '../../support/dns-wire.ts';
import { ServedInstrument } from '../../support/served-instrument.ts';

/** Of multicast DNS (RFC 6762, 3). */
const MDNS_PORT = 5353;
const MDNS_GROUP = '224.0.0.251';
const ANNOUNCE_MS = 200;
const NAME = 'Meter beside the page';
const SOON = { timeout: 15_000 };

let app: BuiltApp;
let page: Page;
let meter: ServedInstrument;
let announcer: Socket;
let timer: NodeJS.Timeout;

beforeAll(async () => {
  const { talkers } = makeBench({ clock: systemClock, seed: 1 });
  meter = await ServedInstrument.serve(talkers['meter-keysight']!);
  const [host, port] = meter.address.split(':') as [string, string];
  const packet = response(
    pointer(NAME, 'scpi-raw'),
    served(NAME, 'scpi-raw', Number(port), 'meter-beside'),
    addressed('meter-beside', host),
  );
  announcer = createSocket({ type: 'udp4', reuseAddr: true });
  announcer.bind(MDNS_PORT, '0.0.0.0');
  await once(announcer, 'listening');
  const networks = Object.values(networkInterfaces()).flat();
  const network = networks.find((known) => known?.family === 'IPv4' && !known.internal)?.address ?? '127.0.0.1';
  announcer.setMulticastInterface(network);
  timer = setInterval(() => announcer.send(packet, MDNS_PORT, MDNS_GROUP), ANNOUNCE_MS);
});
beforeEach(async () => {
  app = await openBuiltApp(inject('baseUrl'));
  page = await app.visit();
});
afterEach(() => app.close());
afterAll(async () => {
  clearInterval(timer);
  announcer.close();
  await meter.pullCable();
});

test('without a bridge the click says what is missing, and offers itself again', async () => {
  const dialog = await openConnect(page);
  const button = dialog.getByRole('button', { name: 'Find instruments' });
  await button.waitFor();
  // a bridge that was asked would have been missed: the browser reports that as an error
  expect(app.problems).toEqual([]);
  await button.click();
  await dialog.getByText('Nothing was looked for').waitFor(SOON);
  await button.waitFor();
  expect(app.problems).toEqual([expect.stringContaining('/discovery')]);
});

test('with one it finds what announces itself, and a click connects that', async () => {
  const bridge = await startBridge({ allow: [meter.address], origins: [new URL(inject('baseUrl')).origin] });
  try {
    const dialog = await openConnect(page);
    await dialog.getByRole('button', { name: 'Find instruments' }).click();
    const row = dialog.getByRole('list', { name: 'Found on the network' }).getByRole('listitem');
    await row.getByRole('button', { name: `Connect ${NAME} at ${meter.address}` }).click(SOON);
    await expect.poll(() => chip(page, '34465A').textContent(), SOON).toContain('Ready');
    await disconnectAll(page);
    expect(app.problems).toEqual([]);
  } finally {
    await bridge.close();
  }
});
