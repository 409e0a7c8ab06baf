// A page's end of the bridge's door to Channel Access over a socket of Node's, with the frames of the page.

import { once } from 'node:events';
import WebSocket from 'ws';
import { LabError } from '../../src/base/errors.ts';
import {
  decodeFrame,
  encodeFrame,
  type FrameValue,
  numbersOf,
  type VariableType,
} from '../../src/devices/epics/frame.ts';
import type { FrameListener, FrameSocket } from '../../src/transports/frame-socket.ts';

export interface PageValue {
  readonly name?: string;
  readonly id?: number;
  readonly type: string;
  readonly data?: readonly number[] | readonly string[];
  readonly utcNs?: string;
  readonly status?: number;
  readonly severity?: number;
  readonly passedOverCount?: number;
}

export interface PageMessage {
  readonly op: string;
  readonly values?: readonly PageValue[];
  readonly [field: string]: unknown;
}

function pageFrame(message: PageMessage): string | Uint8Array {
  const values = message.values?.map(({ data, ...entry }): FrameValue => {
    const type = entry.type as VariableType;
    if (data === undefined) return { ...entry, type };
    return { ...entry, type, data: type === 'STRING' ? (data as string[]) : numbersOf(type, data as number[]) };
  });
  return encodeFrame({ ...message, ...(values && { values }) } as Parameters<typeof encodeFrame>[0]);
}

function readFrame(bytes: Buffer, isBinary: boolean): PageMessage {
  const message = decodeFrame(isBinary ? Uint8Array.from(bytes).buffer : bytes.toString());
  const values = message.values?.map(
    ({ data, ...entry }): PageValue =>
      ({ ...entry, ...(data && { data: [...data] as number[] | string[] }) }) as PageValue,
  );
  return { ...message, ...(values && { values }) } as PageMessage;
}

interface PageOptions {
  readonly origin?: string;
  readonly protocol?: string;
  readonly query?: string;
}

function connect(url: string, options: PageOptions = {}): WebSocket {
  const { origin = 'http://localhost:4173', protocol = 'pulsebench-epics', query = '' } = options;
  return new WebSocket(`${url}/epics${query}`, protocol, { origin });
}

export class Page {
  readonly socket: WebSocket;
  readonly #messages: PageMessage[] = [];

  constructor(url: string, options?: PageOptions) {
    this.socket = connect(url, options);
    this.socket.on('message', (bytes, isBinary) => this.#messages.push(readFrame(bytes as Buffer, isBinary)));
  }

  static async open(url: string): Promise<Page> {
    const page = new Page(url);
    await once(page.socket, 'open');
    return page;
  }

  say(message: PageMessage): void {
    this.socket.send(pageFrame(message));
  }

  /** The next message of that kind; others before it are left out. */
  async next(op: string, timeoutMs = 5000): Promise<PageMessage> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const index = this.#messages.findIndex((message) => message.op === op);
      if (index >= 0) return this.#messages.splice(0, index + 1).at(-1)!;
      if (performance.now() > end) throw new Error(`No message "${op}" came.`);
      await new Promise((wake) => setTimeout(wake, 2));
    }
  }
}

/** The page's own link to the door, on Node. Rejects with `device/lost`. */
export async function openNodeVariables(url: string): Promise<FrameSocket> {
  const socket = connect(url);
  let listener: FrameListener | undefined;
  const lost = () => new LabError('device/lost', 'The bridge has gone.');
  socket.on('message', (bytes, isBinary) => {
    const frame = bytes as Buffer;
    listener?.onFrame(isBinary ? Uint8Array.from(frame).buffer : frame.toString());
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.on('error', () => reject(lost()));
  });
  socket.on('close', () => listener?.onClosed(lost()));
  return {
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
  };
}
