// Positions of markers as numbers: with all their digits where they are typed, else with those that mean something.

import { formatSiText, type SiPrefix } from '../../../base/si.ts';

/** Digits of a position: a nanosecond in an hour. */
const EXACT_DIGITS = 13;

/** All digits that a value has, with a prefix; seconds from 1 s on stay seconds. */
export function formatExact(value: number, unit: string): string {
  const isLong = unit === 's' && Math.abs(value) >= 1;
  const prefix: SiPrefix | undefined = isLong ? '' : undefined;
  const text = formatSiText(value, unit, { significantDigits: EXACT_DIGITS, prefix });
  return text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
}

/** The same as far as steps of `step` tell positions apart: what is finer is where the pointer happened to be. */
export function formatToStep(value: number, unit: string, step: number): string {
  if (value === 0) return formatExact(0, unit);
  const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step)) + 1;
  return formatExact(Number(value.toPrecision(Math.min(Math.max(digits, 1), EXACT_DIGITS))), unit);
}
