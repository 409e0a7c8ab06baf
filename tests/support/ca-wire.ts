// A bare end of a Channel Access circuit, and its messages read by the specification alone.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface WireMessage {
  readonly command: number;
  readonly payloadSize: number;
  readonly dataType: number;
  readonly dataCount: number;
  readonly p1: number;
  readonly p2: number;
  readonly payload: Buffer;
}

/** The whole messages in `bytes`, and what is left. */
export function readWire(bytes: Buffer): { messages: WireMessage[]; rest: Buffer } {
  const messages: WireMessage[] = [];
  let at = 0;
  while (bytes.length - at >= 16) {
    const isLong = bytes.readUInt16BE(at + 2) === 0xffff && bytes.readUInt16BE(at + 6) === 0;
    const headerSize = isLong ? 24 : 16;
    if (bytes.length - at < headerSize) break;
    const payloadSize = isLong ? bytes.readUInt32BE(at + 16) : bytes.readUInt16BE(at + 2);
    const end = at + headerSize + payloadSize;
    if (bytes.length < end) break;
    messages.push({
      command: bytes.readUInt16BE(at),
      payloadSize,
      dataType: bytes.readUInt16BE(at + 4),
      dataCount: isLong ? bytes.readUInt32BE(at + 20) : bytes.readUInt16BE(at + 6),
      p1: bytes.readUInt32BE(at + 8),
      p2: bytes.readUInt32BE(at + 12),
      payload: bytes.subarray(at + headerSize, end),
    });
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
}

/** A message as a client writes it; the payload must be padded already. */
export function wire(
  command: number,
  fields: { dataType?: number; dataCount?: number; p1?: number; p2?: number; payload?: Buffer } = {},
): Buffer {
  const { dataType = 0, dataCount = 0, p1 = 0, p2 = 0, payload = Buffer.alloc(0) } = fields;
  const header = Buffer.alloc(16);
  [command, payload.length, dataType, dataCount].forEach((value, index) => {
    header.writeUInt16BE(value, 2 * index);
  });
  header.writeUInt32BE(p1, 8);
  header.writeUInt32BE(p2, 12);
  return Buffer.concat([header, payload]);
}

/** A NUL-terminated name, padded to 8 bytes. */
export function wireName(name: string): Buffer {
  const bytes = Buffer.alloc(Math.ceil((name.length + 1) / 8) * 8);
  bytes.write(name);
  return bytes;
}

/** Payload of EVENT_ADD: three limits that nobody uses, and what is asked for. */
export function wireMask(mask: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16BE(mask, 12);
  return bytes;
}

export class RawCircuit {
  readonly socket: Socket;
  readonly received: WireMessage[] = [];
  #rest = Buffer.alloc(0);
  #pieces: Buffer[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      this.#pieces.push(bytes);
    });
  }

  static async open(port: number): Promise<RawCircuit> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new RawCircuit(socket);
  }

  send(...messages: Buffer[]): void {
    this.socket.write(Buffer.concat(messages));
  }

  /** Messages that came since the last call, as soon as `count` are there or the connection ended. */
  async take(count: number, timeoutMs = 5000): Promise<WireMessage[]> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      if (this.#pieces.length > 0) {
        const { messages, rest } = readWire(Buffer.concat([this.#rest, ...this.#pieces]));
        this.#pieces = [];
        this.#rest = Buffer.from(rest);
        this.received.push(...messages);
      }
      if (this.received.length >= count || this.socket.closed || performance.now() > end) {
        return this.received.splice(0, count);
      }
      await new Promise((wake) => setTimeout(wake, 2));
    }
  }

  /** A channel, by its name; the server's number for it. */
  async create(
    name: string,
    cid = 1,
    minor = 13,
  ): Promise<{ sid: number; type: number; count: number; rights: number }> {
    this.send(wire(18, { p1: cid, p2: minor, payload: wireName(name) }));
    const [rights, channel] = await this.take(2);
    return { sid: channel!.p2, type: channel!.dataType, count: channel!.dataCount, rights: rights!.p2 };
  }
}
