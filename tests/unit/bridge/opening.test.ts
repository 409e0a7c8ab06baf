// When the bridge says that a connection is open, and what it says when there is none.

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openBridgePort } from '../../../src/transports/bridge-port.ts';
import { type BridgeProcess, startBridgeProcess } from '../../support/bridge-process.ts';

let bridge: BridgeProcess;
let instrumentPort: number;
let closedPort: number;
const instrument = createServer((socket) => {
  socket.on('error', () => undefined);
  // what is said first is not lost
  socket.end('hello\n');
});

beforeAll(async () => {
  instrument.listen(0, '127.0.0.1');
  const nobody = createServer().listen(0, '127.0.0.1');
  await Promise.all([once(instrument, 'listening'), once(nobody, 'listening')]);
  instrumentPort = (instrument.address() as AddressInfo).port;
  closedPort = (nobody.address() as AddressInfo).port;
  nobody.close();
  const allowed = [`127.0.0.1:${instrumentPort}`, `127.0.0.1:${closedPort}`];
  bridge = (await startBridgeProcess('--port', '0', ...allowed.flatMap((to) => ['--allow', to]))) as BridgeProcess;
});
afterAll(() => {
  bridge.process.kill('SIGKILL');
  instrument.close();
});
afterEach(() => vi.unstubAllGlobals());

/** The page's own port, to the bridge of this test. */
function open(host: string, port: number) {
  class PageSocket extends WebSocket {
    constructor(url: URL, protocols: string[]) {
      super(`${bridge.url}${url.pathname}${url.search}`, protocols, { origin: 'http://localhost:4173' });
    }
  }
  vi.stubGlobal('WebSocket', PageSocket);
  vi.stubGlobal('location', { origin: 'http://localhost:4173' });
  return openBridgePort(host, port);
}

test('it is open when the instrument is there, whose first words come through', async () => {
  const port = await open('127.0.0.1', instrumentPort);
  const text = await new Promise<string>((resolve) => {
    let heard = '';
    port.listen({
      onBytes: (bytes) => {
        heard += Buffer.from(bytes).toString();
      },
      onClosed: () => resolve(heard),
    });
  });
  expect(text).toBe('hello\n');
});

test('it is never open where nobody listens or nothing was allowed, and the reason is told', async () => {
  await expect(open('127.0.0.1', closedPort)).rejects.toMatchObject({
    code: 'device/lost',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  await expect(open('127.0.0.1', 9)).rejects.toThrow('--allow 127.0.0.1:9');
});

test('a client that offers no protocols is told the reason, too', async () => {
  const socket = new WebSocket(`${bridge.url}/tcp?host=127.0.0.1&port=${closedPort}`, {
    origin: 'http://localhost:4173',
  });
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1011, expect.stringContaining('ECONNREFUSED')]);
});
