// Bytes over a WebSocket: to the bridge, or to an instrument that has one itself.

import { LabError } from '../base/errors.ts';
import { type BytePort, PortInbox } from './byte-port.ts';

/** An instrument that is so far behind with what it was sent takes nothing any more. */
const MAX_UNSENT_BYTES = 8 * 2 ** 20;
/** Close code for `as intended` (RFC 6455, 7.4.1). */
const NORMAL_CLOSURE = 1000;

export interface WebSocketOptions {
  readonly url: URL | string;
  /** Where it leads, as in `BytePort`. */
  readonly label: string;
  /** What to tell the user when nobody answers there. */
  readonly refusedAdvice: string;
}

/** Rejects with `device/lost` when nobody answers. */
export function openWebSocketPort({ url, label, refusedAdvice }: WebSocketOptions): Promise<BytePort> {
  const inbox = new PortInbox();
  const encoder = new TextEncoder();
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) =>
      inbox.push(typeof data === 'string' ? encoder.encode(data) : new Uint8Array(data));
    socket.onerror = () => {
      const error = new LabError('device/lost', refusedAdvice);
      inbox.end(error);
      reject(error);
    };
    socket.onclose = ({ code, reason }) => {
      if (code === NORMAL_CLOSURE) inbox.end();
      else inbox.end(new LabError('device/lost', reason || `The connection to ${label} was closed.`));
    };
    socket.onopen = () =>
      resolve({
        label,
        listen: (listener) => inbox.listen(listener),
        write: async (bytes) => {
          if (socket.readyState !== WebSocket.OPEN) throw new LabError('device/lost', `${label} is closed.`);
          if (socket.bufferedAmount + bytes.byteLength > MAX_UNSENT_BYTES) {
            throw new LabError(
              'device/timeout',
              `${label} takes no more: ${socket.bufferedAmount} bytes wait for it. Check the instrument and start again.`,
            );
          }
          socket.send(bytes);
        },
        close: () => {
          inbox.close();
          socket.close(NORMAL_CLOSURE);
          return Promise.resolve();
        },
      });
  });
}
