// One page and one instrument that send each other numbered bytes as fast as they go, or to a page that takes few.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import type WebSocket from 'ws';
import { NumberedReader, NumberedWriter } from './numbered-bytes.ts';

/** Pieces that a writer has under way. */
const PIECES_UNDER_WAY = 8;
/** A slow page takes so many bytes, then none for so long. */
const SLOW_BYTES = 2 ** 20;
const SLOW_PAUSE_MS = 200;
/** For what is under way when the writers have stopped. */
const LAST_BYTES_TIMEOUT_MS = 120_000;

export class Streams {
  readonly #page: WebSocket;
  readonly #toPage = { writer: new NumberedWriter(), reader: new NumberedReader() };
  readonly #toInstrument = { writer: new NumberedWriter(), reader: new NumberedReader() };
  #isOn = true;
  #maxHeldBytes = 0;

  /** `isSlow`: the page takes few bytes, and sends none. */
  constructor(page: WebSocket, instrument: Socket, { isSlow }: { readonly isSlow: boolean }) {
    this.#page = page;
    let takenBytes = 0;
    page.on('message', (bytes: Buffer, isBinary) => {
      if (!isBinary) return;
      this.#toPage.reader.take(bytes);
      takenBytes += bytes.length;
      if (!isSlow || !this.#isOn || takenBytes < SLOW_BYTES) return;
      takenBytes = 0;
      page.pause();
      setTimeout(() => page.resume(), SLOW_PAUSE_MS);
    });
    instrument.on('data', (bytes) => this.#toInstrument.reader.take(bytes));
    for (let i = 0; i < PIECES_UNDER_WAY; i++) {
      this.#pump((bytes, onGone) => instrument.write(bytes, onGone), this.#toPage);
      if (!isSlow) this.#pump((bytes, onGone) => page.send(bytes, onGone), this.#toInstrument);
    }
  }

  get byteCount(): number {
    return this.#toPage.reader.byteCount + this.#toInstrument.reader.byteCount;
  }

  /** The most that was under way to the page when it was looked at, after each piece. */
  get maxHeldBytes(): number {
    return this.#maxHeldBytes;
  }

  /** Stops the writers and waits for what is under way; resolves with what is wrong. */
  async end(): Promise<string[]> {
    this.#isOn = false;
    const end = performance.now() + LAST_BYTES_TIMEOUT_MS;
    const ways = [
      ['the page', this.#toPage],
      ['the instrument', this.#toInstrument],
    ] as const;
    while (ways.some(([, { writer, reader }]) => reader.byteCount < writer.byteCount) && performance.now() < end) {
      await new Promise((wake) => setTimeout(wake, 10));
    }
    const problems = ways.flatMap(([to, { writer, reader }]) => [
      ...(reader.byteCount === writer.byteCount ? [] : [`${reader.byteCount} of ${writer.byteCount} bytes to ${to}`]),
      ...(reader.isWhole ? [] : [`bytes to ${to} were not those that were sent`]),
    ]);
    this.#page.close();
    await once(this.#page, 'close');
    return problems;
  }

  #pump(write: (bytes: Buffer, onGone: () => void) => void, way: { writer: NumberedWriter; reader: NumberedReader }) {
    const next = () => {
      if (!this.#isOn) return;
      write(way.writer.next(), () => setImmediate(next));
      this.#maxHeldBytes = Math.max(this.#maxHeldBytes, this.#toPage.writer.byteCount - this.#toPage.reader.byteCount);
    };
    next();
  }
}
