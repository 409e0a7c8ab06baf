// How a text falls into rows and columns: the separator, how numbers are written, what each column holds and where the
// rows begin. Looks at the first lines only; the reader applies the result to the rest.

import type { TableChoice } from '../../model/read-choice.ts';
import { type CellKind, cellKind, cellNumber, cleanCell, isBitWord, type NumberStyle, numberStyleOf } from './cells.ts';
import { isComment, SEPARATORS, type Separator, splitLine, trimCells } from './lines.ts';
import { isSettingName } from './settings.ts';

export type ColumnKind = 'number' | 'bits' | 'switch' | 'clock' | 'text' | 'blank' | 'setting';

export interface Layout {
  readonly separator: Separator;
  readonly style: NumberStyle;
  /** Lines before the first row; all of them where there is no row. */
  readonly headLineCount: number;
  readonly kinds: readonly ColumnKind[];
  /** Clean cells of the rows that were seen, as wide as they are. */
  readonly rows: readonly (readonly string[])[];
  /** What had to be guessed, in sentences. */
  readonly guesses: readonly string[];
}

/** Columns that are read, at most. */
export const MAX_CSV_COLUMNS = 1024;
/** Lines from which the separator is found. */
const SAMPLE_LINES = 80;
/** Settings of an instrument that stand beside the data, at least. */
const LEAST_SETTINGS = 2;

interface Line {
  readonly index: number;
  readonly cells: readonly string[];
  readonly kinds: readonly CellKind[];
}

const isValue = (kind: CellKind): boolean => kind === 'number' || kind === 'clock' || kind === 'switch';

/** Undefined when no line holds a value. */
export function layoutOf(lines: readonly string[], choice: TableChoice = {}): Layout | undefined {
  const separator = choice.separator ?? statedSeparator(lines) ?? separatorOf(lines);
  return separator && layoutWith(lines, separator, choice);
}

/** Spreadsheets say it in the first line, LabVIEW as a setting. */
function statedSeparator(lines: readonly string[]): Separator | undefined {
  const letter = /^sep=(.)$/.exec((lines[0] ?? '').replaceAll('"', '').trim())?.[1];
  if (letter !== undefined) return SEPARATORS.find((separator) => separator === (letter === '\\t' ? '\t' : letter));
  if (!/^LabVIEW Measurement/.test(lines[0] ?? '')) return undefined;
  const word = lines.flatMap((line) => /^Separator[\t,;](\w+)/.exec(line)?.[1] ?? [])[0];
  return word === 'Tab' ? '\t' : word === 'Comma' ? ',' : word === 'Semicolon' ? ';' : undefined;
}

function separatorOf(lines: readonly string[]): Separator | undefined {
  const present = lines.filter((line) => line.trim() !== '' && !/^\s*(?:#|%|\/\/|!)/.test(line));
  const every = Math.max(1, Math.floor(present.length / SAMPLE_LINES));
  const sample = present.filter((_, index) => index % every === 0 || index >= present.length - 4);
  let best: { separator: Separator; score: number } | undefined;
  for (const separator of SEPARATORS) {
    const rows = linesOf(sample, separator, styleOf(sample, separator));
    const width = commonWidth(rows);
    let score = 0;
    for (const { cells, kinds } of rows) {
      // heads are texts, whatever separates them
      if (cells.length !== width || !kinds.some(isValue)) continue;
      score += kinds.filter(isValue).length - kinds.filter((kind) => kind === 'text').length;
    }
    if (width > 0 && rows.some(({ kinds }) => kinds.some(isValue)) && (!best || score > best.score)) {
      best = { separator, score };
    }
  }
  return best?.separator;
}

function styleOf(lines: readonly string[], separator: Separator) {
  const cells = lines.flatMap((line) => (isComment(line, separator) ? [] : splitLine(line, separator).map(cleanCell)));
  return numberStyleOf(cells);
}

function linesOf(lines: readonly string[], separator: Separator, style: NumberStyle): Line[] {
  return lines.flatMap((line, index): Line[] => {
    if (line.trim() === '' || isComment(line, separator)) return [];
    const cells = splitLine(line, separator).slice(0, MAX_CSV_COLUMNS).map(cleanCell);
    return [{ index, cells, kinds: cells.map((cell) => cellKind(cell, style)) }];
  });
}

/** The width of most lines that hold values; 0 when none does. */
function commonWidth(lines: readonly Line[]): number {
  const counts = new Map<number, number>();
  for (const { cells, kinds } of lines) {
    const valueCount = kinds.filter(isValue).length;
    if (valueCount === 0 || kinds.filter((kind) => kind === 'text').length > valueCount) continue;
    if (cells.length < 4 && isSetting(cells[0]!)) continue;
    counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  }
  let width = 0;
  for (const [candidate, count] of counts) if (count > (counts.get(width) ?? 0)) width = candidate;
  // cells at the end of rows may be missing: the names tell
  const names = lines.findLast(({ kinds }) => kinds.length > 1 && kinds.every((kind) => kind === 'text'))?.kinds.length;
  return names !== undefined && names > width && (counts.get(names) ?? 0) > 1 ? names : width;
}

function layoutWith(lines: readonly string[], separator: Separator, choice: TableChoice): Layout | undefined {
  const found = styleOf(lines.slice(choice.headLineCount ?? 0), separator);
  const style: NumberStyle = { ...found, decimal: choice.decimal ?? found.decimal };
  const all = linesOf(lines, separator, style).filter(({ index }) => index >= (choice.headLineCount ?? 0));
  const width = commonWidth(all);
  if (width === 0) return undefined;
  const settingCount = settingColumns(all, width);
  const afterSettings = settingCount > 0 ? 0 : Math.max(behindSettings(all, width), behindEndMarks(all));
  const texts = textColumns(all, width, settingCount);
  const isRow = (line: Line): boolean => fits(line, texts, settingCount) && !isCountedHead(line);
  const first = all.find((line) => line.index >= afterSettings && isRow(line));
  if (!first) return undefined;
  const start =
    settingCount > 0
      ? first
      : firstWithTime(
          all,
          first,
          all.filter((line) => line.index >= first.index && isRow(line)),
        );
  const rows = all.filter(
    (line) => (line.index >= start.index && line.index < first.index) || (line.index >= first.index && isRow(line)),
  );
  const kinds = Array.from({ length: width }, (_, column) =>
    column < settingCount ? ('setting' as const) : kindOf(rows, column),
  );
  if (settingCount === 0 && rows.every(({ cells }) => isSetting(cells[0]!))) return undefined;
  return {
    separator,
    style,
    headLineCount: start.index,
    kinds,
    rows: rows.map(({ cells }) => cells),
    guesses: found.guess === undefined || choice.decimal !== undefined ? [] : [found.guess],
  };
}

/** Columns at the front that hold an instrument's settings beside the data, such as those of a Tektronix TDS. */
function settingColumns(lines: readonly Line[], width: number): number {
  const wide = lines.filter(({ cells }) => cells.length === width);
  if (width < 4 || wide.filter(({ cells }) => isSettingName(cells[0]!)).length < LEAST_SETTINGS) return 0;
  let first = width;
  while (first > 0 && wide.every(({ kinds }) => kinds[first - 1] === 'number' || kinds[first - 1] === 'blank')) first--;
  while (first < width && wide.some(({ kinds }) => kinds[first] === 'blank')) first++;
  return first < width ? first : 0;
}

/** Yokogawa leaves the first cell of rows blank, where the lines of the head have names: the first line behind those. */
function behindSettings(lines: readonly Line[], width: number): number {
  const wide = lines.filter(({ cells }) => cells.length === width);
  const blank = wide.filter(({ cells }) => cells[0] === '');
  const last = wide.findLast(({ kinds }) => kinds[0] === 'text');
  const isAbove = last !== undefined && blank.length > 0 && blank.every(({ index }) => index > last.index);
  const isAll = wide.every(({ kinds }) => kinds[0] === 'text' || kinds[0] === 'blank');
  return isAbove && isAll && width > 1 ? last.index + 1 : 0;
}

/** LabVIEW ends each part of its head with a line of its own: the first line behind the last of them. */
function behindEndMarks(lines: readonly Line[]): number {
  let after = 0;
  for (const { index, cells, kinds } of lines) {
    if (cells[0] === '***End_of_Header***') after = index + 1;
    else if (after > 0 && (kinds[0] === 'number' || (kinds[0] === 'blank' && kinds.some(isValue)))) break;
  }
  return after;
}

/**
 * Rows right above the first one that have a time like it, and a text where others have a number: a sensor that did not
 * answer yet.
 */
function firstWithTime(lines: readonly Line[], first: Line, rows: readonly Line[]): Line {
  const columns = first.kinds.flatMap((_, column) => (kindOf(rows, column) === 'clock' ? [column] : []));
  const times = columns.length > 0 ? columns : kindOf(rows, 0) === 'number' ? [0] : [];
  const kind = columns.length > 0 ? 'clock' : 'number';
  const isRow = ({ cells, kinds }: Line): boolean =>
    cells.length === first.cells.length && times.length > 0 && times.every((column) => kinds[column] === kind);
  let at = lines.indexOf(first);
  while (at > 0 && lines[at - 1]!.index === lines[at]!.index - 1 && isRow(lines[at - 1]!)) at--;
  return lines[at]!;
}

/** Of each column whether more lines have a text there than a value. */
function textColumns(lines: readonly Line[], width: number, settingCount: number): readonly boolean[] {
  const balance = new Array<number>(width).fill(0);
  for (const { cells, kinds } of lines) {
    const isOther = settingCount === 0 && isSetting(cells[0]!);
    if (cells.length !== width || isOther || !kinds.slice(settingCount).some(isValue)) continue;
    kinds.forEach((kind, column) => {
      if (kind === 'text') balance[column]!++;
      else if (isValue(kind)) balance[column]!--;
    });
  }
  return balance.map((texts) => texts > 0);
}

function isSetting(cell: string): boolean {
  return /.[=:]$/.test(cell) || isSettingName(cell);
}

/** A row has values, and no text where others have values. */
function fits({ cells, kinds }: Line, texts: readonly boolean[], settingCount: number): boolean {
  if (texts.length > 1 && cells.length < 2) return false;
  const own = kinds.slice(settingCount);
  if (!own.some(isValue)) return false;
  return own.every((kind, column) => kind !== 'text' || (texts[settingCount + column] ?? true));
}

/** The names 0, 1, 2, … behind an empty one, as pandas gives them to columns without names. */
function isCountedHead({ cells }: Line): boolean {
  return cells.length > 1 && cells[0] === '' && cells.slice(1).every((cell, index) => cell === String(index));
}

function kindOf(rows: readonly Line[], column: number): ColumnKind {
  const counts: Record<CellKind, number> = { blank: 0, missing: 0, number: 0, switch: 0, clock: 0, text: 0 };
  let bitWords = 0;
  let bitLength = 0;
  let hasLeadingZero = false;
  for (const { cells, kinds } of rows) {
    counts[kinds[column] ?? 'blank']++;
    const cell = cells[column] ?? '';
    if (!isBitWord(cell) || (bitLength !== 0 && cell.length !== bitLength)) continue;
    bitWords++;
    bitLength = cell.length;
    hasLeadingZero ||= cell.startsWith('0');
  }
  const { number, clock, text } = counts;
  const present = number + clock + text + counts.switch;
  if (present === 0) return counts.missing > 0 ? 'number' : 'blank';
  if (bitWords > 1 && bitWords === present && hasLeadingZero) return 'bits';
  if (clock > present / 2) return 'clock';
  if (number > present / 2) return 'number';
  if (counts.switch > present / 2) return 'switch';
  return 'text';
}

/** The first place where a comma stands for both, the separator and the decimal mark; undefined when it does not. */
export function doubledComma(
  { separator, rows, kinds }: Layout,
  nameCount: number,
): { readonly row: number; readonly column: number; readonly cell: string } | undefined {
  if (separator !== ',' || nameCount < 1) return undefined;
  const widths = rows.map((row) => trimCells(row).length);
  const widest = Math.max(...widths);
  if (widest <= nameCount || widest > 2 * nameCount || kinds.some((kind) => kind === 'setting')) return undefined;
  const isWhole = rows.every((row) => row.every((cell) => /^[+-]?\d*(?:[eE][+-]?\d+)?$/.test(cell)));
  if (!isWhole) return undefined;
  const row = widths.indexOf(widest);
  const column = rows[row]!.findIndex((cell, index) => index > 0 && /^\d/.test(cell)) - 1;
  return { row, column, cell: `${rows[row]![column]},${rows[row]![column + 1]}` };
}

/** Values of one column of the rows that were seen; NaN where a cell holds none. */
export function seenNumbers({ rows, style }: Layout, column: number): readonly number[] {
  return rows.map((row) => cellNumber(row[column] ?? '', style)?.value ?? Number.NaN);
}
