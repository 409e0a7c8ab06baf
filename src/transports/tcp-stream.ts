// TCP connections of pipeline functions on Node.

import { connect } from 'node:net';
import { LabError } from '../base/errors.ts';
import { ByteQueue, type ByteStream } from './byte-stream.ts';

/** Silence after which a peer counts as gone, as in mimoCoRB2. */
const TIMEOUT_MS = 5000;

export function connectTcp(host: string, port: number): Promise<ByteStream> {
  const queue = new ByteQueue();
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (cause: Error): void => {
      const error = new LabError('device/lost', `The connection to ${host}:${port} failed: ${cause.message}.`, {
        cause,
      });
      queue.end(error);
      reject(error);
    };
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy(new Error(`nothing came for ${TIMEOUT_MS / 1000} s`));
    });
    socket.on('error', fail);
    socket.on('data', (bytes) => queue.push(bytes));
    socket.on('end', () => queue.end());
    socket.on('connect', () =>
      resolve({
        write: (bytes) => void socket.write(bytes),
        read: (lengthBytes) => queue.take(lengthBytes),
        close: () => socket.destroy(),
      }),
    );
  });
}
