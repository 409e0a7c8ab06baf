// A connection that carries bytes both ways, whatever is below: TCP on Node, a WebSocket, a serial port.

import type { LabError } from '../base/errors.ts';

export interface PortListener {
  /** Bytes as they come, in pieces of any size. They may be kept. */
  onBytes(bytes: Uint8Array): void;
  /** Called once when nothing comes any more; without an error when the other side has closed in order. */
  onClosed(error: LabError | undefined): void;
}

export interface BytePort {
  /** Where it leads, for messages to people: `TCP 192.168.1.5:5555`. */
  readonly label: string;
  /** What has come before is handed over at once. The last listener is told. */
  listen(listener: PortListener): void;
  /** Resolves when the bytes are on their way. Rejects with `device/timeout` when the other side takes no more, or `device/lost`. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Break on a serial line, which makes some instruments forget what they were about to say. */
  sendBreak?(): Promise<void>;
  /** Never rejects. The listener is not told. */
  close(): Promise<void>;
}

/** The receiving half of a port: keeps what comes until somebody listens. */
export class PortInbox {
  #listener: PortListener | undefined;
  #kept: Uint8Array[] = [];
  #end: { readonly error: LabError | undefined } | undefined;

  listen(listener: PortListener): void {
    this.#listener = listener;
    for (const bytes of this.#kept) listener.onBytes(bytes);
    this.#kept = [];
    if (this.#end) listener.onClosed(this.#end.error);
  }

  push(bytes: Uint8Array): void {
    if (this.#listener) this.#listener.onBytes(bytes);
    else this.#kept.push(bytes);
  }

  /** Throws away what has come while nobody listened. */
  discard(): void {
    this.#kept = [];
  }

  /** Nothing more comes. Only the first call counts. */
  end(error?: LabError): void {
    if (this.#end) return;
    this.#end = { error };
    this.#listener?.onClosed(error);
  }

  /** Ends without telling anybody. */
  close(): void {
    this.#end = { error: undefined };
    this.#listener = undefined;
  }
}
