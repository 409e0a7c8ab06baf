// What the rows that were seen tell of how times are printed: their digits, and the order of day and month.

import { inSeconds } from '../time-axis.ts';
import { cellNumber } from './cells.ts';
import { dayOrderOf, parseClock, secondsBetween } from './clock-times.ts';
import type { Layout } from './layout.ts';
import type { TimePlan } from './time-column.ts';

/** One unit of the last digit in seconds, counted as the core counts it (assembly/text/rows.ts). */
export function resolutionOf({ rows, style }: Layout, plan: TimePlan): number {
  // units in the cells make digits of several sizes
  if (plan.kind !== 'numbers' || hasUnits(rows, style, plan.column)) return 0;
  let decimals = 0;
  for (const row of rows) {
    const [, fraction = '', power = '0'] =
      /^[+-]?\d*(?:[.,](\d*))?(?:[eE]([+-]?\d+))?$/.exec((row[plan.column] ?? '').replace(style.decimal, '.')) ?? [];
    decimals = Math.max(decimals, fraction.length - Number(power));
  }
  return inSeconds(10 ** -decimals, plan.unitSeconds);
}

function hasUnits(rows: Layout['rows'], style: Layout['style'], column: number): boolean {
  return rows.some((row) => (cellNumber(row[column] ?? '', style)?.unit ?? '') !== '');
}

export interface DayOrderFound {
  readonly isDayFirst: boolean;
  /** False while rows further down may still decide otherwise. */
  readonly isSure: boolean;
  /** A sentence, where nothing decides it. */
  readonly guess: string | undefined;
}

/** Whether the day comes first in the dates of the rows that were seen. */
export function dayOrder({ rows }: Layout, plan: TimePlan, chosen: boolean | undefined): DayOrderFound {
  if (chosen !== undefined) return { isDayFirst: chosen, isSure: true, guess: undefined };
  const texts =
    plan.kind === 'clock' ? rows.map((row) => plan.columns.map((column) => row[column] ?? '').join(' ')) : [];
  const orders = texts.flatMap((text) => dayOrderOf(text.trim()) ?? []);
  const first = orders[0];
  if (!first) return { isDayFirst: true, isSure: true, guess: undefined };
  if (orders.some((order) => order.first > 12)) return { isDayFirst: true, isSure: true, guess: undefined };
  if (orders.some((order) => order.second > 12)) return { isDayFirst: false, isSure: true, guess: undefined };
  const example = texts.find((text) => dayOrderOf(text.trim()))!.trim();
  // dates with points are German; with strokes American until something else shows
  if (example.includes('.') && !example.includes('/')) return { isDayFirst: true, isSure: true, guess: undefined };
  const spans = [true, false].map((isDayFirst) => span(texts, isDayFirst));
  if (orders.some((order) => order.first !== first.first || order.second !== first.second) && spans[0] !== spans[1]) {
    return { isDayFirst: spans[0]! < spans[1]!, isSure: false, guess: undefined };
  }
  const isDayFirst = !example.includes('/');
  const guess = `In dates like "${example.split(' ')[0]}" the ${isDayFirst ? 'day' : 'month'} is taken to come first.`;
  return { isDayFirst, isSure: false, guess: first.first === first.second ? undefined : guess };
}

/** Time from the lowest to the highest moment; the wrong order scatters them. */
function span(texts: readonly string[], isDayFirst: boolean): number {
  const clocks = texts.flatMap((text) => parseClock(text.trim(), isDayFirst) ?? []);
  const seconds = clocks.map((clock) => secondsBetween(clocks[0]!, clock));
  return seconds.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...seconds) - Math.min(...seconds);
}
