// A connection that carries whole messages both ways, text or bytes: a WebSocket, or what a test puts in its place.

import { systemClock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';

export interface FrameListener {
  onFrame(frame: string | ArrayBuffer): void;
  /** Called once when nothing comes any more; not after `close`. */
  onClosed(error: LabError): void;
}

export interface FrameSocket {
  /** Bytes that were sent and have not left yet. */
  readonly unsentBytes: number;
  /** Before anything is sent: the other side speaks when it was spoken to. */
  listen(listener: FrameListener): void;
  /** Throws nothing: what is sent into a closed connection is lost, which the listener was told. */
  send(frame: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface FrameSocketOptions {
  readonly url: URL;
  readonly protocol: string;
  /** What to tell the user when nobody answers there. */
  readonly refusedAdvice: string;
}

/** A network answers within seconds, or never. */
const OPEN_TIMEOUT_MS = 15_000;

/** Rejects with `device/lost` when nobody answers. */
export function openFrameSocket({ url, protocol, refusedAdvice }: FrameSocketOptions): Promise<FrameSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol);
    socket.binaryType = 'arraybuffer';
    let listener: FrameListener | undefined;
    const end = (message: string) => {
      const error = new LabError('device/lost', message);
      const told = listener;
      listener = undefined;
      stopTimer();
      told?.onClosed(error);
      reject(error);
    };
    const stopTimer = systemClock.after(OPEN_TIMEOUT_MS, () => {
      end(refusedAdvice);
      socket.close();
    });
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => listener?.onFrame(data);
    socket.onclose = ({ reason }) => end(reason === '' ? refusedAdvice : reason);
    socket.onopen = () => {
      stopTimer();
      resolve({
        get unsentBytes() {
          return socket.bufferedAmount;
        },
        listen: (newest) => {
          listener = newest;
        },
        send: (frame) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(frame);
        },
        close: () => {
          listener = undefined;
          socket.close();
        },
      });
    };
  });
}
