// The JS110's vendor requests, one method each, in the order and with the waiting that its firmware needs. A request
// whose answer is late is made again, within a bound: each may be made twice without harm. Callers take turns: the
// methods must not run at the same time (driver.ts queues them).

import { type Clock, delay } from '../../../base/clock.ts';
import { LabError } from '../../../base/errors.ts';
import { CONTROL_MAX_BYTES, type UsbLink } from '../../../transports/usb.ts';
import {
  CALIBRATION_HEADER_BYTES,
  calibrationLength,
  type Js110Calibration,
  missingCalibration,
  parseCalibration,
} from './calibration.ts';
import {
  decodeExtio,
  decodeSettings,
  decodeStatus,
  EXTIO_BYTES,
  encodeExtio,
  encodeSettings,
  type Js110Extio,
  type Js110Settings,
  type Js110Status,
  REQUEST,
  SETTINGS_BYTES,
  STATUS_READ_BYTES,
} from './messages.ts';

/** What the vendor's host writes to the loopback buffer: 1 … 16. */
const LOOPBACK_PATTERN = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const SERIAL_BYTES = 16;
const INFO_READ_BYTES = 1024;
/** The calibration in use, as against the factory's. */
const CALIBRATION_ACTIVE = 1;
/** settings_result values that mean "not yet". */
const RESULTS_BUSY = [-1, 19];
const BUSY_POLL_MS = 5;
const BUSY_LIMIT_MS = 3000;
/** Times that a request is made before its answer counts as missing; the link waits a second for each. */
const MAX_ATTEMPTS = 3;
/** Polls before the limit counts: a host so slow that each takes a second does not make the instrument busy. */
const BUSY_MIN_POLLS = 10;

export interface Js110Info {
  /** 32 hex digits: the microcontroller's id, to which the calibration belongs. */
  readonly chipId: string;
  /** Empty when the firmware does not tell. */
  readonly firmware: string;
}

export class Js110Control {
  readonly #link: UsbLink;
  readonly #clock: Clock;

  constructor(link: UsbLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
  }

  /** Rejects with `device/protocol` unless the instrument echoes 16 bytes. */
  async checkLoopback(): Promise<void> {
    await this.#write(REQUEST.loopbackBuffer, LOOPBACK_PATTERN);
    const echo = await this.#read(REQUEST.loopbackBuffer, LOOPBACK_PATTERN.byteLength);
    if (LOOPBACK_PATTERN.some((byte, i) => echo[i] !== byte)) {
      throw new LabError('device/protocol', 'The JS110 garbles messages. Try another cable or port, then reconnect.');
    }
  }

  /** Old firmware has no INFO; it stalls, and its version stays empty. */
  async readInfo(): Promise<Js110Info> {
    const chip = await this.#read(REQUEST.serialNumber, SERIAL_BYTES);
    const chipId = Array.from(chip, (byte) => byte.toString(16).padStart(2, '0')).join('');
    try {
      return { chipId, firmware: firmwareOf(await this.#read(REQUEST.info, INFO_READ_BYTES)) };
    } catch (error) {
      if (isRefusal(error)) return { chipId, firmware: '' };
      throw error;
    }
  }

  /** Rejects with `device/calibration` when there is none or it is damaged. */
  async readCalibration(): Promise<Js110Calibration> {
    const header = await this.#calibrationPart(0, CALIBRATION_HEADER_BYTES).catch((error: unknown) => {
      throw isRefusal(error) ? missingCalibration(error) : error;
    });
    const file = new Uint8Array(calibrationLength(header));
    for (let offset = 0; offset < file.byteLength; ) {
      const part = await this.#calibrationPart(offset, Math.min(CONTROL_MAX_BYTES, file.byteLength - offset));
      if (part.byteLength === 0) break;
      file.set(part, offset);
      offset += part.byteLength;
    }
    return parseCalibration(file);
  }

  async readSettings(): Promise<Js110Settings> {
    return decodeSettings(await this.#read(REQUEST.settings, SETTINGS_BYTES));
  }

  async readExtio(): Promise<Js110Extio> {
    return decodeExtio(await this.#read(REQUEST.extio, EXTIO_BYTES));
  }

  async readStatus(): Promise<Js110Status> {
    return decodeStatus(await this.#read(REQUEST.status, STATUS_READ_BYTES));
  }

  /** Resolves when the instrument has taken the settings. `onStatus` gets what the polling reads, statistics included. */
  async writeSettings(settings: Js110Settings, onStatus: (status: Js110Status) => void): Promise<void> {
    await this.#write(REQUEST.settings, encodeSettings(settings));
    await this.#untilReady(onStatus);
  }

  async writeExtio(extio: Js110Extio, onStatus: (status: Js110Status) => void): Promise<void> {
    await this.#write(REQUEST.extio, encodeExtio(extio));
    await this.#untilReady(onStatus);
  }

  /** Stops the stream without waiting for the result: on the way out. */
  async stopWithoutWaiting(settings: Js110Settings): Promise<void> {
    await this.#link.controlOut(REQUEST.settings, 0, 0, encodeSettings({ ...settings, isStreaming: false }));
  }

  async #calibrationPart(offset: number, lengthBytes: number): Promise<Uint8Array> {
    return patiently(() => this.#link.controlIn(REQUEST.calibration, CALIBRATION_ACTIVE, offset, lengthBytes));
  }

  #read(request: number, lengthBytes: number): Promise<Uint8Array> {
    return patiently(() => this.#link.controlIn(request, 0, 0, lengthBytes));
  }

  #write(request: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    return patiently(() => this.#link.controlOut(request, 0, 0, data));
  }

  async #untilReady(onStatus: (status: Js110Status) => void): Promise<void> {
    const untilMs = this.#clock.nowMs() + BUSY_LIMIT_MS;
    for (let pollCount = 1; ; pollCount++) {
      const status = await this.readStatus();
      onStatus(status);
      if (status.settingsResult === 0) return;
      if (!RESULTS_BUSY.includes(status.settingsResult)) {
        throw new LabError(
          'device/protocol',
          `The JS110 refused its settings (result ${status.settingsResult}). Reconnect it.`,
          { context: { result: status.settingsResult } },
        );
      }
      if (this.#clock.nowMs() >= untilMs && pollCount >= BUSY_MIN_POLLS) {
        throw new LabError(
          'device/timeout',
          `The JS110 has been busy for more than ${BUSY_LIMIT_MS / 1000} s. Unplug it, plug it in again and reconnect.`,
        );
      }
      await delay(this.#clock, BUSY_POLL_MS);
    }
  }
}

/** Makes a request again while its answer is late. */
async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      const isLate = error instanceof LabError && error.code === 'device/timeout';
      if (!isLate || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

const isRefusal = (error: unknown): error is LabError => error instanceof LabError && error.code === 'device/protocol';

/** `ctl.fw.ver` of the INFO text, which old firmware puts behind an 8-byte header. */
function firmwareOf(info: Uint8Array): string {
  const start = info.indexOf('{'.charCodeAt(0));
  const end = info.lastIndexOf('}'.charCodeAt(0));
  const match = /"ctl".*?"fw"\s*:\s*\{\s*"ver"\s*:\s*"([^"]*)"/s.exec(
    new TextDecoder().decode(info.subarray(Math.max(0, start), end + 1)),
  );
  return match?.[1] ?? '';
}
