// Where axis ticks go and what they say. Ticks are integer multiples of a step, computed from the integer, so
// that a tick does not move or change its label while the view pans.

import { formatElapsed } from '../../base/duration.ts';
import { exponentOf, formatSi, formatSiText, groupThousands } from '../../base/si.ts';

export interface Tick {
  readonly value: number;
  readonly label: string;
}

export interface Ticks {
  readonly step: number;
  readonly major: readonly Tick[];
  /** Values of the unlabelled ticks between. */
  readonly minor: readonly number[];
  /** What all labels share: unit with prefix of a value axis, or the time from which a time axis counts. */
  readonly common: string;
}

const NARROW_SPACE = '\u202f';

/** `toFixed` with a real minus sign, without a negative zero, and with thousands apart. */
export function formatFixed(value: number, decimals: number): string {
  const text = groupThousands(value.toFixed(Math.min(decimals, 20)));
  if (!text.startsWith('-')) return text;
  return /[1-9]/.test(text) ? `\u2212${text.slice(1)}` : text.slice(1);
}

/** One prefix for a whole axis, from its largest magnitude. */
function axisPrefix(magnitude: number, unit: string): { prefix: string; factor: number } {
  const { prefix } = formatSi(magnitude, unit, { significantDigits: 3 });
  return { prefix, factor: 10 ** exponentOf(prefix) };
}

/** Smallest of 1, 2, 5 × 10^n that cuts `span` into at most `maxCount` parts. */
export function niceStep(span: number, maxCount: number): number {
  const raw = span / Math.max(maxCount, 1);
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  for (const factor of [1, 2, 5]) {
    if (factor * magnitude >= raw * (1 - 1e-9)) return factor * magnitude;
  }
  return 10 * magnitude;
}

/** An axis with a single label has no scale. */
export const LEAST_LABELS = 2;

/** Multiples of the coarsest step that `stepOf` gives for `maxCount` parts or, where those are fewer than two, for more. */
function twoOrMore(
  min: number,
  max: number,
  maxCount: number,
  stepOf: (count: number) => number,
): { readonly step: number; readonly values: readonly number[] } {
  for (let count = maxCount; ; count++) {
    const step = stepOf(count);
    const values = multiples(min, max, step);
    // where doubles tell no more apart there are no more
    if (values.length >= LEAST_LABELS || min + step === min) return { step, values };
  }
}

/** All multiples of `step` in [min, max]. */
export function multiples(min: number, max: number, step: number): number[] {
  const first = Math.ceil(min / step - 1e-6);
  const last = Math.floor(max / step + 1e-6);
  const values: number[] = [];
  // `first + values.length` stays exact where repeated addition would drift.
  while (first + values.length <= last) values.push((first + values.length) * step);
  return values;
}

function minorStep(step: number): number {
  const mantissa = Math.round(step / 10 ** Math.floor(Math.log10(step) + 1e-9));
  return mantissa === 2 ? step / 4 : step / 5;
}

/** Decimals that tell multiples of `step` apart. */
function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

/** Ticks of a value axis; `common` is prefix + unit, the labels are bare numbers. */
export function valueTicks(min: number, max: number, maxCount: number, unit: string): Ticks {
  const { step, values } = twoOrMore(min, max, maxCount, (count) => niceStep(max - min, count));
  const { prefix, factor } = axisPrefix(Math.max(Math.abs(min), Math.abs(max)), unit);
  const decimals = decimalsOf(step / factor);
  const major = values.map((value) => ({ value, label: formatFixed(value / factor, decimals) }));
  return { step, major, minor: multiples(min, max, minorStep(step)), common: prefix + unit };
}

/** Ticks at decades, with 2…9 between while there are few decades. */
export function logTicks(min: number, max: number, maxCount: number, unit: string): Ticks {
  const first = Math.ceil(Math.log10(min) - 1e-9);
  const last = Math.floor(Math.log10(max) + 1e-9);
  if (last - first < 1) return valueTicks(min, max, maxCount, unit);
  const every = Math.max(1, Math.min(last - first, Math.ceil((last - first + 1) / Math.max(maxCount, 1))));
  const major: Tick[] = [];
  const minor: number[] = [];
  for (let power = first - 1; power <= last; power++) {
    const value = 10 ** power;
    if (power >= first && (power - first) % every === 0)
      major.push({ value, label: formatSiText(value, unit, { significantDigits: 1 }) });
    if (every > 1) continue;
    for (let digit = 2; digit <= 9; digit++) {
      if (digit * value >= min && digit * value <= max) minor.push(digit * value);
    }
  }
  return { step: every, major, minor, common: '' };
}

/** Steps above a second follow the clock: 1, 2, 5, 10, 15, 30 s, minutes, hours, days. */
const CLOCK_STEPS_S = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
] as const;

function timeStep(spanS: number, maxCount: number): number {
  if (spanS / maxCount <= 0.5) return niceStep(spanS, maxCount);
  const step = CLOCK_STEPS_S.find((candidate) => spanS / candidate <= maxCount * (1 + 1e-9));
  return step ?? 86_400 * niceStep(spanS / 86_400, maxCount);
}

export interface TimeAxis {
  /** Times on screen, in the axis' own seconds: elapsed, or seconds since local midnight of the shown origin. */
  readonly startS: number;
  readonly endS: number;
  readonly maxCount: number;
  /** Writes a whole second of a clock axis (`14:03:07`); left out for elapsed time. */
  readonly clock?: (wholeSecondS: number) => string;
}

/** Longest label, in digits of the number, before the axis counts from a shared offset. */
const MAX_PLAIN_DIGITS = 6;

/**
 * Ticks of a time axis. Labels that would grow long (deep zoom far from zero) count from a shared offset, which
 * is in `common`, such as `1234.5 s +`.
 */
export function timeTicks({ startS, endS, maxCount, clock }: TimeAxis): Ticks {
  const { step, values } = twoOrMore(startS, endS, maxCount, (count) => timeStep(endS - startS, count));
  const minor = multiples(startS, endS, step < 1 ? minorStep(step) : step % 3 === 0 ? step / 3 : step / 5);
  if (step >= 1 && clock) {
    return { step, major: values.map((value) => ({ value, label: clock(Math.round(value)) })), minor, common: '' };
  }
  const largest = Math.max(Math.abs(startS), Math.abs(endS));
  if (step >= 1 && largest >= 60) {
    return { step, major: values.map((value) => ({ value, label: signedElapsed(value) })), minor, common: '' };
  }
  const digits = Math.ceil(Math.log10(Math.max(largest, step) / step));
  if (!clock && digits <= MAX_PLAIN_DIGITS) {
    return {
      step,
      major: values.map((value) => ({ value, label: secondsLabel(value, step, largest) })),
      minor,
      common: '',
    };
  }
  // Count from a round offset at or before the left edge, at least the span away from the next one.
  const offsetStep = clock ? 1 : Math.max(10 ** Math.ceil(Math.log10(endS - startS)), step);
  const offset = Math.floor(startS / offsetStep + 1e-9) * offsetStep;
  const span = endS - offset;
  const major = values.map((value) => ({ value, label: `+${secondsLabel(value - offset, step, span)}` }));
  const common = clock ? clock(offset) : `${formatFixed(offset, decimalsOf(offsetStep))}${NARROW_SPACE}s`;
  return { step, major, minor, common };
}

function signedElapsed(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 0 ? `\u2212${formatElapsed(-whole)}` : formatElapsed(whole);
}

function secondsLabel(seconds: number, step: number, largest: number): string {
  const { prefix, factor } = axisPrefix(Math.min(largest, 1), 's');
  return `${formatFixed(seconds / factor, decimalsOf(step / factor))}${NARROW_SPACE}${prefix}s`;
}
