// Messages between a page and the bridge: JSON text, or, where numbers come with it, a binary frame: length of the JSON
// (32 bits, little-endian), the JSON, zeros up to a multiple of 8, then the arrays of its `values`, one after the other,
// little-endian, each padded to a multiple of 8. An entry of `values` has `type` and `count`; texts stand in `texts`.
import { arrayOf, BASE_TYPES } from './convert.mjs';
import { aligned } from './message.mjs';

const LENGTH_BYTES = 4;

/**
 * @typedef {object} FrameValue
 * @property {string} type one of the base types
 * @property {ArrayLike<number> | string[]} [data] left out where only the alarm is told
 */

/** @param {{ op: string, values?: FrameValue[] }} message @returns {string | Buffer} */
export function encodeFrame(message) {
  const arrays = [];
  const values = message.values?.map(({ data, ...entry }) => {
    if (data === undefined) return entry;
    if (entry.type === 'STRING') return { ...entry, texts: data };
    arrays.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    return { ...entry, count: data.length };
  });
  const json = JSON.stringify({ ...message, values });
  if (arrays.length === 0) return json;
  const jsonBytes = Buffer.byteLength(json);
  const start = aligned(LENGTH_BYTES + jsonBytes);
  const total = arrays.reduce((sum, { length }) => sum + aligned(length), start);
  const frame = Buffer.alloc(total);
  frame.writeUInt32LE(jsonBytes, 0);
  frame.write(json, LENGTH_BYTES);
  let at = start;
  for (const array of arrays) {
    array.copy(frame, at);
    at += aligned(array.length);
  }
  return frame;
}

/**
 * What `encodeFrame` made; throws for anything else.
 * @param {Buffer} bytes @param {boolean} isBinary
 */
export function decodeFrame(bytes, isBinary) {
  const jsonBytes = isBinary ? bytes.readUInt32LE(0) : bytes.length;
  const jsonStart = isBinary ? LENGTH_BYTES : 0;
  if (jsonStart + jsonBytes > bytes.length) throw new Error('The frame ends before its JSON.');
  const message = JSON.parse(bytes.toString('utf8', jsonStart, jsonStart + jsonBytes));
  if (typeof message !== 'object' || message === null) throw new Error('The message is no object.');
  if (message.values === undefined) return message;
  if (!Array.isArray(message.values)) throw new Error('The values are no list.');
  let at = aligned(jsonStart + jsonBytes);
  message.values = message.values.map(({ count, texts, ...entry }) => {
    if (!BASE_TYPES.includes(entry.type)) throw new Error(`There is no type ${JSON.stringify(entry.type)}.`);
    if (entry.type === 'STRING') return texts === undefined ? entry : { ...entry, data: textsOf(texts) };
    if (count === undefined) return entry;
    const { data, end } = numbersAt(bytes, at, entry.type, count);
    at = end;
    return { ...entry, data };
  });
  return message;
}

function textsOf(texts) {
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== 'string')) throw new Error('The texts are none.');
  return texts;
}

function numbersAt(bytes, at, type, count) {
  // looked at before anything is made for it: the count is what somebody says
  if (!Number.isInteger(count) || count < 0 || at + count > bytes.length) throw new Error('The numbers are missing.');
  const data = arrayOf(type, count);
  if (at + data.byteLength > bytes.length) throw new Error('The numbers are missing.');
  bytes.copy(Buffer.from(data.buffer), 0, at, at + data.byteLength);
  return { data, end: at + aligned(data.byteLength) };
}
