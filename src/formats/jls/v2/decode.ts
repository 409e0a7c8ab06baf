// Parses the payloads of a JLS v2 file. Nothing in a payload is trusted: a value that cannot be makes the result
// undefined, and the caller says what is lost.

import { type Utc, utcFromTicks } from '../../../base/time.ts';
import type { Annotation, SampleType } from '../../../model/signal-store.ts';
import type { SourceInfo, UserDataEntry } from '../../reader.ts';
import {
  ANNOTATION_KINDS,
  bitsOf,
  isWideType,
  PAYLOAD_HEADER_BYTES,
  PAYLOAD_MAX_BYTES,
  SIGNAL_STRINGS_AT,
  type SignalSizes,
  SOURCE_STRINGS_AT,
  STORAGES,
  sampleTypeOf,
} from './spec.ts';

const ANNOTATION_DATA_AT = 28;

export interface SignalDefinition {
  readonly signalId: number;
  readonly sourceId: number;
  readonly isFsr: boolean;
  readonly dtype: SampleType;
  /** Values are stored × 2^-fixedPointQ. */
  readonly fixedPointQ: number;
  readonly sampleRateHz: number;
  readonly name: string;
  readonly unit: string;
  readonly sizes: SignalSizes;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A file offset: u64 that must be a safe integer, else 0 (no chunk). */
export function offsetAt(view: DataView, at: number): number {
  const value = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
  return Number.isSafeInteger(value) ? value : 0;
}

function strings(payload: Uint8Array, from: number, count: number): string[] {
  const found: string[] = [];
  let at = from;
  for (let i = 0; i < count; i++) {
    const end = payload.indexOf(0, at);
    const stop = end < 0 ? payload.byteLength : end;
    found.push(new TextDecoder().decode(payload.subarray(Math.min(at, stop), stop)));
    at = payload[stop + 1] === 0x1f ? stop + 2 : stop + 1;
  }
  return found;
}

/** Whether a payload holds `count` strings from `from` on, each with its end mark, and nothing else. */
export function hasWholeStrings(payload: Uint8Array, from: number, count: number): boolean {
  let at = from;
  for (let i = 0; i < count; i++) {
    const end = payload.indexOf(0, at);
    if (end < 0 || payload[end + 1] !== 0x1f) return false;
    at = end + 2;
  }
  return at === payload.byteLength;
}

export function decodeSource(id: number, payload: Uint8Array): SourceInfo {
  const [name = '', vendor = '', model = '', version = '', serialNumber = ''] = strings(payload, SOURCE_STRINGS_AT, 5);
  return { id, name, vendor, model, version, serialNumber };
}

/** `undefined` when the definition makes no sense: then none of the signal's chunks can be read. */
export function decodeSignal(signalId: number, payload: Uint8Array): SignalDefinition | undefined {
  if (payload.byteLength < SIGNAL_STRINGS_AT) return undefined;
  const view = viewOf(payload);
  const dataType = view.getUint32(4, true);
  const dtype = sampleTypeOf(dataType);
  const kind = view.getUint8(2);
  const sampleRateHz = view.getUint32(8, true);
  if (!dtype || kind > 1 || (kind === 0 && sampleRateHz === 0)) return undefined;
  const sizes: SignalSizes = {
    samplesPerData: view.getUint32(12, true),
    sampleDecimateFactor: view.getUint32(16, true),
    entriesPerSummary: view.getUint32(20, true),
    summaryDecimateFactor: view.getUint32(24, true),
    annotationDecimateFactor: view.getUint32(28, true),
    utcDecimateFactor: view.getUint32(32, true),
  };
  if (kind === 0 && !areUsable(dtype, sizes)) return undefined;
  const [name = '', unit = ''] = strings(payload, SIGNAL_STRINGS_AT, 2);
  return {
    signalId,
    sourceId: view.getUint16(0, true),
    isFsr: kind === 0,
    dtype,
    fixedPointQ: dtype === 'f32' || dtype === 'f64' ? 0 : view.getInt8(6),
    sampleRateHz,
    name,
    unit,
    sizes,
  };
}

/** Chunks must nest, hold whole bytes and fit what a JLS reader takes. */
function areUsable(dtype: SampleType, sizes: SignalSizes): boolean {
  const { samplesPerData, sampleDecimateFactor, entriesPerSummary, summaryDecimateFactor } = sizes;
  if (sampleDecimateFactor < 2 || summaryDecimateFactor < 2 || entriesPerSummary < 1 || samplesPerData < 1)
    return false;
  const entriesPerData = samplesPerData / sampleDecimateFactor;
  if (!Number.isInteger(entriesPerData) || entriesPerSummary % entriesPerData !== 0) return false;
  if (entriesPerSummary % summaryDecimateFactor !== 0 || (sampleDecimateFactor * bitsOf(dtype)) % 8 !== 0) return false;
  const dataBytes = (samplesPerData * bitsOf(dtype)) / 8;
  const summaryBytes = entriesPerSummary * (isWideType(dtype) ? 32 : 16);
  return PAYLOAD_HEADER_BYTES + Math.max(dataBytes, summaryBytes) <= PAYLOAD_MAX_BYTES;
}

/** A stored annotation with its timestamp as in the file (absolute). */
export function decodeAnnotation(payload: Uint8Array): Omit<Annotation, 'signalId'> | undefined {
  if (payload.byteLength < ANNOTATION_DATA_AT) return undefined;
  const view = viewOf(payload);
  const kind = ANNOTATION_KINDS[view.getUint8(16)];
  const storage = STORAGES[view.getUint8(17)];
  const lengthBytes = view.getUint32(24, true);
  if (!kind || !storage || storage === 'none' || lengthBytes > payload.byteLength - ANNOTATION_DATA_AT)
    return undefined;
  const bytes = payload.subarray(ANNOTATION_DATA_AT, ANNOTATION_DATA_AT + lengthBytes);
  return {
    kind,
    storage,
    timestamp: view.getBigInt64(0, true),
    groupId: view.getUint8(18),
    y: view.getFloat32(20, true),
    data: storage === 'binary' ? bytes.slice() : untilNul(bytes),
  };
}

/** `undefined` for the empty first entry of every file. */
export function decodeUserData(meta: number, payload: Uint8Array): UserDataEntry | undefined {
  const storage = STORAGES[meta >> 12];
  if (!storage || storage === 'none') return undefined;
  return { meta: meta & 0xfff, storage, data: storage === 'binary' ? payload.slice() : untilNul(payload) };
}

const utf8 = new TextDecoder();

/** Texts up to here are put together byte by byte: the decoder costs more than that for each call. */
const SHORT_TEXT_BYTES = 32;

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const length = end < 0 ? bytes.byteLength : end;
  if (length > SHORT_TEXT_BYTES) return utf8.decode(bytes.subarray(0, length));
  let text = '';
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return utf8.decode(bytes.subarray(0, length));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** An absolute sample id with its wall time. */
export interface UtcPair {
  readonly sampleId: bigint;
  readonly utc: Utc;
}

export function decodeUtc(payload: Uint8Array): UtcPair | undefined {
  if (payload.byteLength < PAYLOAD_HEADER_BYTES + 8) return undefined;
  const view = viewOf(payload);
  return { sampleId: view.getBigInt64(0, true), utc: utcFromTicks(view.getBigInt64(16, true)) };
}
