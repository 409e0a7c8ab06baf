// Spans of time for people.

import { formatSiText } from './si.ts';

/** Elapsed time as a clock: `0:07`, `12:05`, `1:02:03`, `2 d 01:02:03`. Whole seconds, rounded down. */
export function formatElapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const [s, m, h, days] = [
    whole % 60,
    Math.floor(whole / 60) % 60,
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 86_400),
  ];
  if (days > 0) return `${days} d ${pad(h)}:${pad(m)}:${pad(s)}`;
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** A length of time with four digits below a minute (`12.35 ms`), as a clock above. */
export function formatDuration(seconds: number): string {
  return seconds < 60 ? formatSiText(seconds, 's', { significantDigits: 4 }) : formatElapsed(seconds);
}

/** About how long something lasts, in words: `40 seconds`, `12 minutes`, `3 hours`, `8 days`. */
export function formatRoughly(seconds: number): string {
  const units = [
    { name: 'day', lengthS: 86_400 },
    { name: 'hour', lengthS: 3600 },
    { name: 'minute', lengthS: 60 },
    { name: 'second', lengthS: 1 },
  ];
  const unit = units.find((row) => seconds >= 2 * row.lengthS) ?? { name: 'second', lengthS: 1 };
  const count = Math.floor(seconds / unit.lengthS);
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
