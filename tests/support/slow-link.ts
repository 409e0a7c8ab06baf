// A link of a fixed rate, shared by all responses of a server. The browser's own throttling does not reach service
// workers, so the server holds the bytes back.

import type { ServerResponse } from 'node:http';

/** The link sends this often. */
const TICK_MS = 10;

interface Sending {
  readonly response: ServerResponse;
  rest: Buffer;
}

export class SlowLink {
  readonly #tickBytes: number;
  #sendings: Sending[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(bitsPerS: number) {
    this.#tickBytes = (bitsPerS / 8) * (TICK_MS / 1000);
  }

  /** Sends `body` and ends the response, in turn with the others. */
  send(response: ServerResponse, body: Buffer): void {
    this.#sendings.push({ response, rest: body });
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#sendings = this.#sendings.filter(({ response }) => !response.destroyed);
    const share = Math.ceil(this.#tickBytes / Math.max(1, this.#sendings.length));
    for (const sending of this.#sendings) {
      sending.response.write(sending.rest.subarray(0, share));
      sending.rest = sending.rest.subarray(share);
      if (sending.rest.byteLength === 0) sending.response.end();
    }
    this.#sendings = this.#sendings.filter(({ rest }) => rest.byteLength > 0);
  }
}
