// Values on the wire (DBR types): seven base types, each plain, with alarm (STS), with alarm and time (TIME), with
// alarm, unit and limits (GR) and with control limits, too (CTRL). Big-endian; the machine is taken to be little-endian.
import { arrayOf, BASE_TYPES, bytesOf, convertForReading } from './convert.mjs';
import { aligned, decodeText } from './message.mjs';

const FORMS = ['PLAIN', 'STS', 'TIME', 'GR', 'CTRL'];
/** Where the first value stands, by form and base type. */
const OFFSETS = {
  PLAIN: [0, 0, 0, 0, 0, 0, 0],
  STS: [4, 4, 4, 4, 5, 4, 8],
  TIME: [12, 14, 12, 14, 15, 12, 16],
  GR: [4, 24, 40, 422, 19, 36, 64],
  CTRL: [4, 28, 48, 422, 21, 44, 80],
};
/** The name of the record type, as a text. */
export const CLASS_NAME_TYPE = 38;
const TEXT_BYTES = 40;
const UNIT_BYTES = 8;
const CHOICE_BYTES = 26;
const MAX_CHOICES = 16;
/** 1990-01-01T00:00:00Z. */
const EPOCH_UNIX_S = 631_152_000n;
const NS_PER_S = 1_000_000_000n;
const MAX_SECONDS = 2n ** 32n - 1n;

/**
 * What a variable says besides its value.
 * @typedef {object} Meta
 * @property {string} [unit]
 * @property {number} [precision]
 * @property {string[]} [choices] of an ENUM
 * @property {[low: number, high: number]} [display]
 * @property {[low: number, high: number]} [control]
 * @property {[low: number, high: number]} [warning]
 * @property {[low: number, high: number]} [alarm]
 */

/**
 * A value at one moment. `utcNs` counts from 1970; `undefined` when there was no value yet.
 * @typedef {object} Reading
 * @property {ArrayLike<number> | string[]} values
 * @property {bigint} [utcNs]
 * @property {number} status
 * @property {number} severity
 */

/** The DBR type of a base type in a form. */
export const dbrType = (form, base) => FORMS.indexOf(form) * BASE_TYPES.length + BASE_TYPES.indexOf(base);

/** What a DBR type is made of, or `undefined` for a number that is none. */
export function layoutOf(type) {
  if (type < 0 || type >= FORMS.length * BASE_TYPES.length) return undefined;
  const index = type % BASE_TYPES.length;
  const form = FORMS[Math.floor(type / BASE_TYPES.length)];
  const base = BASE_TYPES[index];
  return { form, base, offsetBytes: OFFSETS[form][index], valueBytes: bytesOf(base) };
}

/** Bytes of a padded payload. */
export function payloadBytesOf(type, count) {
  const { offsetBytes, valueBytes } = layoutOf(type);
  return aligned(offsetBytes + count * valueBytes);
}

/**
 * A padded payload of `count` values; those that the reading does not have are zeros.
 * @param {Reading} reading
 * @param {string} base the variable's own type
 * @param {Meta} meta
 */
export function encodeDbr(type, count, reading, base, meta) {
  const layout = layoutOf(type);
  const payload = Buffer.alloc(payloadBytesOf(type, count));
  if (layout.form !== 'PLAIN') {
    payload.writeUInt16BE(reading.status, 0);
    payload.writeUInt16BE(reading.severity, 2);
  }
  if (layout.form === 'TIME') writeTime(payload, reading.utcNs);
  if (layout.form === 'GR' || layout.form === 'CTRL') writeMeta(payload, layout, meta);
  const { values } = reading;
  const sent = count < values.length ? values.slice(0, count) : values;
  writeValues(payload.subarray(layout.offsetBytes), convertForReading(sent, base, layout.base, meta), layout.base);
  return payload;
}

/** The payload of the type that asks for the record type's name. */
export function encodeClassName(name) {
  const payload = Buffer.alloc(TEXT_BYTES);
  writeText(payload, name, TEXT_BYTES);
  return payload;
}

/**
 * What `encodeDbr` made, in the message's own base type. Throws for a payload that is too short for its count; a single
 * text may be shorter than its 40 bytes.
 * @returns {Reading & { base: string, meta: Meta }}
 */
export function decodeDbr(type, count, payload) {
  const layout = layoutOf(type);
  if (layout === undefined) throw new RangeError(`There is no data type ${type}.`);
  const { form, base, offsetBytes, valueBytes } = layout;
  const isShortText = base === 'STRING' && count === 1 && payload.length > offsetBytes;
  if (!isShortText && payload.length < offsetBytes + count * valueBytes) {
    throw new RangeError(`${count} values of type ${type} do not fit into ${payload.length} bytes.`);
  }
  const hasAlarm = form !== 'PLAIN';
  return {
    base,
    values: readValues(payload.subarray(offsetBytes), base, count),
    status: hasAlarm ? payload.readUInt16BE(0) : 0,
    severity: hasAlarm ? payload.readUInt16BE(2) : 0,
    utcNs: form === 'TIME' ? readTime(payload) : undefined,
    meta: form === 'GR' || form === 'CTRL' ? readMeta(payload, layout) : {},
  };
}

/** Copies values into bytes, big-endian. */
function writeValues(bytes, values, base) {
  if (base === 'STRING') {
    for (const [index, text] of values.entries()) writeText(bytes.subarray(index * TEXT_BYTES), text, TEXT_BYTES);
    return;
  }
  const source = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  source.copy(bytes);
  swap(bytes.subarray(0, source.length), values.BYTES_PER_ELEMENT);
}

function readValues(bytes, base, count) {
  if (base === 'STRING') {
    return Array.from({ length: count }, (_, index) =>
      decodeText(bytes.subarray(index * TEXT_BYTES, (index + 1) * TEXT_BYTES)),
    );
  }
  const values = arrayOf(base, count);
  const target = Buffer.from(values.buffer);
  bytes.copy(target, 0, 0, target.length);
  swap(target, values.BYTES_PER_ELEMENT);
  return values;
}

function swap(bytes, elementBytes) {
  if (elementBytes === 2) bytes.swap16();
  else if (elementBytes === 4) bytes.swap32();
  else if (elementBytes === 8) bytes.swap64();
}

/** Whole characters only, and a NUL behind them. */
function writeText(bytes, text, maxBytes) {
  const room = bytes.subarray(0, maxBytes - 1);
  room.write(text, 'utf8');
}

function writeTime(payload, utcNs) {
  if (utcNs === undefined) return;
  const seconds = utcNs / NS_PER_S - EPOCH_UNIX_S;
  // moments that the 32 bits do not have are sent as none
  if (seconds < 0n || seconds > MAX_SECONDS) return;
  payload.writeUInt32BE(Number(seconds), 4);
  payload.writeUInt32BE(Number(utcNs % NS_PER_S), 8);
}

function readTime(payload) {
  const seconds = payload.readUInt32BE(4);
  const ns = payload.readUInt32BE(8);
  return seconds === 0 && ns === 0 ? undefined : (BigInt(seconds) + EPOCH_UNIX_S) * NS_PER_S + BigInt(ns);
}

/** Where unit and limits stand, behind alarm and, for fractions, precision. */
const unitOffset = (base) => (base === 'FLOAT' || base === 'DOUBLE' ? 8 : 4);

/** Upper before lower, but for the warnings and alarms, which lie inside each other. */
const limitsOf = ({ display = [0, 0], alarm, warning, control = [0, 0] }, unset, form) => [
  display[1],
  display[0],
  alarm?.[1] ?? unset,
  warning?.[1] ?? unset,
  warning?.[0] ?? unset,
  alarm?.[0] ?? unset,
  ...(form === 'CTRL' ? [control[1], control[0]] : []),
];

function writeMeta(payload, { form, base }, meta) {
  if (base === 'STRING') return;
  if (base === 'ENUM') {
    const choices = (meta.choices ?? []).slice(0, MAX_CHOICES);
    payload.writeUInt16BE(choices.length, 4);
    for (const [index, choice] of choices.entries()) {
      writeText(payload.subarray(6 + index * CHOICE_BYTES), choice, CHOICE_BYTES);
    }
    return;
  }
  const start = unitOffset(base);
  const isFraction = start === 8;
  if (isFraction) payload.writeInt16BE(meta.precision ?? 0, 4);
  writeText(payload.subarray(start), meta.unit ?? '', UNIT_BYTES);
  const limits = Float64Array.from(limitsOf(meta, Number.NaN, form));
  writeValues(payload.subarray(start + UNIT_BYTES), convertForReading(limits, 'DOUBLE', base, meta), base);
}

function readMeta(payload, { form, base }) {
  if (base === 'STRING') return {};
  if (base === 'ENUM') {
    const count = Math.min(payload.readUInt16BE(4), MAX_CHOICES);
    const textAt = (index) => decodeText(payload.subarray(6 + index * CHOICE_BYTES, 6 + (index + 1) * CHOICE_BYTES));
    return { choices: Array.from({ length: count }, (_, index) => textAt(index)) };
  }
  const start = unitOffset(base);
  const limits = readValues(payload.subarray(start + UNIT_BYTES), base, form === 'CTRL' ? 8 : 6);
  const [displayHigh, displayLow, alarmHigh, warningHigh, warningLow, alarmLow, controlHigh, controlLow] = limits;
  return {
    unit: decodeText(payload.subarray(start, start + UNIT_BYTES)),
    ...(start === 8 ? { precision: payload.readInt16BE(4) } : {}),
    display: [displayLow, displayHigh],
    warning: [warningLow, warningHigh],
    alarm: [alarmLow, alarmHigh],
    ...(form === 'CTRL' ? { control: [controlLow, controlHigh] } : {}),
  };
}
