// The bridge with Channel Access as a user starts it.

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { RawCircuit, readWire, wire, wireName } from '../../../support/ca-wire.ts';
import { Page } from '../../../support/epics-page.ts';

const SCRIPT = fileURLToPath(new URL('../../../../bridge/server.mjs', import.meta.url));

function start(...args: string[]) {
  const child = spawn(process.execPath, [SCRIPT, '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes.toString();
  });
  return { child, closed: once(child, 'close').then(([code]) => code as number | null), errors: () => errors };
}

test('its first line names the ports; writes are said on standard error; it ends with 0', async () => {
  const { child, closed, errors } = start('--epics', '--epics-port', '0', '--json');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, epics } = JSON.parse(line) as { url: string; epics: { tcp: number; udp: number } };
  expect(epics).toEqual({ tcp: expect.any(Number), udp: expect.any(Number) });

  const page = await Page.open(url);
  page.say({ op: 'define', pvs: [{ name: 'T:arm', type: 'LONG' }] });
  await page.next('defined');
  const udp = createSocket('udp4');
  const search = wire(6, { dataType: 5, dataCount: 13, p1: 1, p2: 1, payload: wireName('T:arm') });
  udp.send(Buffer.concat([wire(0, { dataType: 1, dataCount: 13, p1: 77 }), search]), epics.udp, '127.0.0.1');
  const [answer] = (await once(udp, 'message')) as [Buffer];
  expect(readWire(answer).messages).toMatchObject([
    { command: 0, dataType: 1, p1: 77 },
    { command: 6, dataType: epics.tcp, p2: 1 },
  ]);
  udp.close();

  const circuit = await RawCircuit.open(epics.tcp);
  await circuit.take(1);
  const { sid } = await circuit.create('T:arm');
  circuit.send(wire(19, { dataType: 5, dataCount: 1, p1: sid, p2: 1, payload: Buffer.alloc(8) }));
  expect(await circuit.take(1)).toMatchObject([{ p1: 376 }]);
  await expect.poll(errors).toMatch(/^epics: put 0 into T:arm by .*: refused: it may not be written\n$/);
  child.kill('SIGTERM');
  expect(await closed).toBe(0);
});

test('without --epics there is none', async () => {
  const { child, closed } = start('--json');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(JSON.parse(line)).not.toHaveProperty('epics');
  child.kill('SIGINT');
  expect(await closed).toBe(0);
});

test.each([
  ['--epics-port', 'x'],
  ['--epics-listen', 'lab.example'],
])('%s %s is wrong usage, in one line', async (...args) => {
  const { closed, errors } = start('--epics', ...args);
  expect(await closed).toBe(2);
  expect(errors()).toMatch(/^bridge: --epics-[^\n]+\n$/);
});

test('where the bridge cannot listen, Channel Access ends with it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { closed, errors } = start('--epics', '--epics-port', '0', '--port', String(port));
  expect(await closed).toBe(1);
  expect(errors()).toMatch(/^bridge: Port \d+ is in use[^\n]+\n$/);
  other.close();
});

test('an address that is none of this computer is said in one line', async () => {
  const { closed, errors } = start('--epics', '--epics-listen', '192.0.2.1');
  expect(await closed).toBe(1);
  expect(errors()).toMatch(/^bridge: Channel Access cannot listen for searches at 192\.0\.2\.1[^\n]+\n$/);
});
