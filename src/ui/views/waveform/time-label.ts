// How positions in time are written: from the start, a marker or the end as elapsed time, or as wall clock.

import { formatElapsed } from '../../../base/duration.ts';
import { exponentOf, formatSi } from '../../../base/si.ts';
import { type Utc, utcToUnixMs } from '../../../base/time.ts';
import { formatFixed, type Ticks, timeTicks } from '../../plot/ticks.ts';
import type { Marker, TimeMode, TimeRange, ViewState } from './state.ts';

const DAY_S = 86_400;
const NARROW_SPACE = '\u202f';

/** Turns seconds of the store into what the axis shows. */
export interface TimeReference {
  readonly mode: TimeMode;
  /** Added to store seconds: the negated zero, or the seconds since midnight of the store's origin. */
  readonly shiftS: number;
  /** Unix time of the midnight that a wall clock counts from, in ms, as UTC fields. */
  readonly midnightMs: number;
}

/** The marker that "relative to marker" means: the selected one, else the first on the time axis. */
export function referenceMarker(state: ViewState): Marker | undefined {
  const onTime = state.markers.filter((marker) => marker.axis === 'time');
  return onTime.find((marker) => marker.id === state.selectedMarkerId) ?? onTime[0];
}

/** Falls back to elapsed time when the data carry no UTC. `zoneOffsetS` is local minus UTC. */
export function timeReference(
  state: ViewState,
  extent: TimeRange,
  originUtc: Utc | undefined,
  zoneOffsetS: (unixMs: number) => number,
): TimeReference {
  const mode = state.timeMode;
  if (originUtc !== undefined && (mode === 'local' || mode === 'utc')) {
    const originMs = utcToUnixMs(originUtc);
    const shownMs = originMs + (mode === 'local' ? zoneOffsetS(originMs + state.time.startS * 1000) * 1000 : 0);
    const midnightMs = Math.floor(shownMs / (DAY_S * 1000)) * DAY_S * 1000;
    return { mode, shiftS: (shownMs - midnightMs) / 1000, midnightMs };
  }
  if (mode === 'end') return { mode, shiftS: -extent.endS, midnightMs: 0 };
  if (mode === 'marker') return { mode, shiftS: -(referenceMarker(state)?.first ?? 0), midnightMs: 0 };
  return { mode: 'relative', shiftS: 0, midnightMs: 0 };
}

const isClock = (reference: TimeReference): boolean => reference.mode === 'local' || reference.mode === 'utc';

/** `2026-11-20` of a wall-clock axis at a store time. */
export function formatDate(reference: TimeReference, timeS: number): string {
  const day = Math.floor((timeS + reference.shiftS) / DAY_S);
  return new Date(reference.midnightMs + day * DAY_S * 1000).toISOString().slice(0, 10);
}

function clockText(wholeS: number): string {
  const ofDay = ((wholeS % DAY_S) + DAY_S) % DAY_S;
  return new Date(ofDay * 1000).toISOString().slice(11, 19);
}

/** Ticks in store seconds; `common` names the day or the offset that labels count from. */
export function axisTicks(reference: TimeReference, time: TimeRange, maxCount: number): Ticks {
  const { shiftS } = reference;
  const clock = isClock(reference) ? { clock: clockText } : {};
  const ticks = timeTicks({ startS: time.startS + shiftS, endS: time.endS + shiftS, maxCount, ...clock });
  const date = isClock(reference) ? formatDate(reference, time.startS) : '';
  return {
    ...ticks,
    major: ticks.major.map(({ value, label }) => ({ value: value - shiftS, label })),
    minor: ticks.minor.map((value) => value - shiftS),
    common: [date, ticks.common].filter((part) => part !== '').join(' '),
  };
}

/** A position, to `resolutionS` (the time of a pixel or a sample). */
export function formatPosition(reference: TimeReference, timeS: number, resolutionS: number): string {
  const shown = timeS + reference.shiftS;
  const decimals = Math.min(Math.max(Math.ceil(-Math.log10(resolutionS) - 1e-9), 0), 12);
  if (isClock(reference)) {
    const rounded = Number(shown.toFixed(decimals));
    const whole = Math.floor(rounded);
    return clockText(whole) + fractionText(rounded - whole, decimals);
  }
  return formatSeconds(shown, decimals);
}

/** A length of time, to `resolutionS`. */
export function formatSpan(seconds: number, resolutionS: number): string {
  return formatSeconds(seconds, Math.min(Math.max(Math.ceil(-Math.log10(resolutionS) - 1e-9), 0), 12));
}

function fractionText(fraction: number, decimals: number): string {
  return decimals > 0 ? fraction.toFixed(decimals).slice(1) : '';
}

function formatSeconds(seconds: number, decimals: number): string {
  const rounded = Number(seconds.toFixed(decimals));
  const size = Math.abs(rounded);
  if (size >= 60) {
    const whole = Math.floor(size);
    return `${rounded < 0 ? '\u2212' : ''}${formatElapsed(whole)}${fractionText(size - whole, decimals)}`;
  }
  if (size >= 1 || size === 0) return `${formatFixed(rounded, decimals)}${NARROW_SPACE}s`;
  const { prefix } = formatSi(size, 's', { significantDigits: 3 });
  const exponent = exponentOf(prefix);
  return `${formatFixed(rounded * 10 ** -exponent, Math.max(decimals + exponent, 0))}${NARROW_SPACE}${prefix}s`;
}
