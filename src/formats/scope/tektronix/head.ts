// The head of a Tektronix .wfm file: "Performance Oscilloscope Reference Waveform File Format" (077-0220). The versions
// differ in two bytes that the first has not, and in four numbers that the third has in 64 bits.

import { FormatError } from '../../../base/errors.ts';
import type { RandomAccess } from '../../source.ts';
import type { CodeType } from '../code-samples.ts';
import { Fields } from '../fields.ts';

const LITTLE_ENDIAN_MARK = 0x0f;
const POINT_BYTES = 15;
const CURVE_OFFSET = 16;
const LABEL = 40;
const LABEL_BYTES = 32;
const MORE_FRAMES = 72;
const DATA_TYPE = 122;
/** Of the spans that follow: value, time, update of the first frame, end of the head. */
const PLACES: Readonly<Record<string, { readonly y: number; readonly x: number; readonly update: number }>> = {
  '1': { y: 166, x: 478, update: 766 },
  '2': { y: 168, x: 480, update: 768 },
  '3': { y: 168, x: 488, update: 784 },
};
const UPDATE_BYTES = 24;
const CURVE_BYTES = 30;
/** Frames that are looked at; a file has them all in its head. */
const MAX_FRAMES = 1 << 18;
const UNIT_BYTES = 20;

/** Types by their code. The third version has the last two. */
const TYPES: readonly CodeType[] = ['i16', 'i32', 'u32', 'u64', 'f32', 'f64', 'u8', 'i8'];
export const DATA_DIGITAL = 6;

/** Places of bytes in a frame's buffer: the samples lie in between what the instrument keeps for itself. */
export interface Frame {
  readonly dataStart: number;
  readonly dataEnd: number;
  /** Of the whole buffer. */
  readonly bufferBytes: number;
  /** Of the trigger, UTC; 0 when the file does not say it. */
  readonly triggerUnixS: number;
  readonly triggerFraction: number;
}

export interface TektronixHead {
  readonly version: string;
  readonly isLittle: boolean;
  readonly label: string;
  readonly dataType: number;
  readonly type: CodeType;
  readonly storage: number;
  readonly scale: number;
  readonly offset: number;
  readonly unit: string;
  readonly xScale: number;
  readonly xOffset: number;
  readonly xUnit: string;
  readonly curveOffset: number;
  readonly frames: readonly Frame[];
}

/** Rejects with a FormatError. */
export async function readTektronixHead(source: RandomAccess): Promise<TektronixHead> {
  const start = await source.read(0, 1024);
  const isLittle = start[0] === LITTLE_ENDIAN_MARK;
  const first = new Fields(start, isLittle);
  const version = /00(\d)/.exec(first.text(2, 8))?.[1] ?? '';
  const places = PLACES[version];
  if (!places) {
    throw new FormatError(
      'format/unsupported',
      `Version "${first.text(2, 8)}" of the file is not known. Save it as CSV.`,
      2,
    );
  }
  const frameCount = first.u32(MORE_FRAMES) + 1;
  const firstCurve = places.update + UPDATE_BYTES;
  const headBytes = firstCurve + CURVE_BYTES + (frameCount - 1) * (UPDATE_BYTES + CURVE_BYTES);
  if (frameCount > MAX_FRAMES || headBytes > source.sizeBytes) {
    throw new FormatError(
      'format/damaged',
      `The file states ${frameCount} frames, and is too short for their heads. Save it again.`,
      MORE_FRAMES,
    );
  }
  const fields = headBytes <= start.length ? first : new Fields(await source.read(0, headBytes), isLittle);
  const { y, x } = places;
  const code = fields.u32(y + 72);
  const type = TYPES[code];
  if (!type || (fields.u8(POINT_BYTES) !== 0 && Number(type.slice(1)) / 8 !== fields.u8(POINT_BYTES))) {
    throw new FormatError(
      'format/unsupported',
      `Samples of type ${code} with ${fields.u8(POINT_BYTES)} bytes are not read. Save the waveform as CSV.`,
      y + 72,
    );
  }
  return {
    version,
    isLittle,
    label: fields.text(LABEL, LABEL_BYTES),
    dataType: fields.i32(DATA_TYPE),
    type,
    storage: fields.i32(y + 76),
    scale: fields.f64(y),
    offset: fields.f64(y + 8),
    unit: fields.text(y + 20, UNIT_BYTES),
    xScale: fields.f64(x),
    xOffset: fields.f64(x + 8),
    xUnit: fields.text(x + 20, UNIT_BYTES),
    curveOffset: fields.u32(CURVE_OFFSET),
    frames: Array.from({ length: frameCount }, (_, frame) => readFrame(fields, frame, frameCount, places.update)),
  };
}

/** The heads of the other frames follow that of the first: all times, then all places. */
function readFrame(fields: Fields, frame: number, frameCount: number, firstUpdate: number): Frame {
  const others = firstUpdate + UPDATE_BYTES + CURVE_BYTES;
  const update = frame === 0 ? firstUpdate : others + (frame - 1) * UPDATE_BYTES;
  const curve =
    frame === 0 ? firstUpdate + UPDATE_BYTES : others + (frameCount - 1) * UPDATE_BYTES + (frame - 1) * CURVE_BYTES;
  return {
    triggerFraction: fields.f64(update + 12),
    triggerUnixS: fields.i32(update + 20),
    dataStart: fields.u32(curve + 14),
    dataEnd: fields.u32(curve + 18),
    bufferBytes: fields.u32(curve + 26),
  };
}
