// The bridge attacked again and again, with everything at once: it stays up, its memory is flat, and nothing reaches a
// target that was not named.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ATTACKS } from '../../support/bridge-attacks.ts';
import { type BridgeProcess, clientFrame, openRaw, startBridgeProcess } from '../../support/bridge-process.ts';
import { startTarget } from '../../support/counted-target.ts';
import { residentBytes } from '../../support/process-memory.ts';

const MB = 2 ** 20;
/** In the first rounds Node takes what it will keep. */
const WARM_UP_ROUNDS = 3;
const ROUNDS = 6;
const HALF_OPEN_COUNT = 500;
const CONNECT_COUNT = 500;
const REPEATS = 5;
/** Pages that do not read; each may have 8 MB of the bridge. */
const SLOW_COUNT = 5;
const PUSHED_BYTES = 16 * MB;
/**
 * Least of the later half of the rounds over that of the earlier one: what is above the least is waiting to be collected. What
 * one slow page a round left behind would be 24.
 */
const MAX_GROWTH_BYTES = 16 * MB;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test('its memory is flat, and nothing reaches a target that was not named', { timeout: 180_000 }, async () => {
  const echo = await startTarget((socket) => socket.pipe(socket));
  const gusher = await startTarget((socket) => socket.write(new Uint8Array(PUSHED_BYTES)));
  const unnamed = await startTarget((socket) => socket.resume());
  const allow = [echo, gusher].flatMap(({ port }) => ['--allow', `127.0.0.1:${port}`]);
  const bridge = (await startBridgeProcess('--port', '0', ...allow)) as BridgeProcess;
  cleanUps.push(echo.close, gusher.close, unnamed.close, () => bridge.process.kill('SIGKILL'));
  const open = (port: number, request = {}) =>
    openRaw(bridge.port, { path: `/tcp?host=127.0.0.1&port=${port}`, ...request });

  const halfOpen = async () => {
    const sockets = Array.from({ length: HALF_OPEN_COUNT }, () => connect({ host: '127.0.0.1', port: bridge.port }));
    for (const socket of sockets) socket.on('error', () => socket.destroy()).write('GET /tcp HTTP/1.1\r\nHost: ');
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return sockets;
  };
  const connects = async () => {
    const all = await Promise.all(Array.from({ length: CONNECT_COUNT }, () => open(echo.port)));
    return all.map(({ socket }) => socket);
  };
  const refused = async () => {
    const requests = [{ origin: 'https://localhost.evil.example' }, { origin: '' }, { host: 'evil.example' }];
    const all = await Promise.all(
      Array.from({ length: REPEATS }, () => requests)
        .flat()
        .map((r) => open(unnamed.port, r)),
    );
    expect(all.every(({ status }) => status.includes('403'))).toBe(true);
    return all.map(({ socket }) => socket);
  };
  const toUnnamed = async () => {
    const all = await Promise.all(Array.from({ length: REPEATS }, () => open(unnamed.port)));
    await Promise.all(all.map(({ read }) => read()));
    return all.map(({ socket }) => socket);
  };
  const malformed = async () => {
    const sockets: Socket[] = [];
    for (const [, query, bytes] of Array.from({ length: REPEATS }, () => ATTACKS).flat()) {
      const { socket, read } = await openRaw(bridge.port, {
        path: `/tcp?${query ?? `host=127.0.0.1&port=${echo.port}`}`,
      });
      socket.write(bytes);
      await read();
      sockets.push(socket);
    }
    return sockets;
  };
  const slow = async () => {
    const all = await Promise.all(Array.from({ length: SLOW_COUNT }, () => open(gusher.port)));
    return all.map(({ socket }) => socket.pause());
  };

  const afterRounds: number[] = [];
  for (let round = 1; round <= WARM_UP_ROUNDS + ROUNDS; round++) {
    const attackers = (await Promise.all([halfOpen(), connects(), refused(), toUnnamed(), malformed(), slow()])).flat();
    const good = await open(echo.port);
    good.socket.write(clientFrame(Buffer.from('still there')));
    expect((await good.read()).toString('latin1')).toContain('still there');
    for (const socket of [...attackers, good.socket]) socket.destroy();
    await expect.poll(() => echo.openCount + gusher.openCount, { timeout: 20_000 }).toBe(0);
    if (round > WARM_UP_ROUNDS) afterRounds.push(residentBytes(bridge.process.pid!));
  }
  const [earlier, later] = [afterRounds.slice(0, ROUNDS / 2), afterRounds.slice(ROUNDS / 2)];
  expect(Math.min(...later) - Math.min(...earlier), afterRounds.join(' ')).toBeLessThan(MAX_GROWTH_BYTES);
  expect(unnamed.connectionCount).toBe(0);
  expect(bridge.process.exitCode).toBeNull();
});
