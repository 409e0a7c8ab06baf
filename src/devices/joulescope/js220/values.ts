// Values and the publish messages that carry them: a topic of up to 31 characters, a type, flags, and the data. Numbers
// take 8 bytes, extended with their sign; texts go out without an ending NUL and come in with one.

import { LabError } from '../../../base/errors.ts';

/** Wire codes of the types. */
const TYPE_CODES = {
  null: 0,
  str: 1,
  json: 2,
  bin: 3,
  f32: 6,
  f64: 7,
  u8: 8,
  u16: 9,
  u32: 10,
  u64: 11,
  i8: 12,
  i16: 13,
  i32: 14,
  i64: 15,
} as const;

export type ValueType = keyof typeof TYPE_CODES;

export interface TypedValue {
  readonly type: ValueType;
  /** bigint for u64 and i64, text for str and json, bytes for bin. */
  readonly value: null | string | number | bigint | Uint8Array;
}

export interface Publication {
  readonly topic: string;
  readonly value: TypedValue;
  /** The receiver keeps it as the value of the topic. */
  readonly isRetained: boolean;
}

const TOPIC_BYTES = 32;
const DATA_OFFSET = 36;
const DATA_MAX_BYTES = 472;
const FLAG_RETAIN = 1;
const NAMES = new Map<number, ValueType>(Object.entries(TYPE_CODES).map(([name, code]) => [code, name as ValueType]));
const INTEGER_BITS: Partial<Record<ValueType, number>> = { u8: 8, u16: 16, u32: 32, i8: 8, i16: 16, i32: 32 };

/** The payload of a frame on the publish port. Throws `device/protocol` when topic or data are too long. */
export function encodePublication({ topic, value, isRetained }: Publication): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(topic);
  const data = encodeData(value);
  if (name.length >= TOPIC_BYTES || data.length > DATA_MAX_BYTES) {
    throw new LabError('device/protocol', `"${topic}" or its value is too long for a JS220. Nothing was sent.`);
  }
  const payload = new Uint8Array(DATA_OFFSET + data.length);
  payload.set(name);
  payload[TOPIC_BYTES] = TYPE_CODES[value.type];
  payload[TOPIC_BYTES + 1] = isRetained ? FLAG_RETAIN : 0;
  payload.set(data, DATA_OFFSET);
  return payload;
}

/** `undefined` for a message that is too short or of an unknown type. */
export function decodePublication(payload: Uint8Array<ArrayBuffer>): Publication | undefined {
  const type = NAMES.get(payload[TOPIC_BYTES] ?? -1);
  if (type === undefined || payload.length < DATA_OFFSET) return undefined;
  const value = decodeData(type, payload.subarray(DATA_OFFSET));
  return value && { topic: text(payload.subarray(0, TOPIC_BYTES)), value, isRetained: isRetained(payload) };
}

function isRetained(payload: Uint8Array): boolean {
  return (payload[TOPIC_BYTES + 1]! & FLAG_RETAIN) !== 0;
}

function encodeData({ type, value }: TypedValue): Uint8Array {
  if (type === 'str' || type === 'json') return new TextEncoder().encode(String(value));
  if (value instanceof Uint8Array) return value;
  const data = new DataView(new ArrayBuffer(8));
  if (type === 'f32') data.setFloat32(0, Number(value), true);
  else if (type === 'f64') data.setFloat64(0, Number(value), true);
  else if (type !== 'null' && value !== null) data.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return new Uint8Array(data.buffer);
}

function decodeData(type: ValueType, data: Uint8Array<ArrayBuffer>): TypedValue | undefined {
  if (type === 'str' || type === 'json') return { type, value: text(data) };
  if (type === 'bin') return { type, value: data.slice() };
  if (type === 'null') return { type, value: null };
  if (data.length < 8) return undefined;
  const view = new DataView(data.buffer, data.byteOffset);
  if (type === 'f32') return { type, value: view.getFloat32(0, true) };
  if (type === 'f64') return { type, value: view.getFloat64(0, true) };
  if (type === 'u64') return { type, value: view.getBigUint64(0, true) };
  const wide = view.getBigInt64(0, true);
  if (type === 'i64') return { type, value: wide };
  const bits = INTEGER_BITS[type]!;
  return { type, value: Number(type.startsWith('i') ? BigInt.asIntN(bits, wide) : BigInt.asUintN(bits, wide)) };
}

/** What stands before the first NUL. */
function text(bytes: Uint8Array<ArrayBuffer>): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
