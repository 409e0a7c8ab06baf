// What a scan prints on a terminal: lines before its points, one a point, and lines after the last. Styles differ in the
// lines; what they have in common is here.

import { shortName } from './counter.ts';
import type { ScanPlan } from './plan.ts';
import type { ScanChannel, ScanRow } from './scan.ts';

/** What is printed of a scan beside its points. */
export interface ScanFacts {
  readonly number: number;
  readonly plan: ScanPlan;
  readonly channels: readonly ScanChannel[];
  /** Path of the data file; empty for a scan that leaves nothing behind. */
  readonly file: string;
  readonly session: string;
  readonly user: string;
  /** Milliseconds since the Unix epoch; printed in the computer's time zone. */
  readonly startUnixMs: number;
}

/** The lines of one scan. */
export interface PrintedScan {
  readonly begin: readonly string[];
  point(row: ScanRow): string;
  /** `tookS`: seconds from the start of the run to its end, axes back. */
  end(tookS: number): readonly string[];
}

/** A column of the table. */
export interface PrintedChannel extends ScanChannel {
  /** In the values of a row. */
  readonly index: number;
  readonly kind: 'time' | 'axis' | 'counter';
  /** Before the first colon. */
  readonly controller: string;
  /** With the unit in brackets. */
  readonly label: string;
}

/** Elapsed time first, then axes, then counters, each in their order; without the epoch, as nobody reads it. */
export function printedChannels(channels: readonly ScanChannel[]): readonly PrintedChannel[] {
  const printed = channels.map((channel, index): PrintedChannel => {
    const { fullName, unit } = channel;
    const [controller] = fullName.split(':') as [string];
    const kind = controller === 'timer' ? 'time' : controller === 'axis' ? 'axis' : 'counter';
    const name = kind === 'time' ? 'dt' : shortName(fullName);
    return { ...channel, index, kind, controller, label: unit === '' ? name : `${name}[${unit}]` };
  });
  const of = (wanted: PrintedChannel['kind']) => printed.filter(({ kind }) => kind === wanted);
  return [...of('time').filter(({ fullName }) => fullName !== 'timer:epoch'), ...of('axis'), ...of('counter')];
}

/**
 * Hours, minutes and seconds with microseconds, as Python prints a time span below a day; microseconds that are 0 are left
 * out.
 */
export function spanText(spanS: number): string {
  const microseconds = Math.round(spanS * 1e6);
  const seconds = Math.floor(microseconds / 1e6);
  const rest = microseconds % 1e6;
  const two = (value: number) => String(value % 60).padStart(2, '0');
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
  return rest === 0 ? clock : `${clock}.${String(rest).padStart(6, '0')}`;
}

/** Weekday, month, day and minute, such as `Wed Mar 06 12:45`. */
export function minuteText(unixMs: number): string {
  return `${dayText(unixMs)} ${clockText(unixMs).slice(0, 5)}`;
}

/** The same with seconds and year, such as `Wed Mar 06 12:45:17 2019`. */
export function secondText(unixMs: number): string {
  return `${dayText(unixMs)} ${clockText(unixMs)} ${new Date(unixMs).getFullYear()}`;
}

/** JavaScript's texts of dates have these parts at fixed places: `Wed Mar 06 2019` and `12:45:17 GMT…`. */
function dayText(unixMs: number): string {
  return new Date(unixMs).toDateString().slice(0, 10);
}

function clockText(unixMs: number): string {
  return new Date(unixMs).toTimeString().slice(0, 8);
}
