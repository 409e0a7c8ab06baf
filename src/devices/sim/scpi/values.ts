// Numbers, words and blocks as instruments take and give them (IEEE 488.2, 7.7 and 8.7; SCPI-99 volume 1, 7).

import type { CommandTable } from './engine.ts';
import { formsOf } from './header.ts';
import { ScpiError } from './status.ts';

const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:\s*E\s*[+-]?\d+)?)\s*([A-Z/%]*)$/;

/** IEEE 488.2, 7.7.3; `M` is milli but for MHZ and MOHM. */
const PREFIXES: Readonly<Record<string, number>> = {
  T: 1e12,
  G: 1e9,
  MA: 1e6,
  K: 1e3,
  M: 1e-3,
  U: 1e-6,
  N: 1e-9,
  P: 1e-12,
};

export interface NumberRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** What DEFault stands for. */
  readonly default?: number | undefined;
}

/** The number that `text` is, with unit and prefix; MIN, MAX and DEF of the range. Throws -109, -104, -131. */
export function numberOf(text: string | undefined, unit: string, range: NumberRange = {}): number {
  if (text === undefined) throw new ScpiError(-109);
  const capitals = text.toUpperCase();
  const named = { MIN: range.min, MINIMUM: range.min, MAX: range.max, MAXIMUM: range.max };
  const known: Readonly<Record<string, number | undefined>> = { ...named, DEF: range.default, DEFAULT: range.default };
  const byName = known[capitals];
  if (byName !== undefined) return byName;
  const [, digits, suffix = ''] = NUMBER.exec(capitals) ?? [];
  if (digits === undefined) throw new ScpiError(-104);
  return Number(digits.replaceAll(/\s/g, '')) * factorOf(suffix, unit);
}

function factorOf(suffix: string, unit: string): number {
  if (suffix === '' || suffix === unit) return 1;
  if ((unit === 'HZ' || unit === 'OHM') && suffix === `M${unit}`) return 1e6;
  const prefix = suffix.endsWith(unit) ? suffix.slice(0, suffix.length - unit.length) : suffix;
  const factor = PREFIXES[prefix];
  if (factor === undefined) throw new ScpiError(-131);
  return factor;
}

/** Throws -222 outside. */
export function requireRange(value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) throw new ScpiError(-222);
  return value;
}

export const clamp = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);

/** `-1.250000e+01`: `digits` behind the point, an exponent of two digits. */
export function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `+1.25000000E+01`, as Keysight writes. */
export function signedExponential(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${exponential(value, digits).toUpperCase()}`;
}

/** The nearest of 1, 2 and 5 times a power of ten, in ratio, as a knob has them. */
export function nearest125(value: number, min: number, max: number): number {
  const decade = Math.floor(Math.log10(value));
  const steps = [1, 2, 5, 10].map((step) => Number(`${step}e${decade}`));
  const distance = (step: number) => Math.abs(Math.log(step / value));
  return clamp(
    steps.reduce((best, step) => (distance(step) < distance(best) ? step : best)),
    min,
    max,
  );
}

/** On a grid; free of the rounding errors of the product. */
export function onGrid(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toPrecision(12));
}

/** `#9000000004` and the bytes: a block of definite length with `digits` digits. */
export function block(content: Uint8Array, digits = 9, before = ''): Uint8Array<ArrayBuffer> {
  const header = `${before}#${digits}${String(content.byteLength).padStart(digits, '0')}`;
  const whole = new Uint8Array(header.length + content.byteLength);
  whole.set(Uint8Array.from(header, (c) => c.charCodeAt(0)));
  whole.set(content, header.length);
  return whole;
}

/** A block whose count has no leading zeros. */
export const unpadded = (content: Uint8Array) => block(content, String(content.byteLength).length);

type Index = readonly number[];

/** A setting and its query under one header. `get` gives the answer, `set` the text that was sent. */
export function setting(
  header: string,
  get: (suffixes: Index) => string,
  set: (text: string, suffixes: Index) => void,
): CommandTable {
  return {
    [`${header}?`]: ({ suffixes }) => get(suffixes),
    [header]: ({ args, suffixes }) => {
      if (args[0] === undefined) throw new ScpiError(-109);
      set(args[0], suffixes);
      return undefined;
    },
  };
}

/** Answers 1 and 0, takes ON, OFF and numbers. */
export function onOff(
  header: string,
  get: (suffixes: Index) => boolean,
  set: (isOn: boolean, suffixes: Index) => void,
  answers: readonly [string, string] = ['0', '1'],
): CommandTable {
  return setting(
    header,
    (suffixes) => answers[get(suffixes) ? 1 : 0],
    (text, suffixes) => set(booleanOf(text), suffixes),
  );
}

/** A setting that is a flag of `at(suffixes)`. */
export function flag<Key extends string>(
  header: string,
  at: (suffixes: Index) => Record<Key, boolean>,
  key: Key,
  answers?: readonly [string, string],
): CommandTable {
  return onOff(
    header,
    (suffixes) => at(suffixes)[key],
    (isOn, suffixes) => {
      at(suffixes)[key] = isOn;
    },
    answers,
  );
}

export function booleanOf(text: string | undefined): boolean {
  const capitals = text?.toUpperCase();
  if (capitals === 'ON' || capitals === 'OFF') return capitals === 'ON';
  return Math.round(numberOf(text, '')) !== 0;
}

/** A word of `words`, in its documented spelling; throws -224 for others. */
export function wordOf<Word extends string>(text: string | undefined, words: readonly Word[]): Word {
  if (text === undefined) throw new ScpiError(-109);
  const capitals = text.toUpperCase();
  const found = words.find((word) => formsOf(word).includes(capitals));
  if (found === undefined) throw new ScpiError(-224);
  return found;
}

/** A setting that is one of `words`, answered in its short form. */
export function choice<Word extends string>(
  header: string,
  words: readonly Word[],
  get: (suffixes: Index) => Word,
  set: (word: Word, suffixes: Index) => void,
): CommandTable {
  return setting(
    header,
    (suffixes) => formsOf(get(suffixes))[0],
    (text, suffixes) => set(wordOf(text, words), suffixes),
  );
}
