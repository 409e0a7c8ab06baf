// The bridge as a user starts it, in a process of its own, and an attacker's end of a connection: bare bytes.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../bridge/server.mjs', import.meta.url));

export interface BridgeProcess {
  readonly process: ChildProcess;
  readonly url: string;
  readonly port: number;
  readonly token: string | undefined;
  /** Ports of Channel Access, where it was asked for. */
  readonly epics: { readonly tcp: number; readonly udp: number } | undefined;
}

/** What a bridge that cannot start says, and its exit code. */
export interface BridgeFailure {
  readonly code: number | null;
  readonly stderr: string;
}

/** Resolves when it listens, or has ended. */
export async function startBridgeProcess(...args: string[]): Promise<BridgeProcess | BridgeFailure> {
  const child = spawn(process.execPath, [SCRIPT, '--json', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
  const listens = once(createInterface(child.stdout), 'line').then(([line]) => {
    const { url, token, epics } = JSON.parse(line as string) as Pick<BridgeProcess, 'url' | 'token' | 'epics'>;
    return { process: child, url, port: Number(new URL(url).port), token, epics };
  });
  return Promise.race([listens, ended]);
}

export interface UpgradeRequest {
  readonly path: string;
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  /** Sixteen bytes in base64, or what is no handshake. */
  readonly key?: string;
}

export interface RawConnection {
  readonly socket: Socket;
  /** First line of the answer; empty when there was none. */
  readonly status: string;
  /** What comes next; nothing when the connection has ended. */
  read(): Promise<Buffer>;
}

/** Sends a WebSocket handshake; resolves with the connection and the first line of the answer. */
export async function openRaw(
  port: number,
  {
    path,
    host = `127.0.0.1:${port}`,
    origin = 'http://localhost:4173',
    key = 'AAAAAAAAAAAAAAAAAAAAAA==',
  }: UpgradeRequest,
): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    `Origin: ${origin}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  // what comes with the answer, or before somebody asks for it, waits here
  const received: Buffer[] = [];
  let wake: (() => void) | undefined;
  socket.on('data', (bytes) => {
    received.push(bytes);
    wake?.();
  });
  socket.once('close', () => wake?.());
  const read = async (): Promise<Buffer> => {
    while (received.length === 0 && !socket.destroyed) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return received.shift() ?? Buffer.alloc(0);
  };
  const answer = await read();
  const head = answer.indexOf('\r\n\r\n');
  if (head >= 0 && head + 4 < answer.length) received.unshift(answer.subarray(head + 4));
  return { socket, read, status: answer.toString('latin1').split('\r\n')[0]! };
}

/** A binary frame as a client sends it: masked, with a mask of zeros (RFC 6455, 5.2). */
export function clientFrame(payload: Uint8Array): Buffer {
  const header = Buffer.alloc(14);
  header[0] = 0x82;
  header[1] = 0x80 | 127;
  header.writeBigUInt64BE(BigInt(payload.byteLength), 2);
  return Buffer.concat([header, payload]);
}
