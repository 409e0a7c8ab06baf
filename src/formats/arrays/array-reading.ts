// Which arrays of a file are opened, and how what was found and chosen is told.

import type { ReadChoice } from '../../model/read-choice.ts';
import type { ReadColumn, Reading } from '../../model/reading.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { isCounted, type Placing } from './placed-signal.ts';

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
  /** Of its numbers, such as `f64`. */
  readonly type: string;
  /** Where its samples lie; undefined when it is not open. */
  readonly placing: Placing | undefined;
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

/** Adds to `diagnostics` what is stated, what is counted and what is not open. `hasParts`: arrays can be opened alone. */
export function arrayReading(
  arrays: readonly ReadArray[],
  guesses: readonly string[],
  choice: ReadChoice,
  format: string,
  diagnostics: Diagnostic[],
  hasParts = true,
): Reading {
  const isMany = hasParts && arrays.length > MAX_OPEN;
  const say = (code: string, message: string) =>
    diagnostics.push({ severity: 'info', code: `${format}/${code}`, message });
  const placings = arrays.flatMap(({ placing }) => placing ?? []);
  const counted = arrays.filter(({ placing }) => placing && isCounted(placing));
  if (counted.length > 0 && choice.rateHz === undefined) {
    const others = counted.length > 1 ? ` and ${counted.length - 1} more` : '';
    say(
      'counted',
      `Nothing says how far the samples of "${counted[0]!.id}"${others} are apart: they are counted. Say the rate, or which column or array holds the times.`,
    );
  }
  const stated = placings.flatMap((placing) => (placing.axis?.places ? [] : (placing.stated ?? [])));
  if (choice.rateHz === undefined) {
    for (const note of new Set(stated.map(({ note }) => note))) if (note !== undefined) say('stated-rate', note);
  }
  const openCount = arrays.filter(({ role }) => role === 'signal').length;
  if (isMany && !choice.parts) {
    const verb = openCount === 1 ? 'is' : 'are';
    const message = `Of ${arrays.length} arrays ${openCount} ${verb} open. Choose others where the parts of the file are listed.`;
    say('parts', message);
  }
  const columns = arrays.map(({ id, name, unit, role }) => ({ id, name, unit, role }));
  const parts = arrays.map(({ id, detail, role }) => ({ id, detail, isOpen: role === 'signal' }));
  return {
    form: `${format} ${arrays.map(({ id, type }) => `${id} ${type}`).join(', ')}`.slice(0, MAX_FORM),
    guesses,
    choice: { ...foundChoice(placings), ...choice },
    ...(isMany ? {} : { columns }),
    ...(hasParts && (isMany || choice.parts) ? { parts } : {}),
  };
}

/** What was found and can be said again: the only axis of times with its unit, else the only rate. */
function foundChoice(placings: readonly Placing[]): ReadChoice {
  const axes = new Set(placings.flatMap(({ axis }) => (axis?.places && !axis.axis ? [axis] : [])));
  const ids = new Set([...axes].map(({ id }) => id));
  const rates = new Set(
    placings.flatMap(({ axis, stated }) => (axis?.places || !stated || stated.axisUnit ? [] : [stated.sampleRateHz])),
  );
  const [time] = axes;
  const [rateHz] = rates;
  return {
    ...(ids.size === 1 && time && { time: time.id, ...(time.timeUnit && { timeUnit: time.timeUnit }) }),
    ...(rates.size === 1 && rateHz !== undefined && { rateHz }),
  };
}
