// What names and units say of time: which column, array or dataset holds the times of the others, and in which unit.

import { FormatError } from '../base/errors.ts';
import { unitSymbol } from './units.ts';

const SECONDS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['ms', 1e-3],
  ['msec', 1e-3],
  ['µs', 1e-6],
  ['ns', 1e-9],
  ['ps', 1e-12],
  ['min', 60],
  ['h', 3600],
  ['hr', 3600],
  ['d', 86_400],
  ['day', 86_400],
  ['days', 86_400],
  ['std', 3600],
]);

/** Seconds per unit of a time such as `ms`; undefined when it is no unit of time. An empty one is not known. */
export function secondsPerTimeUnit(unit: string): number | undefined {
  return SECONDS_PER_UNIT.get(unitSymbol(unit)) ?? SECONDS_PER_UNIT.get(unitSymbol(unit.toLowerCase()));
}

const UNIT_SYMBOLS: ReadonlyMap<number, string> = new Map([
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
  [1e-12, 'ps'],
  [60, 'min'],
  [3600, 'h'],
  [86_400, 'd'],
]);

/** Such as `ms` for 1e-3; undefined for what is no unit. */
export function timeUnitSymbol(unitSeconds: number): string | undefined {
  return UNIT_SYMBOLS.get(unitSeconds);
}

/** The same of a unit that the user states. Throws `format/not-found` when it is none. */
export function statedTimeUnit(unit: string): number {
  const seconds = secondsPerTimeUnit(unit);
  if (seconds !== undefined) return seconds;
  throw new FormatError('format/not-found', `"${unit}" is no unit of time. Take one such as s, ms, µs, ns, min or h.`);
}

/** Where the user calls times what the file does not have. */
export function noSuchTimes(time: string, names: readonly string[]): FormatError {
  const told = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  return new FormatError('format/not-found', `Nothing is called "${time}" here. There is ${told.join(', ')}${more}.`);
}

/** Names that are told where one was not found. */
const MOST_NAMES = 20;

/** Names that times have, without their unit. */
const TIME_NAME =
  /^(?:t|x|x-axis|x[ _]value|time(?!out).*|zeit.*|seconds?|secs?|sekunden?|elapsed.*|ts|unix.*|epoch.*|uptime|uhrzeit|laufzeit|temps|tiempo|date[ _]?time.*|(?:relative|rel|abs|absolute|system|local|utc|run|test|sample|sampling|scan|meas\w*|record\w*|log|total|step|trigger|x|start|begin|delta|\u0394|\u2206)\.?[ _-]*(?:time.*|t))$/i;
/** What programs call a counter of time: the name is the unit. */
const COUNTERS: Readonly<Record<string, number>> = { millis: 1e-3, micros: 1e-6, nanos: 1e-9 };
/** A unit behind a name, in brackets or behind a mark: `t (ms)`, `Time [s]`, `t/ms`, `time_ms`, `time in ms`, `t ms`. */
const UNIT_BEHIND = /^(.*?)\s*(?:[([]\s*([^()[\]]*?)\s*[)\]]|(?:\/|_|,\s*|\s+in\s+|\s+)([A-Za-zµμ]{1,12}))$/;

/** What a name says when it is that of a time. */
export interface TimeName {
  /** Seconds per unit; undefined when neither name nor unit say one. */
  readonly unitSeconds: number | undefined;
}

/** A name with a unit of time: `t1` alone is a temperature as often. */
function isTimeOfUnit(text: string): boolean {
  return TIME_NAME.test(text) || /^t_?\d{1,2}$/i.test(text);
}

/** Undefined when neither the name nor the unit beside it speak of time. */
export function timeName(name: string, unit = ''): TimeName | undefined {
  const text = name.trim();
  if (unit.trim() !== '') {
    const unitSeconds = secondsPerTimeUnit(unit);
    return unitSeconds !== undefined && (text === '' || isTimeOfUnit(text)) ? { unitSeconds } : undefined;
  }
  const [, bare, bracketed, marked] = UNIT_BEHIND.exec(text) ?? [];
  const behind = bracketed ?? marked;
  if (behind !== undefined && bare !== undefined && isTimeOfUnit(bare.trim())) {
    const unitSeconds = secondsPerTimeUnit(behind);
    if (unitSeconds !== undefined) return { unitSeconds };
  }
  const own = secondsPerTimeUnit(text) ?? COUNTERS[text.toLowerCase()];
  if (own !== undefined && text.length > 1) return { unitSeconds: own };
  return TIME_NAME.test(text) ? { unitSeconds: undefined } : undefined;
}

/** What an axis is called that is no time. */
const OTHER_AXIS_NAME =
  /^(?:freq.*|frequenz.*|f|wave ?length.*|wellenl.*|wave ?number.*|energy|energie|position|pos|distance|dist|abstand|weg|angle|winkel|theta|2theta|x|y|z|shift|raman.*|channel|ch|kanal|bin|m\/z|mass|depth|height|radius|q)$/i;

/** True for the name of a frequency, an energy, a place, … */
export function isOtherAxisName(name: string): boolean {
  return OTHER_AXIS_NAME.test(name);
}

/** What programs call the number of a row; pandas gives its index the long name. */
const RUNNING_NAME =
  /^(?:#|n|no\.?|nr\.?|idx|index|row(?: ?(?:number|no\.?|#))?|samples?|sample[ _]?(?:number|no\.?|nr\.?|index|id|#)|(?:data ?)?points?|pts?|sequence|seq|record(?:[ _]?(?:number|no\.?))?|__index_level_0__|unnamed: 0|level_0)$/i;

/** True for the name of a column that may only number its rows. */
export function isRunningName(name: string): boolean {
  return RUNNING_NAME.test(name.trim());
}
