// How positions on the axis are written: from the start, a marker or the end, as elapsed time or wall clock where the
// axis is time, else in its own unit or counted.

import { formatElapsed } from '../../../base/duration.ts';
import { exponentOf, formatCount, formatSi } from '../../../base/si.ts';
import { type Utc, utcToUnixMs } from '../../../base/time.ts';
import { isCounted, isSameAxis, TIME_AXIS } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { formatFixed, type Tick, timeTicks, valueTicks } from '../../plot/ticks.ts';
import type { Marker, TimeMode, TimeRange, ViewState } from './state.ts';

const DAY_S = 86_400;
const NARROW_SPACE = '\u202f';

/** Turns seconds of the store (or places on its axis) into what is shown. */
export interface TimeReference {
  readonly axis: SignalAxis;
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
  axis: SignalAxis,
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
    return { axis, mode, shiftS: (shownMs - midnightMs) / 1000, midnightMs };
  }
  if (mode === 'start') return { axis, mode, shiftS: -extent.startS, midnightMs: 0 };
  if (mode === 'end') return { axis, mode, shiftS: -extent.endS, midnightMs: 0 };
  if (mode === 'marker') return { axis, mode, shiftS: -(referenceMarker(state)?.first ?? 0), midnightMs: 0 };
  return { axis, mode: 'relative', shiftS: 0, midnightMs: 0 };
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

/** Ticks in store seconds, and what their labels share, in two short lines. */
export interface AxisTicks {
  readonly major: readonly Tick[];
  readonly minor: readonly number[];
  /** The day, or the name of the axis; may be empty. */
  readonly above: string;
  /** The offset that labels count from, or the unit; may be empty. */
  readonly beside: string;
}

export function axisTicks(reference: TimeReference, time: TimeRange, maxCount: number): AxisTicks {
  const { axis, shiftS } = reference;
  const range = { startS: time.startS + shiftS, endS: time.endS + shiftS };
  const shown = isSameAxis(axis, TIME_AXIS)
    ? clockTicks(reference, time, range, maxCount)
    : placeTicks(axis, range, maxCount);
  return {
    ...shown,
    major: shown.major.map(({ value, label }) => ({ value: value - shiftS, label })),
    minor: shown.minor.map((value) => value - shiftS),
  };
}

function clockTicks(
  reference: TimeReference,
  time: TimeRange,
  { startS, endS }: TimeRange,
  maxCount: number,
): AxisTicks {
  const isWall = isClock(reference);
  const { major, minor, common } = timeTicks({ startS, endS, maxCount, ...(isWall && { clock: clockText }) });
  return { major, minor, above: isWall ? formatDate(reference, time.startS) : '', beside: common };
}

function placeTicks(axis: SignalAxis, { startS, endS }: TimeRange, maxCount: number): AxisTicks {
  const { major, minor, common } = valueTicks(startS, endS, maxCount, axis.unit);
  // there is nothing between two samples
  const isThere = (value: number) => !isCounted(axis) || Number.isInteger(value);
  return {
    major: major.filter(({ value }) => isThere(value)),
    minor: minor.filter(isThere),
    above: isCounted(axis) ? '' : axis.name,
    beside: isCounted(axis) ? axis.name : common,
  };
}

/** A position, to `resolutionS` (the time of a pixel or a sample). */
export function formatPosition(reference: TimeReference, timeS: number, resolutionS: number): string {
  const { axis, mode } = reference;
  const shown = timeS + reference.shiftS;
  const decimals = decimalsTo(resolutionS);
  if (isClock(reference)) {
    const rounded = Number(shown.toFixed(decimals));
    const whole = Math.floor(rounded);
    return clockText(whole) + fractionText(rounded - whole, decimals);
  }
  // a distance from a marker or from the end is a length
  if (!isCounted(axis) || mode === 'marker' || mode === 'end' || mode === 'start')
    return formatSpan(axis, shown, resolutionS);
  const place = decimals === 0 ? formatCount(Math.round(shown)) : formatFixed(shown, decimals);
  return `${axis.name}${NARROW_SPACE}${place}`;
}

/** A length along an axis, to `resolutionS`. */
export function formatSpan(axis: SignalAxis, length: number, resolutionS: number): string {
  const decimals = decimalsTo(resolutionS);
  if (isCounted(axis)) {
    const count = decimals === 0 ? formatCount(Math.round(length)) : formatFixed(length, decimals);
    return `${count}${NARROW_SPACE}${axis.name}${count === '1' ? '' : 's'}`;
  }
  return axis.unit === 's' ? formatSeconds(length, decimals) : formatPlace(length, axis.unit, resolutionS);
}

function decimalsTo(resolutionS: number): number {
  return Math.min(Math.max(Math.ceil(-Math.log10(resolutionS) - 1e-9), 0), 12);
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

/** With a prefix where the unit takes one, as far as steps of `resolution` tell places apart. */
function formatPlace(value: number, unit: string, resolution: number): string {
  const { prefix } = formatSi(value, unit, { significantDigits: 3 });
  const exponent = exponentOf(prefix);
  const decimals = Math.ceil(-Math.log10(resolution) - 1e-9) + exponent;
  const shown = exponent >= 0 ? value / 10 ** exponent : value * 10 ** -exponent;
  return `${formatFixed(shown, Math.min(Math.max(decimals, 0), 12))}${NARROW_SPACE}${prefix}${unit}`;
}
