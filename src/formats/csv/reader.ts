// Opens a table of numbers in text. One pass over the file notes where every BLOCK_ROWS-th row starts; rows are
// parsed when they are asked for, so memory does not grow with the file. Cells that are no number are NaN.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { axisDiagnostics, COUNTED_AXIS, inSeconds, stampedSignal, timeAxisOf } from '../time-axis.ts';
import { secondsPerTimeUnit } from '../time-names.ts';
import { type CsvDialect, cellNumber, commentOf, isSkippedLine, sniffDialect, splitLine } from './dialect.ts';
import { decodeText, headLines } from './row.ts';
import { timeCell } from './time-cell.ts';

/** Rows per entry of the index. */
const BLOCK_ROWS = 1024;
/** Bytes per read while the index is made. */
const SCAN_BYTES = 1 << 20;
/** Bytes from which the dialect is guessed. */
const SNIFF_BYTES = 1 << 16;
/** Longest line. */
const MAX_LINE_BYTES = 1 << 15;
/** Blocks of parsed rows that are kept. */
const CACHED_BLOCKS = 8;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

interface RowIndex {
  readonly rowCount: number;
  /** Where each block of rows starts; one more entry for the end. */
  readonly blockOffsets: readonly number[];
  /** Of each row, NaN where it has none; empty without a time column. */
  readonly timesS: readonly number[];
  /** One unit of the last digit that the times were written with. */
  readonly resolutionS: number;
}

/** Rejects with `format/unknown` when the text is no table of numbers. */
export async function openCsv(source: RandomAccess): Promise<FormatReader> {
  const head = await source.read(0, Math.min(SNIFF_BYTES, source.sizeBytes));
  const lines = headLines(head, source.sizeBytes) ?? [];
  const dialect = sniffDialect(lines);
  if (!dialect) {
    throw new FormatError('format/unknown', 'The text has no columns of numbers. Check the separator in an editor.', 0);
  }
  const index = await indexRows(source, dialect);
  const table = new CsvTable(source, dialect, index);
  const { timeColumn } = dialect;
  const axis = timeColumn === undefined ? undefined : timeAxisOf(index.timesS, index.resolutionS);
  const diagnostics = axis ? axisDiagnostics(axis, dialect.columns[timeColumn!]!.name, 'csv') : [];
  if (timeColumn === undefined) diagnostics.push(noTimeColumn());
  const counted = timeColumn === undefined ? { axis: COUNTED_AXIS } : {};
  const signals = dialect.columns.flatMap(({ name, unit }, column): PlainSignal[] => {
    if (column === timeColumn) return [];
    const base = { id: name, name, unit, source: '', dtype: 'f64', startSample: 0, firstSampleId: 0n } as const;
    const read = (start: number, end: number) => table.column(column, start, end);
    if (axis?.timing === 'stamped') return [stampedSignal(axis, base, 'time', read)];
    const onlyS = index.timesS.find(Number.isFinite);
    const { sampleRateHz, offsetS } = axis ?? { sampleRateHz: 1, offsetS: onlyS ?? 0 };
    const info = { ...base, endSample: index.rowCount, timing: 'steady', sampleRateHz, offsetS, ...counted } as const;
    return [{ info, read }];
  });
  const comments = lines.slice(0, dialect.headerLineCount).flatMap(commentOf);
  const metadata = comments.length > 0 ? { comments } : {};
  return createPlainReader({ format: 'csv', label: 'CSV table', version: '', signals, diagnostics, metadata });
}

async function indexRows(source: RandomAccess, dialect: CsvDialect): Promise<RowIndex> {
  const { headerLineCount, timeColumn, columns } = dialect;
  const blockOffsets: number[] = [];
  const scale = timeColumn === undefined ? 1 : (secondsPerTimeUnit(columns[timeColumn]!.unit || 's') ?? 1);
  const timesS: number[] = [];
  let resolution = Number.POSITIVE_INFINITY;
  let rowCount = 0;
  let lineNumber = 0;
  for (let offset = 0; offset < source.sizeBytes; ) {
    const chunk = await source.read(offset, SCAN_BYTES + MAX_LINE_BYTES);
    const isLast = offset + chunk.length >= source.sizeBytes;
    let lineStart = 0;
    while (lineStart < chunk.length && (lineStart < SCAN_BYTES || isLast)) {
      const found = lineEnd(chunk, lineStart);
      const end = found < 0 ? chunk.length : found;
      if (end - lineStart > MAX_LINE_BYTES || (found < 0 && !isLast)) {
        throw new FormatError(
          'format/unsupported',
          `A line is longer than ${MAX_LINE_BYTES} bytes.`,
          offset + lineStart,
        );
      }
      if (lineNumber >= headerLineCount && !isSkippedBytes(chunk, lineStart, end)) {
        if (rowCount % BLOCK_ROWS === 0) blockOffsets.push(offset + lineStart);
        rowCount++;
        if (timeColumn !== undefined) {
          const { value, unit } = timeCell(chunk.subarray(lineStart, end), dialect, timeColumn);
          timesS.push(inSeconds(value, scale));
          if (Number.isFinite(value)) resolution = Math.min(resolution, unit);
        }
      }
      lineNumber++;
      lineStart = nextLine(chunk, end);
    }
    offset += lineStart;
  }
  const resolutionS = Number.isFinite(resolution) ? resolution * scale : 0;
  return { rowCount, blockOffsets: [...blockOffsets, source.sizeBytes], timesS, resolutionS };
}

function lineEnd(bytes: Uint8Array, start: number): number {
  for (let index = start; index < bytes.length; index++) {
    if (bytes[index] === LINE_FEED || bytes[index] === RETURN) return index;
  }
  return -1;
}

function nextLine(bytes: Uint8Array, end: number): number {
  return end + (bytes[end] === RETURN && bytes[end + 1] === LINE_FEED ? 2 : 1);
}

function isSkippedBytes(bytes: Uint8Array, start: number, end: number): boolean {
  let index = start;
  while (index < end && bytes[index]! <= 0x20) index++;
  const first = bytes[index];
  return index >= end || first === 0x23 || first === 0x25 || (first === 0x2f && bytes[index + 1] === 0x2f);
}

/** Rows on demand, parsed block by block, all columns at once. */
class CsvTable {
  readonly #source: RandomAccess;
  readonly #dialect: CsvDialect;
  readonly #index: RowIndex;
  readonly #blocks = new Map<number, Promise<readonly Float64Array[]>>();

  constructor(source: RandomAccess, dialect: CsvDialect, index: RowIndex) {
    this.#source = source;
    this.#dialect = dialect;
    this.#index = index;
  }

  /** Rows [start, end) of one column. */
  async column(column: number, start: number, end: number): Promise<Float64Array> {
    const values = new Float64Array(end - start);
    for (let row = start; row < end; ) {
      const block = Math.floor(row / BLOCK_ROWS);
      const from = row - block * BLOCK_ROWS;
      const count = Math.min(end - row, BLOCK_ROWS - from);
      const columns = await this.#block(block);
      values.set(columns[column]!.subarray(from, from + count), row - start);
      row += count;
    }
    return values;
  }

  #block(block: number): Promise<readonly Float64Array[]> {
    const known = this.#blocks.get(block);
    if (known) return known;
    const oldest = this.#blocks.keys().next().value;
    if (this.#blocks.size >= CACHED_BLOCKS && oldest !== undefined) this.#blocks.delete(oldest);
    const parsed = this.#parse(block);
    this.#blocks.set(block, parsed);
    return parsed;
  }

  async #parse(block: number): Promise<readonly Float64Array[]> {
    const { rowCount, blockOffsets } = this.#index;
    const { separator, decimal, columns } = this.#dialect;
    const offset = blockOffsets[block]!;
    const text = decodeText(await this.#source.read(offset, blockOffsets[block + 1]! - offset));
    const count = Math.min(BLOCK_ROWS, rowCount - block * BLOCK_ROWS);
    const values = columns.map(() => new Float64Array(count).fill(Number.NaN));
    let row = 0;
    for (const line of text.split(/\r\n|\n|\r/)) {
      if (row >= count || isSkippedLine(line)) continue;
      const cells = splitLine(line, separator);
      for (let column = 0; column < columns.length; column++) {
        values[column]![row] = cellNumber(cells[column] ?? '', decimal) ?? Number.NaN;
      }
      row++;
    }
    return values;
  }
}

function noTimeColumn(): Diagnostic {
  return {
    severity: 'info',
    code: 'csv/no-time-column',
    message: 'No column holds times that rise: rows are counted.',
  };
}
