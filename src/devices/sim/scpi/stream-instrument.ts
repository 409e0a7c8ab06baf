// A simulated instrument at the end of a stream of bytes: lines in, lines out. Over TCP it takes one connection at a time;
// as a serial port it has the shape of the browser's.

import type { Clock } from '../../../base/clock.ts';
import { LabError } from '../../../base/errors.ts';
import { type BytePort, PortInbox } from '../../../transports/byte-port.ts';
import { MessageFramer } from '../../../transports/message-framer.ts';
import type { SerialPortLike } from '../../../transports/serial-port.ts';
import { type AnswerFault, AnswerLine } from './answer-line.ts';
import { CrLfLines } from './cr-lf-lines.ts';
import type { Talker } from './talker.ts';

export interface StreamInstrumentOptions {
  readonly clock: Clock;
  readonly talker: Talker;
  /** What ends its answers; what the talker says, or a line feed, when left out. */
  readonly lineEnd?: string;
  /** It repeats what it is sent. */
  readonly hasEcho?: boolean;
  readonly latencyMs?: number;
  /** Answers that are on their way when a connection ends come on the next one. */
  readonly carriesOver?: boolean;
  /** What it says when its serial port is opened. */
  readonly banner?: string;
}

interface Outlet {
  readonly send: (bytes: Uint8Array) => void;
  readonly end: (error: Error) => void;
}

export class StreamInstrument {
  readonly line: AnswerLine;
  /** Connections that were made. */
  connectionCount = 0;
  readonly #options: StreamInstrumentOptions;
  readonly #lineEnd: Uint8Array;
  readonly #input: Pick<MessageFramer, 'push' | 'reset'>;
  #outlet: Outlet | undefined;
  #isUnplugged = false;

  constructor(options: StreamInstrumentOptions) {
    const { clock, talker, lineEnd = talker.lineEnd ?? '\n', hasEcho, latencyMs } = options;
    this.#options = options;
    this.#lineEnd = new TextEncoder().encode(lineEnd);
    this.line = new AnswerLine({
      clock,
      ...(latencyMs === undefined ? {} : { latencyMs }),
      send: (bytes) => this.#outlet?.send(bytes),
      unplug: () => this.unplug(),
    });
    const onMessage = (message: Uint8Array) => {
      if (hasEcho) this.#outlet?.send(this.#ended(message));
      if (message.length > 0) talker.tell(message);
    };
    this.#input =
      talker.lineEnd === '\r\n'
        ? new CrLfLines(onMessage)
        : new MessageFramer({ label: 'simulated instrument', lineEnd: '\n', onMessage });
    talker.onAnswer = (answer) => this.line.put(this.#ended(answer));
  }

  strike(fault: AnswerFault): void {
    this.line.strike(fault);
  }

  /** A connection over TCP; the one before it is at its end. Rejects with `device/lost` when it is unplugged. */
  async connect(): Promise<BytePort> {
    if (this.#isUnplugged) throw lost();
    const inbox = new PortInbox();
    const outlet: Outlet = {
      send: (bytes) => inbox.push(bytes),
      end: (error) => inbox.end(error instanceof LabError ? error : lost()),
    };
    this.#attach(outlet);
    return {
      label: 'TCP simulated:5025',
      listen: (listener) => inbox.listen(listener),
      write: async (bytes) => {
        if (this.#isUnplugged || this.#outlet !== outlet) throw lost();
        this.#input.push(bytes.slice());
      },
      close: async () => {
        inbox.close();
        if (this.#outlet === outlet) this.#detach();
      },
    };
  }

  /** As a serial port, with a cable that stays. */
  serialPort(): SerialPortLike {
    const port = { readable: null, writable: null } as { -readonly [K in keyof SerialPortLike]: SerialPortLike[K] };
    port.open = async () => {
      if (port.readable) throw new DOMException('The port is already open.', 'InvalidStateError');
      if (this.#isUnplugged) throw new DOMException('Failed to open serial port.', 'NetworkError');
      let controller!: ReadableStreamDefaultController<Uint8Array>;
      port.readable = new ReadableStream<Uint8Array>({
        start: (given) => {
          controller = given;
        },
      });
      // As in Chromium: writing to a port that was pulled resolves; only reading tells.
      port.writable = new WritableStream<Uint8Array>({
        write: (bytes) => {
          if (!this.#isUnplugged) this.#input.push(bytes.slice());
        },
      });
      this.#attach({
        send: (bytes) => controller.enqueue(Uint8Array.from(bytes)),
        end: () => {
          port.readable = null;
          controller.error(new DOMException('The device has been lost.', 'NetworkError'));
        },
      });
      if (this.#options.banner !== undefined) this.#outlet?.send(new TextEncoder().encode(this.#options.banner));
    };
    port.setSignals = async (signals) => {
      if (signals.break === true) this.line.forget();
    };
    port.close = async () => {
      if (port.readable?.locked || port.writable?.locked) throw new TypeError('Cannot cancel a locked stream');
      port.readable = null;
      port.writable = null;
      this.#outlet = undefined;
    };
    return port;
  }

  /** Pulls the cable. */
  unplug(): void {
    this.#isUnplugged = true;
    this.line.forget();
    this.#outlet?.end(lost());
    this.#outlet = undefined;
  }

  /** Puts it back; the instrument was off in between. */
  plug(): void {
    this.#isUnplugged = false;
    this.#options.talker.clear();
  }

  #attach(outlet: Outlet): void {
    this.connectionCount++;
    this.#input.reset();
    this.#outlet = outlet;
  }

  #detach(): void {
    this.#outlet = undefined;
    if (!this.#options.carriesOver) this.line.forget();
  }

  #ended(message: Uint8Array): Uint8Array {
    const line = new Uint8Array(message.length + this.#lineEnd.length);
    line.set(message);
    line.set(this.#lineEnd, message.length);
    return line;
  }
}

function lost(): LabError {
  return new LabError('device/lost', 'The simulated instrument is not connected any more. Connect it again.');
}
