// A serial port as a byte port: settings, flow control by characters, and the words for what browsers throw. Takes anything
// of the shape of Web Serial's `SerialPort`, a polyfill over WebUSB included.

import { type Clock, delay } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import { type BytePort, PortInbox } from './byte-port.ts';
import { within } from './limits.ts';

/** Subset of `SerialPort` (wicg.github.io/serial). */
export interface SerialPortLike {
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: {
    baudRate: number;
    dataBits: 7 | 8;
    stopBits: 1 | 2;
    parity: 'none' | 'even' | 'odd';
    bufferSize: number;
    flowControl: 'none' | 'hardware';
  }): Promise<void>;
  setSignals(signals: { dataTerminalReady?: boolean; requestToSend?: boolean; break?: boolean }): Promise<void>;
  close(): Promise<void>;
}

export interface SerialSettings {
  /** 9600, 19200, 38400, 57600 and 115200 are common; instruments on CDC-ACM take any. */
  readonly baudRate: number;
  readonly dataBits?: 7 | 8;
  readonly stopBits?: 1 | 2;
  readonly parity?: 'none' | 'even' | 'odd';
  /** `software` is XON/XOFF: 0x11 and 0x13 are never data then, so no blocks of bytes can be read. */
  readonly flow?: 'none' | 'hardware' | 'software';
  /** Both are raised when left out, as most instruments want it. */
  readonly dataTerminalReady?: boolean;
  readonly requestToSend?: boolean;
  /** What comes so long after opening is a banner and thrown away: boards that restart when the port is opened. */
  readonly bannerMs?: number;
}

/** The default of 255 bytes is too small for blocks at high rates. */
const BUFFER_BYTES = 64 * 1024;
const XON = 0x11;
const XOFF = 0x13;
/** Between two looks whether the instrument takes more: one of so many bytes may be on its way when it says no. */
const FLOW_CHUNK_BYTES = 16;
/** An instrument that holds us back for longer does not come back. */
const MAX_HELD_MS = 10_000;
/** One that has not taken bytes so long after their time on the line takes none any more. */
const MAX_WRITE_MS = 5000;
/** On the line, at most: start, eight of data, parity, two of stop. */
const BITS_PER_BYTE = 12;
/** Instruments take a break of 100 ms and more for one. */
const BREAK_MS = 150;

export async function openSerialPort(
  port: SerialPortLike,
  settings: SerialSettings,
  { clock, label }: { readonly clock: Clock; readonly label: string },
): Promise<BytePort> {
  const { baudRate, dataBits = 8, stopBits = 1, parity = 'none', flow = 'none', bannerMs = 0 } = settings;
  const { dataTerminalReady = true, requestToSend = true } = settings;
  try {
    const flowControl = flow === 'hardware' ? 'hardware' : 'none';
    await port.open({ baudRate, dataBits, stopBits, parity, bufferSize: BUFFER_BYTES, flowControl });
    await port.setSignals({ dataTerminalReady, ...(flow === 'hardware' ? {} : { requestToSend }) });
  } catch (thrown) {
    throw thrown instanceof LabError ? thrown : openError(toError(thrown), label);
  }
  const opened = new OpenedSerialPort(port, { clock, label, baudRate, hasSoftwareFlow: flow === 'software' });
  if (bannerMs > 0) {
    await delay(clock, bannerMs);
    opened.inbox.discard();
  }
  return opened;
}

interface OpenedOptions {
  readonly clock: Clock;
  readonly label: string;
  readonly baudRate: number;
  readonly hasSoftwareFlow: boolean;
}

class OpenedSerialPort implements BytePort {
  readonly label: string;
  readonly inbox = new PortInbox();
  readonly #port: SerialPortLike;
  readonly #options: OpenedOptions;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isClosing = false;
  #isHeld = false;
  #release: () => void = () => undefined;

  constructor(port: SerialPortLike, options: OpenedOptions) {
    this.#port = port;
    this.#options = options;
    this.label = options.label;
    if (!port.writable) throw openError(new Error('it cannot be written to'), options.label);
    this.#writer = port.writable.getWriter();
    this.#reading = this.#read();
  }

  listen(listener: Parameters<BytePort['listen']>[0]): void {
    this.inbox.listen(listener);
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { clock, label, baudRate, hasSoftwareFlow } = this.#options;
    const step = hasSoftwareFlow ? FLOW_CHUNK_BYTES : bytes.length;
    const timeoutMs = MAX_WRITE_MS + Math.ceil((step * BITS_PER_BYTE * 1000) / baudRate);
    try {
      for (let start = 0; start < bytes.length; start += step) {
        await this.#untilReleased();
        await within(this.#writer.write(bytes.subarray(start, start + step)), { timeoutMs }, clock, label);
      }
    } catch (thrown) {
      throw this.#lost(toError(thrown));
    }
  }

  async sendBreak(): Promise<void> {
    try {
      await this.#port.setSignals({ break: true });
      await delay(this.#options.clock, BREAK_MS);
      await this.#port.setSignals({ break: false });
    } catch (thrown) {
      throw this.#lost(toError(thrown));
    }
  }

  /** A port whose streams are locked cannot be closed: reading is ended first. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.inbox.close();
    this.#isHeld = false;
    this.#release();
    await this.#reader?.cancel().catch(() => undefined);
    await this.#reading;
    this.#writer.releaseLock();
    await this.#port.close().catch(() => undefined);
  }

  /** Errors of the line (parity, framing, overrun) cost bytes; the port goes on with a new stream, unless it is gone. */
  async #read(): Promise<void> {
    let failure = new Error('it was closed');
    while (this.#port.readable && !this.#isClosing) {
      const reader = this.#port.readable.getReader();
      this.#reader = reader;
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          this.#take(value);
        }
      } catch (thrown) {
        failure = toError(thrown);
        if (failure.name === 'NetworkError') this.inbox.end(this.#lost(failure));
      } finally {
        reader.releaseLock();
      }
    }
    if (!this.#isClosing) this.inbox.end(this.#lost(failure));
  }

  #take(bytes: Uint8Array): void {
    if (!this.#options.hasSoftwareFlow) {
      this.inbox.push(bytes);
      return;
    }
    for (const byte of bytes) {
      if (byte === XOFF) this.#isHeld = true;
      if (byte === XON) {
        this.#isHeld = false;
        this.#release();
      }
    }
    const data = bytes.filter((byte) => byte !== XON && byte !== XOFF);
    if (data.length > 0) this.inbox.push(data);
  }

  #untilReleased(): Promise<void> {
    if (!this.#isHeld) return Promise.resolve();
    const { clock, label } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(MAX_HELD_MS, () =>
        reject(
          new LabError(
            'device/timeout',
            `${label} has taken nothing for ${MAX_HELD_MS / 1000} s (XOFF). Check the flow control in its menus and connect again.`,
          ),
        ),
      );
      this.#release = () => {
        cancel();
        resolve();
      };
    });
  }

  #lost(error: Error): LabError {
    if (error instanceof LabError) return error;
    return new LabError('device/lost', `${this.label} is not connected any more. Plug it in again and connect.`, {
      cause: error,
    });
  }
}

function openError(error: Error, label: string): LabError {
  if (error.name === 'InvalidStateError' || error.name === 'NetworkError') {
    return new LabError(
      'device/in-use',
      `${label} cannot be opened (${error.message}). Close the other program or tab that has it open; on Linux your user must be in the group of serial ports (dialout). Then connect again.`,
      { cause: error },
    );
  }
  return new LabError('device/protocol', `${label} does not take these settings: ${error.message}.`, { cause: error });
}
