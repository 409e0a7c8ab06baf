// The title under which a scan is kept: its type, then what moved from where to where, in digits that the axis can tell.

import type { AxisFacts } from './axis.ts';

/** Decimals of the tolerance as it is written: 0.0001 has 4, 1 has none. */
function decimalsOf(tolerance: number): number {
  const [digits, exponent = '0'] = String(tolerance).split('e') as [string, string?];
  return Math.min(100, Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent)));
}

/** A position rounded to what the axis can tell, without zeros at the end. */
export function positionText(axis: AxisFacts, position: number): string {
  const rounded = Number(position.toFixed(decimalsOf(axis.tolerance)));
  return String(rounded === 0 ? 0 : rounded);
}

/** The same with the unit. */
export function placeText(axis: AxisFacts, position: number): string {
  return `${positionText(axis, position)}${axis.unit === '' ? '' : `\u00a0${axis.unit}`}`;
}
