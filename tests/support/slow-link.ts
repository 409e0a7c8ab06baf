// A link of a fixed rate, shared by all responses of a server. The browser's own throttling does not reach service
// workers, so the server holds the bytes back.

import type { ServerResponse } from 'node:http';

/** The link sends about this often. */
const TICK_MS = 10;

interface Sending {
  readonly response: ServerResponse;
  rest: Buffer;
}

export class SlowLink {
  readonly #bytesPerMs: number;
  #sendings: Sending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;

  constructor(bitsPerS: number) {
    this.#bytesPerMs = bitsPerS / 8 / 1000;
  }

  /** Sends `body` and ends the response, in turn with the others. */
  send(response: ServerResponse, body: Buffer): void {
    if (this.#sendings.length === 0) this.#lastMs = performance.now();
    this.#sendings.push({ response, rest: body });
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#sendings = this.#sendings.filter(({ response }) => !response.destroyed);
    const nowMs = performance.now();
    const share = Math.ceil(((nowMs - this.#lastMs) * this.#bytesPerMs) / Math.max(1, this.#sendings.length));
    this.#lastMs = nowMs;
    for (const sending of this.#sendings) {
      sending.response.write(sending.rest.subarray(0, share));
      sending.rest = sending.rest.subarray(share);
      if (sending.rest.byteLength === 0) sending.response.end();
    }
    this.#sendings = this.#sendings.filter(({ rest }) => rest.byteLength > 0);
  }
}
