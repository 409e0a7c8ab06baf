// The calibration file that a JS110 carries: a tagged container (magic, length, CRC, then tag-length-value blocks)
// around JSON with one offset and one gain per range. After the public host software github.com/jetperch/pyjoulescope
// (joulescope/v0/calibration.py, datafile.py). The signature is not checked: it is Ed25519 over BLAKE2b, which no
// browser offers.

import { LabError } from '../../../base/errors.ts';

/** 16 bytes that start every file. */
export const CALIBRATION_MAGIC = [
  0xd3, 0x74, 0x61, 0x67, 0x66, 0x6d, 0x74, 0x20, 0x0d, 0x0a, 0x20, 0x0a, 0x20, 0x20, 0x1a, 0x1c,
] as const;

export const CALIBRATION_HEADER_BYTES = 32;
/** Longer files are refused: real ones have about 1 kB. */
export const CALIBRATION_MAX_BYTES = 0x8000;
const FILE_VERSION = 1;
const TLV_HEADER_BYTES = 8;
const CRC_BYTES = 4;
const FLAG_CODED = 0xc0;
/** `product` of a JS110's calibration. */
const PRODUCT = '1.1.1';
/** Ranges 10 A … 18 µA; then 7 = off, 8 = missing sample. */
export const CURRENT_RANGE_COUNT = 7;
const CURRENT_ENTRY_COUNT = 9;

/** Value = (code + offset) · gain in float32 arithmetic. */
export interface Js110Calibration {
  /** 9 entries: 0–6 by range, 7 off (0), 8 missing (NaN). */
  readonly currentOffset: Float32Array;
  /** Ampere per code, 9 entries. */
  readonly currentGain: Float32Array;
  /** 2 entries: 15 V and 5 V range. */
  readonly voltageOffset: Float32Array;
  /** Volt per code, 2 entries. */
  readonly voltageGain: Float32Array;
  /** 32 hex digits: the microcontroller's id that the file was made for. */
  readonly serialNumber: string;
  readonly version: string;
  /** ISO 8601. */
  readonly time: string;
  readonly isSigned: boolean;
  /** What is odd about the file although its numbers can be used. */
  readonly warnings: readonly string[];
}

/** File length from the first 32 bytes. Throws `device/calibration` when there is no file or it is not one. */
export function calibrationLength(header: Uint8Array): number {
  if (isErased(header)) throw missingCalibration();
  if (header.byteLength < CALIBRATION_HEADER_BYTES) throw damaged('its header is incomplete');
  if (CALIBRATION_MAGIC.some((byte, i) => header[i] !== byte)) throw damaged('it does not start with the right bytes');
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header[27] !== FILE_VERSION) throw damaged(`its version is ${header[27]}`);
  if (view.getUint32(28, true) !== crc32(header.subarray(0, 28))) throw damaged('the checksum of its header is wrong');
  const length = view.getBigUint64(16, true);
  if (length < CALIBRATION_HEADER_BYTES || length > CALIBRATION_MAX_BYTES) throw damaged(`it claims ${length} bytes`);
  return Number(length);
}

/** Parses a whole file. Throws `device/calibration`; a wrong block checksum is a warning, as in the vendor's host. */
export function parseCalibration(file: Uint8Array): Js110Calibration {
  const lengthBytes = calibrationLength(file);
  if (file.byteLength < lengthBytes) throw damaged(`it has ${file.byteLength} of ${lengthBytes} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, lengthBytes);
  const warnings: string[] = [];
  let json: string | undefined;
  let isSigned = false;
  let offset = CALIBRATION_HEADER_BYTES;
  while (offset + TLV_HEADER_BYTES + CRC_BYTES <= lengthBytes) {
    const tag = String.fromCharCode(file[offset]!, file[offset + 1]!, file[offset + 2]!);
    const flags = file[offset + 3]!;
    const dataBytes = view.getUint32(offset + 4, true);
    const crcOffset = offset + roundUp8(TLV_HEADER_BYTES + dataBytes + CRC_BYTES) - CRC_BYTES;
    if (crcOffset + CRC_BYTES > lengthBytes) throw damaged(`block ${tag} at byte ${offset} runs past its end`);
    const isIntact = view.getUint32(crcOffset, true) === crc32(file.subarray(offset, crcOffset));
    if (!isIntact) warnings.push(`block ${tag} of the calibration has a wrong checksum`);
    if (tag === 'AJS' || tag === 'CJS') {
      if ((flags & FLAG_CODED) !== 0) throw damaged(`block ${tag} is compressed or encrypted`);
      json = new TextDecoder().decode(file.slice(offset + TLV_HEADER_BYTES, offset + TLV_HEADER_BYTES + dataBytes));
    }
    if (tag === 'SGE') isSigned = isIntact;
    offset = crcOffset + CRC_BYTES;
    if (tag === 'END') break;
  }
  if (json === undefined) throw damaged('it holds no calibration values');
  return { ...fromJson(json), isSigned: isSigned && warnings.length === 0, warnings };
}

function fromJson(json: string): Omit<Js110Calibration, 'isSigned' | 'warnings'> {
  let root: unknown;
  try {
    root = JSON.parse(replaceNan(json));
  } catch (cause) {
    throw damaged('its values are not readable', cause);
  }
  const product = field(root, 'product');
  if (product !== PRODUCT) throw damaged(`it is for product ${String(product)}, not ${PRODUCT}`);
  const current = field(root, 'current');
  const voltage = field(root, 'voltage');
  return {
    currentOffset: currentTable(numbers(field(current, 'offset'), CURRENT_RANGE_COUNT)),
    currentGain: currentTable(numbers(field(current, 'gain'), CURRENT_RANGE_COUNT)),
    voltageOffset: Float32Array.from(numbers(field(voltage, 'offset'), 2)),
    voltageGain: Float32Array.from(numbers(field(voltage, 'gain'), 2)),
    serialNumber: text(field(root, 'serial_number')).toLowerCase(),
    version: text(field(root, 'version')),
    time: text(field(root, 'time')),
  };
}

function currentTable(values: readonly number[]): Float32Array {
  const table = new Float32Array(CURRENT_ENTRY_COUNT);
  table.set(values);
  table[CURRENT_ENTRY_COUNT - 1] = Number.NaN;
  return table;
}

/** The factory writes bare NaN tokens, which JSON does not have: they become null, text in quotes stays. */
function replaceNan(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"|\bNaN\b/g, (token) => (token === 'NaN' ? 'null' : token));
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The first `count` entries, which must be finite numbers. */
function numbers(value: unknown, count: number): number[] {
  const list = Array.isArray(value) ? value.slice(0, count) : [];
  if (list.length < count || !list.every((entry) => typeof entry === 'number' && Number.isFinite(entry))) {
    throw damaged('offsets or gains are missing');
  }
  return list as number[];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const roundUp8 = (value: number): number => Math.ceil(value / 8) * 8;

/** CRC-32 of IEEE 802.3 (polynomial 0xEDB88320 reflected). Only for these small files. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb8_8320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** Flash memory that nobody wrote, or nothing at all. */
const isErased = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0);

/** The instrument has no calibration file. */
export function missingCalibration(cause?: unknown): LabError {
  return new LabError(
    'device/calibration',
    'This JS110 holds no calibration. Without it no current or voltage can be shown; restore it with the Joulescope UI.',
    cause === undefined ? {} : { cause },
  );
}

function damaged(what: string, cause?: unknown): LabError {
  return new LabError(
    'device/calibration',
    `The calibration in the JS110 cannot be used: ${what}. Without it no current or voltage can be shown; restore it with the Joulescope UI.`,
    cause === undefined ? {} : { cause },
  );
}
