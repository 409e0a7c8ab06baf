// LeCroy / Teledyne WAVEDESC: the reply to `C1:WF? ALL` and the content of .trc files (template texts of the
// instruments' own TMPL? command). LECROY_2_1 to LECROY_2_3 are what instruments have written since the nineties and lie
// alike as far as is read here; LECROY_1_0 is what those before them wrote.

import { LECROY_LAYOUTS, type LecroyLayouts } from './lecroy-layout.ts';
import { rawCodes } from './samples.ts';
import { type Waveform, WaveformError } from './waveform.ts';

/** Bytes up to the end of the template's name. */
const NAMED_BYTES = 36;
/** Bytes of one entry of the trigger time array: time and offset as f64. */
export const TRIGGER_TIME_BYTES = 16;

const NAME = 'WAVEDESC';

export interface LecroyDescriptor {
  /** Where WAVEDESC stands in the bytes. */
  readonly offsetBytes: number;
  readonly isLittleEndian: boolean;
  readonly templateName: string;
  readonly itemBytes: 1 | 2;
  readonly userTextOffset: number;
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

/** Name of the template that the descriptor in the bytes has; `undefined` when there is none, or when it is cut. */
export function lecroyTemplateName(bytes: Uint8Array): string | undefined {
  const start = findDescriptor(bytes);
  return start < 0 || bytes.length < start + NAMED_BYTES ? undefined : textAt(bytes, start + 16, 16);
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
    .split('\0')[0]!
    .trim();
}

/**
 * Reads the descriptor; of a template that is not known by the layouts in `more`. Throws `no-descriptor`, `truncated` or
 * `bad-preamble`.
 */
export function parseLecroyDescriptor(bytes: Uint8Array, more: LecroyLayouts = new Map()): LecroyDescriptor {
  const start = findDescriptor(bytes);
  if (start < 0) throw new WaveformError('no-descriptor', 'No WAVEDESC was found; this is no LeCroy waveform.', 0);
  const truncated = (neededBytes: number) =>
    new WaveformError(
      'truncated',
      `The descriptor has ${bytes.length - start} of ${neededBytes} bytes. Save or transfer the trace again.`,
      start,
    );
  if (bytes.length < start + NAMED_BYTES) throw truncated(NAMED_BYTES);
  const text = (offset: number, length: number) => textAt(bytes, start + offset, length);
  const templateName = text(16, 16);
  const layout = LECROY_LAYOUTS.get(templateName) ?? more.get(templateName);
  if (!layout) {
    const known = [...LECROY_LAYOUTS.keys()].join(' or ');
    throw new WaveformError('bad-preamble', `The template "${templateName}" is not ${known}.`, start + 16);
  }
  if (bytes.length < start + layout.descriptorBytes) throw truncated(layout.descriptorBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, layout.descriptorBytes);
  const little = bytes[start + 34] === 1;
  const i32 = (offset: number) => view.getInt32(offset, little);
  const u16 = (offset: number) => view.getUint16(offset, little);
  const f32 = (offset: number) => view.getFloat32(offset, little);
  const ifThere = <T>(offset: number | undefined, read: (at: number) => T, otherwise: T): T =>
    offset === undefined ? otherwise : read(offset);
  const before = layout.lengthsBefore.map(i32);
  const behind = layout.lengthsBehind.map(i32);
  const triggerTimeArrayBytes = i32(layout.triggerTimeArray);
  const risTimeArrayBytes = ifThere(layout.risTimeArray, i32, 0);
  const pointCount = i32(layout.pointCount);
  const lengths = [...before, ...behind, triggerTimeArrayBytes, risTimeArrayBytes, pointCount];
  if (lengths.some((length) => length < 0) || before[0]! < layout.descriptorBytes) {
    throw new WaveformError('bad-preamble', 'A length in the descriptor is negative or too small.', start + 36);
  }
  const sum = (list: readonly number[]) => list.reduce((total, length) => total + length, 0);
  const triggerTimeOffset = start + sum(before);
  const { triggerTime, validPoints, sparsing } = layout;
  return {
    offsetBytes: start,
    isLittleEndian: little,
    templateName,
    itemBytes: u16(32) === 0 ? 1 : 2,
    userTextOffset: start + before[0]!,
    userTextBytes: before[1]!,
    triggerTimeArrayBytes,
    risTimeArrayBytes,
    triggerTimeOffset,
    sampleOffset: triggerTimeOffset + triggerTimeArrayBytes + risTimeArrayBytes + sum(behind),
    pointCount,
    segmentCount: Math.max(1, i32(layout.segmentCount)),
    instrumentName: text(layout.instrumentName, 16),
    instrumentNumber: ifThere(layout.instrumentNumber, i32, 0),
    traceLabel: ifThere(layout.traceLabel, (at) => text(at, 16), ''),
    verticalGain: f32(layout.gain),
    verticalOffset: f32(layout.offset),
    nominalBits: ifThere(layout.nominalBits, (at) => view.getInt16(at, little), 8),
    firstValidPoint: ifThere(validPoints, i32, 0),
    lastValidPoint: ifThere(validPoints, (at) => i32(at + 4), pointCount - 1),
    firstPoint: ifThere(sparsing, i32, 0),
    sparsingFactor: Math.max(
      1,
      ifThere(sparsing, (at) => i32(at + 4), 1),
    ),
    horizontalIntervalS: f32(layout.interval),
    horizontalOffsetS: view.getFloat64(layout.horizontalOffset, little),
    verticalUnit: text(layout.verticalUnit, 48),
    horizontalUnit: text(layout.horizontalUnit, 48),
    triggerTime: {
      seconds: view.getFloat64(triggerTime, little),
      minutes: view.getUint8(triggerTime + 8),
      hours: view.getUint8(triggerTime + 9),
      day: view.getUint8(triggerTime + 10),
      month: view.getUint8(triggerTime + 11),
      year: view.getInt16(triggerTime + 12, little),
    },
    recordType: ifThere(layout.recordType, u16, 0),
    waveSource: u16(layout.source) - layout.firstSource,
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
export function decodeLecroy(bytes: Uint8Array, more?: LecroyLayouts): LecroyWaveform {
  const descriptor = parseLecroyDescriptor(bytes, more);
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
