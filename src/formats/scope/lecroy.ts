// LeCroy / Teledyne WAVEDESC, template LECROY_2_3: the reply to `C1:WF? ALL` and the content of .trc files
// (template text of the instruments' own TMPL? command).

import { rawCodes } from './block.ts';
import { type Waveform, WaveformError } from './waveform.ts';

/** Bytes of the descriptor of this template. */
export const WAVEDESC_BYTES = 346;
/** Bytes of one entry of the trigger time array: time and offset as f64. */
export const TRIGGER_TIME_BYTES = 16;

const NAME = 'WAVEDESC';
const TEMPLATE = 'LECROY_2_3';

export interface LecroyDescriptor {
  /** Where WAVEDESC stands in the bytes. */
  readonly offsetBytes: number;
  readonly isLittleEndian: boolean;
  readonly templateName: string;
  readonly itemBytes: 1 | 2;
  readonly userTextBytes: number;
  readonly triggerTimeArrayBytes: number;
  readonly risTimeArrayBytes: number;
  /** Where the trigger time array and the samples start. */
  readonly triggerTimeOffset: number;
  readonly sampleOffset: number;
  readonly pointCount: number;
  readonly segmentCount: number;
  readonly instrumentName: string;
  readonly instrumentNumber: number;
  readonly traceLabel: string;
  readonly verticalGain: number;
  readonly verticalOffset: number;
  readonly nominalBits: number;
  readonly firstValidPoint: number;
  readonly lastValidPoint: number;
  readonly firstPoint: number;
  readonly sparsingFactor: number;
  readonly horizontalIntervalS: number;
  /** From the trigger to the first point. */
  readonly horizontalOffsetS: number;
  readonly verticalUnit: string;
  readonly horizontalUnit: string;
  /** The instrument's own clock, zone unknown. */
  readonly triggerTime: {
    readonly seconds: number;
    readonly minutes: number;
    readonly hours: number;
    readonly day: number;
    readonly month: number;
    readonly year: number;
  };
  readonly recordType: number;
  /** 0…3 = C1…C4. */
  readonly waveSource: number;
}

/** One triggered segment of a sequence. */
export interface LecroySegment {
  /** Seconds after the first trigger. */
  readonly triggerTimeS: number;
  /** Time of the segment's first point relative to its own trigger. */
  readonly x0S: number;
  readonly firstPoint: number;
  readonly pointCount: number;
}

export interface LecroyWaveform extends Waveform {
  readonly descriptor: LecroyDescriptor;
  /** One entry without sequence mode. */
  readonly segments: readonly LecroySegment[];
}

/** Offset of a WAVEDESC with a readable byte order behind it; -1 when there is none. */
export function findDescriptor(bytes: Uint8Array): number {
  for (let start = bytes.indexOf(0x57); start >= 0; start = bytes.indexOf(0x57, start + 1)) {
    const isName = [...NAME].every((letter, index) => bytes[start + index] === letter.charCodeAt(0));
    if (!isName) continue;
    const isCut = bytes.length < start + 36;
    if (isCut || (bytes[start + 34]! <= 1 && bytes[start + 35] === 0)) return start;
  }
  return -1;
}

/** Reads the descriptor. Throws `no-descriptor`, `truncated` or `bad-preamble`. */
export function parseLecroyDescriptor(bytes: Uint8Array): LecroyDescriptor {
  const start = findDescriptor(bytes);
  if (start < 0) throw new WaveformError('no-descriptor', 'No WAVEDESC was found; this is no LeCroy waveform.', 0);
  if (bytes.length < start + WAVEDESC_BYTES) {
    throw new WaveformError(
      'truncated',
      `The descriptor has ${bytes.length - start} of ${WAVEDESC_BYTES} bytes. Save or transfer the trace again.`,
      start,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, WAVEDESC_BYTES);
  const little = bytes[start + 34] === 1;
  const text = (offset: number, length: number) => {
    const raw = String.fromCharCode(...bytes.subarray(start + offset, start + offset + length));
    return raw.split('\0')[0]!.trim();
  };
  const i32 = (offset: number) => view.getInt32(offset, little);
  const u16 = (offset: number) => view.getUint16(offset, little);
  const f32 = (offset: number) => view.getFloat32(offset, little);
  const templateName = text(16, 16);
  if (templateName !== TEMPLATE) {
    throw new WaveformError('bad-preamble', `The template "${templateName}" is not ${TEMPLATE}.`, start + 16);
  }
  // descriptor, user text, a reserved block, trigger times, RIS times, a reserved block
  const lengths = [36, 40, 44, 48, 52, 56].map(i32);
  const pointCount = i32(116);
  if (lengths.some((length) => length < 0) || lengths[0]! < WAVEDESC_BYTES || pointCount < 0) {
    throw new WaveformError('bad-preamble', 'A length in the descriptor is negative or too small.', start + 36);
  }
  const [descriptorBytes, userTextBytes, reserved1, triggerTimeArrayBytes, risTimeArrayBytes, reserved2] = lengths as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const triggerTimeOffset = start + descriptorBytes + userTextBytes + reserved1;
  return {
    offsetBytes: start,
    isLittleEndian: little,
    templateName,
    itemBytes: u16(32) === 0 ? 1 : 2,
    userTextBytes,
    triggerTimeArrayBytes,
    risTimeArrayBytes,
    triggerTimeOffset,
    sampleOffset: triggerTimeOffset + triggerTimeArrayBytes + risTimeArrayBytes + reserved2,
    pointCount,
    segmentCount: Math.max(1, i32(144)),
    instrumentName: text(76, 16),
    instrumentNumber: i32(92),
    traceLabel: text(96, 16),
    verticalGain: f32(156),
    verticalOffset: f32(160),
    nominalBits: view.getInt16(172, little),
    firstValidPoint: i32(124),
    lastValidPoint: i32(128),
    firstPoint: i32(132),
    sparsingFactor: Math.max(1, i32(136)),
    horizontalIntervalS: f32(176),
    horizontalOffsetS: view.getFloat64(180, little),
    verticalUnit: text(196, 48),
    horizontalUnit: text(244, 48),
    triggerTime: {
      seconds: view.getFloat64(296, little),
      minutes: view.getUint8(304),
      hours: view.getUint8(305),
      day: view.getUint8(306),
      month: view.getUint8(307),
      year: view.getInt16(308, little),
    },
    recordType: u16(316),
    waveSource: u16(344),
  };
}

/** Segments of a record of `pointCount` points; `triggerTimes` are the bytes of the trigger time array. */
export function lecroySegments(
  descriptor: LecroyDescriptor,
  pointCount: number,
  triggerTimes: Uint8Array,
): readonly LecroySegment[] {
  const { segmentCount, horizontalIntervalS, horizontalOffsetS, firstPoint } = descriptor;
  if (segmentCount === 1) {
    const x0S = horizontalOffsetS + firstPoint * horizontalIntervalS;
    return [{ triggerTimeS: 0, x0S, firstPoint: 0, pointCount }];
  }
  const perSegment = Math.floor(descriptor.pointCount / segmentCount);
  const view = new DataView(triggerTimes.buffer, triggerTimes.byteOffset, triggerTimes.byteLength);
  const usable = Math.min(
    segmentCount,
    Math.floor(triggerTimes.length / TRIGGER_TIME_BYTES),
    perSegment === 0 ? 0 : Math.floor(pointCount / perSegment),
  );
  return Array.from({ length: usable }, (_, index) => ({
    triggerTimeS: view.getFloat64(index * TRIGGER_TIME_BYTES, descriptor.isLittleEndian),
    x0S: view.getFloat64(index * TRIGGER_TIME_BYTES + 8, descriptor.isLittleEndian),
    firstPoint: index * perSegment,
    pointCount: perSegment,
  }));
}

/** Physical values of raw sample bytes. */
export function lecroyValues(descriptor: LecroyDescriptor, raw: Uint8Array): Float64Array {
  const { itemBytes, isLittleEndian, verticalGain, verticalOffset } = descriptor;
  const codes = rawCodes(raw, { kind: 'signed', itemBytes, isLittleEndian });
  return codes.map((code) => verticalGain * code - verticalOffset);
}

/** Seconds between points. */
export function lecroyInterval(descriptor: LecroyDescriptor): number {
  return descriptor.horizontalIntervalS * descriptor.sparsingFactor;
}

/** A whole reply or file. Throws WaveformError; `truncated` when samples are missing. */
export function decodeLecroy(bytes: Uint8Array): LecroyWaveform {
  const descriptor = parseLecroyDescriptor(bytes);
  const { pointCount, itemBytes, sampleOffset, triggerTimeOffset, triggerTimeArrayBytes } = descriptor;
  const end = sampleOffset + pointCount * itemBytes;
  if (pointCount === 0) throw new WaveformError('empty', 'The trace has no points. Arm the scope and try again.');
  if (bytes.length < end) {
    const message = `The trace has ${bytes.length} of ${end} bytes. Save or transfer it again.`;
    throw new WaveformError('truncated', message, bytes.length);
  }
  const triggerTimes = bytes.subarray(triggerTimeOffset, triggerTimeOffset + triggerTimeArrayBytes);
  const segments = lecroySegments(descriptor, pointCount, triggerTimes);
  return {
    descriptor,
    segments,
    x0S: segments[0]?.x0S ?? descriptor.horizontalOffsetS,
    dxS: lecroyInterval(descriptor),
    y: lecroyValues(descriptor, bytes.subarray(sampleOffset, end)),
    yUnit: descriptor.verticalUnit,
  };
}
