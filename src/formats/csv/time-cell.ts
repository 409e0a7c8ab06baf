// The time of one row while a table is indexed: a plain decimal number is taken from the bytes, without a string, because
// every row of the file has one; whatever else stands there goes the way of all cells.

import { type CsvDialect, cellNumber, splitLine } from './dialect.ts';
import { decodeText } from './row.ts';

export interface TimeCell {
  /** NaN when there is no number. */
  readonly value: number;
  /** One unit of the last digit that it is written with. */
  readonly unit: number;
}

const QUOTE = 0x22;
const BLANK = 0x20;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
/** Integers up to 2^53 and powers of ten up to 22 are exact doubles, and so is the rounding of their quotient. */
const MAX_MANTISSA = 2 ** 53;
const POWERS = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** Cell `column` of a line. */
export function timeCell(line: Uint8Array, dialect: CsvDialect, column: number): TimeCell {
  return (
    plainCell(line, dialect, column) ?? anyCell(splitLine(decodeText(line), dialect.separator)[column] ?? '', dialect)
  );
}

/** Undefined when the cell is no plain decimal number, or quotes or runs of blanks stand before it. */
function plainCell(line: Uint8Array, { separator, decimal }: CsvDialect, column: number): TimeCell | undefined {
  if (separator === ' ') return undefined;
  const separatorCode = separator.charCodeAt(0);
  const decimalCode = decimal.charCodeAt(0);
  let at = 0;
  for (let skipped = 0; skipped < column; at++) {
    if (at >= line.length || line[at] === QUOTE) return undefined;
    if (line[at] === separatorCode) skipped++;
  }
  while (line[at] === BLANK) at++;
  const isNegative = line[at] === MINUS;
  if (isNegative) at++;
  let mantissa = 0;
  let digitCount = 0;
  let decimals = -1;
  for (; at < line.length && line[at] !== separatorCode; at++) {
    const digit = line[at]! - DIGIT_0;
    if (digit >= 0 && digit <= 9) {
      mantissa = 10 * mantissa + digit;
      digitCount++;
      if (decimals >= 0) decimals++;
    } else if (line[at] === decimalCode && decimals < 0) {
      decimals = 0;
    } else {
      return undefined;
    }
  }
  const power = POWERS[Math.max(0, decimals)];
  if (digitCount === 0 || mantissa > MAX_MANTISSA || power === undefined) return undefined;
  return { value: (isNegative ? -mantissa : mantissa) / power, unit: 1 / power };
}

function anyCell(cell: string, { decimal }: CsvDialect): TimeCell {
  const value = cellNumber(cell, decimal) ?? Number.NaN;
  const [mantissa = '', exponent = '0'] = cell.trim().split(/e/i);
  const fraction = mantissa.split(decimal)[1] ?? '';
  return { value, unit: 10 ** (Number(exponent) - fraction.length) };
}
