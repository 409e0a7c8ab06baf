// Which arrays of a file are opened, and how what was found and chosen is told.

import type { ReadChoice } from '../../model/read-choice.ts';
import type { ReadColumn, Reading } from '../../model/reading.ts';
import type { Diagnostic } from '../../model/signal-store.ts';

/** Signals that are shown, at most, and channels of one array where it was not chosen. */
export const MAX_SIGNALS = 1024;
const MAX_CHANNELS = 256;
/** Arrays that are opened without being chosen. */
export const MAX_OPEN = 32;
/** Letters of a reading's form. */
const MAX_FORM = 2000;

/** One array of the file, in its order. */
export interface ReadArray extends ReadColumn {
  /** Such as `1000 × 3 float64, V`. */
  readonly detail: string;
  /** True when nothing says how far its samples are apart. */
  readonly isCounted: boolean;
}

/** Channels of an array of so many, each of so many numbers, that are shown. Says so when some are not. */
export function shownChannels(
  id: string,
  channelCount: number,
  columnCount: number,
  { parts }: ReadChoice,
  format: string,
  diagnostics: Diagnostic[],
): number {
  const most = parts ? MAX_SIGNALS : MAX_CHANNELS;
  const shown = Math.min(channelCount, Math.max(1, Math.floor(most / Math.max(1, columnCount))));
  if (shown < channelCount) {
    const message = `"${id}" has ${channelCount} channels, of which the first ${shown} are shown. Choose it alone to see up to ${MAX_SIGNALS}.`;
    diagnostics.push({ severity: 'info', code: `${format}/left-out`, message });
  }
  return shown;
}

/** Adds to `diagnostics` what is counted and what is not open. */
export function arrayReading(
  arrays: readonly ReadArray[],
  guessed: readonly string[],
  choice: ReadChoice,
  format: string,
  diagnostics: Diagnostic[],
): Reading {
  const guesses = [...guessed];
  const isMany = arrays.length > MAX_OPEN;
  const say = (code: string, message: string) =>
    diagnostics.push({ severity: 'info', code: `${format}/${code}`, message });
  const counted = arrays.filter(({ isCounted }) => isCounted);
  if (counted.length > 0 && choice.rateHz === undefined) {
    const others = counted.length > 1 ? ` and ${counted.length - 1} more` : '';
    const message = `Nothing says how far the samples of "${counted[0]!.id}"${others} are apart: they are counted.`;
    guesses.push(message);
    say('counted', message);
  }
  const openCount = arrays.filter(({ role }) => role === 'signal').length;
  if (isMany && !choice.parts) {
    const verb = openCount === 1 ? 'is' : 'are';
    const message = `Of ${arrays.length} arrays ${openCount} ${verb} open. Choose others where the parts of the file are listed.`;
    say('parts', message);
  }
  const times = arrays.filter(({ role }) => role === 'time');
  const columns = arrays.map(({ id, name, unit, role }) => ({ id, name, unit, role }));
  const parts = arrays.map(({ id, detail, role }) => ({ id, detail, isOpen: role === 'signal' }));
  return {
    form: `${format} ${arrays.map(({ id }) => id).join(' ')}`.slice(0, MAX_FORM),
    guesses,
    choice: { ...(times.length === 1 ? { time: times[0]!.id } : {}), ...choice },
    ...(isMany ? {} : { columns }),
    ...(isMany || choice.parts ? { parts } : {}),
  };
}
