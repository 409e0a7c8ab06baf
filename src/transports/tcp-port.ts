// TCP connections on Node.

import { connect } from 'node:net';
import { LabError } from '../base/errors.ts';
import { type BytePort, PortInbox } from './byte-port.ts';
import { type ByteStream, byteStream } from './byte-stream.ts';

/** Silence after which a peer of a pipeline function counts as gone, as in mimoCoRB2. */
const STREAM_IDLE_MS = 5000;
/** For making a connection: an instrument on the same network answers within milliseconds. */
const CONNECT_TIMEOUT_MS = 5000;

export interface TcpOptions {
  readonly host: string;
  readonly port: number;
  /** Silence after which the peer counts as gone; without it an instrument may be silent as long as it likes. */
  readonly idleMs?: number;
}

/** Rejects with `device/lost` when there is nobody. */
export function openTcpPort({ host, port, idleMs }: TcpOptions): Promise<BytePort> {
  const inbox = new PortInbox();
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const silentFor = (limitMs: number) => socket.destroy(new Error(`nothing came for ${limitMs / 1000} s`));
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => silentFor(socket.timeout ?? CONNECT_TIMEOUT_MS));
    socket.on('error', (cause) => {
      const error = new LabError('device/lost', `The connection to ${host}:${port} failed: ${cause.message}.`, {
        cause,
      });
      inbox.end(error);
      reject(error);
    });
    socket.on('data', (bytes) => inbox.push(bytes));
    socket.on('close', () => inbox.end());
    socket.on('connect', () => {
      socket.setTimeout(idleMs ?? 0);
      resolve({
        label: `TCP ${host}:${port}`,
        listen: (listener) => inbox.listen(listener),
        write: (bytes) =>
          new Promise((sent, failed) => {
            socket.write(bytes, (cause) => {
              if (!cause) sent();
              else failed(new LabError('device/lost', `The connection to ${host}:${port} is closed.`, { cause }));
            });
          }),
        close: () => {
          inbox.close();
          socket.destroy();
          return Promise.resolve();
        },
      });
    });
  });
}

/** For pipeline functions. */
export async function connectTcp(host: string, port: number): Promise<ByteStream> {
  return byteStream(await openTcpPort({ host, port, idleMs: STREAM_IDLE_MS }));
}
