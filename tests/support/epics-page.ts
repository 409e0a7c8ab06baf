// A page's end of the bridge's door to Channel Access, with frames written and read by what bridge/epics/README.md says.

import { once } from 'node:events';
import WebSocket from 'ws';

const ARRAYS = {
  SHORT: Int16Array,
  FLOAT: Float32Array,
  ENUM: Uint16Array,
  CHAR: Uint8Array,
  LONG: Int32Array,
  DOUBLE: Float64Array,
} as const;

export interface PageValue {
  readonly name?: string;
  readonly id?: number;
  readonly type: string;
  readonly data?: readonly number[] | readonly string[];
  readonly utcNs?: string;
  readonly status?: number;
  readonly severity?: number;
}

export interface PageMessage {
  readonly op: string;
  readonly values?: readonly PageValue[];
  readonly [field: string]: unknown;
}

const padded = (length: number) => Math.ceil(length / 8) * 8;

export function pageFrame(message: PageMessage): Buffer {
  const arrays: Buffer[] = [];
  const values = message.values?.map(({ data, ...entry }) => {
    if (data === undefined) return entry;
    if (entry.type === 'STRING') return { ...entry, texts: data };
    const array = ARRAYS[entry.type as keyof typeof ARRAYS].from(data as readonly number[]);
    const bytes = Buffer.alloc(padded(array.byteLength));
    Buffer.from(array.buffer).copy(bytes);
    arrays.push(bytes);
    return { ...entry, count: data.length };
  });
  const json = Buffer.from(JSON.stringify({ ...message, values }));
  const head = Buffer.alloc(padded(4 + json.length));
  head.writeUInt32LE(json.length);
  json.copy(head, 4);
  return Buffer.concat([head, ...arrays]);
}

function readFrame(bytes: Buffer, isBinary: boolean): PageMessage {
  if (!isBinary) return textValues(JSON.parse(bytes.toString()) as PageMessage);
  const length = bytes.readUInt32LE(0);
  const message = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as PageMessage;
  let at = padded(4 + length);
  const values = message.values?.map((entry) => {
    const { count, ...rest } = entry as PageValue & { count: number };
    const Typed = ARRAYS[entry.type as keyof typeof ARRAYS];
    const size = count * Typed.BYTES_PER_ELEMENT;
    const data = [...new Typed(Uint8Array.from(bytes.subarray(at, at + size)).buffer)];
    at += padded(size);
    return { ...rest, data };
  });
  return { ...message, ...(values ? { values } : {}) };
}

function textValues(message: PageMessage): PageMessage {
  if (!message.values) return message;
  const values = message.values.map(({ texts, ...entry }: PageValue & { texts?: string[] }) => ({
    ...entry,
    ...(texts ? { data: texts } : {}),
  }));
  return { ...message, values };
}

export class Page {
  readonly socket: WebSocket;
  readonly #messages: PageMessage[] = [];

  constructor(url: string, { origin = 'http://localhost:4173', protocol = 'pulsebench-epics', query = '' } = {}) {
    this.socket = new WebSocket(`${url}/epics${query}`, protocol, { origin });
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
