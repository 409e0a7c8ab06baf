// The numbers of JLS version 2 files, from the reference library's public headers
// (github.com/jetperch/jls, include/jls/format.h and src/track.c). All integers are little-endian.

import type { AnnotationKind, SampleType } from '../../../model/signal-store.ts';

export const MAGIC = new Uint8Array([
  0x6a, 0x6c, 0x73, 0x66, 0x6d, 0x74, 0x0d, 0x0a, 0x20, 0x0a, 0x20, 0x1a, 0x20, 0x20, 0xb2, 0x1c,
]);
export const FILE_HEADER_BYTES = 32;
export const CHUNK_HEADER_BYTES = 32;
/** Timestamp, entry count, entry size: the start of every DATA, INDEX and SUMMARY payload. */
export const PAYLOAD_HEADER_BYTES = 16;
export const HEAD_PAYLOAD_BYTES = 128;
/** Where the strings of a SOURCE_DEF and of a SIGNAL_DEF begin. */
export const SOURCE_STRINGS_AT = 64;
export const SIGNAL_STRINGS_AT = 128;
/** Format version 1.0.0. */
export const FORMAT_VERSION = 0x0100_0000;
/** Longest payload that the reference library reads (its buffer is 1 MiB with the CRC). */
export const PAYLOAD_MAX_BYTES = 1_048_572;
/** Summary levels that a HEAD can point to. */
export const LEVEL_COUNT = 16;

export const TAG_SOURCE = 0x01;
export const TAG_SIGNAL = 0x02;
export const TAG_USER_DATA = 0x40;
export const TAG_END = 0xff;

export const TRACK_FSR = 0;
export const TRACK_VSR = 1;
export const TRACK_ANNOTATION = 2;
export const TRACK_UTC = 3;
export const KIND_DEF = 0;
export const KIND_HEAD = 1;
export const KIND_DATA = 2;
export const KIND_INDEX = 3;
export const KIND_SUMMARY = 4;

export function trackTag(track: number, kind: number): number {
  return 0x20 | (track << 3) | kind;
}

/** True for any tag that the format defines. */
export function isKnownTag(tag: number): boolean {
  if (tag === TAG_SOURCE || tag === TAG_SIGNAL || tag === TAG_USER_DATA || tag === TAG_END) return true;
  return tag >= 0x20 && tag < 0x40 && (tag & 7) <= KIND_SUMMARY;
}

/** Bytes behind a chunk header: payload, padding to 8, CRC; nothing for an empty payload. */
export function bytesOnDisk(payloadLength: number): number {
  return payloadLength === 0 ? 0 : Math.ceil((payloadLength + 4) / 8) * 8;
}

/** Low 16 bits of a data type: base in bits 0..3, size in bits 8..15. */
export const TYPE_CODES: Readonly<Record<SampleType, number>> = {
  i4: 0x0401,
  i8: 0x0801,
  i16: 0x1001,
  i24: 0x1801,
  i32: 0x2001,
  i64: 0x4001,
  u1: 0x0103,
  u4: 0x0403,
  u8: 0x0803,
  u16: 0x1003,
  u24: 0x1803,
  u32: 0x2003,
  u64: 0x4003,
  f32: 0x2004,
  f64: 0x4004,
};

const TYPES_BY_CODE = new Map(Object.entries(TYPE_CODES).map(([dtype, code]) => [code, dtype as SampleType]));

export function sampleTypeOf(dataType: number): SampleType | undefined {
  return TYPES_BY_CODE.get(dataType & 0xffff);
}

export function bitsOf(dtype: SampleType): number {
  return TYPE_CODES[dtype] >>> 8;
}

/** Types whose summaries are f64: a float would not hold their values. */
export function isWideType(dtype: SampleType): boolean {
  return dtype === 'f64' || dtype === 'i32' || dtype === 'u32' || dtype === 'i64' || dtype === 'u64';
}

export const ANNOTATION_KINDS: readonly AnnotationKind[] = ['user', 'text', 'vertical-marker', 'horizontal-marker'];
/** By storage type; 0 is only used by the empty first user-data chunk. */
export const STORAGES = ['none', 'binary', 'string', 'json'] as const;

/** Sizes of a signal's chunks and summaries, as stored in its definition. */
export interface SignalSizes {
  readonly samplesPerData: number;
  readonly sampleDecimateFactor: number;
  readonly entriesPerSummary: number;
  readonly summaryDecimateFactor: number;
  readonly annotationDecimateFactor: number;
  readonly utcDecimateFactor: number;
}

/** Samples per DATA, samples per entry, entries per SUMMARY by sample size in bits. */
const DEFAULTS: Readonly<Record<number, readonly [number, number, number]>> = {
  64: [8192, 128, 640],
  32: [8192, 128, 640],
  24: [8192, 128, 640],
  16: [16384, 256, 1280],
  8: [32768, 1024, 640],
  4: [65536, 1024, 1280],
  1: [65536, 1024, 1280],
};

/** Fills in defaults and applies the rounding rules, so that chunks nest; the result is what a file stores. */
export function adjustSizes(dtype: SampleType, wanted: Partial<SignalSizes> = {}): SignalSizes {
  const bits = bitsOf(dtype);
  const [data, decimate, entries] = DEFAULTS[bits]!;
  const step = Math.floor(256 / bits);
  const sampleDecimateFactor = roundUp(Math.max(wanted.sampleDecimateFactor || decimate, 10), step);
  const summaryDecimateFactor = Math.max(wanted.summaryDecimateFactor || 20, 10);
  const entriesPerSummary = roundUp(Math.max(wanted.entriesPerSummary || entries, 10), summaryDecimateFactor);
  const wantedData = roundUp(Math.max(wanted.samplesPerData || data, 10), sampleDecimateFactor);
  let entriesPerData = wantedData / sampleDecimateFactor;
  while (entriesPerSummary % entriesPerData !== 0) entriesPerData -= 1;
  return {
    samplesPerData: entriesPerData * sampleDecimateFactor,
    sampleDecimateFactor,
    entriesPerSummary,
    summaryDecimateFactor,
    annotationDecimateFactor: wanted.annotationDecimateFactor || 100,
    utcDecimateFactor: wanted.utcDecimateFactor || 100,
  };
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
