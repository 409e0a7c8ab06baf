// Makes the calibration file of a simulated JS110: plausible spread around typical values, seeded by the serial
// number, unsigned, with the bare NaN tokens and the 8-entry arrays that production files have.

import { Random } from '../../../sim/random.ts';
import {
  CALIBRATION_HEADER_BYTES,
  CALIBRATION_MAGIC,
  crc32,
  type Js110Calibration,
  parseCalibration,
} from '../calibration.ts';

/** Ampere per code of the ranges 10 A … 18 µA. */
const TYPICAL_CURRENT_GAIN = [6.8e-4, 1.64e-4, 1.46e-5, 1.49e-6, 1.497e-7, 1.498e-8, 1.498e-9];
const TYPICAL_CURRENT_OFFSET = -2820;
const CURRENT_OFFSET_SPREAD = 30;
const GAIN_SPREAD = 0.02;
/** 15 V and 5 V range. */
const TYPICAL_VOLTAGE_OFFSET = [-1150, -2040];
const TYPICAL_VOLTAGE_GAIN = [9.47e-4, 2.93e-4];

export interface CalibrationFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly values: Js110Calibration;
}

/** `serialHex`: 32 hex digits, as the instrument answers request 7. */
export function makeCalibration(serialHex: string, seed: number): CalibrationFile {
  const random = new Random(seed);
  const spread = (value: number) => value * random.between(1 - GAIN_SPREAD, 1 + GAIN_SPREAD);
  const list = (values: readonly number[]) => `[${[...values.map(String), 'NaN'].join(', ')}]`;
  const currentOffset = TYPICAL_CURRENT_GAIN.map(
    () => TYPICAL_CURRENT_OFFSET + random.between(-CURRENT_OFFSET_SPREAD, CURRENT_OFFSET_SPREAD),
  );
  const json = [
    '{"product": "1.1.1", "version": "1.0.0", "time": "2026-01-02T00:00:00+00:00"',
    `"serial_number": "${serialHex}"`,
    `"current": {"offset": ${list(currentOffset)}, "gain": ${list(TYPICAL_CURRENT_GAIN.map(spread))}}`,
    `"voltage": {"offset": [${TYPICAL_VOLTAGE_OFFSET.join(', ')}], "gain": [${TYPICAL_VOLTAGE_GAIN.map(spread).join(', ')}]}}`,
  ].join(', ');
  const blocks = [block('HDR', headerBlock(serialHex)), block('AJS', new TextEncoder().encode(json)), block('END')];
  const bytes = withFileHeader(blocks);
  return { bytes, values: parseCalibration(bytes) };
}

/** Timestamp 0, version 1.0.0, product, vendor and subtype 1, any hardware, serial number. */
function headerBlock(serialHex: string): Uint8Array {
  const bytes = new Uint8Array(40);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 1 << 24, true);
  view.setUint32(12, 1, true);
  view.setUint16(16, 1, true);
  view.setUint16(18, 1, true);
  bytes.set(hexBytes(serialHex), 24);
  return bytes;
}

function block(tag: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((8 + data.byteLength + 4) / 8) * 8);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(tag));
  view.setUint32(4, data.byteLength, true);
  bytes.set(data, 8);
  const crcOffset = bytes.byteLength - 4;
  view.setUint32(crcOffset, crc32(bytes.subarray(0, crcOffset)), true);
  return bytes;
}

function withFileHeader(blocks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const lengthBytes = CALIBRATION_HEADER_BYTES + blocks.reduce((sum, b) => sum + b.byteLength, 0);
  const bytes = new Uint8Array(lengthBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(CALIBRATION_MAGIC);
  view.setBigUint64(16, BigInt(lengthBytes), true);
  bytes[27] = 1;
  view.setUint32(28, crc32(bytes.subarray(0, 28)), true);
  let offset = CALIBRATION_HEADER_BYTES;
  for (const b of blocks) {
    bytes.set(b, offset);
    offset += b.byteLength;
  }
  return bytes;
}

export function hexBytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
