// When a spectrum was measured, as files write it.

import { type Utc, utcFromUnixMs } from '../../base/time.ts';
import type { Diagnostic } from '../../model/signal-store.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export interface FoundMoment {
  readonly utc: Utc;
  /** The text names no zone: it is taken as local time. */
  readonly isLocal: boolean;
  /** In `03/04/2026` nothing tells the day from the month: the format's order was taken. */
  readonly isOrderGuessed: boolean;
}

/** A year of two digits is one from 1970 to 2069, as in POSIX. */
const CENTURY_SPLIT = 70;

/**
 * Reads ISO 8601, `MM/DD/YYYY HH:MM:SS`, in halves of the day as well (day first with `.`, or where the month would be above 12), `DD-Mon-YY HH:MM:SS`.
 * Undefined when the text is no date.
 */
export function momentOf(text: string): FoundMoment | undefined {
  const trimmed = inDayHours(text.trim());
  const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(trimmed);
  if (iso) {
    const [, year, month, day, hours, minutes, seconds = '0', zone] = iso;
    return moment([Number(year), Number(month), Number(day), hours, minutes, seconds], zone, false);
  }
  const clock = String.raw`\s+(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?$`;
  const numeric = new RegExp(String.raw`^(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})${clock}`).exec(trimmed);
  if (numeric) {
    const [, first, mark, second, year, hours, minutes, seconds = '0'] = numeric;
    const isDayFirst = mark === '.' || Number(first) > 12;
    const [month, day] = isDayFirst ? [second, first] : [first, second];
    const isGuessed = mark !== '.' && Number(first) <= 12 && Number(second) <= 12 && first !== second;
    return moment([fullYear(year!), Number(month), Number(day), hours, minutes, seconds], undefined, isGuessed);
  }
  const named = new RegExp(String.raw`^(\d{1,2})[- ]([a-z]{3})[a-z]*[- ](\d{2}|\d{4})${clock}`, 'i').exec(trimmed);
  if (!named) return undefined;
  const [, day, name, year, hours, minutes, seconds = '0'] = named;
  const month = MONTHS.indexOf(name!.toLowerCase()) + 1;
  return moment([fullYear(year!), month, Number(day), hours, minutes, seconds], undefined, false);
}

/** `3:12:28 PM` as 15:12:28. */
function inDayHours(text: string): string {
  return text.replace(
    /\b(\d{1,2})(:\d\d(?::\d\d(?:\.\d+)?)?)\s*([AP])M$/i,
    (whole, hours: string, rest: string, half) => {
      const hour = Number(hours);
      if (hour < 1 || hour > 12) return whole;
      return `${(hour % 12) + (/p/i.test(String(half)) ? 12 : 0)}${rest}`;
    },
  );
}

function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 4) return year;
  return year + (year < CENTURY_SPLIT ? 2000 : 1900);
}

type Parts = readonly [year: number, month: number, day: number, ...clock: (string | undefined)[]];

function moment([year, month, day, ...clock]: Parts, zone: string | undefined, isOrderGuessed: boolean) {
  const [hours = 0, minutes = 0, seconds = 0] = clock.map(Number);
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > days || hours > 24 || minutes > 59 || seconds >= 61) return undefined;
  const isLocal = zone === undefined;
  const wholeMs = isLocal
    ? new Date(year, month - 1, day, hours, minutes).getTime()
    : Date.UTC(year, month - 1, day, hours, minutes) - offsetMs(zone);
  return { utc: utcFromUnixMs(wholeMs + seconds * 1000), isLocal, isOrderGuessed };
}

function offsetMs(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/** The moment of a text, and what had to be taken for granted, once for a file. */
export function startOf(
  text: string | undefined,
  format: string,
  diagnostics: Diagnostic[],
): { readonly startUtc: Utc | undefined } {
  if (text === undefined || text.trim() === '') return { startUtc: undefined };
  const found = momentOf(text);
  const code = `${format}/start`;
  // a file of many spectra writes all its dates alike: the first stands for them
  const isTold = diagnostics.some((told) => told.code === code);
  const say = (severity: Diagnostic['severity'], message: string) => {
    if (!isTold) diagnostics.push({ severity, code, message });
  };
  if (!found) say('warning', `The time of the measurement, "${text.trim()}", is no date that is known.`);
  else if (found.isOrderGuessed) {
    say('info', `"${text.trim()}" is taken as month/day/year in local time, as the format has it.`);
  } else if (found.isLocal) {
    say('info', `"${text.trim()}" names no time zone: it is taken as local time.`);
  }
  return { startUtc: found?.utc };
}
