// Values of one base type as those of another. What a client reads is always answered with the nearest that its type
// has; what a client writes is taken only as it is.

export const BASE_TYPES = ['STRING', 'SHORT', 'FLOAT', 'ENUM', 'CHAR', 'LONG', 'DOUBLE'];

const ARRAYS = {
  SHORT: Int16Array,
  FLOAT: Float32Array,
  ENUM: Uint16Array,
  CHAR: Uint8Array,
  LONG: Int32Array,
  DOUBLE: Float64Array,
};
const INTEGER_RANGES = {
  SHORT: [-(2 ** 15), 2 ** 15 - 1],
  ENUM: [0, 2 ** 16 - 1],
  CHAR: [0, 2 ** 8 - 1],
  LONG: [-(2 ** 31), 2 ** 31 - 1],
};
/** From here on Base leaves the precision, and then fixed digits, behind (its cvtFast.c). */
const MAX_FIXED = 1e7;
const MAX_SHORT_FIXED = 1e16;
const MAX_FIXED_PRECISION = 8;
const SHORT_FIXED_PRECISION = 3;
const MAX_PRECISION = 17;

/** The array of a base type: typed, or of texts. */
export const arrayOf = (type, count) => (type === 'STRING' ? new Array(count).fill('') : new ARRAYS[type](count));

/** Bytes of one value in a message. */
export const bytesOf = (type) => (type === 'STRING' ? 40 : ARRAYS[type].BYTES_PER_ELEMENT);

/**
 * What a client reads as another type: numbers lose their fraction and stop at the ends of the type, NaN is 0 in
 * integers, texts that are no number are 0.
 * @param {{ precision?: number, choices?: string[] }} meta
 */
export function convertForReading(values, from, to, meta) {
  if (from === to) return values;
  if (to === 'STRING') return Array.from(values, (value) => textOf(value, from, meta));
  const target = arrayOf(to, values.length);
  for (let index = 0; index < values.length; index++) {
    const number = from === 'STRING' ? (numberOf(values[index]) ?? 0) : values[index];
    target[index] = nearest(number, to);
  }
  return target;
}

/**
 * What a client writes, as the variable's own type; `undefined` where it does not fit: a text that is no number and no
 * choice, a number outside the type. A fraction is cut off, as Base does.
 */
export function convertForWriting(values, from, to, meta) {
  if (to === 'STRING') return from === 'STRING' ? values : Array.from(values, (value) => textOf(value, from, meta));
  const target = arrayOf(to, values.length);
  for (let index = 0; index < values.length; index++) {
    const number = from === 'STRING' ? writtenNumber(values[index], to, meta) : values[index];
    if (number === undefined || !fits(number, to, meta)) return undefined;
    target[index] = number;
  }
  return target;
}

function nearest(number, type) {
  const range = INTEGER_RANGES[type];
  if (!range) return number;
  if (Number.isNaN(number)) return 0;
  return Math.trunc(Math.min(range[1], Math.max(range[0], number)));
}

function fits(number, type, { choices }) {
  const range = INTEGER_RANGES[type];
  if (!range) return true;
  const whole = Math.trunc(number);
  if (type === 'ENUM' && choices !== undefined) return whole >= 0 && whole < choices.length;
  return whole >= range[0] && whole <= range[1];
}

function writtenNumber(text, type, { choices = [] }) {
  if (type !== 'ENUM') return numberOf(text);
  const index = choices.indexOf(text);
  return index < 0 ? numberOf(text) : index;
}

/** Decimal, `0x…`, `nan` and `inf`; `undefined` for anything else. */
function numberOf(text) {
  const trimmed = text.trim().toLowerCase();
  const [, sign, word] = /^([+-]?)(nan|inf(?:inity)?|0x[\da-f]+)$/.exec(trimmed) ?? [];
  if (word !== undefined) {
    const size = word === 'nan' ? Number.NaN : word.startsWith('inf') ? Number.POSITIVE_INFINITY : Number(word);
    return sign === '-' ? -size : size;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
}

function textOf(value, type, { precision = 0, choices = [] }) {
  if (type === 'STRING') return value;
  if (type === 'ENUM') return choices[value] ?? String(value);
  if (type !== 'FLOAT' && type !== 'DOUBLE') return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  const size = Math.abs(value);
  if (precision <= MAX_FIXED_PRECISION && size <= MAX_FIXED) return value.toFixed(precision);
  if (precision > MAX_FIXED_PRECISION || size > MAX_SHORT_FIXED) {
    // C writes at least two digits of the exponent
    return value.toExponential(Math.min(precision, MAX_PRECISION)).replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return value.toFixed(Math.min(precision, SHORT_FIXED_PRECISION));
}
