// When the bridge says that a connection is open, and what it says when there is none.

import { spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { relay } from '../../../bridge/relay.mjs';
import { openBridgePort } from '../../../src/transports/bridge-port.ts';
import { type BridgeProcess, startBridgeProcess } from '../../support/bridge-process.ts';

vi.mock('node:dns/promises', () => ({ lookup: vi.fn() }));

let bridge: BridgeProcess;
let silentPort: number;
let instrumentPort: number;
let closedPort: number;
const instrument = createServer((socket) => {
  socket.on('error', () => undefined);
  // what is said first is not lost
  socket.end('hello\n');
});

/** Listens and accepts nobody. */
const silent = spawn(
  process.execPath,
  [
    '-e',
    `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      process.stdout.write(String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);

beforeAll(async () => {
  const [digits] = (await once(silent.stdout, 'data')) as [Buffer];
  silentPort = Number(digits.toString());
  // the system answers so many for it, and then nobody any more
  for (let count = 0; count < 2; count++) {
    const filler = connect({ port: silentPort, host: '127.0.0.1' }).on('error', () => undefined);
    await once(filler, 'connect');
  }
  instrument.listen(0, '127.0.0.1');
  const nobody = createServer().listen(0, '127.0.0.1');
  await Promise.all([once(instrument, 'listening'), once(nobody, 'listening')]);
  instrumentPort = (instrument.address() as AddressInfo).port;
  closedPort = (nobody.address() as AddressInfo).port;
  nobody.close();
  const allowed = [instrumentPort, closedPort, silentPort].map((port) => `127.0.0.1:${port}`);
  bridge = (await startBridgeProcess('--port', '0', ...allowed.flatMap((to) => ['--allow', to]))) as BridgeProcess;
});
afterAll(() => {
  bridge.process.kill('SIGKILL');
  silent.kill('SIGKILL');
  instrument.close();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

let offered: readonly string[] = [];

/** The page's own port, to the bridge of this test. */
function open(host: string, port: number) {
  class PageSocket extends WebSocket {
    constructor(url: URL, protocols: string[]) {
      offered = protocols;
      super(`${bridge.url}${url.pathname}${url.search}`, protocols, { origin: 'http://localhost:4173' });
    }
  }
  vi.stubGlobal('WebSocket', PageSocket);
  vi.stubGlobal('location', { origin: 'http://localhost:4173', href: 'http://localhost:4173/' });
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

test('a silent instrument does not hold up another one', async () => {
  const waiting = new WebSocket(`${bridge.url}/tcp?host=127.0.0.1&port=${silentPort}`, ['binary', 'pulsebench'], {
    origin: 'http://localhost:4173',
  });
  const closed = once(waiting, 'close');
  // a browser opens the next socket to the bridge when this one is open
  await once(waiting, 'open');
  const port = await open('127.0.0.1', instrumentPort);
  expect(waiting.readyState).toBe(WebSocket.OPEN);
  await port.close();
  const [code, reason] = (await closed) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1011, `127.0.0.1:${silentPort}: it did not answer`]);
}, 15_000);

test('a name that is looked up for ever is not waited for', async () => {
  vi.useFakeTimers();
  vi.mocked(lookup).mockReturnValue(new Promise<never>(() => undefined));
  const close = vi.fn();
  const socket = { on: vi.fn(), pause: vi.fn(), resume: vi.fn(), close } as unknown as WebSocket;
  const over = relay(socket, { host: 'scope.example', port: 5025 }, ['scope.example:5025']);
  await vi.advanceTimersByTimeAsync(4999);
  expect(close).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await over;
  expect(close).toHaveBeenCalledWith(1011, 'scope.example:5025: its name was not looked up in time');
});

test('the page waits for the word of the bridge from when the socket is open', async () => {
  vi.useFakeTimers();
  const close = vi.fn();
  let opens = (): void => undefined;
  class WordlessSocket {
    protocol = 'pulsebench';
    close = close;
    set onopen(listener: () => void) {
      opens = listener;
    }
  }
  vi.stubGlobal('WebSocket', WordlessSocket);
  vi.stubGlobal('location', { origin: 'http://localhost:4173', href: 'http://localhost:4173/' });
  const outcome = openBridgePort('10.0.0.7', 5025).then(
    () => 'open',
    (error: Error) => error.message,
  );
  await vi.advanceTimersByTimeAsync(14_000);
  opens();
  await vi.advanceTimersByTimeAsync(14_000);
  expect(close).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await outcome).toContain('does not say whether TCP 10.0.0.7:5025 is there');
  expect(close).toHaveBeenCalled();
});

test('websockify 0.10 would find its protocol in the first place only', async () => {
  const port = await open('127.0.0.1', instrumentPort);
  await port.close();
  expect(offered).toEqual(['binary', 'pulsebench']);
});

test('a client of websockify gets the bytes only', async () => {
  const socket = new WebSocket(`${bridge.url}/tcp?host=127.0.0.1&port=${instrumentPort}`, ['binary'], {
    origin: 'http://localhost:4173',
  });
  const [bytes, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
  expect([socket.protocol, bytes.toString(), isBinary]).toEqual(['binary', 'hello\n', true]);
});

test('a client that offers no protocols is told the reason, too', async () => {
  const socket = new WebSocket(`${bridge.url}/tcp?host=127.0.0.1&port=${closedPort}`, {
    origin: 'http://localhost:4173',
  });
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  expect([code, reason.toString()]).toEqual([1011, expect.stringContaining('ECONNREFUSED')]);
});
