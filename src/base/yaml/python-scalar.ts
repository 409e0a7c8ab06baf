// Plain YAML scalars as PyYAML 6 resolves them: YAML 1.1 (yaml.org/type, 2005) without y/n, with floats that need
// a dot and a signed exponent. Neither mode of a JavaScript YAML library does this.

import { type PythonValue, pythonDate } from './python-value.ts';

const BOOLEANS = new Map<string, boolean>(
  (['yes', 'true', 'on'] as const)
    .flatMap((word) => spellings(word).map((text): [string, boolean] => [text, true]))
    .concat(
      (['no', 'false', 'off'] as const).flatMap((word) =>
        spellings(word).map((text): [string, boolean] => [text, false]),
      ),
    ),
);
const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const INT =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIMESTAMP =
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?$/;

export const SCALAR_TAGS = ['str', 'null', 'bool', 'int', 'float', 'timestamp'] as const;
export type ScalarTag = (typeof SCALAR_TAGS)[number];
const TAGGED_INT = /^[-+]?(?:0|0b[01]+|0x[0-9a-f]+|0o?[0-7]+|[1-9]\d*|[1-9]\d*(?::\d+)+)$/;
const TAGGED_FLOAT = /^[-+]?(?:\.inf|\.nan|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\d+(?::\d+)*:\d+\.?\d*)$/;

function spellings(word: string): string[] {
  return [word, word[0]!.toUpperCase() + word.slice(1), word.toUpperCase()];
}

/** The value of an unquoted scalar without a tag. */
export function resolvePlain(text: string): PythonValue {
  const boolean = BOOLEANS.get(text);
  if (boolean !== undefined) return boolean;
  if (NULLS.has(text)) return null;
  if (FLOAT.test(text)) return pythonFloat(text);
  if (INT.test(text)) return pythonInt(text);
  if (DATE.test(text) || TIMESTAMP.test(text)) return pythonDate(text);
  return text;
}

/**
 * The value of a scalar with one of the standard tags (`!!int "017"`); `undefined` when Python refuses the text.
 * As the constructors of `yaml.constructor.SafeConstructor`.
 */
export function resolveTagged(tag: ScalarTag, text: string): PythonValue | undefined {
  const plain = text.replaceAll('_', '').toLowerCase();
  switch (tag) {
    case 'str':
      return text;
    case 'null':
      return null;
    case 'bool':
      return BOOLEANS.get(text.toLowerCase());
    case 'int':
      return TAGGED_INT.test(plain) ? pythonInt(text) : undefined;
    case 'float':
      return TAGGED_FLOAT.test(plain) ? pythonFloat(text) : undefined;
    case 'timestamp':
      return DATE.test(text) || TIMESTAMP.test(text) ? pythonDate(text) : undefined;
  }
}

/** False for a date or time that no calendar and no clock has: Python refuses the whole document. */
export function isRealDate(text: string): boolean {
  const [year, month, day, hour = 0, minute = 0, second = 0] = text.split(/[^0-9]+/, 6).map(Number);
  const date = new Date(Date.UTC(2000, month! - 1, day));
  date.setUTCFullYear(year!, month! - 1, day);
  return (
    year! > 0 &&
    date.getUTCMonth() === month! - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  );
}

/** True when Python would read this text as something else than a string, were it written without quotes. */
export function isAmbiguousPlain(text: string): boolean {
  return typeof resolvePlain(text) !== 'string' || text === '=' || text === '<<';
}

/**
 * A spelling that Python reads as the number that this text looks like, for texts that it keeps as strings
 * (`1e-3`, `1.5e3`, `0o17`); `undefined` when the text looks like no number.
 */
export function suggestNumber(text: string): string | undefined {
  if (typeof resolvePlain(text) !== 'string') return undefined;
  const exponent = /^([-+]?)(\d+)(\.\d*)?[eE]([-+]?)(\d+)$/.exec(text);
  if (exponent) {
    const [, sign, whole, fraction = '.0', exponentSign, digits] = exponent;
    return `${sign}${whole}${fraction === '.' ? '.0' : fraction}e${exponentSign || '+'}${digits}`;
  }
  const octal = /^([-+]?)0o([0-7]+)$/.exec(text);
  if (octal) return `${octal[1]}0${octal[2]}`;
  return undefined;
}

/** As `yaml.constructor.construct_yaml_int`: underscores, signs, base 2, 8, 16 and 60. */
export function pythonInt(text: string): bigint {
  const unsigned = text.replaceAll('_', '').replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1n : 1n;
  if (unsigned === '0') return 0n;
  if (unsigned.startsWith('0b') || unsigned.startsWith('0x')) return sign * BigInt(unsigned);
  if (unsigned.startsWith('0')) return sign * BigInt(`0o${unsigned.replace(/^0o?/, '')}`);
  if (unsigned.includes(':')) {
    return sign * unsigned.split(':').reduce((total, part) => total * 60n + BigInt(part), 0n);
  }
  return sign * BigInt(unsigned);
}

/** As `yaml.constructor.construct_yaml_float`. */
export function pythonFloat(text: string): number {
  const unsigned = text.replaceAll('_', '').toLowerCase().replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (unsigned === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (unsigned === '.nan') return Number.NaN;
  if (unsigned.includes(':')) {
    return sign * unsigned.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  }
  return sign * Number(unsigned);
}
