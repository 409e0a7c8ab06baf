// WebSockets to a simulated instrument: what `WebSocket` is on the page, as far as `openWebSocketPort` looks at it.

import type { StreamInstrument } from '../../src/devices/sim/scpi/stream-instrument.ts';
import type { BytePort } from '../../src/transports/byte-port.ts';

/** Close codes of RFC 6455, 7.4.1: as intended, and without a word. */
const NORMAL = 1000;
const ABNORMAL = 1006;

/** The class to put in the place of `WebSocket`; every socket leads to `instrument`. */
export function socketsTo(instrument: StreamInstrument) {
  return class InstrumentSocket {
    static readonly OPEN = 1;
    binaryType = '';
    bufferedAmount = 0;
    readyState = 0;
    onopen: (() => void) | undefined;
    onerror: (() => void) | undefined;
    onmessage: ((event: { data: ArrayBuffer }) => void) | undefined;
    onclose: ((event: { code: number; reason: string }) => void) | undefined;
    #port: BytePort | undefined;

    constructor() {
      instrument.connect().then(
        (port) => {
          this.#port = port;
          this.readyState = InstrumentSocket.OPEN;
          this.onopen?.();
          port.listen({
            onBytes: (bytes) => this.onmessage?.({ data: Uint8Array.from(bytes).buffer }),
            onClosed: () => this.#end(ABNORMAL),
          });
        },
        () => {
          this.onerror?.();
          this.#end(ABNORMAL);
        },
      );
    }

    send(bytes: Uint8Array<ArrayBuffer>): void {
      this.#port?.write(bytes).catch(() => this.#end(ABNORMAL));
    }

    close(): void {
      void this.#port?.close();
      this.#end(NORMAL);
    }

    #end(code: number): void {
      this.readyState = 3;
      this.onclose?.({ code, reason: '' });
    }
  };
}
