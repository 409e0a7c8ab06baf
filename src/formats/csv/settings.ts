// What stands above or beside the rows: settings of an instrument as pairs of key and value, and what they say of time.

import { secondsPerTimeUnit } from '../time-names.ts';
import { unitParts, unitSymbol } from '../units.ts';
import { LEAST_UNIX_S } from '../unix-times.ts';
import { cleanCell } from './cells.ts';
import { commentText, isComment, type Separator, splitLine, trimCells } from './lines.ts';

/** By the file's own names. */
export type Settings = ReadonlyMap<string, string>;

/** Settings and comments that are kept: a head may be anything. */
const MAX_SETTINGS = 500;
const MAX_TEXT = 2000;

/** Distance of samples as instruments call it. */
const INTERVAL =
  /^(?:sampl(?:e|ing) ?(?:interval|period|time)|time ?(?:interval|per sample|step|base step)|(?:x |time |horizontal )?increment|x ?incr?|t ?inc|dt|delta ?[tx]|h ?resolution|horizontal resolution|interval)$/;
/** Words for it, Hantek's among them, that may mean anything without a unit. */
const VAGUE_INTERVAL = /^(?:clock|resolution)$/;
const VAGUE_RATE = /^data rate$/;
const RATE =
  /^(?:sampl(?:e|ing) ?(?:rate|frequency|freq)|fs|f ?s|samplerate|acquisition rate|sample rate \w+|output data rate)$/;
const START =
  /^(?:x ?start|hardwarexstart|x ?(?:zero|origin|org)|x0|start ?time|time ?(?:start|zero)|t0|h ?offset|first point)$/;
/** Other programs number the first sample so. */
const WEAK_START = /^start$/;
const TRIGGER_POINT = /^(?:trigger (?:point|position|sample)|trigger address)$/;
/** Words that begin a line of settings on oscilloscopes. */
const NAMES =
  /^(?:record length|memory length|sample interval|sampl(?:e|ing) (?:rate|period|interval)|trigger (?:point|level|mode|source)|source|vertical \w+|horizontal \w+|pt fmt|yzero|ymult|probe(?: atten\w*)?|model(?: number)?|serial(?: number)?|firmware(?: version)?|software version|note|label|point format|waveform \w+|segments?|time scale|time delay|block ?number|block ?size|trace ?name|[vh] ?(?:unit|offset|resolution|scale))$/;

const normal = (key: string): string =>
  key
    .replace(/[([][^)\]]*[)\]]/g, ' ')
    .replace(/[_.:=]+/g, ' ')
    .trim()
    .replace(/\s+/g, ' ')
    .toLowerCase();

export function isSettingName(text: string): boolean {
  return NAMES.test(normal(text));
}

/** Adds what a line of the head says. Returns the comment in it, if it is one. */
export function addSettings(into: Map<string, string>, line: string, separator: Separator): string | undefined {
  const isNote = isComment(line, separator);
  const text = isNote ? commentText(line) : line;
  const pair = /^"?([^:=,;\t"]{1,60}?)\s*[:=][\s,;]*(.*?)"?$/.exec(text.trim().slice(0, MAX_TEXT));
  const cells = separator === ' ' ? [] : trimCells(splitLine(text, separator)).map(cleanCell);
  if (cells.length > 1 && cells[0] !== '' && !isNote) {
    for (const [key, value] of pairsOf(cells)) put(into, key, value);
  } else if (pair?.[1] && pair[2]) put(into, pair[1], pair[2]);
  else if (cells.length > 1 && cells[0] !== '') put(into, cells[0]!, cells.slice(1).join(', '));
  return isNote && text !== '' ? text.slice(0, MAX_TEXT) : undefined;
}

/** `Segments,1,SegmentSize,1002` is two pairs; `CH1,1,2` is one. */
function pairsOf(cells: readonly string[]): readonly (readonly [string, string])[] {
  const isPairs =
    cells.length >= 4 &&
    cells.length % 2 === 0 &&
    cells.every((cell, index) => (index % 2 === 0 ? /^[A-Za-z]/.test(cell) : /^[-+\d.]/.test(cell)));
  // Tektronix says the same again for the digital channels
  const again = cells.indexOf(cells[0]!, 1);
  if (!isPairs)
    return [
      [
        cells[0]!,
        cells
          .slice(1, again < 0 ? undefined : again)
          .filter((cell) => cell !== '')
          .join(', '),
      ],
    ];
  return cells.flatMap((cell, index) => (index % 2 === 0 ? [[cell, cells[index + 1]!] as const] : []));
}

function put(into: Map<string, string>, key: string, value: string): void {
  const name = key
    .replace(/\s*[:=]\s*$/, '')
    .trim()
    .slice(0, MAX_TEXT);
  if (name === '' || into.size >= MAX_SETTINGS || into.has(name)) return;
  into.set(name, value.trim().slice(0, MAX_TEXT));
}

/** Where the samples lie when only settings say it. */
export interface Steps {
  readonly startS: number;
  readonly stepS: number;
  /** What had to be guessed, a sentence. */
  readonly guess?: string;
}

export function stepsOf(settings: Settings): Steps | undefined {
  const interval = lookUp(settings, INTERVAL, 's') ?? lookUp(settings, VAGUE_INTERVAL, 's', true);
  const rate = lookUp(settings, RATE, 'Hz') ?? lookUp(settings, VAGUE_RATE, 'Hz', true);
  const stepS =
    interval !== undefined && interval > 0 ? interval : rate !== undefined && rate > 0 ? 1 / rate : undefined;
  if (stepS === undefined) return undefined;
  const trigger = lookUp(settings, TRIGGER_POINT, '');
  const start = lookUp(settings, START, 's') ?? lookUp(settings, WEAK_START, 's');
  // a start from there on is a moment since 1970, no place on the axis
  const isMoment = start !== undefined && start >= LEAST_UNIX_S;
  const startS = start !== undefined && !isMoment ? start : trigger === undefined ? 0 : -trigger * stepS;
  const bare = interval !== undefined && interval >= 1 ? bareInterval(settings) : undefined;
  const guess = bare && `Nothing says the unit of "${bare}": it is taken as seconds.`;
  return { startS, stepS, ...(guess !== undefined && { guess }) };
}

/** The setting of the interval where it is a whole number without a unit: programs mean milliseconds as often. */
function bareInterval(settings: Settings): string | undefined {
  for (const [key, text] of settings) {
    if (INTERVAL.test(normal(key)) && !/[([]/.test(key) && /^\d+$/.test(text)) return `${key}: ${text}`;
  }
  return undefined;
}

/** A setting as a number in `base`; undefined where none is so called, or what it says is in another unit. */
function lookUp(settings: Settings, name: RegExp, base: string, mustHaveUnit = false): number | undefined {
  for (const [key, text] of settings) {
    if (!name.test(normal(key)) || (mustHaveUnit && !/\d\s*[a-zA-Zµμ]/.test(text))) continue;
    const value = quantity(text, /[([]([^)\]]*)[)\]]/.exec(key)?.[1] ?? '', base);
    if (value !== undefined) return value;
  }
  return undefined;
}

function quantity(text: string, keyUnit: string, base: string): number | undefined {
  const [, number, unit = ''] =
    /^(?:[A-Za-z]+\d*:)?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([a-zA-Zµμ/]*)(?![\w:]|[-/.]\d)/.exec(text) ??
    [];
  if (number === undefined) return undefined;
  const stated = unitSymbol((unit || keyUnit).replace(/[sS]a?(?:mples)?\/s(?:ec)?$/, 'Hz').replace(/sps$/i, 'Hz'));
  if (stated === '' || base === '') return Number(number);
  const seconds = base === 's' ? secondsPerTimeUnit(stated) : undefined;
  if (seconds !== undefined) return Number(number) * seconds;
  const parts = unitParts(stated === 'S' ? 's' : stated) ?? unitParts(stated.toLowerCase());
  return parts?.base === base ? Number(number) * parts.factor : undefined;
}

/** The unit that the settings say of a channel, by its name or its place among all. */
export function channelUnit(settings: Settings, channel: string, index: number, count: number): string {
  for (const [key, text] of settings) {
    if (!/^(?:vertical units?|units?|y ?units?|y unit label|v ?units?)$/.test(normal(key))) continue;
    const own = text.split(/[,;\s]+/).map((part) => part.replace(/^\(|\)$/g, '').split(':'));
    const named = own.find((part) => part.length === 2 && part[0] === channel);
    if (named) return unitSymbol(named[1]!);
    if (own.length === count && own[index]?.length === 1) return unitSymbol(own[index][0]!);
    if (own.length === 1 && (count === 1 || own[0]!.length === 1)) return unitSymbol(own[0]!.at(-1)!);
  }
  return '';
}

/** The source of the only signal, such as `CH1`. */
export function sourceName(settings: Settings): string | undefined {
  for (const [key, text] of settings) {
    if (/^(?:source|channel|trace ?name)$/.test(normal(key)) && /^[\w ]{1,20}$/.test(text)) return text;
  }
  return undefined;
}
