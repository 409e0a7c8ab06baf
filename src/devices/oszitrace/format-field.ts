// One field of a format string, `{name:spec}`, as Python's package `parse` 1.21.0 means it: where it may end in an answer,
// in the order in which the ends are tried, and what its text stands for. Dates other than ISO 8601 are refused.

import { LabError } from '../../base/errors.ts';

export type FieldValue = string | number | bigint;

export interface Field {
  /** Padding that may stand in front of and behind the text and does not belong to it. */
  readonly padBefore: string;
  readonly padBehind: string;
  /** Has no largest width and takes any letter: when it fails at a place, it fails at all later ones. */
  readonly isOpen: boolean;
  /** Ends of what the field may take from `start` on; always more than nothing. */
  ends(text: string, start: number): Iterable<number>;
  /** `undefined` when the text has the form but no value. */
  convert(text: string): FieldValue | undefined;
}

interface Spec {
  readonly fill: string | undefined;
  readonly align: string | undefined;
  readonly width: number | undefined;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

interface TypeRow {
  /** Forms, each a pattern that prefers its longest match; tried in this order. */
  readonly forms: (spec: Spec) => readonly string[];
  /** Takes a sign in front of its first form, and padding by `=`. */
  readonly isNumeric: boolean;
  readonly convert: (text: string) => FieldValue | undefined;
}

const SIGN = '[-+ ]?';

const TYPES: Readonly<Record<string, TypeRow>> = {
  d: {
    forms: ({ width, grouping }) => {
      const count = width ? `{1,${width}}` : '+';
      const digits = (set: string) => `[${set}${grouping}]${count}`;
      return [
        `${SIGN}${digits('0-9')}`,
        `${SIGN}0[xX]${digits('0-9a-fA-F')}`,
        `${SIGN}0[bB]${digits('01')}`,
        `${SIGN}0[oO]${digits('0-7')}`,
      ];
    },
    isNumeric: true,
    convert: (text) => integer(text, radixOf(text)),
  },
  n: { forms: () => ['\\d{1,3}(?:[,.]\\d{3})*'], isNumeric: true, convert: (text) => integer(text, 10) },
  b: { forms: () => ['(?:0[bB])?[01]+'], isNumeric: true, convert: (text) => integer(text, 2) },
  o: { forms: () => ['(?:0[oO])?[0-7]+'], isNumeric: true, convert: (text) => integer(text, 8) },
  x: { forms: () => ['(?:0[xX])?[0-9a-fA-F]+'], isNumeric: true, convert: (text) => integer(text, 16) },
  '%': {
    forms: () => ['\\d+(?:\\.\\d+)?%'],
    isNumeric: true,
    convert: (text) => {
      const value = float(text.slice(0, -1));
      return value === undefined ? undefined : value / 100;
    },
  },
  f: { forms: () => ['\\d*\\.\\d+'], isNumeric: true, convert: float },
  F: { forms: () => ['\\d*\\.\\d+'], isNumeric: false, convert: float },
  e: { forms: () => ['\\d*\\.\\d+[eE][-+]?\\d+', 'nan', '[-+]?inf'], isNumeric: true, convert: float },
  g: { forms: () => ['\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?', 'nan', '[-+]?inf'], isNumeric: true, convert: float },
  ti: {
    forms: () => [
      '\\d{4}-\\d\\d-\\d\\d(?:(?:\\s+|T)\\d{1,2}:\\d{1,2}(?::\\d{1,2}(?:\\.\\d+)?)?)?(?:Z|\\s*[-+]\\d\\d:?\\d\\d)?',
    ],
    isNumeric: false,
    convert: isoDate,
  },
};

/** Types that take one letter or more of a kind. */
const KINDS: Readonly<Record<string, RegExp>> = {
  w: /[\p{L}\p{N}_]/u,
  W: /[^\p{L}\p{N}_]/u,
  s: /\s/,
  S: /\S/,
  D: /\P{Nd}/u,
  l: /[A-Za-z]/,
};

/** `spec` is what stands behind the colon, or nothing. Throws `setup/invalid` for what is no such specification. */
export function makeField(spec: string): Field {
  const parts = parseSpec(spec);
  const { width, precision, type } = parts;
  const padding = paddingOf(parts);
  const row = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (row) return { ...padding, isOpen: false, ends: endsOfForms(formsOf(row, parts)), convert: row.convert };
  const keep = (text: string) => text;
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind) return { ...padding, isOpen: false, ends: endsOfKind(kind), convert: keep };
  if (type !== '') throw invalid(`The type "${type}" of a field is not known.`);
  const least = width ?? 1;
  const most = precision ?? Number.POSITIVE_INFINITY;
  if (least > most) throw invalid(`A field of at least ${least} and at most ${most} letters takes nothing.`);
  return { ...padding, isOpen: precision === undefined, ends: endsOfAny(least, most), convert: keep };
}

export function invalid(message: string): LabError {
  return new LabError('setup/invalid', `${message} Correct the format.`);
}

/** `[[fill]align][sign][0][width][grouping][.precision][type]` */
function parseSpec(spec: string): Spec {
  const [, fill, align, width, grouping, precision, type] =
    /^(?:(.)?([<>=^]))?[-+ ]?0?(\d*)([,_]?)(?:\.(\d*))?(.*)$/s.exec(spec)!;
  return {
    fill,
    align,
    width: width === '' ? undefined : size(width!),
    grouping: grouping!,
    precision: precision === undefined || precision === '' ? undefined : size(precision),
    type: type!,
  };
}

function size(digits: string): number {
  // more than any answer that is looked at
  if (digits.length > 5) throw invalid(`A field of ${digits.slice(0, 20)} letters is too wide.`);
  return Number(digits);
}

function paddingOf({ fill = ' ', align, width }: Spec): { readonly padBefore: string; readonly padBehind: string } {
  const side = align ?? (width === undefined ? undefined : '>');
  return {
    padBefore: side === '>' || side === '^' ? fill : '',
    padBehind: side === '<' || side === '^' ? fill : '',
  };
}

function formsOf(row: TypeRow, spec: Spec): readonly RegExp[] {
  const [first, ...others] = row.forms(spec);
  const zeros = row.isNumeric && spec.align === '=' ? `${escapePattern(spec.fill ?? '0')}*` : '';
  const front = row.isNumeric ? `${SIGN}${zeros}` : '';
  return [`${front}${first}`, ...others].map((form) => new RegExp(form, 'iy'));
}

/** The letters of `text` as a pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A number or date does not go on behind so many letters: every end of it is looked at. */
const MAX_FORM_LETTERS = 256;

/** Every end that a form can have, the longest first, form by form. */
function endsOfForms(forms: readonly RegExp[]): Field['ends'] {
  return function* (text, start) {
    const near = text.slice(start, start + MAX_FORM_LETTERS);
    for (const form of forms) {
      form.lastIndex = 0;
      const longest = form.exec(near)?.[0] ?? '';
      for (let end = longest.length; end > 0; end--) {
        form.lastIndex = 0;
        if (form.exec(longest.slice(0, end))?.[0].length === end) yield start + end;
      }
    }
  };
}

function endsOfKind(kind: RegExp): Field['ends'] {
  return function* (text, start) {
    let end = start;
    while (end < text.length && kind.test(text[end]!)) end++;
    for (; end > start; end--) yield end;
  };
}

function endsOfAny(least: number, most: number): Field['ends'] {
  return function* (text, start) {
    const last = Math.min(text.length, start + most);
    for (let end = start + Math.max(1, least); end <= last; end++) yield end;
  };
}

function radixOf(text: string): number {
  const letter = /^[-+ ]*0([xbo])./i.exec(text)?.[1]?.toLowerCase();
  return letter === 'x' ? 16 : letter === 'b' ? 2 : letter === 'o' ? 8 : 10;
}

const NOT_DIGITS: Readonly<Record<number, RegExp>> = { 2: /[^01]/g, 8: /[^0-7]/g, 10: /[^0-9]/g, 16: /[^0-9a-f]/g };
const RADIX_PREFIX: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/** Python's integers have no bound: beyond 2^53 a bigint. */
function integer(text: string, radix: number): number | bigint | undefined {
  const digits = text.toLowerCase().replace(NOT_DIGITS[radix]!, '');
  if (digits === '') return undefined;
  const isNegative = /^[-+ ]*/.exec(text)![0].includes('-');
  const value = Number.parseInt(digits, radix);
  if (Number.isSafeInteger(value)) return isNegative && value !== 0 ? -value : value;
  const exact = BigInt(RADIX_PREFIX[radix]! + digits);
  return isNegative ? -exact : exact;
}

function float(text: string): number | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === 'nan') return Number.NaN;
  const infinity = /^([-+]?)inf$/.exec(plain);
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(plain);
  return plain === '' || Number.isNaN(value) ? undefined : value;
}

/** As Python prints a date with its time. */
function isoDate(text: string): string | undefined {
  const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[\sT]+(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?)?\s*(?:(Z)|([-+]\d\d):?(\d\d))?$/i;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', utc, zoneHour, zoneMinute] =
    pattern.exec(text)!;
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const isReal = Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!isReal || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const two = (digits: string) => digits.padStart(2, '0');
  const micro = fraction.slice(0, 6).padEnd(6, '0');
  const zone = utc ? '+00:00' : zoneHour === undefined ? '' : `${zoneHour}:${zoneMinute}`;
  const clock = `${two(hour)}:${two(minute)}:${two(second)}${Number(micro) === 0 ? '' : `.${micro}`}`;
  return `${year}-${month}-${day} ${clock}${zone}`;
}
