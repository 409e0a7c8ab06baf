// Files in one view: the letter, colour and dash of each, and what is said of it. Who cannot tell the colours apart has the
// dashes and the letters.

import { isCounted } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import type { ShownStore } from './lanes.ts';
import { formatExact } from './position-text.ts';

/** Dashes that tell traces apart without colour, one for each trace colour. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 3],
  [2, 2],
  [10, 3, 2, 3],
  [5, 5],
  [12, 4, 4, 4],
  [3, 6],
  [1, 4],
];

const LETTERS = 26;
const FIRST_LETTER = 65;

/** As columns of a sheet: A to Z, AA and on. */
export function letterOf(place: number): string {
  const own = String.fromCharCode(FIRST_LETTER + (place % LETTERS));
  return place < LETTERS ? own : letterOf(Math.floor(place / LETTERS) - 1) + own;
}

/** Where the colours begin again the dashes are others. */
export function dashOf(place: number): readonly number[] {
  return DASHES[(place + Math.floor(place / DASHES.length)) % DASHES.length]!;
}

/** A line of the legend. */
export interface LegendLine {
  readonly place: number;
  readonly text: string;
}

/** Empty where one file is alone. */
export function legendLines(shown: readonly ShownStore[], axis: SignalAxis): readonly LegendLine[] {
  if (shown.length < 2) return [];
  return shown.map((store, place) => ({ place, text: wordsOf(store, axis) }));
}

function wordsOf(shown: ShownStore, axis: SignalAxis): string {
  const { label, letter, note } = shown;
  if (note !== undefined) return `${label}: ${note}`;
  return [`${letter}  ${label}`, ...movedWords(shown, axis)].join(', ');
}

/** How it is moved against its file; empty where it is not. */
export function movedWords({ shiftS, raises = {} }: ShownStore, axis: SignalAxis): readonly string[] {
  const along = `moved by ${shiftS > 0 ? '+' : ''}${formatExact(shiftS, axis.unit)}${isCounted(axis) ? ` ${axis.name}s` : ''}`;
  const up = Object.entries(raises).flatMap(([unit, raise]) =>
    raise === 0 ? [] : [`drawn ${formatExact(Math.abs(raise), unit)} ${raise > 0 ? 'higher' : 'lower'}`],
  );
  return shiftS === 0 ? up : [along, ...up];
}
