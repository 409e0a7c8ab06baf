// TCP connections of pipeline functions in a browser: through the bridge, a small program on this computer.

import { LabError } from '../base/errors.ts';
import { ByteQueue, type ByteStream } from './byte-stream.ts';

/** Where `npm run bridge` listens: the one address elsewhere that the page's policy allows. */
export const BRIDGE_URL = 'ws://127.0.0.1:8900';
/** An instrument that is so far behind with what it was sent takes nothing any more. */
const MAX_UNSENT_BYTES = 8 * 2 ** 20;

export function connectThroughBridge(host: string, port: number): Promise<ByteStream> {
  const queue = new ByteQueue();
  return new Promise((resolve, reject) => {
    const url = new URL('/tcp', BRIDGE_URL);
    url.searchParams.set('host', host);
    url.searchParams.set('port', String(port));
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => queue.push(new Uint8Array(data));
    socket.onerror = () => {
      const error = new LabError(
        'device/lost',
        `The bridge at ${BRIDGE_URL} does not answer, or does not take this page. Start it with "npm run bridge -- --origin ${location.origin}" and try again.`,
      );
      queue.end(error);
      reject(error);
    };
    socket.onclose = ({ code, reason }) => {
      if (code === 1000) queue.end();
      else queue.end(new LabError('device/lost', reason || `The connection to ${host}:${port} was closed.`));
    };
    socket.onopen = () =>
      resolve({
        write: (bytes) => {
          if (socket.bufferedAmount + bytes.byteLength > MAX_UNSENT_BYTES) {
            throw new LabError(
              'device/timeout',
              `${host}:${port} takes no more: ${socket.bufferedAmount} bytes wait for it. Check the instrument and start again.`,
            );
          }
          socket.send(bytes);
        },
        read: (lengthBytes) => queue.take(lengthBytes),
        close: () => socket.close(1000),
      });
  });
}
