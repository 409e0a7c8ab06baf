// Finds out how a table of text is written: separator, decimal sign, header, units, time column. Works on the
// first lines only; the reader applies the result to the rest.

import { secondsPerTimeUnit } from '../time-names.ts';

/** How the lines of a table are to be read. */
export interface CsvDialect {
  /** One character; a space stands for any run of blanks. */
  readonly separator: ',' | ';' | '\t' | '|' | ' ';
  readonly decimal: '.' | ',';
  /** Lines before the first row of numbers. */
  readonly headerLineCount: number;
  readonly columns: readonly CsvColumn[];
  /** Index of the column that holds the time; undefined when there is none. */
  readonly timeColumn: number | undefined;
}

export interface CsvColumn {
  readonly name: string;
  readonly unit: string;
}

const SEPARATORS = ['\t', ';', ',', '|', ' '] as const;
const COMMENT = /^\s*(?:#|%|\/\/)/;
const TIME_NAME = /^(?:[tx]|time.*|zeit.*|seconds?|sekunden|elapsed.*)$/i;
/** Columns that are read, at most. */
const MAX_CSV_COLUMNS = 1024;

/** Lines that carry no row: blank ones and comments. */
export function isSkippedLine(line: string): boolean {
  return line.trim() === '' || COMMENT.test(line);
}

/** The text of a comment without its mark; nothing for other lines. */
export function commentOf(line: string): readonly string[] {
  return COMMENT.test(line) ? [line.replace(COMMENT, '').trim()] : [];
}

/** Cells of a line. Quotes protect separators; doubled quotes inside are one. */
export function splitLine(line: string, separator: CsvDialect['separator']): string[] {
  if (separator === ' ') return line.trim().split(/\s+/);
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    const letter = line[index]!;
    if (letter === '"') {
      if (isQuoted && line[index + 1] === '"') {
        cell += '"';
        index++;
      } else isQuoted = !isQuoted;
    } else if (letter === separator && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += letter;
  }
  cells.push(cell);
  return cells;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A cell as a number: NaN when it is empty or says so, undefined when it is something else. */
export function cellNumber(cell: string, decimal: '.' | ','): number | undefined {
  let text = cell.trim();
  if (decimal === ',') text = text.replace(',', '.');
  if (NUMBER.test(text)) return Number(text);
  if (text === '' || /^[+-]?nan$/i.test(text)) return Number.NaN;
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return undefined;
}

/** Undefined when the lines are no table of numbers. */
export function sniffDialect(lines: readonly string[]): CsvDialect | undefined {
  let best: { dialect: CsvDialect; score: number } | undefined;
  for (const separator of SEPARATORS) {
    for (const decimal of ['.', ','] as const) {
      if (separator === decimal) continue;
      const found = tryDialect(lines, separator, decimal);
      if (found && (!best || found.score > best.score)) best = found;
    }
  }
  return best?.dialect;
}

function tryDialect(
  lines: readonly string[],
  separator: CsvDialect['separator'],
  decimal: '.' | ',',
): { dialect: CsvDialect; score: number } | undefined {
  const cells = lines.map((line) => (isSkippedLine(line) ? undefined : splitLine(line, separator)));
  const isRow = (row: readonly string[] | undefined): boolean => {
    if (!row) return false;
    const numbers = row.map((cell) => cellNumber(cell, decimal));
    return numbers.every((value) => value !== undefined) && numbers.some((value) => !Number.isNaN(value));
  };
  const first = cells.findIndex(isRow);
  const row = cells[first] ?? emptyTableHeader(cells);
  if (!row || row.length > MAX_CSV_COLUMNS) return undefined;
  const width = row.length;
  const rest = first < 0 ? [] : cells.slice(first).filter((line) => line !== undefined);
  const good = rest.filter((line) => isRow(line) && line.length === width).length;
  if (good < Math.ceil(rest.length * 0.9)) return undefined;
  const header = cells
    .slice(0, first < 0 ? cells.length : first)
    .filter((line) => line !== undefined && line.length === width) as string[][];
  const columns = columnNames(header, width);
  const timeColumn = columns.findIndex(
    ({ name, unit }) => TIME_NAME.test(name) && secondsPerTimeUnit(unit || 's') !== undefined,
  );
  return {
    dialect: {
      separator,
      decimal,
      headerLineCount: first < 0 ? cells.length : first,
      columns,
      timeColumn: timeColumn < 0 || width === 1 ? undefined : timeColumn,
    },
    // more columns explain the text better; a header that fits says the separator is right
    score: width * 2 + (header.length > 0 ? 1 : 0),
  };
}

/** The only line of a table without rows: it begins with a time and its unit, as no sentence does. */
function emptyTableHeader(lines: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const present = lines.filter((line) => line !== undefined);
  const [header] = present;
  if (!header || present.length > 1 || header.length < 2) return undefined;
  const [time] = columnNames([[...header]], header.length);
  return time && time.unit !== '' && TIME_NAME.test(time.name) && secondsPerTimeUnit(time.unit || 's') !== undefined
    ? header
    : undefined;
}

/** Names from the last header line that fits; a line of units may follow it. */
function columnNames(header: readonly string[][], width: number): readonly CsvColumn[] {
  const last = header.at(-1)?.map((cell) => cell.trim());
  const before = header.at(-2)?.map((cell) => cell.trim());
  const isUnitLine = (line: readonly string[]): boolean => line.every((cell) => /^[([]?[^\d\s]{0,8}[)\]]?$/.test(cell));
  const hasUnits = last !== undefined && before !== undefined && isUnitLine(last);
  const names = hasUnits ? before : last;
  const used = new Set<string>();
  return Array.from({ length: width }, (_, index) => {
    const text = names?.[index] ?? '';
    const match = /^(.*?)\s*[([]([^()[\]]*)[)\]]$/.exec(text);
    const unit = hasUnits ? last[index]!.replace(/^[([]|[)\]]$/g, '') : (match?.[2]?.trim() ?? '');
    let name = (hasUnits ? text : (match?.[1] ?? text)) || `column ${index + 1}`;
    if (used.has(name)) name = `${name} #${index + 1}`;
    used.add(name);
    return { name, unit };
  });
}
