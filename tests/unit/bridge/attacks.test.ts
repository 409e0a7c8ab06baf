// The bridge under attack: a process of its own, and bare sockets against it. What it promises is in docs/security.md.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS } from '../../support/bridge-attacks.ts';
import {
  type BridgeFailure,
  type BridgeProcess,
  clientFrame,
  openRaw,
  startBridgeProcess,
} from '../../support/bridge-process.ts';
import { startTarget as serveTarget } from '../../support/counted-target.ts';

const MB = 2 ** 20;
/** What the bridge may hold (8 MB) and the buffers of the four ends of two TCP connections on this computer (6 MB each). */
const MAX_HELD_BYTES = 32 * MB;
/** So long no byte moves: then it is held up. */
const STILL_MS = 700;
/** First byte of a close frame from a server (RFC 6455, 5.2). */
const CLOSE_FRAME = 0x88;
/** Close code of a message that is too big (RFC 6455, 7.4.1). */
const TOO_BIG = 1009;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startTarget(onConnection: (socket: Socket) => void): Promise<number> {
  const target = await serveTarget(onConnection);
  cleanUps.push(() => target.close());
  return target.port;
}

async function startBridge(...args: string[]): Promise<BridgeProcess> {
  const bridge = await startBridgeProcess('--port', '0', ...args);
  if (!('port' in bridge)) throw new Error(bridge.stderr);
  cleanUps.push(() => bridge.process.kill('SIGKILL'));
  return bridge;
}

describe('who may come in', () => {
  let bridge: BridgeProcess;
  let targetPort: number;
  let server: Server;
  beforeAll(async () => {
    server = createServer((socket) => socket.on('error', () => socket.destroy())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    targetPort = (server.address() as AddressInfo).port;
    const allow = ['--allow', `127.0.0.1:${targetPort}`, '--origin', 'https://lab.example/'];
    bridge = (await startBridgeProcess('--port', '0', ...allow)) as BridgeProcess;
  });
  afterAll(() => {
    bridge.process.kill('SIGKILL');
    server.close();
  });
  const path = () => `/tcp?host=127.0.0.1&port=${targetPort}`;

  test.each([
    'http://localhost:4173',
    'https://localhost',
    'http://127.0.0.1:8080',
    'http://[::1]:4173',
    'https://lab.example',
  ])('a page of %s', async (origin) => {
    const { socket, status } = await openRaw(bridge.port, { path: path(), origin });
    expect(status).toContain('101');
    socket.destroy();
  });

  test.each([
    'http://127.evil.example',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'https://lab.example.evil.example',
    'https://lab.example@evil.example',
    'http://lab.example',
    'https://lab.example:8443',
    'file://localhost',
    'http://localhost:4173/x',
    'null',
    '',
  ])('no page of %s', async (origin) => {
    const { status } = await openRaw(bridge.port, { path: path(), origin });
    expect(status).toBe('HTTP/1.1 403 Forbidden');
  });

  test.each(['evil.example', 'evil.example:8900', '127.evil.example', 'localhost.evil.example', 'x@127.0.0.1', ''])(
    'nobody who calls it %s (DNS rebinding)',
    async (host) => {
      const { status } = await openRaw(bridge.port, { path: path(), host });
      expect(status).toMatch(/^HTTP\/1\.1 40[03] /);
    },
  );

  test.each(['127.0.0.1', '127.0.0.1:9000', 'localhost:8900', '[::1]:8900'])('who calls it %s', async (host) => {
    const { socket, status } = await openRaw(bridge.port, { path: path(), host });
    expect(status).toContain('101');
    socket.destroy();
  });
});

test.each([
  ['a page of elsewhere', { origin: 'https://evil.example' }],
  ['a page without an origin', { origin: '' }],
  ['a name that was made to point here', { host: 'evil.example' }],
])('%s is not told what is on the network', async (_what, request) => {
  const bridge = await startBridge();
  expect((await openRaw(bridge.port, { path: '/discovery', ...request })).status).toMatch(/^HTTP\/1\.1 403 /);
});

test('who asks what is on the network and sends frames that are none ends alone', async () => {
  const bridge = await startBridge();
  const good = await openRaw(bridge.port, { path: '/discovery' });
  for (const bytes of [Buffer.from([0xff, 0xff, 0xff]), clientFrame(new Uint8Array(MB))]) {
    const bad = await openRaw(bridge.port, { path: '/discovery' });
    expect(bad.status).toContain('101');
    const ended = new Promise((resolve) => bad.socket.once('close', resolve));
    // what is still to be written when it is ended
    bad.socket.on('error', () => bad.socket.destroy());
    bad.socket.write(bytes);
    await ended;
  }
  expect((await good.read()).toString('latin1')).toContain('"instruments"');
  good.socket.destroy();
  expect(bridge.process.exitCode).toBeNull();
});

test('500 connections that are left half open cost nobody else', async () => {
  const target = await startTarget((socket) => socket.pipe(socket));
  const bridge = await startBridge('--allow', `127.0.0.1:${target}`);
  const silent = Array.from({ length: 500 }, () => connect({ host: '127.0.0.1', port: bridge.port }));
  cleanUps.push(() => {
    for (const socket of silent) socket.destroy();
  });
  for (const socket of silent) socket.on('error', () => socket.destroy()).write('GET /tcp HTTP/1.1\r\nHost: ');
  const good = await openRaw(bridge.port, { path: `/tcp?host=127.0.0.1&port=${target}` });
  good.socket.write(clientFrame(Buffer.from('still there')));
  expect((await good.read()).toString('latin1')).toContain('still there');
  good.socket.destroy();
  expect(bridge.process.exitCode).toBeNull();
});

test('on another address than loopback nobody comes in without the token, and 127.evil.example is no loopback', async () => {
  const bridge = await startBridge('--listen', '0.0.0.0');
  expect(bridge.token).toMatch(/^[0-9a-f]{32}$/);
  expect((await openRaw(bridge.port, { path: '/discovery' })).status).toBe('HTTP/1.1 403 Forbidden');
  const path = '/tcp?host=127.0.0.1&port=1001';
  for (const given of ['', '&token=', '&token=0', `&token=${bridge.token}0`]) {
    expect((await openRaw(bridge.port, { path: path + given })).status).toBe('HTTP/1.1 403 Forbidden');
  }
  const { socket, status } = await openRaw(bridge.port, { path: `${path}&token=${bridge.token}` });
  expect(status).toContain('101');
  socket.destroy();
  const { stderr } = (await startBridgeProcess('--port', '0', '--listen', '127.evil.example')) as BridgeFailure;
  expect(stderr).toMatch(/^bridge: 127\.evil\.example is no address of this computer[^\n]+\n$/);
});

test('nothing is opened for a page that may not come in, or whose handshake is none', async () => {
  let reached = 0;
  const port = await startTarget(() => reached++);
  const bridge = await startBridge('--allow', `127.0.0.1:${port}`);
  const path = `/tcp?host=127.0.0.1&port=${port}`;
  await openRaw(bridge.port, { path, origin: 'https://evil.example' });
  await openRaw(bridge.port, { path, host: 'evil.example' });
  expect((await openRaw(bridge.port, { path, key: 'short' })).status).toBe('HTTP/1.1 400 Bad Request');
  expect(reached).toBe(0);
  await openRaw(bridge.port, { path });
  await expect.poll(() => reached).toBe(1);
});

describe('what comes in', () => {
  test.each(ATTACKS)('%s ends that connection only', async (_what, query, bytes) => {
    const port = await startTarget((socket) => socket.pipe(socket));
    const bridge = await startBridge('--allow', `127.0.0.1:${port}`);
    const good = await openRaw(bridge.port, { path: `/tcp?host=127.0.0.1&port=${port}` });
    const bad = await openRaw(bridge.port, { path: `/tcp?${query ?? `host=127.0.0.1&port=${port}`}` });
    bad.socket.write(bytes);
    const answer = await bad.read();
    expect(answer[0]).toBe(CLOSE_FRAME);
    bad.socket.destroy();
    good.socket.write(clientFrame(Buffer.from('still there')));
    const echo = await good.read();
    expect(echo.toString('latin1')).toContain('still there');
    expect(bridge.process.exitCode).toBeNull();
  });

  test.each([
    ['six bytes that are no frame, from a page that may not come in', '/tcp', 'https://evil.example'],
    ['an address that is none', '//', undefined],
    ['an address in full', 'http://[/', undefined],
    ['another path', '/etc/passwd', undefined],
  ])('%s', async (_what, path, origin) => {
    const bridge = await startBridge();
    const { socket, status } = await openRaw(bridge.port, { path, origin });
    expect(status).toMatch(/^HTTP\/1\.1 40[03] /);
    socket.write(Buffer.from([0x82, 0x04, 1, 2, 3, 4]));
    socket.resume();
    if (!socket.closed) await once(socket, 'close');
    expect((await openRaw(bridge.port, { path: '/tcp?host=127.0.0.1&port=1' })).status).toContain('101');
    expect(bridge.process.exitCode).toBeNull();
  });
});

/** Bytes that `socket` has got rid of when no more move. */
async function pushUntilStill(socket: Socket, chunk: Uint8Array): Promise<number> {
  const push = (): void => {
    while (socket.bytesWritten < 8 * MAX_HELD_BYTES && socket.write(chunk));
  };
  socket.on('drain', push);
  push();
  for (let before = -1; ; ) {
    const gone = socket.bytesWritten - socket.writableLength;
    if (gone === before || gone > 4 * MAX_HELD_BYTES) return gone;
    before = gone;
    await new Promise((wake) => setTimeout(wake, STILL_MS));
  }
}

test('a page that does not read holds the instrument up, not memory', async () => {
  let instrument: Socket | undefined;
  const port = await startTarget((socket) => {
    instrument = socket;
  });
  const bridge = await startBridge('--allow', `127.0.0.1:${port}`);
  const { socket } = await openRaw(bridge.port, { path: `/tcp?host=127.0.0.1&port=${port}` });
  cleanUps.push(() => socket.destroy());
  socket.pause();
  await expect.poll(() => instrument).toBeDefined();
  expect(await pushUntilStill(instrument!, new Uint8Array(65_536))).toBeLessThan(MAX_HELD_BYTES);
});

test('an instrument that does not read holds the page up, not memory, and gets every byte in the end', async () => {
  let instrument: Socket | undefined;
  const port = await startTarget((socket) => {
    instrument = socket.pause();
  });
  const bridge = await startBridge('--allow', `127.0.0.1:${port}`);
  const { socket } = await openRaw(bridge.port, { path: `/tcp?host=127.0.0.1&port=${port}` });
  cleanUps.push(() => socket.destroy());
  await expect.poll(() => instrument).toBeDefined();
  const payload = new Uint8Array(65_536).fill(7);
  const frame = clientFrame(payload);
  const handshakeBytes = socket.bytesWritten;
  expect(await pushUntilStill(socket, frame)).toBeLessThan(MAX_HELD_BYTES);
  const frameCount = (socket.bytesWritten - handshakeBytes) / frame.byteLength;
  socket.removeAllListeners('drain');
  let received = 0;
  let isSame = true;
  instrument!.on('data', (bytes: Buffer) => {
    received += bytes.byteLength;
    isSame &&= bytes.every((byte) => byte === 7);
  });
  instrument!.resume();
  await expect.poll(() => received, { timeout: 20_000 }).toBe(frameCount * payload.byteLength);
  expect(isSame).toBe(true);
});

test('a command of 1 MB reaches the instrument whole; a byte more ends the connection', async () => {
  const received: Buffer[] = [];
  const port = await startTarget((socket) => socket.on('data', (bytes) => received.push(bytes)));
  const bridge = await startBridge('--allow', `127.0.0.1:${port}`);
  const path = `/tcp?host=127.0.0.1&port=${port}`;
  const command = Buffer.from(Array.from({ length: MB }, (_, index) => (index * 7) & 0xff));
  const good = await openRaw(bridge.port, { path });
  good.socket.write(clientFrame(command));
  await expect.poll(() => Buffer.concat(received).length).toBe(MB);
  expect(Buffer.concat(received).equals(command)).toBe(true);
  good.socket.destroy();
  const bad = await openRaw(bridge.port, { path });
  bad.socket.write(clientFrame(Buffer.concat([command, Buffer.of(0)])));
  const answer = await bad.read();
  expect([answer[0], answer.readUInt16BE(2)]).toEqual([CLOSE_FRAME, TOO_BIG]);
  bad.socket.destroy();
});

test('the last command reaches the instrument although the page closes at once', async () => {
  const received: Buffer[] = [];
  const ended = withResolvers();
  const port = await startTarget((socket) => {
    socket.on('data', (bytes) => received.push(bytes));
    socket.on('end', () => ended.resolve());
  });
  const bridge = await startBridge('--allow', `127.0.0.1:${port}`);
  const { socket } = await openRaw(bridge.port, { path: `/tcp?host=127.0.0.1&port=${port}` });
  socket.write(Buffer.concat([clientFrame(Buffer.from('OUTP OFF\n')), Buffer.from([0x88, 0x80, 0, 0, 0, 0])]));
  await ended.promise;
  expect(Buffer.concat(received).toString()).toBe('OUTP OFF\n');
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test('a port in use is said in one line', async () => {
  const port = await startTarget(() => {});
  const failure = (await startBridgeProcess('--port', String(port))) as BridgeFailure;
  expect(failure.code).toBe(1);
  expect(failure.stderr).toMatch(new RegExp(`^bridge: Port ${port} is in use[^\\n]+--port\\.\\n$`));
});

test.each([
  ['--port', 'x'],
  ['--port', '70000'],
  ['--origin', 'lab'],
  ['--nonsense', '1'],
])('%s %s is wrong usage, in one line', (option, value) => {
  const script = fileURLToPath(new URL('../../../bridge/server.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, option, value], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^bridge: [^\n]+\n$/)]);
});

test('it ends in order on SIGTERM and SIGINT, also with a connection open', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const bridge = await startBridge();
    const { socket } = await openRaw(bridge.port, { path: '/tcp?host=127.0.0.1&port=1001' });
    cleanUps.push(() => socket.destroy());
    bridge.process.kill(signal);
    expect(await once(bridge.process, 'exit')).toEqual([0, null]);
  }
});
