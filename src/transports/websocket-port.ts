// Bytes over a WebSocket: to the bridge, or to an instrument that has one itself.

import { systemClock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import { type BytePort, PortInbox } from './byte-port.ts';

/** An instrument that is so far behind with what it was sent takes nothing any more. */
const MAX_UNSENT_BYTES = 8 * 2 ** 20;
/** A network answers within seconds, or never; the bridge gives its target 10 s. */
const OPEN_TIMEOUT_MS = 15_000;
/** Protocol of the bridge: its first message says that its target is there, or it closes with the reason. */
export const BRIDGE_PROTOCOL = 'pulsebench';
const CONNECTED = 'connected';
/** Close code for `as intended` (RFC 6455, 7.4.1). */
const NORMAL_CLOSURE = 1000;

export interface WebSocketOptions {
  readonly url: URL | string;
  /** Where it leads, as in `BytePort`. */
  readonly label: string;
  /** What to tell the user when nobody answers there. */
  readonly refusedAdvice: string;
  /** Offered with the handshake. Under `BRIDGE_PROTOCOL` the port is open when the other side has said so. */
  readonly protocols?: readonly string[];
}

/** Rejects with `device/lost` when nobody answers, in the words of the other side where it has any. */
export function openWebSocketPort(options: WebSocketOptions): Promise<BytePort> {
  const { url, label, refusedAdvice, protocols = [] } = options;
  const inbox = new PortInbox();
  const encoder = new TextEncoder();
  return new Promise((resolve, reject) => {
    // throws where the page's own scheme forbids it: `https:` and `ws:`
    const socket = new WebSocket(url, [...protocols]);
    let isAwaited = false;
    const end = (error: LabError | undefined) => {
      stopTimer();
      inbox.end(error);
      reject(error ?? new LabError('device/lost', refusedAdvice));
    };
    const limit = (message: string) =>
      systemClock.after(OPEN_TIMEOUT_MS, () => {
        end(new LabError('device/lost', message));
        socket.close();
      });
    let stopTimer = limit(refusedAdvice);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (isAwaited && data === CONNECTED) opened();
      else inbox.push(typeof data === 'string' ? encoder.encode(wholeLine(data)) : new Uint8Array(data));
    };
    socket.onerror = () => end(new LabError('device/lost', refusedAdvice));
    socket.onclose = ({ code, reason }) => {
      if (code === NORMAL_CLOSURE) end(undefined);
      else end(new LabError('device/lost', reason || `The connection to ${label} was closed.`));
    };
    socket.onopen = () => {
      isAwaited = socket.protocol === BRIDGE_PROTOCOL;
      if (!isAwaited) return opened();
      stopTimer();
      stopTimer = limit(`The bridge does not say whether ${label} is there. End it, start it again, and try again.`);
    };
    const opened = () => {
      isAwaited = false;
      stopTimer();
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
    };
  });
}

/** A message of text is a whole one: who sends those may leave out the line end. */
const wholeLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
