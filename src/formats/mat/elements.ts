// The parts that a MATLAB file of level 5 is made of (MathWorks, "MAT-File Format"): little-endian, nothing packed.

import { packSamples } from '../stored.ts';

/** Numbers of the format: types of data, classes of arrays, a flag. */
const MI_INT8 = 1;
const MI_UINT16 = 4;
const MI_INT32 = 5;
const MI_UINT32 = 6;
const MI_DOUBLE = 9;
const MI_MATRIX = 14;
const CLASS_STRUCT = 2;
const CLASS_CHAR = 4;
const CLASS_DOUBLE = 6;
const FLAG_LOGICAL = 0x02;

const HEADER_BYTES = 128;
/** A text, the version 0x0100 and the letters that tell the order of bytes end the header. */
const HEADER_TEXT = 'MATLAB 5.0 MAT-file, written by Pulsebench';
const VERSION_OFFSET = 124;
/** MATLAB's namelengthmax. */
export const MAX_NAME_LETTERS = 63;

/** The first bytes of a file. */
export function header(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES).fill(0x20);
  bytes.set(new TextEncoder().encode(HEADER_TEXT));
  bytes.fill(0, VERSION_OFFSET - 8, VERSION_OFFSET);
  const view = new DataView(bytes.buffer);
  view.setUint16(VERSION_OFFSET, 0x0100, true);
  view.setUint16(VERSION_OFFSET + 2, 0x4d49, true);
  return bytes;
}

/** A column of numbers, whose values follow its head. */
export interface ColumnHead {
  readonly name: string;
  readonly count: number;
  readonly classId: number;
  readonly isLogical: boolean;
  readonly type: number;
  readonly valueBytes: number;
}

/** All of a variable before its values. `paddingAfter` zeros follow them. */
export function columnHead({ name, count, classId, isLogical, type, valueBytes }: ColumnHead): Uint8Array {
  const head = concat([arrayFlags(classId, isLogical), element(MI_INT32, int32s([count, 1])), nameElement(name)]);
  const contentBytes = head.length + 8 + valueBytes + paddingAfter(valueBytes);
  return concat([tag(MI_MATRIX, contentBytes), head, tag(type, valueBytes)]);
}

/** Zeros that fill data up to whole words of eight bytes. */
export function paddingAfter(lengthBytes: number): number {
  return (8 - (lengthBytes % 8)) % 8;
}

/** What stands behind the name of a small variable, with the parts before it. */
interface Content {
  readonly classId: number;
  readonly dimensions: readonly [number, number];
  readonly parts: readonly Uint8Array[];
}

export function scalar(value: number): Content {
  return {
    classId: CLASS_DOUBLE,
    dimensions: [1, 1],
    parts: [element(MI_DOUBLE, packSamples(Float64Array.of(value), 'f64'))],
  };
}

export function text(content: string): Content {
  const units = Uint16Array.from(content, (letter) => letter.charCodeAt(0));
  const bytes = new Uint8Array(units.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [i, unit] of units.entries()) view.setUint16(2 * i, unit, true);
  return { classId: CLASS_CHAR, dimensions: [1, units.length], parts: [element(MI_UINT16, bytes)] };
}

/** One struct of texts. */
export function struct(fields: readonly (readonly [string, string])[]): Content {
  const width = MAX_NAME_LETTERS + 1;
  const names = new Uint8Array(width * fields.length);
  for (const [i, [name]] of fields.entries()) names.set(new TextEncoder().encode(name), i * width);
  return {
    classId: CLASS_STRUCT,
    dimensions: [1, 1],
    parts: [smallInt32(width), element(MI_INT8, names), ...fields.map(([, value]) => matrix('', text(value)))],
  };
}

export function matrix(name: string, { classId, dimensions, parts }: Content): Uint8Array {
  return element(
    MI_MATRIX,
    concat([arrayFlags(classId, false), element(MI_INT32, int32s(dimensions)), nameElement(name), ...parts]),
  );
}

function arrayFlags(classId: number, isLogical: boolean): Uint8Array {
  return element(MI_UINT32, int32s([classId | (isLogical ? FLAG_LOGICAL << 8 : 0), 0]));
}

function nameElement(name: string): Uint8Array {
  return element(MI_INT8, new TextEncoder().encode(name));
}

/** A tag and its data, filled up to whole words of eight bytes. */
function element(type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + data.length + paddingAfter(data.length));
  bytes.set(tag(type, data.length));
  bytes.set(data, 8);
  return bytes;
}

/** Four bytes beside their tag, as the format wants the length of names. */
function smallInt32(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MI_INT32, true);
  view.setUint16(2, 4, true);
  view.setInt32(4, value, true);
  return bytes;
}

function tag(type: number, lengthBytes: number): Uint8Array {
  return int32s([type, lengthBytes]);
}

function int32s(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setInt32(4 * i, value, true);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
