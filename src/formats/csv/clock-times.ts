// Dates and clocks in cells: ISO 8601, the orders of several countries, names of months, clocks alone, elapsed times.

import { type Utc, utcAddSeconds, utcFromUnixMs } from '../../base/time.ts';

/** A moment as a cell gives it. */
export interface ClockTime {
  /** Days since 1970-01-01; undefined for a clock without a date. */
  readonly day: number | undefined;
  /** Of the day, or elapsed. */
  readonly seconds: number;
  /** Digits of the fraction of a second; −1 when seconds are not printed. */
  readonly decimals: number;
  /** Minutes east of Greenwich; undefined where no zone is said. */
  readonly zoneMinutes: number | undefined;
  /** A day and a month without a year, as syslog has them (RFC 3164): `day` counts in the leap year 2000. */
  readonly isYearless?: true;
}

/** The first two numbers of a date whose order is not known. */
export interface DayOrder {
  readonly first: number;
  readonly second: number;
}

const CLOCK = '(\\d{1,4}):(\\d{2}|\\d(?=:))(?::(\\d{1,2})(?:[.,:](\\d{1,12}))?)? ?([AaPp](?:\\.?[Mm]\\.?)?)?';
const ZONE =
  '(?: ?(Z|UTC|GMT|CES?T|MES?Z|EES?T|WES?T|E[SD]T|P[SD]T|JST|[+-]\\d{2}:?\\d{2}|[+-]\\d{2}))?(?: ?\\[[^\\]]*\\])?';
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:[T _]+${CLOCK}${ZONE})?$`, 'i');
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})(?:[T ,_]+${CLOCK}${ZONE})?$`, 'i');
const COMPACT = /^(\d{4})(\d{2})(\d{2})[T _-](\d{2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,12}))?(Z|[+-]\d{2}:?\d{2})?$/i;
/** Nothing but digits: year, month, day, hour, minute, second and its fraction. */
const DIGITS = /^((?:19|20)\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})[.,]?(\d{1,6})?)?$/;
const DAY_DIGITS = /^((?:19|20)\d{2})(\d{2})(\d{2})(?: +(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?)?$/;
const DAY_MONTH = new RegExp(
  `^(?:[a-z]{2,3}\\.?,? )?(\\d{1,2})[-. /]+([a-zä]{3,9})\\.?[-, /]+(\\d{4}|\\d{2})(?:[T ,]+${CLOCK}${ZONE})?$`,
  'i',
);
const MONTH_DAY = new RegExp(
  `^(?:[a-z]{2,3}\\.?,? )?([a-zä]{3,9})\\.? +(\\d{1,2})(?:,? +(\\d{4}))?(?:[ ,]+${CLOCK}${ZONE}(?: +(\\d{4}))?)?$`,
  'i',
);
const CLOCK_FIRST = /^(\d{1,2}:\S+) +(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})$/;
const CLOCK_ALONE = new RegExp(`^(-)?(?:(\\d+) ?d(?:ays?)?[ ,]*)?${CLOCK}${ZONE}$`, 'i');
/** Minutes and seconds with a fraction: an hour has no fraction. */
const MINUTES = /^(-)?(\d{1,4}):(\d{2})[.,](\d{1,12})$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** German names that begin otherwise. */
const OTHER_MONTHS: Readonly<Record<string, number>> = { mär: 3, mai: 5, okt: 10, dez: 12 };
export const DAY_SECONDS = 86_400;

export function isClock(text: string): boolean {
  if (!/^\D{0,12}\d/.test(text)) return false;
  return parseClock(text, true) !== undefined || parseClock(text, false) !== undefined;
}

/** The two numbers of a date like `03/04/2026`; undefined where the order is plain. */
export function dayOrderOf(text: string): DayOrder | undefined {
  const match = YEAR_LAST.exec(CLOCK_FIRST.exec(text)?.[2] ?? text);
  return match ? { first: Number(match[1]), second: Number(match[3]) } : undefined;
}

/** Undefined when the text is no time, or one that the calendar does not have. */
export function parseClock(text: string, isDayFirst: boolean): ClockTime | undefined {
  const [, clockText, dateText] = CLOCK_FIRST.exec(text) ?? [];
  if (clockText !== undefined) return parseClock(`${dateText} ${clockText}`, isDayFirst);
  let match = YEAR_FIRST.exec(text);
  if (match) return timeOf(match[1], match[3], match[4], match.slice(5));
  match = YEAR_LAST.exec(text);
  if (match) {
    const [, first, , second, year] = match;
    return isDayFirst ? timeOf(year, second, first, match.slice(5)) : timeOf(year, first, second, match.slice(5));
  }
  match = COMPACT.exec(text);
  if (match) {
    const [, year, month, day, hours, minutes, seconds, fraction, zone] = match;
    return timeOf(year, month, day, [hours, minutes, seconds, fraction, undefined, zone]);
  }
  match = DIGITS.exec(text) ?? DAY_DIGITS.exec(text);
  if (match) return timeOf(match[1], match[2], match[3], match.slice(4));
  match = DAY_MONTH.exec(text);
  if (match) return timeOf(match[3], monthOf(match[2]!), match[1], match.slice(4));
  match = MONTH_DAY.exec(text);
  if (match) {
    const year = match[3] ?? match[10];
    if (year) return timeOf(year, monthOf(match[1]!), match[2], match.slice(4, 10));
    const time = match[4] === undefined ? undefined : timeOf('2000', monthOf(match[1]!), match[2], match.slice(4, 10));
    return time && { ...time, isYearless: true };
  }
  match = CLOCK_ALONE.exec(text);
  if (match) return aloneOf(match[1], match[2], match.slice(3));
  match = MINUTES.exec(text);
  if (match) return aloneOf(match[1], undefined, ['0', match[2], match[3], match[4]]);
  return undefined;
}

function monthOf(name: string): string | undefined {
  const short = name.slice(0, 3).toLowerCase();
  const month = MONTHS.indexOf(short) + 1 || OTHER_MONTHS[short];
  return month === undefined ? undefined : String(month);
}

type Texts = readonly (string | undefined)[];

function timeOf(yearText?: string, monthText?: string, dayText?: string, clock: Texts = []): ClockTime | undefined {
  const shortYear = Number(yearText);
  // POSIX strptime: two digits from 69 on are of the last century
  const year = yearText?.length === 2 ? shortYear + (shortYear < 69 ? 2000 : 1900) : shortYear;
  const month = Number(monthText);
  const dayOfMonth = Number(dayText);
  const date = new Date(Date.UTC(year, month - 1, dayOfMonth));
  if (!(date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth)) return undefined;
  const seconds = clock[0] === undefined ? { seconds: 0, decimals: 0 } : secondsOf(clock, 24);
  return seconds && { day: date.getTime() / (DAY_SECONDS * 1000), ...seconds, zoneMinutes: zoneOf(clock[5]) };
}

function aloneOf(sign: string | undefined, days: string | undefined, clock: Texts): ClockTime | undefined {
  const found = secondsOf(clock, days === undefined ? 10_000 : 24);
  if (!found) return undefined;
  const seconds = found.seconds + DAY_SECONDS * Number(days ?? 0);
  return { day: undefined, ...found, seconds: sign === undefined ? seconds : -seconds, zoneMinutes: zoneOf(clock[5]) };
}

/** Clock: hours, minutes, seconds, fraction, half of the day. */
function secondsOf(clock: Texts, hourLimit: number): { seconds: number; decimals: number } | undefined {
  const [hourText, minuteText, secondText, fraction = '', half] = clock;
  let hours = Number(hourText);
  const minutes = Number(minuteText);
  // a leap second is 60
  const wholeSeconds = Number(secondText ?? 0);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return undefined;
    hours = (hours % 12) + (/^p/i.test(half) ? 12 : 0);
  }
  if (!(hours < hourLimit && minutes < 60 && wholeSeconds <= 60)) return undefined;
  const seconds = hours * 3600 + minutes * 60 + wholeSeconds + (fraction === '' ? 0 : Number(`0.${fraction}`));
  return { seconds, decimals: secondText === undefined ? -1 : fraction.length };
}

/** Minutes east of Greenwich of zones whose names mean one thing only (IANA time zone database). */
const ZONES: Readonly<Record<string, number>> = {
  CET: 60,
  CEST: 120,
  MEZ: 60,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  WET: 0,
  WEST: 60,
  EST: -300,
  EDT: -240,
  PST: -480,
  PDT: -420,
  JST: 540,
};

function zoneOf(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const named = ZONES[zone.toUpperCase()];
  if (named !== undefined) return named;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Seconds from one time to another of the same table. */
export function secondsBetween(from: ClockTime, to: ClockTime): number {
  const days = (to.day ?? 0) - (from.day ?? 0);
  const zone = ((from.zoneMinutes ?? 0) - (to.zoneMinutes ?? 0)) * 60;
  return days * DAY_SECONDS + zone + (to.seconds - from.seconds);
}

/** The moment in UTC; undefined without a whole date. Without a zone it is the local time of this computer. */
export function utcOf({ day, seconds, zoneMinutes, isYearless }: ClockTime): Utc | undefined {
  if (day === undefined || isYearless) return undefined;
  const midnight = new Date(day * DAY_SECONDS * 1000);
  const unixMs =
    zoneMinutes === undefined
      ? new Date(
          midnight.getUTCFullYear(),
          midnight.getUTCMonth(),
          midnight.getUTCDate(),
          Math.floor(seconds / 3600),
          Math.floor((seconds % 3600) / 60),
          Math.floor(seconds % 60),
        ).getTime()
      : midnight.getTime() + (Math.floor(seconds) - zoneMinutes * 60) * 1000;
  return utcAddSeconds(utcFromUnixMs(unixMs), seconds - Math.floor(seconds));
}
