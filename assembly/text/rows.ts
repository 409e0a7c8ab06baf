// Rows of a table of text: where they begin and at which times, and the numbers of their columns. The text must end in a
// line feed and have 16 bytes behind it. What is no plain number is left to the host.

import {
  CELL_BLANK,
  CELL_DIGITS,
  CELL_EXPONENT,
  CELL_KIND,
  CELL_MANTISSA,
  CELL_NUMBER,
  CELL_VALUE,
  cellEnd,
  isBlankLine,
  isLineEnd,
  lineEnd,
  nextLine,
  readCell,
} from "./number";

/** Offsets of the state, which the host sets up and reads (src/core/text-rows.ts). The record of a cell comes first. */
/** u32, first byte that was not used yet. */
const POSITION: usize = 32;
/** u32, lines before the position. */
const LINES: usize = 36;
/** u32, rows found. */
const ROWS: usize = 40;
/** u32, end of the odd line at the position. */
const LINE_END: usize = 44;
/** i32, most decimals that a time was printed with. */
const DECIMALS: usize = 48;
/** u32, most significant digits that a time was printed with. */
const DIGITS: usize = 52;
/** i64 and i32, mantissa and exponent that are taken off all times; nothing is taken off while the mantissa is 0. */
const BASE: usize = 56;
const BASE_EXPONENT: usize = 64;
/** u32, odd cells noted. */
const ODD_COUNT: usize = 68;
/** u32, blank cells found. */
const BLANK_COUNT: usize = 72;
/** u32, rows and bytes from which on a new block begins, and the block that goes on: its first row and byte. */
const BLOCK_COUNT: usize = 76;
const BLOCK_ROW: usize = 80;
const BLOCK_POSITION: usize = 84;

/** Rows and bytes of a block, at least (one of them). */
const BLOCK_ROWS: u32 = 1024;
const BLOCK_BYTES: u32 = 262_144;
/** Bytes of an entry: position, row, line of a block; row, column, start and end of an odd cell. All u32. */
const BLOCK_ENTRY: usize = 12;
const ODD_ENTRY: usize = 16;

const DONE: u32 = 0;
const FULL: u32 = 1;
const ODD_LINE: u32 = 2;

/**
 * Finds the rows of the text [position, end): their times to `times` (f64, `room` at most) and where blocks begin to
 * `blocks`. Stops at a line whose key cell is no plain number (ODD_LINE), with POSITION there, or when `times` is full.
 * With `isStart` the first row begins a block.
 */
export function textIndex(
  text: usize,
  end: u32,
  separator: u32,
  decimal: u32,
  keyColumn: u32,
  powers: usize,
  times: usize,
  room: u32,
  blocks: usize,
  state: usize,
): u32 {
  let position = load<u32>(state, POSITION);
  let lines = load<u32>(state, LINES);
  let rows = load<u32>(state, ROWS);
  let result = DONE;
  while (position < end) {
    const start = text + position;
    if (isBlankLine(start)) {
      position = <u32>(nextLine(lineEnd(start)) - text);
      lines++;
      continue;
    }
    if (rows == room) {
      result = FULL;
      break;
    }
    let p = start;
    let column: u32 = 0;
    while (column < keyColumn) {
      p = cellEnd(p, separator);
      if (isLineEnd(load<u8>(p))) break;
      p++;
      column++;
    }
    let isPlain = column == keyColumn;
    if (isPlain) {
      p = readCell(p, separator, decimal, powers, state);
      isPlain = takeTime(powers, times + (<usize>rows << 3), state);
    }
    const finish = lineEnd(p);
    if (!isPlain) {
      store<u32>(state, <u32>(finish - text), LINE_END);
      result = ODD_LINE;
      break;
    }
    noteBlock(blocks, position, rows, lines, state);
    rows++;
    lines++;
    position = <u32>(nextLine(finish) - text);
  }
  store<u32>(state, position, POSITION);
  store<u32>(state, lines, LINES);
  store<u32>(state, rows, ROWS);
  return result;
}

/** Takes the host's word that the odd line at the position is a row (with `time`) or none, and goes past it. */
export function textTakeLine(text: usize, isRow: bool, time: f64, times: usize, blocks: usize, state: usize): void {
  const position = load<u32>(state, POSITION);
  const lines = load<u32>(state, LINES);
  if (isRow) {
    const rows = load<u32>(state, ROWS);
    store<f64>(times + (<usize>rows << 3), time);
    noteBlock(blocks, position, rows, lines, state);
    store<u32>(state, rows + 1, ROWS);
  }
  store<u32>(state, <u32>(nextLine(text + load<u32>(state, LINE_END)) - text), POSITION);
  store<u32>(state, lines + 1, LINES);
}

@inline
function noteBlock(blocks: usize, position: u32, row: u32, line: u32, state: usize): void {
  const count = load<u32>(state, BLOCK_COUNT);
  const isNew = row - load<u32>(state, BLOCK_ROW) >= BLOCK_ROWS || position - load<u32>(state, BLOCK_POSITION) >= BLOCK_BYTES;
  if (count > 0 && !isNew) return;
  const entry = blocks + <usize>count * BLOCK_ENTRY;
  store<u32>(entry, position);
  store<u32>(entry, row, 4);
  store<u32>(entry, line, 8);
  store<u32>(state, count + 1, BLOCK_COUNT);
  store<u32>(state, row, BLOCK_ROW);
  store<u32>(state, position, BLOCK_POSITION);
}

/** Stores the time in the cell's record, less the base; false when it is none, or that cannot be done with integers. */
function takeTime(powers: usize, time: usize, state: usize): bool {
  if (load<u32>(state, CELL_KIND) != CELL_NUMBER) return false;
  let base = load<i64>(state, BASE);
  const exponent = load<i32>(state, CELL_EXPONENT);
  const digits = load<u32>(state, CELL_DIGITS);
  if (-exponent > load<i32>(state, DECIMALS)) store<i32>(state, -exponent, DECIMALS);
  if (digits > load<u32>(state, DIGITS)) store<u32>(state, digits, DIGITS);
  if (base == 0) {
    store<f64>(time, load<f64>(state, CELL_VALUE));
    return true;
  }
  let mantissa = load<i64>(state, CELL_MANTISSA);
  const baseExponent = load<i32>(state, BASE_EXPONENT);
  const shift = exponent - baseExponent;
  if (digits > 19) return false;
  // 18 digits fit an i64
  if (<i32>digits + shift > 18 && shift > 0) return false;
  if (shift < -18 || (shift < 0 && abs(<f64>base) * load<f64>(powers + (<usize>-shift << 3)) > 9e18)) return false;
  if (shift > 0) mantissa *= <i64>load<f64>(powers + (<usize>shift << 3));
  if (shift < 0) base *= <i64>load<f64>(powers + (<usize>-shift << 3));
  const least = exponent < baseExponent ? exponent : baseExponent;
  if (abs(least) > 22) return false;
  const difference = <f64>(mantissa - base);
  store<f64>(
    time,
    least < 0
      ? difference / load<f64>(powers + (<usize>-least << 3))
      : difference * load<f64>(powers + (<usize>least << 3)),
  );
  return true;
}

/**
 * Reads the rows of the text [position, end) into columns: of column i of `columnCount` the u8 `wanted[i]` says whether
 * its numbers go to the next f64 column of `out`, `capacity` rows each, from the row ROWS on. Blank and missing cells
 * are NaN. Odd cells are NaN and noted in `odd`; stops when it has no room for those of a row (`oddRoom`) or `out` is full.
 */
export function textColumns(
  text: usize,
  end: u32,
  separator: u32,
  decimal: u32,
  wanted: usize,
  columnCount: u32,
  powers: usize,
  out: usize,
  capacity: u32,
  odd: usize,
  oddRoom: u32,
  state: usize,
): void {
  let position = load<u32>(state, POSITION);
  let rows = load<u32>(state, ROWS);
  let oddCount = load<u32>(state, ODD_COUNT);
  let blankCount = load<u32>(state, BLANK_COUNT);
  while (position < end) {
    let p = text + position;
    if (isBlankLine(p)) {
      position = <u32>(nextLine(lineEnd(p)) - text);
      continue;
    }
    if (rows == capacity || oddCount + columnCount > oddRoom) break;
    let target = out + (<usize>rows << 3);
    let isOpen = true;
    for (let column: u32 = 0; column < columnCount; column++) {
      if (load<u8>(wanted + column) == 0) {
        if (isOpen) p = cellEnd(p, separator);
      } else if (!isOpen) {
        store<f64>(target, NaN);
        blankCount++;
        target += <usize>capacity << 3;
      } else {
        const start = p;
        p = readCell(p, separator, decimal, powers, state);
        const kind = load<u32>(state, CELL_KIND);
        store<f64>(target, kind == CELL_NUMBER ? load<f64>(state, CELL_VALUE) : NaN);
        if (kind == CELL_BLANK) blankCount++;
        else if (kind != CELL_NUMBER) {
          const entry = odd + <usize>oddCount * ODD_ENTRY;
          store<u32>(entry, rows);
          store<u32>(entry, column, 4);
          store<u32>(entry, <u32>(start - text), 8);
          store<u32>(entry, <u32>(p - text), 12);
          oddCount++;
        }
        target += <usize>capacity << 3;
      }
      if (isOpen) {
        if (isLineEnd(load<u8>(p))) isOpen = false;
        else p++;
      }
    }
    rows++;
    position = <u32>(nextLine(lineEnd(p)) - text);
  }
  store<u32>(state, position, POSITION);
  store<u32>(state, rows, ROWS);
  store<u32>(state, oddCount, ODD_COUNT);
  store<u32>(state, blankCount, BLANK_COUNT);
}
