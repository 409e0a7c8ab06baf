// What a file says of itself, as rows of name and value: first what everybody asks for, then all of it.

import { formatBytes, formatSiText } from '../../../base/si.ts';
import { utcToUnixMs } from '../../../base/time.ts';
import { axesOf, axisOf, axisTitle, isCounted, lengthText } from '../../../model/axis.ts';
import type { OpenFile } from '../../../model/ports.ts';
import type { SignalInfo } from '../../../model/signal-store.ts';
import { endTimeOf, startTimeOf } from '../../../model/timing.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Depth in the tree of names, from 0. */
  readonly depth: number;
  /** Its value is in the rows below it. */
  readonly isHead: boolean;
}

/** What people look for first, by the names that files give it. */
const SOUGHT: readonly (readonly [string, RegExp])[] = [
  [
    'Instrument',
    /^(?:instrument|device|model|scope|oscilloscope|make|maker|manufacturer|vendor)(?:[ _-]?(?:name|model|type))?$/i,
  ],
  ['Serial number', /^(?:(?:instrument|device|scope)[ _-]?)?serial(?:[ _-]?(?:number|no|num))?\.?$/i],
  ['Firmware', /^(?:firmware|fw|software)(?:[ _-]?version)?$/i],
  ['Trigger', /trigger/i],
  ['Notes', /^(?:comments?|notes?|remarks?|description|title)$/i],
];
/** Values of a list that are told one by one. */
const MOST_VALUES = 16;
/** Rows that a panel can hold. */
const MOST_ROWS = 2000;
const MOST_DEPTH = 12;
/** Different rates that are told one by one. */
const MOST_RATES = 3;

const RATE_DIGITS = { significantDigits: 6 };

/** What is known of the file in short. */
export function factsOf(file: OpenFile): readonly Fact[] {
  const { store, metadata } = file;
  const signals = store.signals();
  const rows = rowsOf(metadata);
  const rate = rateText(signals);
  const sought = SOUGHT.flatMap(([name, pattern]) => {
    const found = rows.filter((row) => !row.isHead && row.value !== '' && pattern.test(row.name));
    return found.slice(0, 1).map(({ value }) => fact(name, value));
  });
  return [
    fact('Format', file.version === '' ? file.format : `${file.format}, version ${file.version}`),
    fact('Size', formatBytes(file.sizeBytes)),
    fact('Signals', String(signals.length)),
    ...axesOf(signals).map((axis) => {
      const along = signals.filter((signal) => axisTitle(axisOf(signal)) === axisTitle(axis));
      const startS = Math.min(...along.map(startTimeOf));
      const endS = Math.max(...along.map(endTimeOf));
      return fact(`Along ${axis.name}`, lengthText(axis, endS - startS));
    }),
    ...(rate === undefined ? [] : [fact('Rate', rate)]),
    ...startRows(file),
    ...sought,
  ];
}

function fact(name: string, value: string): Fact {
  return { name, value, depth: 0, isHead: false };
}

function startRows({ store }: OpenFile): readonly Fact[] {
  if (store.originUtc === undefined) return [];
  const signals = store.signals().filter(({ axis }) => axis === undefined);
  const firstS = signals.length === 0 ? 0 : Math.min(...signals.map(startTimeOf));
  const start = new Date(utcToUnixMs(store.originUtc) + firstS * 1000);
  return [
    fact('Start, local time', start.toLocaleString()),
    fact('Start, UTC', start.toISOString().replace('T', ' ').replace('Z', '')),
  ];
}

/** Undefined where nothing has a rate. */
function rateText(signals: readonly SignalInfo[]): string | undefined {
  const rates = signals.flatMap((signal): string[] => {
    const axis = axisOf(signal);
    if (isCounted(axis)) return [];
    if (signal.timing === 'stamped') return ['a time for each sample'];
    if (axis.unit === 's') return [formatSiText(signal.sampleRateHz, 'Hz', RATE_DIGITS)];
    return [`${formatSiText(signal.sampleRateHz, '', RATE_DIGITS)} per ${axis.unit}`];
  });
  const different = [...new Set(rates)];
  if (different.length === 0) return undefined;
  const rest = different.length - MOST_RATES;
  return different.slice(0, MOST_RATES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** All that metadata hold, in their order. Lists are cut, and say how long they are. */
export function rowsOf(metadata: Readonly<Record<string, unknown>>): readonly Fact[] {
  const rows: Fact[] = [];
  addRows(rows, Object.entries(metadata), 0);
  return rows;
}

function addRows(rows: Fact[], entries: readonly (readonly [string, unknown])[], depth: number): void {
  for (const [name, value] of entries) {
    if (rows.length >= MOST_ROWS) return;
    const inner = depth < MOST_DEPTH ? entriesIn(value) : undefined;
    rows.push({ name, value: inner ? '' : valueText(value), depth, isHead: inner !== undefined });
    if (inner) addRows(rows, inner, depth + 1);
  }
}

/** Of what has names of its own, and of lists of such things. */
function entriesIn(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date)
    return undefined;
  if (value instanceof Map) return [...value].map(([name, inner]) => [String(name), inner]);
  if (!Array.isArray(value)) return Object.entries(value);
  const isNested = value.some((inner) => typeof inner === 'object' && inner !== null);
  return isNested ? value.map((inner: unknown, index) => [String(index + 1), inner]) : undefined;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return formatBytes(value.length);
  const list = Array.isArray(value)
    ? value
    : ArrayBuffer.isView(value) && !(value instanceof DataView)
      ? [...(value as Float64Array)]
      : undefined;
  if (!list) return typeof value === 'object' ? JSON.stringify(value) : String(value as number);
  const shown = list.slice(0, MOST_VALUES).map(String).join(', ');
  return list.length > MOST_VALUES ? `${shown}, … (${list.length} values)` : shown;
}

/** Rows whose name or value has all words of the search, with the heads that they stand under. */
export function foundRows(rows: readonly Fact[], search: string): readonly Fact[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  const kept = new Set<Fact>();
  const heads: Fact[] = [];
  for (const row of rows) {
    heads.length = Math.min(heads.length, row.depth);
    const path = [...heads, row].map(({ name }) => name).join(' ');
    const text = `${path} ${row.value}`.toLowerCase();
    if (words.every((word) => text.includes(word))) for (const each of [...heads, row]) kept.add(each);
    heads[row.depth] = row;
  }
  return rows.filter((row) => kept.has(row));
}

/** For the clipboard: names with their paths, a tab, the value. */
export function factsText(rows: readonly Fact[]): string {
  const heads: string[] = [];
  const lines: string[] = [];
  for (const { name, value, depth, isHead } of rows) {
    heads.length = Math.min(heads.length, depth);
    heads[depth] = name;
    if (!isHead) lines.push(`${heads.join('/')}\t${value.replace(/\s*[\r\n]+\s*/g, ' ')}`);
  }
  return lines.join('\n');
}
