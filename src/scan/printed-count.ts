// What a single count prints: a line per counter, with its value per second of counting.

import type { PrintedChannel } from './printed.ts';
import { numberText } from './table.ts';

/** Narrowest column of names. */
const MIN_NAME_WIDTH = 20;
/** Characters before the points of both numbers, and behind each of them. */
const BEFORE = 8;
const BEHIND_VALUE = 9;
const BEHIND_RATE = 11;

/** `name = value (value/t /s) controller`, several lines for several counters. */
export function countLines(channels: readonly PrintedChannel[], values: readonly number[], countTimeS: number): string {
  const counters = channels.filter(({ kind }) => kind === 'counter');
  const width = Math.max(MIN_NAME_WIDTH, ...counters.map(({ label }) => label.length));
  return counters
    .map(({ label, controller, index }) => {
      const value = values[index]!;
      const [own, rate] = [aligned(value, BEHIND_VALUE), aligned(value / countTimeS, BEHIND_RATE)];
      return `  ${label.padStart(width)}  = ${own} (${rate} /s)  ${controller}`;
    })
    .join('\n');
}

/** So that the points of numbers stand below each other. */
function aligned(value: number, behind: number): string {
  const text = numberText(value, true);
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole.padStart(BEFORE)}${text.includes('.') ? '.' : ' '}${fraction.padEnd(behind)}`;
}
