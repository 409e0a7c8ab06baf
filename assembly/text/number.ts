// Decimal numbers in text. The text that is looked at must end in a line feed: every loop stops there.

import { nearestDouble } from "./nearest";

/** Offsets of the record that describes the cell read last. */
/** f64, the nearest double of a CELL_NUMBER. */
export const CELL_VALUE: usize = 0;
/** i64, the digits as an integer with the sign. */
export const CELL_MANTISSA: usize = 8;
/** i32, the power of ten that the digits are multiplied by. */
export const CELL_EXPONENT: usize = 16;
/** u32, significant digits as printed; 20 when the mantissa is beyond an i64. */
export const CELL_DIGITS: usize = 20;
/** u32, CELL_NUMBER, CELL_BLANK or CELL_ODD. */
export const CELL_KIND: usize = 24;

/** Bytes of the powers of ten, behind which the powers of five stand. */
const TENS_BYTES: usize = 184;

export const CELL_NUMBER: u32 = 0;
export const CELL_BLANK: u32 = 1;
/** Something else: for the host. */
export const CELL_ODD: u32 = 2;

export const LINE_FEED: u32 = 0x0a;
export const RETURN: u32 = 0x0d;
const BLANK: u32 = 0x20;
const TAB: u32 = 0x09;
const QUOTE: u32 = 0x22;
/** Digits that fit into a u64, and the largest i64. */
const MOST_DIGITS: u32 = 19;
const MOST_MANTISSA: u64 = 0x7fff_ffff_ffff_ffff;
/** Integers up to here are doubles (IEEE 754). */
const MOST_EXACT: u64 = 1 << 53;
/** 10^22 is the largest power of ten that is a double. */
const MOST_POWER: i32 = 22;
/** Beyond every double; keeps the exponent of nonsense small. */
const MOST_EXPONENT: i32 = 10_000;

@inline
export function isLineEnd(c: u32): bool {
  return c == LINE_FEED || c == RETURN;
}

/** Blanks that are not the separator; a NUL pads. */
@inline
function isPadding(c: u32, separator: u32): bool {
  return c == BLANK || c == 0 || (c == TAB && separator != TAB);
}

/** Between runs of blanks a tab separates, too. */
@inline
function isCellEnd(c: u32, separator: u32): bool {
  return c == separator || isLineEnd(c) || (separator == BLANK && c == TAB);
}

/**
 * Reads the cell at `p`, writes what it is to `cell`, and returns the place of the separator or line end behind it.
 * `powers`: 10^0 … 10^22 as f64, then powers of five for `readLong`. Exact: integer and power are doubles, so their product or quotient is rounded once
 * (Clinger, "How to read floating point numbers accurately", 1990).
 */
export function readCell(p: usize, separator: u32, decimal: u32, powers: usize, cell: usize): usize {
  let c: u32 = load<u8>(p);
  while (isPadding(c, separator)) c = load<u8>(++p);
  const start = p;
  const isQuoted = c == QUOTE;
  if (isQuoted) c = load<u8>(++p);
  const isNegative = c == 0x2d;
  if (isNegative || c == 0x2b) c = load<u8>(++p);
  let mantissa: u64 = 0;
  let digits: u32 = 0;
  let exponent: i32 = 0;
  let hasDigits = false;
  for (let d = c - 0x30; d <= 9; d = c - 0x30) {
    mantissa = mantissa * 10 + d;
    digits += u32(mantissa != 0);
    if (digits > MOST_DIGITS) break;
    hasDigits = true;
    c = load<u8>(++p);
  }
  if (c == decimal) {
    c = load<u8>(++p);
    for (let d = c - 0x30; d <= 9; d = c - 0x30) {
      mantissa = mantissa * 10 + d;
      digits += u32(mantissa != 0);
      if (digits > MOST_DIGITS) break;
      exponent--;
      hasDigits = true;
      c = load<u8>(++p);
    }
  }
  if (hasDigits && (c | 0x20) == 0x65) {
    c = load<u8>(++p);
    const isSmall = c == 0x2d;
    if (isSmall || c == 0x2b) c = load<u8>(++p);
    let power: i32 = 0;
    hasDigits = false;
    for (let d = c - 0x30; d <= 9; d = c - 0x30) {
      if (power < MOST_EXPONENT) power = power * 10 + <i32>d;
      hasDigits = true;
      c = load<u8>(++p);
    }
    exponent += isSmall ? -power : power;
  }
  if (isQuoted) {
    // a separator inside of quotes belongs to the cell
    if (c == QUOTE) c = load<u8>(++p);
    else hasDigits = false;
  }
  while (isPadding(c, separator) && separator != BLANK) c = load<u8>(++p);
  if (!isCellEnd(c, separator) || !hasDigits) {
    const isBlank = !hasDigits && p == start && isCellEnd(c, separator);
    store<u32>(cell, isBlank ? CELL_BLANK : CELL_ODD, CELL_KIND);
    return isBlank ? p : cellEnd(start, separator);
  }
  const isExact = mantissa <= MOST_EXACT && exponent <= MOST_POWER && exponent >= -MOST_POWER;
  if (isExact) {
    const power = load<f64>(powers + (<usize>abs(exponent) << 3));
    const value = exponent < 0 ? <f64>mantissa / power : <f64>mantissa * power;
    store<f64>(cell, isNegative ? -value : value, CELL_VALUE);
  }
  store<i64>(cell, isNegative ? -(<i64>mantissa) : <i64>mantissa, CELL_MANTISSA);
  store<i32>(cell, exponent, CELL_EXPONENT);
  store<u32>(cell, mantissa > MOST_MANTISSA ? 20 : digits, CELL_DIGITS);
  const isNumber = isExact || readLong(mantissa, exponent, isNegative, powers + TENS_BYTES, cell);
  store<u32>(cell, isNumber ? CELL_NUMBER : CELL_ODD, CELL_KIND);
  return p;
}

/** Up to 19 digits; false when the double is none that is normal, or the exponent is beyond the table. */
function readLong(mantissa: u64, exponent: i32, isNegative: bool, fives: usize, cell: usize): bool {
  if (mantissa == 0) {
    store<f64>(cell, isNegative ? -0.0 : 0, CELL_VALUE);
    return true;
  }
  const bits = nearestDouble(mantissa, exponent, fives);
  if (bits < 0) return false;
  store<i64>(cell, isNegative ? bits | i64.MIN_VALUE : bits, CELL_VALUE);
  return true;
}

/** The separator or line end behind the cell at `p`; a quoted cell may hold separators. */
export function cellEnd(p: usize, separator: u32): usize {
  let c: u32 = load<u8>(p);
  while (isPadding(c, separator)) c = load<u8>(++p);
  if (c == QUOTE) {
    do c = load<u8>(++p);
    while (c != QUOTE && !isLineEnd(c));
    if (c == QUOTE) c = load<u8>(++p);
    // a doubled quote goes on
    while (c == QUOTE) {
      do c = load<u8>(++p);
      while (c != QUOTE && !isLineEnd(c));
      if (c == QUOTE) c = load<u8>(++p);
    }
  }
  while (!isCellEnd(c, separator)) c = load<u8>(++p);
  return p;
}

/** The end of the line that goes on at `p`. */
export function lineEnd(p: usize): usize {
  const feed = i8x16.splat(<i8>LINE_FEED);
  const carriage = i8x16.splat(<i8>RETURN);
  while (true) {
    const bytes = v128.load(p);
    const found = i8x16.bitmask(v128.or(i8x16.eq(bytes, feed), i8x16.eq(bytes, carriage)));
    if (found != 0) return p + ctz(found);
    p += 16;
  }
}

/** The start of the line behind the end at `p`: a return and a feed are one. */
@inline
export function nextLine(p: usize): usize {
  return p + (load<u8>(p) == RETURN && load<u8>(p + 1) == LINE_FEED ? 2 : 1);
}

/** Whether nothing but blanks stands on the line at `p`. */
@inline
export function isBlankLine(p: usize): bool {
  let c: u32 = load<u8>(p);
  while (c == BLANK || c == TAB || c == 0) c = load<u8>(++p);
  return isLineEnd(c);
}
