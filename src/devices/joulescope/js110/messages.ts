// The JS110's control messages: SETTINGS, EXTIO and STATUS, little endian, each behind an 8-byte header (version,
// total length, type, five zero bytes). Layouts after the vendor's public host, github.com/jetperch/joulescope_driver
// (src/js110_usb.c, include_private/js110_api.h).

import { LabError } from '../../../base/errors.ts';

/** bRequest of the vendor requests. */
export const REQUEST = {
  loopbackValue: 1,
  loopbackBuffer: 2,
  settings: 3,
  status: 4,
  serialNumber: 7,
  calibration: 8,
  extio: 9,
  info: 10,
} as const;

const VERSION = 1;
const HEADER_BYTES = 8;
export const SETTINGS_BYTES = 16;
export const EXTIO_BYTES = 24;
/** Current firmware; the first ones sent 24 bytes without statistics. */
export const STATUS_BYTES = 104;
const STATUS_SHORT_BYTES = 24;
/** What a host asks for when it reads STATUS. */
export const STATUS_READ_BYTES = 128;

/** Message type in byte 2 of the header. */
export const MESSAGE = { settings: 1, status: 2, extio: 3 } as const;

/** Sample source that streams ADC samples. */
export const SOURCE_RAW = 0xc0;
/** `streaming` value that starts the FPGA and the USB endpoint. */
export const STREAMING_ON = 3;
const OPTION_VOLTAGE_5V = 0x02;

export interface Js110Settings {
  /** 0x80 automatic, 0x01 (10 A) … 0x40 (18 µA) fixed, 0 opens the circuit. */
  readonly currentSelect: number;
  /** 0 = 15 V, 1 = 5 V. */
  readonly voltageRange: 0 | 1;
  readonly isStreaming: boolean;
}

export interface Js110Extio {
  /** 0 normal, 2 GPI0, 3 GPI1: what the lowest bit of the samples carries. */
  readonly currentLsb: number;
  readonly voltageLsb: number;
  readonly gpo0: boolean;
  readonly gpo1: boolean;
  /** Bit 0 = GPI0, bit 1 = GPI1; ignored when written. */
  readonly gpi: number;
  /** 0 = off. */
  readonly ioVoltageMv: number;
}

/** On-instrument statistics of one window. */
export interface Js110Statistics {
  /** Sample count at the end of the window, at 2 MHz since power-up. */
  readonly endSample: bigint;
  readonly sampleCount: number;
  readonly currentA: { readonly mean: number; readonly min: number; readonly max: number };
  readonly voltageV: { readonly mean: number; readonly min: number; readonly max: number };
  readonly powerW: { readonly mean: number; readonly min: number; readonly max: number };
  /** Since power-up of the instrument. */
  readonly chargeC: number;
  readonly energyJ: number;
}

export interface Js110Status {
  /** 0 done; −1 and 19 = not yet, ask again; anything else is an error. */
  readonly settingsResult: number;
  readonly frameCount: number;
  /** Frames that the instrument dropped before USB, since power-up. */
  readonly discardedFrameCount: number;
  /** `undefined` when no window ended since the last read. */
  readonly statistics: Js110Statistics | undefined;
}

export function encodeSettings(settings: Js110Settings): Uint8Array<ArrayBuffer> {
  const bytes = message(MESSAGE.settings, SETTINGS_BYTES);
  bytes[8] = 1;
  bytes[9] = settings.currentSelect;
  bytes[10] = SOURCE_RAW;
  bytes[11] = settings.voltageRange === 1 ? OPTION_VOLTAGE_5V : 0;
  bytes[12] = settings.isStreaming ? STREAMING_ON : 0;
  return bytes;
}

export function decodeSettings(bytes: Uint8Array): Js110Settings {
  checkHeader(bytes, MESSAGE.settings, SETTINGS_BYTES, 'SETTINGS');
  return {
    currentSelect: bytes[9]!,
    voltageRange: (bytes[11]! & OPTION_VOLTAGE_5V) === 0 ? 0 : 1,
    isStreaming: bytes[12] !== 0,
  };
}

export function encodeExtio(extio: Js110Extio): Uint8Array<ArrayBuffer> {
  const bytes = message(MESSAGE.extio, EXTIO_BYTES);
  bytes[10] = extio.currentLsb;
  bytes[11] = extio.voltageLsb;
  bytes[12] = extio.gpo0 ? 1 : 0;
  bytes[13] = extio.gpo1 ? 1 : 0;
  bytes[15] = extio.gpi;
  new DataView(bytes.buffer).setUint32(20, extio.ioVoltageMv, true);
  return bytes;
}

export function decodeExtio(bytes: Uint8Array): Js110Extio {
  const view = checkHeader(bytes, MESSAGE.extio, EXTIO_BYTES, 'EXTIO');
  return {
    currentLsb: bytes[10]!,
    voltageLsb: bytes[11]!,
    gpo0: bytes[12] !== 0,
    gpo1: bytes[13] !== 0,
    gpi: bytes[15]! & 3,
    ioVoltageMv: view.getUint32(20, true),
  };
}

/** i64 fixed point with `fractionBits`, exact in its integer part before it becomes a double. */
function fixed64(view: DataView, offset: number, fractionBits: number): number {
  return Number(view.getBigInt64(offset, true)) / 2 ** fractionBits;
}

export function decodeStatus(bytes: Uint8Array): Js110Status {
  const view = checkHeader(bytes, MESSAGE.status, STATUS_SHORT_BYTES, 'STATUS');
  const sampleCount = bytes.byteLength >= STATUS_BYTES ? view.getInt32(56, true) : 0;
  const fixed32 = (offset: number, fractionBits: number) => view.getInt32(offset, true) / 2 ** fractionBits;
  return {
    settingsResult: view.getInt32(8, true),
    frameCount: view.getUint32(12, true),
    discardedFrameCount: view.getUint32(16, true),
    statistics:
      sampleCount === 0
        ? undefined
        : {
            endSample: view.getBigInt64(24, true),
            sampleCount,
            currentA: { mean: fixed32(68, 27), min: fixed32(72, 27), max: fixed32(76, 27) },
            voltageV: { mean: fixed32(80, 17), min: fixed32(84, 17), max: fixed32(88, 17) },
            powerW: { mean: fixed64(view, 32, 34), min: fixed32(92, 21), max: fixed32(96, 21) },
            chargeC: fixed64(view, 40, 27),
            energyJ: fixed64(view, 48, 27),
          },
  };
}

/** A zeroed message with its header. */
export function message(type: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes);
  bytes[0] = VERSION;
  bytes[1] = lengthBytes;
  bytes[2] = type;
  return bytes;
}

function checkHeader(bytes: Uint8Array, type: number, minimumBytes: number, name: string): DataView {
  if (bytes.byteLength < Math.max(HEADER_BYTES, minimumBytes) || bytes[0] !== VERSION || bytes[2] !== type) {
    throw new LabError(
      'device/protocol',
      `The JS110 sent a ${name} message that this program does not understand. Update its firmware with the Joulescope UI.`,
      { context: { lengthBytes: bytes.byteLength, version: bytes[0], type: bytes[2] } },
    );
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
