// Payloads of the small chunks of a JLS v2 file, from plain descriptions.

import type { Utc } from '../../../base/time.ts';
import { setOffset } from './chunk-writer.ts';
import type { JlsAnnotation, JlsSignal, JlsSource } from './definitions.ts';
import { ANNOTATION_KINDS, PAYLOAD_HEADER_BYTES, type SignalSizes, STORAGES, TYPE_CODES } from './spec.ts';

const SOURCE_STRINGS_AT = 64;
const SIGNAL_STRINGS_AT = 128;
const ANNOTATION_DATA_AT = 28;

/** UTF-8 followed by the given bytes. */
export function textBytes(text: string, end: readonly number[]): Uint8Array {
  const utf8 = new TextEncoder().encode(text);
  const bytes = new Uint8Array(utf8.byteLength + end.length);
  bytes.set(utf8);
  bytes.set(end, utf8.byteLength);
  return bytes;
}

/** `room` zero bytes, then each string with its end mark 00 1F. */
function withStrings(room: number, strings: readonly string[]): Uint8Array<ArrayBuffer> {
  const parts = strings.map((text) => textBytes(text, [0x00, 0x1f]));
  const payload = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, room));
  let at = room;
  for (const part of parts) {
    payload.set(part, at);
    at += part.byteLength;
  }
  return payload;
}

export function sourcePayload(source: JlsSource): Uint8Array {
  const { name, vendor = '', model = '', version = '', serialNumber = '' } = source;
  return withStrings(SOURCE_STRINGS_AT, [name, vendor, model, version, serialNumber]);
}

export function signalPayload(signal: JlsSignal, sizes: SignalSizes): Uint8Array {
  const payload = withStrings(SIGNAL_STRINGS_AT, [signal.name, signal.unit]);
  const view = new DataView(payload.buffer);
  const isVsr = signal.kind === 'vsr';
  view.setUint16(0, signal.sourceId, true);
  view.setUint8(2, isVsr ? 1 : 0);
  view.setUint32(4, TYPE_CODES[signal.dtype] | (((signal.fixedPointQ ?? 0) & 0xff) << 16), true);
  view.setUint32(8, isVsr ? 0 : signal.sampleRateHz, true);
  view.setUint32(12, sizes.samplesPerData, true);
  view.setUint32(16, sizes.sampleDecimateFactor, true);
  view.setUint32(20, sizes.entriesPerSummary, true);
  view.setUint32(24, sizes.summaryDecimateFactor, true);
  view.setUint32(28, sizes.annotationDecimateFactor, true);
  view.setUint32(32, sizes.utcDecimateFactor, true);
  return payload;
}

export function annotationPayload(annotation: JlsAnnotation): Uint8Array {
  const { data } = annotation;
  const bytes = typeof data === 'string' ? textBytes(data, [0x00, 0x1f]) : data;
  const payload = new Uint8Array(ANNOTATION_DATA_AT + bytes.byteLength);
  const view = new DataView(payload.buffer);
  view.setBigInt64(0, annotation.timestamp, true);
  view.setUint32(8, 1, true);
  view.setUint8(16, ANNOTATION_KINDS.indexOf(annotation.kind));
  view.setUint8(17, STORAGES.indexOf(annotation.storage));
  view.setUint8(18, annotation.groupId);
  view.setFloat32(20, annotation.y, true);
  view.setUint32(24, typeof data === 'string' ? bytes.byteLength - 1 : bytes.byteLength, true);
  payload.set(bytes, ANNOTATION_DATA_AT);
  return payload;
}

export function annotationSummary(annotation: JlsAnnotation): Uint8Array {
  const summary = new Uint8Array(16);
  const view = new DataView(summary.buffer);
  view.setBigInt64(0, annotation.timestamp, true);
  view.setUint8(8, ANNOTATION_KINDS.indexOf(annotation.kind));
  view.setUint8(9, annotation.groupId);
  view.setFloat32(12, annotation.y, true);
  return summary;
}

export function utcPayload(sampleId: bigint, utc: Utc): Uint8Array {
  const payload = new Uint8Array(PAYLOAD_HEADER_BYTES + 8);
  const view = new DataView(payload.buffer);
  view.setBigInt64(0, sampleId, true);
  setOffset(view, 8, 1);
  view.setUint16(12, 64, true);
  view.setBigInt64(16, utc, true);
  return payload;
}
