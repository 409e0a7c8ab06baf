// One connection to a JS220: frames both ways over its USB link, its hello, and its requests for the time. Reads go on
// all the time, because answers queue behind samples.

import { afterAwake, type Clock, delay } from '../../../base/clock.ts';
import { LabError, toError } from '../../../base/errors.ts';
import { utcFromUnixMs } from '../../../base/time.ts';
import { BulkReader } from '../../../transports/bulk-reader.ts';
import { fewReadsNotice, readBudgetBytes } from '../../../transports/read-budget.ts';
import { type UsbDevice, UsbLink } from '../../../transports/usb.ts';
import type { HostSystem } from '../../../transports/usb-errors.ts';
import { ADMIN, answerTimeSync, decodeConnect, decodeTimeMap, type Js220TimeMap, type Js220Versions } from './admin.ts';
import {
  FIRST_STREAM_PORT,
  JS220_CONFIGURATION,
  JS220_ENDPOINT_IN,
  JS220_ENDPOINT_OUT,
  JS220_INTERFACE,
  PORT,
  REQUEST,
} from './constants.ts';
import { decodeFrames, encodeFrame, type Frame } from './frames.ts';
import { ANSWER_TIMEOUT_MS } from './publisher.ts';

/** Reads of 64 frames: at low rates a full frame waits until its read is full. */
const READ_BYTES = 32_768;
/** Everything at full rate: three analog signals at 4.06 MB/s each, the range 1.02, five inputs at 0.25. */
const STREAM_BYTES_PER_SECOND = 14.5e6;
/** Time for the last request before the device is closed; together with the link's own limit below 2 s. */
const STOP_LIMIT_MS = 400;

export interface Js220ConnectionOptions {
  readonly clock: Clock;
  readonly system: HostSystem;
  /** Memory for reads in flight, asked all the time; left out, it is the only instrument. */
  readonly readBudgetBytes?: () => number;
  /** Payloads of the publish port, and of ports from 16 on. */
  readonly onPublication: (payload: Uint8Array<ArrayBuffer>) => void;
  readonly onStream: (port: number, payload: Uint8Array<ArrayBuffer>) => void;
  readonly onTimeMap: (timeMap: Js220TimeMap) => void;
  /** All frames of a transfer were handed on. */
  readonly onTransferEnd: () => void;
  /** Called once when the connection is of no more use; the device is given back then. */
  readonly onFailed: (error: Error) => void;
}

export class Js220Connection {
  readonly device: UsbDevice;
  readonly #options: Js220ConnectionOptions;
  readonly #link: UsbLink;
  readonly #reader: BulkReader;
  #isReading = false;
  #isClosed = false;
  #onVersions: ((result: Js220Versions | Error) => void) | undefined;
  #sentFrameCount = 0;
  #nextFrameId: number | undefined;
  #lostFrameCount = 0;
  #badFrameCount = 0;
  #busyMs = 0;
  #notice: string | undefined;

  constructor(device: UsbDevice, options: Js220ConnectionOptions) {
    const { clock, system } = options;
    this.device = device;
    this.#options = options;
    this.#link = new UsbLink(device, options);
    this.#reader = new BulkReader(this.#link, {
      clock,
      endpointNumber: JS220_ENDPOINT_IN,
      lengthBytes: READ_BYTES,
      bytesPerSecond: STREAM_BYTES_PER_SECOND,
      budgetBytes: options.readBudgetBytes ?? (() => readBudgetBytes(system, 1)),
      onData: (bytes) => this.#take(bytes),
      onRefused: (heldMs) => {
        this.#notice = fewReadsNotice(system, heldMs);
      },
      onFailed: (error) => this.#fail(error),
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Jumps of the frame number, in frames, since `resetFaults`. */
  get lostFrameCount(): number {
    return this.#lostFrameCount;
  }

  /** Packets that hold no frame, and messages that say nothing. */
  get badFrameCount(): number {
    return this.#badFrameCount;
  }

  /** Milliseconds spent on what was read. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** What the user should know although reading goes on. */
  get notice(): string | undefined {
    return this.#notice;
  }

  resetFaults(): void {
    this.#nextFrameId = undefined;
    this.#lostFrameCount = 0;
    this.#badFrameCount = 0;
  }

  /** Claims the device. Rejects with `device/…`. */
  open(): Promise<void> {
    return this.#link.open(JS220_CONFIGURATION, JS220_INTERFACE);
  }

  /** Connects, anew if it was connected. Rejects with `device/…`; it can be tried again then. */
  async connect(): Promise<Js220Versions> {
    this.#sentFrameCount = 0;
    this.#nextFrameId = undefined;
    // What an earlier host left in the queues would come before the answer; old firmware does not know the request.
    await this.#link.controlIn(REQUEST.disconnect, 0, 0, 1).catch(() => undefined);
    await this.#link.clearHalt('in', JS220_ENDPOINT_IN);
    if (!this.#isReading) this.#reader.start();
    this.#isReading = true;
    const hello = this.#versionsArrive();
    const [code] = await this.#link.controlIn(REQUEST.connect, 0, 0, 1);
    if (code !== 0) {
      throw new LabError('device/protocol', `The JS220 refused the connection (error ${code}). Plug it in again.`);
    }
    return Promise.race([hello, this.#silence()]);
  }

  /** Rejects with `device/timeout`, `device/protocol` or `device/lost`. */
  send(port: number, payload: Uint8Array<ArrayBuffer>): Promise<void> {
    const frame = encodeFrame(this.#sentFrameCount, port, payload);
    this.#sentFrameCount++;
    return this.#link.bulkOut(JS220_ENDPOINT_OUT, frame);
  }

  /** Takes leave and gives the device back. Settles within 2 s, whatever the instrument does. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader.stop();
    const leaving = this.#link.controlIn(REQUEST.disconnect, 0, 0, 1).catch(() => undefined);
    await Promise.race([leaving, delay(this.#options.clock, STOP_LIMIT_MS)]);
    await this.#link.close();
  }

  /** Its hello, which can come before the answer to the request. */
  #versionsArrive(): Promise<Js220Versions> {
    const arrival = new Promise<Js220Versions>((resolve, reject) => {
      this.#onVersions = (result) => {
        this.#onVersions = undefined;
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
    });
    // The request may fail first; then nobody waits for it.
    arrival.catch(() => undefined);
    return arrival;
  }

  async #silence(): Promise<never> {
    await new Promise<void>((resolve) => afterAwake(this.#options.clock, ANSWER_TIMEOUT_MS, resolve));
    throw new LabError(
      'device/timeout',
      `The JS220 did not say hello within ${ANSWER_TIMEOUT_MS} ms. Plug it in again and reconnect.`,
    );
  }

  #take(transfer: Uint8Array<ArrayBuffer>): void {
    if (this.#isClosed) return;
    const startMs = this.#options.clock.nowMs();
    for (const frame of decodeFrames(transfer)) {
      if (frame === 'bad') this.#badFrameCount++;
      else this.#takeFrame(frame);
    }
    this.#options.onTransferEnd();
    this.#busyMs += this.#options.clock.nowMs() - startMs;
  }

  #takeFrame({ frameId, port, payload }: Frame): void {
    this.#lostFrameCount += (frameId - (this.#nextFrameId ?? frameId)) & 0xffff;
    this.#nextFrameId = (frameId + 1) & 0xffff;
    if (port >= FIRST_STREAM_PORT) this.#options.onStream(port, payload);
    else if (port === PORT.publish) this.#options.onPublication(payload);
    else if (port === PORT.admin) this.#takeAdmin(payload);
  }

  #takeAdmin(payload: Uint8Array<ArrayBuffer>): void {
    const operation = payload[0];
    if (operation === ADMIN.connect && this.#onVersions) {
      try {
        this.#onVersions(decodeConnect(payload));
      } catch (error) {
        this.#onVersions(toError(error));
      }
    } else if (operation === ADMIN.timeSync) {
      const utc = utcFromUnixMs(this.#options.clock.unixMs());
      this.#answer(answerTimeSync(payload, utc, utcFromUnixMs(this.#options.clock.unixMs())));
    } else if (operation === ADMIN.echo) {
      this.#answer(payload.slice());
    } else if (operation === ADMIN.timeMap) {
      const timeMap = decodeTimeMap(payload);
      if (timeMap) this.#options.onTimeMap(timeMap);
      else this.#badFrameCount++;
    }
  }

  /** Answers at once, not in turn: a late answer spoils the instrument's idea of UTC. */
  #answer(payload: Uint8Array<ArrayBuffer> | undefined): void {
    if (!payload) this.#badFrameCount++;
    else this.send(PORT.admin, payload).catch((error: unknown) => this.#answerFailed(toError(error)));
  }

  /** The instrument asks again; only a lost one does not. */
  #answerFailed(error: Error): void {
    if (error instanceof LabError && error.code === 'device/timeout') this.#badFrameCount++;
    else this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#reader.stop();
    void this.#link.close();
    this.#options.onFailed(error);
  }
}
