// TCP on Node with real sockets: an instrument that forgets with its connection, one that hangs up, one that is not there.

import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import type { BenchSession } from '../../../src/devices/bench/session.ts';
import { ScpiSession } from '../../../src/devices/scpi/session.ts';
import { StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import { connectTcp, openTcpPort } from '../../../src/transports/tcp-port.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

/** A server whose every line is answered by `answer`, if at all. */
async function serve(answer: (line: string, socket: Socket) => string | undefined) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const lines = text.split('\n');
      text = lines.pop()!;
      for (const line of lines) {
        const said = answer(line, socket);
        if (said !== undefined) socket.write(`${said}\n`);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  opened.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  const address = server.address() as { port: number };
  return { port: address.port, connectionCount: () => sockets.size };
}

test('questions and answers; a late answer is not taken for the next one', async () => {
  let eventEnable = '0';
  const { port, connectionCount } = await serve((line, socket) => {
    const [, mask] = /^\*ESE (\d+)/.exec(line) ?? [];
    eventEnable = mask ?? eventEnable;
    if (line.endsWith('*ESE?')) return eventEnable;
    if (line === 'SLOW?') setTimeout(() => socket.write('late\n'), 120);
    return line === 'FAST?' ? 'in time' : undefined;
  });
  const open = () => openTcpPort({ host: '127.0.0.1', port });
  const link = await StreamMessageLink.open(await open(), { clock: systemClock, reopen: open });
  const session: BenchSession = new ScpiSession(link, { clock: systemClock, timeoutMs: 60 });
  await expect(session.query('SLOW?')).rejects.toMatchObject({ code: 'device/timeout' });
  expect(await session.query('FAST?')).toBe('in time');
  expect(connectionCount()).toBe(2);
  await session.close();
});

test('a peer that hangs up, and one that is not there', async () => {
  const { port } = await serve((line, socket) => {
    if (line === 'BYE') socket.destroy();
    return undefined;
  });
  const stream = await connectTcp('127.0.0.1', port);
  stream.write(new TextEncoder().encode('BYE\n'));
  expect(await stream.read(1)).toBeUndefined();
  stream.close();
  await expect(openTcpPort({ host: '127.0.0.1', port: 1 })).rejects.toMatchObject({ code: 'device/lost' });
});
