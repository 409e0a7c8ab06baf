// What stands above the rows of a table: names and units of the columns, settings, comments.

import { timeName } from '../time-names.ts';
import { cleanCell } from './cells.ts';
import { isClock } from './clock-times.ts';
import { isUnitLine, type NamedColumn, namedColumn, unitInLine } from './column-names.ts';
import type { Layout } from './layout.ts';
import { commentText, isComment, SEPARATORS, type Separator, splitLine, trimCells } from './lines.ts';
import { addSettings, isSettingName, type Settings, type Steps, sourceName, stepsOf } from './settings.ts';

export interface HeadColumn extends NamedColumn {
  /** As it stands in the head; empty when it has no name there. */
  readonly text: string;
  /** Without the unit; empty when it has no name there. */
  readonly bare: string;
}

export interface TableHead {
  readonly columns: readonly HeadColumn[];
  readonly hasNames: boolean;
  /** Cells of the line of names; 0 without one. */
  readonly nameCount: number;
  readonly settings: Settings;
  readonly comments: readonly string[];
  /** Start and increment that stand in the heads of the last columns. */
  readonly steps: Steps | undefined;
  /** Lines that may come again among the rows. */
  readonly lines: ReadonlySet<string>;
}

/** Lines above the rows in which the names are looked for: not those of a long head of settings. */
const NAME_LINES = 5;

/** `companion`: settings that another file says. */
export function readHead(lines: readonly string[], layout: Layout, companion?: Settings): TableHead {
  const above = lines.slice(0, layout.headLineCount);
  const names = findNames(above, layout);
  const settings = new Map(companion);
  const comments: string[] = [];
  above.forEach((line, index) => {
    if (index === names?.nameIndex || index === names?.unitIndex || /^[\s\-=+|_,;]*$|^"?sep=/.test(line)) return;
    const comment = addSettings(settings, line, layout.separator);
    if (comment !== undefined) comments.push(comment);
  });
  const beside = layout.kinds.findIndex((kind) => kind !== 'setting');
  if (beside > 0) {
    for (const row of layout.rows) addSettings(settings, row.slice(0, beside).join(','), ',');
  }
  const channels = channelsOf(settings, layout.kinds.length, names?.names);
  const kindUnits = names?.names.map((cell, column) => (column > 0 && isUnitLine([cell]) ? cell : ''));
  const texts =
    channels ??
    tracesOf(settings, layout) ??
    names?.names ??
    besideNames(settings, beside) ??
    sourceOf(settings, layout) ??
    [];
  const used = new Set<string>();
  const columns = layout.kinds.map((_, column): HeadColumn => {
    const text = texts[column] ?? '';
    const stated = channels ? kindUnits?.[column] : names?.units?.[column];
    const own = namedColumn(text);
    const { name: bare, unit } = stated === undefined || stated === '' ? own : { name: text, unit: unitInLine(stated) };
    return { text, bare, name: unique(bare || `column ${column + 1}`, column, used), unit };
  });
  return {
    columns,
    hasNames: names !== undefined || texts.length > 0,
    nameCount: trimCells(names?.names ?? textsAbove(above, layout)).length,
    settings,
    comments,
    steps: names && stepsInHead(names),
    lines: new Set(
      [names?.nameIndex, names?.unitIndex].flatMap((index) => (index === undefined ? [] : [above[index]!.trim()])),
    ),
  };
}

function unique(name: string, column: number, used: Set<string>): string {
  const free = used.has(name) ? `${name} #${column + 1}` : name;
  used.add(free);
  return free;
}

interface Names {
  /** Undefined where the names stand in a setting. */
  readonly nameIndex: number | undefined;
  readonly names: readonly string[];
  readonly unitIndex: number | undefined;
  readonly units: readonly string[] | undefined;
}

function findNames(above: readonly string[], layout: Layout): Names | undefined {
  const { separator, kinds } = layout;
  const width = kinds.length;
  const candidates = above
    .map((line, index) => ({ line, index }))
    .filter(({ line }) => !/^[\s\-=+|_,;"]*$/.test(isComment(line, separator) ? commentText(line) : line))
    .reverse()
    .slice(0, NAME_LINES)
    .map(({ line, index }) => ({
      index,
      cells: headCells(line, separator, width),
      isNote: isComment(line, separator),
    }));
  // Origin has comments below the units
  const isThree = [0, 1, 2].every((line) => trimCells(candidates[line]?.cells ?? []).length === width && width > 1);
  const hasRemarks =
    isThree && !isUnitLine(candidates[0]!.cells) && isUnits(candidates[1]!.cells, candidates[2]!.cells);
  const [nearest, next] = candidates.slice(hasRemarks ? 1 : 0);
  if (nearest && next && isUnits(nearest.cells, next.cells)) {
    const units = { unitIndex: nearest.index, units: nearest.cells };
    // Siglent: the channels stand in a setting
    if (/^source$/i.test(next.cells[0] ?? '') && trimCells(next.cells).length === width) {
      return { nameIndex: undefined, names: ['', ...next.cells.slice(1)], ...units };
    }
    const names = namesIn(next.cells, layout);
    if (names) return { nameIndex: next.index, names, ...units };
  }
  for (const { index, cells, isNote } of candidates) {
    const names = namesIn(cells, layout);
    const isPair = isSettingPair(cells, isNote);
    // further up stand settings, which are pairs
    const isFar = index !== nearest?.index && !isNote && width < 3 && cells[0] !== '' && !timeName(cells[0]!);
    if (names && !isPair && !isFar) return { nameIndex: index, names, unitIndex: undefined, units: undefined };
  }
  return undefined;
}

/** Whether a line is `key: value`; the names of more than one column have no such mark in the first. */
function isSettingPair(cells: readonly string[], isNote: boolean): boolean {
  const first = cells[0]!;
  if (!isNote) return /^[^,;\t:=]+:,/.test(first);
  return trimCells(cells).length === 1 ? /^[^,;\t:=]+[:=]/.test(first) : /^[^,;\t]*[:=](?:\s|$)/.test(first);
}

/** Start and increment of Rigol stand in the line of units as numbers. */
function isUnits(cells: readonly string[], names: readonly string[]): boolean {
  const start = names.findIndex((name) => /^start$/i.test(name));
  return isUnitLine(trimCells(start > 0 ? cells.slice(0, start) : cells));
}

/** The cells if they can be the names of the columns. */
function namesIn(cells: readonly string[], layout: Layout): readonly string[] | undefined {
  const { kinds } = layout;
  const present = trimCells(cells);
  const count = present.length;
  let width = kinds.length;
  while (width > 1 && kinds[width - 1] === 'blank') width--;
  const isText = (cell: string): boolean =>
    cell !== '' && !/^[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?(?: ?[a-zA-Zµ%]{1,3})?$/.test(cell);
  const isNumbered = (cell: string): boolean => cell === '' || /^\d{1,3}$/.test(cell);
  if (count === 0 || present.some((cell) => /^.+[:=]$/.test(cell) || (cell.includes(':') && isClock(cell))))
    return undefined;
  if (count === 1 && /^waveform data$/i.test(present[0]!)) return undefined;
  if (count > 1 && (count <= 2 || kinds[0] === 'blank') && isSettingName(present[0]!)) return undefined;
  const isCounted = present.length > 1 && present[0] === '' && present.every(isNumbered);
  if (!isCounted && !present.some(isText)) return undefined;
  if (!isCounted && !present.every((cell) => isText(cell) || isNumbered(cell))) return undefined;
  if (count >= width) return cells;
  // R leaves the names of rows without a name; text columns at the end may have none
  if (count === width - 1 && width > 2) return kinds[0] === 'text' || isRowName(layout) ? ['', ...present] : present;
  return count >= 2 && kinds.slice(count).every((kind) => kind === 'text' || kind === 'blank') ? present : undefined;
}

/** R counts rows from 1. */
function isRowName({ rows }: Layout): boolean {
  return rows.every((row, index) => row[0] === String(index + 1));
}

/** Cells of a line of the head: a comment may be split otherwise than the rows are. */
function headCells(line: string, separator: Separator, width: number): readonly string[] {
  const isNote = isComment(line, separator);
  const text = isNote ? commentText(line) : line;
  const cells = splitHead(text, separator);
  // a semicolon that marks a comment where semicolons separate, too
  const own = cells[0] === '' && separator === ';' && trimCells(cells).length === width + 1 ? cells.slice(1) : cells;
  const wide = separator === ' ' ? text.trim().split(/\s{2,}/) : [];
  if (wide.length === width && own.length > width) return wide;
  if (!isNote || trimCells(own).length === width) return own;
  // words between blanks are a sentence, unless blanks separate the rows
  for (const other of SEPARATORS) {
    if (other === ' ' && separator !== '\t') continue;
    const others = splitHead(text, other);
    if (trimCells(others).length === width) return others;
  }
  return own;
}

/** Between blanks, what stands in brackets belongs to the word before. */
function splitHead(text: string, separator: Separator): string[] {
  if (separator !== ' ') return splitLine(text, separator).map(cleanCell);
  return (text.match(/"[^"]*"|[^\s"]+(?:\s*[([][^)\]]*[)\]])?/g) ?? []).map(cleanCell);
}

function stepsInHead({ names, units }: Names): Steps | undefined {
  const start = names.findIndex((name) => /^start$/i.test(name));
  const increment = names.findIndex((name) => /^increment$/i.test(name));
  const stepS = Number(units?.[increment] || Number.NaN);
  if (start >= 0 && increment >= 0 && stepS > 0) return { startS: Number(units?.[start]) || 0, stepS };
  const line = names.join(',');
  const tInc = /\bt ?Inc\s*=\s*([-+\d.eE]+)/i.exec(line)?.[1];
  if (tInc === undefined || !(Number(tInc) > 0)) return undefined;
  return { startS: Number(/\bt0\s*=\s*([-+\d.eE]+)/i.exec(line)?.[1] ?? 0) || 0, stepS: Number(tInc) };
}

/** Tektronix has times and values beside the settings, which say what they are. */
function besideNames(settings: Settings, beside: number): readonly string[] | undefined {
  if (beside <= 0) return undefined;
  const before = new Array<string>(beside).fill('');
  const unit = settings.get('Horizontal Units') ?? 's';
  return [...before, `time (${unit})`, sourceName(settings) ?? ''];
}

/** Yokogawa has the names of the traces in a setting, and the rows behind a blank cell. */
function tracesOf(settings: Settings, { kinds }: Layout): readonly string[] | undefined {
  const names = settings.get('TraceName')?.split(', ');
  const width = kinds.findLastIndex((kind) => kind !== 'blank') + 1;
  return kinds[0] === 'blank' && names?.length === width - 1 ? ['', ...names] : undefined;
}

/** The cells of the line above the rows when all are texts. */
function textsAbove(above: readonly string[], { separator }: Layout): readonly string[] {
  const line = above.findLast((candidate) => candidate.trim() !== '' && !isComment(candidate, separator)) ?? '';
  const cells = trimCells(splitLine(line, separator)).map(cleanCell);
  return cells.every((cell) => /^[^\d]/.test(cell)) ? cells : [];
}

/** sigrok lists the channels in a comment; the line of names may hold their kinds or units, and those of the time. */
function channelsOf(
  settings: Settings,
  width: number,
  names: readonly string[] | undefined,
): readonly string[] | undefined {
  for (const [key, text] of settings) {
    const channels = text.split(/\s*,\s*/);
    if (!/^channels\b/i.test(key) || !channels.every((channel) => /[a-z]/i.test(channel))) continue;
    if (channels.length === width) return channels;
    if (channels.length === width - 1 && names && timeName(names[0]!)) return [names[0]!, ...channels];
  }
  return undefined;
}

/** The only column may have its name in a setting. */
function sourceOf(settings: Settings, { kinds }: Layout): readonly string[] | undefined {
  const source = kinds.filter((kind) => kind !== 'blank').length === 1 ? sourceName(settings) : undefined;
  return source === undefined ? undefined : kinds.map((kind) => (kind === 'blank' ? '' : source));
}

/** Where the samples lie by what the head says alone. */
export function stepsOfHead(head: TableHead): Steps | undefined {
  return head.steps ?? stepsOf(head.settings);
}
