// One connection over byte ports that can be made anew: who waits for bytes, and what becomes of that when the other side
// goes.

import { type Clock, delay } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import type { BytePort } from './byte-port.ts';
import { within } from './limits.ts';

export interface ConnectionOptions {
  readonly clock: Clock;
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Called once when the other side has gone. */
  readonly onLost: (error: Error) => void;
}

/** An instrument that takes one connection at a time may need a moment to see that the last one has gone. */
const REOPEN_WAITS_MS = [0, 200, 800];
const CLOSE_TIMEOUT_MS = 1900;

export class PortConnection {
  readonly label: string;
  readonly #options: ConnectionOptions;
  #port: BytePort;
  #lost: Error | undefined;
  #hasArrived = false;
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(port: BytePort, options: ConnectionOptions) {
    this.label = port.label;
    this.#options = options;
    this.#port = port;
    this.#listen(port);
  }

  /** Rejects with `device/lost` when the other side has gone. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#lost ? Promise.reject(this.#lost) : this.#port.write(bytes);
  }

  async sendBreak(): Promise<void> {
    await this.#port.sendBreak?.();
  }

  /** From now on `arrival` waits for more than what has come. Call it before looking at that. */
  markSeen(): void {
    this.#hasArrived = false;
  }

  /** Resolves when bytes have come since `markSeen`; rejects with `device/lost` when none can. */
  async arrival(): Promise<void> {
    if (!this.#hasArrived && !this.#lost) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (!this.#hasArrived && this.#lost) throw this.#lost;
  }

  /**
   * Closes the port and takes a new one; `forget` is called in between, when nothing of the old one comes any more.
   * Rejects with `device/lost`.
   */
  async reopen(open: () => Promise<BytePort>, forget: () => void): Promise<void> {
    if (this.#lost) throw this.#lost;
    await this.#closePort();
    forget();
    let failure: Error | undefined;
    for (const waitMs of REOPEN_WAITS_MS) {
      await delay(this.#options.clock, waitMs);
      try {
        const port = await open();
        if (this.#isClosed) {
          await port.close();
          throw new LabError('device/lost', `${this.label} was closed. Connect again.`);
        }
        this.#port = port;
        this.#hasArrived = false;
        this.#listen(this.#port);
        return;
      } catch (thrown) {
        failure = toError(thrown);
      }
    }
    this.#lose(failure);
    throw failure!;
  }

  /** Settles within 2 s, and never rejects. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.#closePort();
  }

  async #closePort(): Promise<void> {
    const closing = this.#port.close();
    await within(closing, { timeoutMs: CLOSE_TIMEOUT_MS }, this.#options.clock, this.label).catch(() => undefined);
  }

  #listen(port: BytePort): void {
    port.listen({
      onBytes: (bytes) => {
        if (port !== this.#port) return;
        this.#options.onBytes(bytes);
        this.#hasArrived = true;
        this.#wake();
      },
      onClosed: (error) => {
        if (port === this.#port) this.#lose(error);
      },
    });
  }

  #lose(error: Error | undefined): void {
    if (this.#lost) return;
    this.#lost =
      error ??
      new LabError('device/lost', `${this.label} has closed the connection. Look at the instrument and connect again.`);
    this.#wake();
    this.#options.onLost(this.#lost);
  }
}
