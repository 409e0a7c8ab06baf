// Messages between a page and the bridge's door to process variables (bridge/epics/README.md): JSON text, or, where
// numbers come with it, a binary frame: length of the JSON (32 bits), the JSON, zeros up to a multiple of 8, then the arrays
// of its `values` in their order, each padded to a multiple of 8; all little-endian. Pure.

import { LabError } from '../../base/errors.ts';

const ARRAYS = {
  SHORT: Int16Array,
  FLOAT: Float32Array,
  ENUM: Uint16Array,
  CHAR: Uint8Array,
  LONG: Int32Array,
  DOUBLE: Float64Array,
} as const;

/** Base types of Channel Access (EPICS Base, db_access.h). */
export type VariableType = keyof typeof ARRAYS | 'STRING';
export type VariableNumbers = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;
export type VariableData = VariableNumbers | readonly string[];

/** What stands in the JSON of a value, with its numbers or texts. */
export interface FrameValue {
  readonly type: VariableType;
  /** Left out where only the alarm is told. */
  readonly data?: VariableData | undefined;
  /** Of a variable that the page serves. */
  readonly name?: string;
  /** Of a variable that the page reads. */
  readonly id?: number;
  /** Unix time in nanoseconds, as text. */
  readonly utcNs?: string | undefined;
  readonly status?: number;
  readonly severity?: number;
  /** Of a variable that the page reads: so many before it did not come, since the page was behind. */
  readonly passedOverCount?: number;
}

export interface FrameMessage {
  readonly op: string;
  readonly values?: readonly FrameValue[];
  readonly [field: string]: unknown;
}

const LENGTH_BYTES = 4;
const aligned = (length: number) => Math.ceil(length / 8) * 8;

export function isVariableType(type: unknown): type is VariableType {
  return type === 'STRING' || (typeof type === 'string' && Object.hasOwn(ARRAYS, type));
}

/** Numbers as a variable of that type has them; what does not fit is cut as the type cuts it. */
export function numbersOf(type: Exclude<VariableType, 'STRING'>, numbers: readonly number[]): VariableNumbers {
  return ARRAYS[type].from(numbers);
}

export function encodeFrame(message: FrameMessage): string | Uint8Array<ArrayBuffer> {
  const arrays: VariableNumbers[] = [];
  const values = message.values?.map(({ data, ...entry }) => {
    if (data === undefined) return entry;
    if (isTexts(data)) return { ...entry, texts: data };
    arrays.push(data);
    return { ...entry, count: data.length };
  });
  const json = JSON.stringify(values === undefined ? message : { ...message, values });
  if (arrays.length === 0) return json;
  const text = new TextEncoder().encode(json);
  const start = aligned(LENGTH_BYTES + text.length);
  const frame = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), start));
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, LENGTH_BYTES);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    frame.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return frame;
}

/** Throws `device/protocol` for what is no such message. */
export function decodeFrame(frame: string | ArrayBuffer): FrameMessage {
  try {
    return typeof frame === 'string' ? readMessage(frame, undefined, 0) : readBytes(frame);
  } catch (thrown) {
    throw new LabError(
      'device/protocol',
      'The bridge sent a message that cannot be read. What came before is safe. Start the bridge of this version, and connect again.',
      { cause: thrown },
    );
  }
}

function readBytes(bytes: ArrayBuffer): FrameMessage {
  const length = new DataView(bytes).getUint32(0, true);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(bytes, LENGTH_BYTES, length));
  return readMessage(text, bytes, aligned(LENGTH_BYTES + length));
}

function readMessage(text: string, bytes: ArrayBuffer | undefined, start: number): FrameMessage {
  const message: unknown = JSON.parse(text);
  if (!isRecord(message) || typeof message['op'] !== 'string') throw new Error('no message');
  const { values, ...rest } = message;
  if (values === undefined) return { ...rest, op: message['op'] };
  if (!Array.isArray(values)) throw new Error('no list');
  let at = start;
  const read = values.map((value: unknown): FrameValue => {
    if (!isRecord(value) || !isVariableType(value['type'])) throw new Error('no value');
    const { count, texts, ...entry } = value;
    const { type } = value;
    if (type === 'STRING') return { ...entry, type, ...(texts !== undefined && { data: checkedTexts(texts) }) };
    if (count === undefined) return { ...entry, type };
    if (bytes === undefined || typeof count !== 'number') throw new Error('no numbers');
    const lengthBytes = count * ARRAYS[type].BYTES_PER_ELEMENT;
    // a copy: the frame may begin anywhere, and goes
    const data = new ARRAYS[type](bytes.slice(at, at + lengthBytes));
    if (data.length !== count) throw new Error('the numbers end early');
    at += aligned(lengthBytes);
    return { ...entry, type, data };
  });
  return { ...rest, op: message['op'], values: read };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isTexts(data: VariableData): data is readonly string[] {
  return Array.isArray(data);
}

function checkedTexts(texts: unknown): readonly string[] {
  if (Array.isArray(texts) && texts.every((text) => typeof text === 'string')) return texts;
  throw new Error('no texts');
}
