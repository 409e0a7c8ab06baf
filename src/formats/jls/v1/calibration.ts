// The calibration that a JLS v1 recording carries: a container inside a subfile, with JSON of one offset and one
// gain per range (github.com/jetperch/pyjoulescope, joulescope/v0/calibration.py). Its signature is not checked.

import type { Js110Gains } from '../../../core/js110-words.ts';
import { FILE_HEADER_BYTES, isPlausible, MAGIC_V1, parseRecord } from './container.ts';
import { member, parseLooseJson } from './json.ts';

const NAME_BYTES = 128;
/** `product` of a JS110. */
const PRODUCT = '1.1.1';
/** Ranges 10 A to 18 µA. */
const CURRENT_RANGES = 7;
const VOLTAGE_RANGES = 2;

/** What the words mean without a calibration: ADC counts. */
export const UNIT_GAINS: Js110Gains = {
  currentOffset: new Array<number>(CURRENT_RANGES).fill(0),
  currentGain: new Array<number>(CURRENT_RANGES).fill(1),
  voltageOffset: [0, 0],
  voltageGain: [1, 1],
};

export interface Calibration {
  readonly gains: Js110Gains;
  readonly serialNumber: string;
  /** The container, byte for byte. */
  readonly file: Uint8Array;
}

/** Name and content of a SUB payload. */
export function parseSubfile(payload: Uint8Array): { name: string; file: Uint8Array } {
  const end = payload.subarray(0, NAME_BYTES).indexOf(0);
  const name = new TextDecoder().decode(payload.slice(0, end < 0 ? NAME_BYTES : end));
  return { name, file: payload.slice(NAME_BYTES) };
}

/** Reads a calibration; a text says why it cannot be used. */
export function parseCalibration(file: Uint8Array): Calibration | string {
  if (!MAGIC_V1.every((byte, i) => file[i] === byte)) return 'it is not a calibration file';
  for (let offset = FILE_HEADER_BYTES; ; ) {
    const record = parseRecord(file, offset, offset);
    if (!record || !isPlausible(record) || record.endOffset > file.byteLength || record.tag === 'END') break;
    if (record.tag === 'AJS' || record.tag === 'CJS') {
      const text = new TextDecoder().decode(
        file.slice(record.payloadOffset, record.payloadOffset + record.lengthBytes),
      );
      return fromJson(parseLooseJson(text), file);
    }
    offset = record.endOffset;
  }
  return 'it holds no values';
}

function fromJson(root: unknown, file: Uint8Array): Calibration | string {
  const product = member(root, 'product');
  if (product !== PRODUCT) return `it is for product ${String(product)}, not ${PRODUCT}`;
  const current = member(root, 'current');
  const voltage = member(root, 'voltage');
  const gains = {
    currentOffset: numbers(member(current, 'offset'), CURRENT_RANGES),
    currentGain: numbers(member(current, 'gain'), CURRENT_RANGES),
    voltageOffset: numbers(member(voltage, 'offset'), VOLTAGE_RANGES),
    voltageGain: numbers(member(voltage, 'gain'), VOLTAGE_RANGES),
  };
  const { currentOffset, currentGain, voltageOffset, voltageGain } = gains;
  if (!currentOffset || !currentGain || !voltageOffset || !voltageGain) return 'its values are damaged';
  const serialNumber = member(root, 'serial_number');
  return {
    gains: { currentOffset, currentGain, voltageOffset, voltageGain },
    serialNumber: typeof serialNumber === 'string' ? serialNumber : '',
    file,
  };
}

/** The first `count` numbers, short lists extended with their last one. */
function numbers(value: unknown, count: number): number[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const list = Array.from({ length: count }, (_, i): unknown => value[Math.min(i, value.length - 1)]);
  return list.every((item): item is number => typeof item === 'number') ? list : undefined;
}
