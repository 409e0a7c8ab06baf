// One pass over a table: where rows begin, at which times, and which lines among them are none.

import { FormatError } from '../../base/errors.ts';
import { type LinesBefore, TEXT_PIECE_BYTES, type TextRows, type TimeBase } from '../../core/text-rows.ts';
import { type EvenLine, EvenSteps, type TimeDigits } from '../even-steps.ts';
import type { RandomAccess } from '../source.ts';
import { inSeconds } from '../time-axis.ts';

/** Bytes per read, at least: few enough to stay in a processor's cache until they are looked at. */
const READ_BYTES = 1 << 20;
/** Where a read costs as much as some bytes more, it takes so many times as many. */
const COST_FACTOR = 32;
/** Times that are kept in case they are not even; of longer tables they are read again then. */
const KEPT_TIMES = 1 << 22;

/** Rows that are read together. */
export interface RowBlock {
  readonly offset: number;
  readonly row: number;
  /** Lines of the file before it. */
  readonly line: number;
}

/** What a line without a plain number in the key column is. `before`: in the file. */
export type LineJudge = (line: Uint8Array, before: LinesBefore, offset: number) => number | undefined;

export interface IndexRequest {
  readonly bytes: RandomAccess;
  readonly startOffset: number;
  readonly endOffset: number;
  /** Lines before `startOffset`. */
  readonly lineCount: number;
  readonly keyColumn: number;
  readonly unitSeconds: number;
  readonly base: TimeBase | undefined;
  /** One unit of the last digit of times in the rows that were seen, in seconds. */
  readonly resolution: number;
  /** Whether the key column holds times. */
  readonly isTimed: boolean;
  /** Told the offset up to which the table has been read. */
  onRead(offset: number): void;
  /** The time of an odd line in the unit of the column, less the base. */
  readonly judge: LineJudge;
}

export interface RowIndex {
  readonly rowCount: number;
  /** Rows without a time behind the last one that has one: no rows of the table. */
  readonly untimedCount: number;
  readonly blocks: readonly RowBlock[];
  readonly endOffset: number;
  /** First and last byte of lines that are no rows, in order: start, end, start, end, … */
  readonly skipped: readonly number[];
  /** How times are printed in all rows, in seconds. */
  readonly digits: TimeDigits;
  /** The step in seconds when one was found that explains all times. */
  readonly even: EvenLine | undefined;
  /** In seconds; undefined when there were too many to keep and they were not wanted. */
  readonly timesS: Float64Array | undefined;
}

/** `mustKeep`: the times of all rows are wanted. */
export async function indexRows(rows: TextRows, request: IndexRequest, mustKeep = false): Promise<RowIndex> {
  const { bytes, startOffset, endOffset, lineCount, keyColumn, unitSeconds, judge } = request;
  const blocks: RowBlock[] = [];
  const skipped: number[] = [];
  const steps = new EvenSteps({ resolution: request.resolution, significant: 0 }, true);
  let kept: Float64Array[] | undefined = [];
  rows.start(request.base);
  let timedRows = 0;
  const visitor = {
    block: (offset: number, row: number, line: number) => blocks.push({ offset, row, line: lineCount + line }),
    times: (times: Float64Array) => {
      if (unitSeconds !== 1)
        for (let row = 0; row < times.length; row++) times[row] = inSeconds(times[row]!, unitSeconds);
      steps.add(times);
      for (let row = times.length - 1; row >= 0; row--) {
        if (Number.isNaN(times[row]!)) continue;
        timedRows = rows.counts.rows + row + 1;
        break;
      }
      if (!mustKeep && rows.counts.rows > KEPT_TIMES) kept = undefined;
      kept?.push(times.slice());
    },
    oddLine: (line: Uint8Array, position: number, { lines, rows }: LinesBefore) => {
      const time = judge(line, { lines: lineCount + lines, rows }, position);
      if (time === undefined) skipped.push(position, position + line.length);
      return time;
    },
  };
  const readBytes = Math.max(READ_BYTES, COST_FACTOR * (bytes.readCostBytes ?? 0));
  const read = (from: number, spare?: Uint8Array) =>
    startRead(bytes.read(from, Math.min(readBytes, endOffset - from), spare));
  const tooLong = (position: number) => {
    const line = lineCount + rows.counts.lines + 1;
    const message = `Line ${line} is longer than ${TEXT_PIECE_BYTES / 1024} kB. Split it into rows in an editor.`;
    return new FormatError('format/unsupported', message, position);
  };
  let offset = startOffset;
  let next = offset < endOffset ? read(offset) : undefined;
  let spare: Uint8Array | undefined;
  while (next) {
    const chunk = await next;
    const isLast = chunk.length < readBytes || offset + chunk.length >= endOffset;
    const lines = isLast ? chunk : chunk.subarray(0, lastLineEnd(chunk));
    if (lines.length === 0 && !isLast) throw tooLong(offset);
    // on its way while this one is looked at
    next = isLast ? undefined : read(offset + lines.length, spare);
    for (let at = 0; at < lines.length; ) {
      const end = wholeLines(lines, at);
      if (end <= at) throw tooLong(offset + at);
      rows.index(lines.subarray(at, end), offset + at, keyColumn, visitor);
      at = end;
    }
    offset += lines.length;
    request.onRead(offset);
    spare = chunk;
  }
  // what follows the last time is a footer with numbers in it
  const rowCount = request.isTimed ? timedRows : rows.counts.rows;
  while (blocks.length > 0 && blocks.at(-1)!.row >= rowCount) blocks.pop();
  const { decimals, digits: significant } = rows.timeDigits;
  const printed = { resolution: inSeconds(10 ** -decimals, unitSeconds), significant: request.base ? 0 : significant };
  const digits = request.resolution === 0 ? { resolution: 0, significant: 0 } : printed;
  return {
    rowCount,
    untimedCount: rows.counts.rows - rowCount,
    blocks,
    endOffset,
    skipped,
    digits,
    // finer digits further down were not looked at
    even: digits.resolution === request.resolution ? steps.even : undefined,
    timesS: kept && joined(kept, rows.counts.rows).subarray(0, rowCount),
  };
}

/** A read that nobody has to wait for: whoever gives up meanwhile leaves it to itself. */
function startRead(reading: Promise<Uint8Array>): Promise<Uint8Array> {
  reading.catch(() => undefined);
  return reading;
}

/** The end of the last whole line of a chunk; 0 when there is none. */
function lastLineEnd(chunk: Uint8Array): number {
  let end = chunk.length;
  // a return at the very end may belong to the next line feed
  while (end > 0 && chunk[end - 1] !== 0x0a && !(chunk[end - 1] === 0x0d && end < chunk.length)) end--;
  return end;
}

/** The end of the lines from `at` on that one piece of text takes, of `lines` that are whole; `at` when there is none. */
export function wholeLines(lines: Uint8Array, at: number): number {
  if (lines.length - at <= TEXT_PIECE_BYTES) return lines.length;
  return at + lastLineEnd(lines.subarray(at, at + TEXT_PIECE_BYTES));
}

function joined(parts: readonly Float64Array[], length: number): Float64Array {
  const whole = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
