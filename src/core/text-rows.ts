// Rows of text in the core: where they begin, their times, the numbers of their columns (assembly/text). Owns a piece of
// memory for the text; one thread.

import type { Disposable } from '../base/dispose.ts';
import type { Region } from './memory.ts';
import type { Workspace } from './workspace.ts';

/** Text that is looked at in one call: a line is at most so long. */
export const TEXT_PIECE_BYTES = 1 << 20;
/** Behind the text: a line feed, and what a load of 16 bytes may touch. */
const BEHIND_BYTES = 32;
/** Times per call of `index`. */
const TIMES_ROOM = 1 << 16;
/** Blocks that a piece of text can begin (one per 1024 rows of two bytes, or per 256 kB), and their entries. */
const BLOCKS_ROOM = TEXT_PIECE_BYTES / 2048 + 8;
const BLOCK_VALUES = 3;
/** Odd cells per call of `columns`, at least those of a row. */
const ODD_ROOM = 4096;
const ODD_VALUES = 4;
/** 10^0 … 10^22: the powers of ten that are doubles. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** 5^-96 … 5^96 as 128 bits each, high word first, the highest bit set: cut off, or for negative powers rounded up. */
const FIVES = 96;
const FIVE_WORDS = Array.from({ length: 2 * FIVES + 1 }, (_, index) => powerOfFive(index - FIVES));
/** Words of the state (assembly/text/rows.ts), as u32 but for the base. */
const STATE_BYTES = 96;
const POSITION = 8;
const LINES = 9;
const ROWS = 10;
const LINE_END = 11;
const DECIMALS = 12;
const DIGITS = 13;
const BASE = 7;
const BASE_EXPONENT = 16;
const ODD_COUNT = 17;
const BLANK_COUNT = 18;
const BLOCK_COUNT = 19;
const BLOCK_ROW = 20;
const BLOCK_POSITION = 21;
/** What `textIndex` says when the line at the position has no plain number in the key column. */
const ODD_LINE = 2;

/** As assembly/text/nearest.ts needs it. */
function powerOfFive(exponent: number): bigint {
  const power = 5n ** BigInt(Math.abs(exponent));
  const bits = BigInt(power.toString(2).length);
  if (exponent >= 0) return bits <= 128n ? power << (128n - bits) : power >> (bits - 128n);
  // a quotient of 128 bits: the divisor is no power of two
  return (1n << (bits + 127n)) / power + 1n;
}

/** How rows are split and numbers written. */
export interface TextForm {
  readonly separator: string;
  readonly decimal: string;
}

/** A number that is taken off all times before they become doubles: `mantissa` × 10^`exponent`. */
export interface TimeBase {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Lines and rows of the table before a line. */
export interface LinesBefore {
  readonly lines: number;
  readonly rows: number;
}

/** What is found while rows are looked for. Positions are bytes, counted from the start of the file. */
export interface RowVisitor {
  /** Rows follow at `position`: `rows` and `lines` came before. */
  block(position: number, rows: number, lines: number): void;
  /** Times of the next rows; the array is used again. */
  times(times: Float64Array): void;
  /** A line without a plain number in the key column: the time of a row (may be NaN), undefined when it is none. */
  oddLine(line: Uint8Array, position: number, before: LinesBefore): number | undefined;
}

/** A cell that is no plain number. */
export type OddCell = (row: number, column: number, text: Uint8Array) => void;

export class TextRows implements Disposable {
  readonly #workspace: Workspace;
  readonly #regions: Region[] = [];
  readonly #text: Region;
  readonly #powers: Region;
  readonly #times: Region;
  readonly #blocks: Region;
  readonly #wanted: Region;
  readonly #odd: Region;
  readonly #oddRoom: number;
  readonly #state: Region;
  readonly #words: Int32Array;
  readonly #form: TextForm;
  #rowCount = 0;
  #lineCount = 0;
  #hasBlock = false;
  #blockStart = 0;
  #blockRow = 0;

  /** `columnCount` columns are looked at. */
  constructor(workspace: Workspace, form: TextForm, columnCount: number) {
    this.#workspace = workspace;
    this.#form = form;
    this.#oddRoom = Math.max(ODD_ROOM, columnCount);
    this.#text = this.reserve('text', TEXT_PIECE_BYTES + BEHIND_BYTES);
    this.#powers = this.reserve('powers of ten', POWERS.byteLength + FIVE_WORDS.length * 16);
    this.#times = this.reserve('times', TIMES_ROOM * 8);
    this.#blocks = this.reserve('blocks of rows', BLOCKS_ROOM * BLOCK_VALUES * 4);
    this.#wanted = this.reserve('columns', columnCount);
    this.#odd = this.reserve('odd cells', this.#oddRoom * ODD_VALUES * 4);
    this.#state = this.reserve('state of rows', STATE_BYTES);
    this.#words = new Int32Array(this.#buffer, this.#state.address, STATE_BYTES / 4);
    new Float64Array(this.#buffer, this.#powers.address, POWERS.length).set(POWERS);
    const fives = new BigUint64Array(this.#buffer, this.#powers.address + POWERS.byteLength, 2 * FIVE_WORDS.length);
    fives.set(FIVE_WORDS.flatMap((word) => [word >> 64n, BigInt.asUintN(64, word)]));
  }

  get #buffer(): ArrayBufferLike {
    return this.#workspace.core.memory.buffer;
  }

  /** Memory that lives as long as this. */
  reserve(name: string, lengthBytes: number): Region {
    const region = this.#workspace.arena.reserve(name, lengthBytes);
    this.#regions.push(region);
    return region;
  }

  /** Most decimals and most digits that a time was printed with so far. */
  get timeDigits(): { readonly decimals: number; readonly digits: number } {
    return { decimals: this.#words[DECIMALS]!, digits: this.#words[DIGITS]! };
  }

  /** Begins a table: no row was seen yet. */
  start(base: TimeBase | undefined): void {
    this.#words.fill(0);
    new BigInt64Array(this.#buffer, this.#state.address, STATE_BYTES / 8)[BASE] = base?.mantissa ?? 0n;
    this.#words[BASE_EXPONENT] = base?.exponent ?? 0;
    this.#rowCount = 0;
    this.#lineCount = 0;
    this.#blockStart = 0;
    this.#blockRow = 0;
    this.#hasBlock = false;
  }

  /** Rows and lines that were seen. */
  get counts(): { readonly rows: number; readonly lines: number } {
    return { rows: this.#rowCount, lines: this.#lineCount };
  }

  /** Looks for rows in whole lines (at most TEXT_PIECE_BYTES) that begin at `offset` of the file. */
  index(text: Uint8Array, offset: number, keyColumn: number, visitor: RowVisitor): void {
    const { textIndex, textTakeLine } = this.#workspace.core.exports;
    const words = this.#words;
    const [separator, decimal] = this.#load(text);
    const times = this.#times.address;
    const blocks = this.#blocks.address;
    words[POSITION] = 0;
    this.#beginCall(offset);
    for (;;) {
      const result = textIndex(
        this.#text.address,
        text.length,
        separator,
        decimal,
        keyColumn,
        this.#powers.address,
        times,
        TIMES_ROOM,
        blocks,
        this.#state.address,
      );
      if (result === 0) break;
      if (result === ODD_LINE) {
        const position = words[POSITION]!;
        const line = text.subarray(position, words[LINE_END]!);
        const before = { lines: this.#lineCount + words[LINES]!, rows: this.#rowCount + words[ROWS]! };
        const time = visitor.oddLine(line, offset + position, before);
        textTakeLine(this.#text.address, time !== undefined, time ?? Number.NaN, times, blocks, this.#state.address);
      } else {
        this.#endCall(offset, visitor);
        this.#beginCall(offset);
      }
    }
    this.#endCall(offset, visitor);
  }

  /** The block that goes on is known to the core by its place in this piece. */
  #beginCall(offset: number): void {
    const words = this.#words;
    words[ROWS] = 0;
    words[LINES] = 0;
    // entry 0 stands for the block that goes on
    words[BLOCK_COUNT] = this.#hasBlock ? 1 : 0;
    words[BLOCK_ROW] = this.#blockRow - this.#rowCount;
    words[BLOCK_POSITION] = Math.max(this.#blockStart - offset, -TEXT_PIECE_BYTES);
  }

  #endCall(offset: number, visitor: RowVisitor): void {
    const words = this.#words;
    const entries = new Uint32Array(this.#buffer, this.#blocks.address, words[BLOCK_COUNT]! * BLOCK_VALUES);
    for (let at = this.#hasBlock ? BLOCK_VALUES : 0; at < entries.length; at += BLOCK_VALUES) {
      this.#blockStart = offset + entries[at]!;
      this.#blockRow = this.#rowCount + entries[at + 1]!;
      visitor.block(this.#blockStart, this.#blockRow, this.#lineCount + entries[at + 2]!);
    }
    this.#hasBlock ||= entries.length > 0;
    const rows = words[ROWS]!;
    if (rows > 0) visitor.times(new Float64Array(this.#buffer, this.#times.address, rows));
    this.#rowCount += rows;
    this.#lineCount += words[LINES]!;
  }

  /** Says which of the columns `columns` reads. */
  want(isWanted: readonly boolean[]): void {
    new Uint8Array(this.#buffer, this.#wanted.address, this.#wanted.lengthBytes).set(isWanted.map(Number));
  }

  /**
   * Reads the wanted columns of all rows of whole lines (at most TEXT_PIECE_BYTES) to f64 columns at `out`, `capacity`
   * rows each, from row `firstRow` on. Returns the row behind the last one, and how many cells were blank.
   */
  columns(
    text: Uint8Array,
    out: { readonly address: number; readonly capacity: number },
    firstRow: number,
    visit: OddCell,
  ): { readonly endRow: number; readonly blankCount: number } {
    const words = this.#words;
    const [separator, decimal] = this.#load(text);
    words[POSITION] = 0;
    words[ROWS] = firstRow;
    words[BLANK_COUNT] = 0;
    for (let position = -1; words[POSITION]! > position && words[POSITION]! < text.length; ) {
      position = words[POSITION]!;
      words[ODD_COUNT] = 0;
      this.#workspace.core.exports.textColumns(
        this.#text.address,
        text.length,
        separator,
        decimal,
        this.#wanted.address,
        this.#wanted.lengthBytes,
        this.#powers.address,
        out.address,
        out.capacity,
        this.#odd.address,
        this.#oddRoom,
        this.#state.address,
      );
      const cells = new Uint32Array(this.#buffer, this.#odd.address, words[ODD_COUNT]! * ODD_VALUES);
      for (let at = 0; at < cells.length; at += ODD_VALUES) {
        visit(cells[at]!, cells[at + 1]!, text.subarray(cells[at + 2]!, cells[at + 3]!));
      }
    }
    return { endRow: words[ROWS]!, blankCount: words[BLANK_COUNT]! };
  }

  /** Puts the text where the core reads it; returns the codes of separator and decimal mark. */
  #load(text: Uint8Array): readonly [number, number] {
    const target = new Uint8Array(this.#buffer, this.#text.address, this.#text.lengthBytes);
    target.set(text);
    target[text.length] = 0x0a;
    return [this.#form.separator.charCodeAt(0), this.#form.decimal.charCodeAt(0)];
  }

  [Symbol.dispose](): void {
    for (const region of this.#regions.splice(0)) this.#workspace.arena.release(region);
  }
}
