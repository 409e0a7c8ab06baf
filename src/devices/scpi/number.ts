// Numbers in answers: IEEE 488.2 (8.7.2 to 8.7.8: NR1, NR2, NR3, hexadecimal, octal, binary), the words and the stand-ins
// of SCPI-99 (volume 1, 7.2.1) for infinity and not-a-number, and numbers with a unit of LeCroy and older Siglent.

import { AnswerError, excerpt } from './text-error.ts';

export type NumberProblem = 'empty' | 'not-a-number';

export interface AnsweredNumber {
  /** In the unit without prefix; an infinity stands for "over range", NaN for "no value". */
  readonly value: number;
  /** As the instrument writes it, without prefix: `V`, `Sa/s`. */
  readonly unit?: string;
  /** It was ON or OFF. */
  readonly isBoolean?: true;
}

/** SCPI-99: 9.9E37 for infinity, 9.91E37 for not-a-number. */
const INFINITE = 9.9e37;
const NO_NUMBER = 9.91e37;
/** Makers write these with different digits behind. */
const TOLERANCE = 1e-6;

const WORDS: ReadonlyMap<string, AnsweredNumber> = new Map([
  ['NAN', { value: Number.NaN }],
  ['INF', { value: Number.POSITIVE_INFINITY }],
  ['INFINITY', { value: Number.POSITIVE_INFINITY }],
  ['NINF', { value: Number.NEGATIVE_INFINITY }],
  ['NINFINITY', { value: Number.NEGATIVE_INFINITY }],
  ['ON', { value: 1, isBoolean: true }],
  ['OFF', { value: 0, isBoolean: true }],
]);

const RADIX = { H: 16, Q: 8, B: 2 } as const;
const RADIX_DIGITS = { H: /^[0-9A-F]+$/, Q: /^[0-7]+$/, B: /^[01]+$/ } as const;

const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;

/** Units that instruments write, without prefix. What is exactly one of them has none. */
const UNITS = new Set(
  ['V', 'Vpp', 'Vrms', 'VA', 'var', 'V/div', 'A', 'A/div', 'W', 'Hz', 's', 'sec', 's/div', 'Sa/s', 'S/s', 'Sa', 'pts']
    .concat(['Ohm', 'Ω', 'F', 'H', 'C', 'J', 'Wh', 'Ah', 'dB', 'dBm', 'dBV', '%', 'deg', '°', 'degC', 'degF', '°C'])
    .concat(['div', 'samples', 'points', 'bit', 'bits', 'bps', 'Bd', 'Cel'])
    .map((unit) => unit.toUpperCase()),
);

/** Powers of ten by prefix, where the case says which one. */
const PREFIXES: ReadonlyMap<string, number> = new Map([
  ['f', -15],
  ['p', -12],
  ['n', -9],
  ['u', -6],
  ['µ', -6],
  ['μ', -6],
  ['m', -3],
  ['k', 3],
  ['K', 3],
  ['G', 9],
  ['T', 12],
  ['F', -15],
  ['P', -12],
  ['N', -9],
  ['U', -6],
]);

/** A capital M is milli, as in IEEE 488.2 (7.6.3.3), but mega in front of what comes in millions. */
const MEGA_UNITS = new Set([
  'SA/S',
  'S/S',
  'SA',
  'PTS',
  'POINTS',
  'SAMPLES',
  'HZ',
  'OHM',
  'Ω',
  'BPS',
  'BD',
  'BIT',
  'BITS',
  '',
]);

/** One number. Throws AnswerError with `empty` or `not-a-number`. */
export function parseNumber(text: string): AnsweredNumber {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new AnswerError<NumberProblem>('empty', 'The instrument answered nothing for a number. Ask again.');
  const number = decimal(trimmed) ?? word(trimmed) ?? inRadix(trimmed);
  if (number) return number;
  const message = `"${excerpt(trimmed)}" in the answer is no number. Ask the instrument again.`;
  throw new AnswerError<NumberProblem>('not-a-number', message);
}

/** An answer with the header that instruments put in front unless told not to: `C1:VDIV 5.00E-01V`, `SARA 1.5 GSa/s`. */
export function withoutHeader(text: string): string {
  return text.trim().replace(/^[:*A-Za-z][:*A-Za-z0-9_?]*\s+/, '');
}

function word(text: string): AnsweredNumber | undefined {
  const [, sign, name] = /^([-+]?)([A-Za-z]+)$/.exec(text) ?? [];
  const known = name === undefined ? undefined : WORDS.get(name.toUpperCase());
  if (!known || (sign !== '' && (known.isBoolean || known.value < 0))) return undefined;
  return sign === '-' ? { value: -known.value } : known;
}

function inRadix(text: string): AnsweredNumber | undefined {
  const letter = /^#([HQB])/i.exec(text)?.[1]?.toUpperCase() as keyof typeof RADIX | undefined;
  const digits = text.slice(2).toUpperCase();
  if (!letter || !RADIX_DIGITS[letter].test(digits)) return undefined;
  return { value: Number.parseInt(digits, RADIX[letter]) };
}

function decimal(text: string): AnsweredNumber | undefined {
  const digits = DECIMAL.exec(text)?.[0];
  if (digits === undefined) return undefined;
  const rest = text.slice(digits.length).trim();
  if (rest === '') return { value: meaningOf(Number(digits)) };
  const scaled = unitAndPower(rest);
  if (!scaled) return undefined;
  const { unit, power } = scaled;
  // the exponent is added in the text, so that 100 m becomes the double nearest to 0.1
  const [mantissa, exponent = '0'] = digits.split(/[eE]/);
  const value = Number(`${mantissa}e${Number(exponent) + power}`);
  return unit === '' ? { value } : { value, unit };
}

function unitAndPower(text: string): { readonly unit: string; readonly power: number } | undefined {
  if (UNITS.has(text.toUpperCase())) return { unit: text, power: 0 };
  const prefix = text[0]!;
  const unit = text.slice(1);
  const isKnown = UNITS.has(unit.toUpperCase());
  if (prefix === 'M' && (isKnown || unit === '')) {
    return { unit, power: MEGA_UNITS.has(unit.toUpperCase()) ? 6 : -3 };
  }
  const power = PREFIXES.get(prefix);
  // a bare prefix counts points: `14k`
  if (power === undefined || !(isKnown || (unit === '' && power > 0))) return undefined;
  return { unit, power };
}

function meaningOf(value: number): number {
  const magnitude = Math.abs(value);
  if (Math.abs(magnitude - INFINITE) <= TOLERANCE * INFINITE) return Math.sign(value) * Number.POSITIVE_INFINITY;
  return Math.abs(magnitude - NO_NUMBER) <= TOLERANCE * NO_NUMBER ? Number.NaN : value;
}
