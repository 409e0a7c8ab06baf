// Which signals of a JLS v2 file of ours have a time per sample. The reference library has no samples without a rate, so
// they are written as signals of 1 Hz with a pair of sample id and UTC for every sample: other programs see the samples,
// and each at its time. That the times are the samples' own is said in user data, which others pass over:
// {"stamped": {"signals": [[5, 6], [7]]}}, ids of signals with the same times together. With "clock": false nothing says when
// the values were taken: then the times are on the axis of the file, whose 0 stands where JLS begins to count.

import type { UserDataEntry } from '../reader.ts';

/** Tag of our user data; the Joulescope UI uses 0 and 0x400. */
const META = 0x6d5;

/** The rate that such a signal is given; it means nothing. */
export const STAMPED_RATE_HZ = 1;

/** Whether the entry states what this file is about. */
export function isStampedEntry({ meta, storage, data }: UserDataEntry): boolean {
  return meta === META && storage === 'json' && typeof data === 'string' && data.startsWith('{"stamped":');
}

/** States that each sample of these signals has a time of its own, the same in all of them. */
export function stampedEntry(signalIds: readonly number[], hasClock = true): UserDataEntry {
  const stamped = { signals: [signalIds], ...(hasClock ? {} : { clock: false }) };
  return { meta: META, storage: 'json', data: JSON.stringify({ stamped }) };
}

/** Whether the times are those of a clock. */
export function isOnClock(entries: readonly UserDataEntry[]): boolean {
  return !entries.filter(isStampedEntry).some(({ data }) => stampedOf(String(data))?.clock === false);
}

/** Ids of stamped signals, those with the same times together. What makes no sense is passed over. */
export function stampedGroups(entries: readonly UserDataEntry[]): readonly (readonly number[])[] {
  return entries.filter(isStampedEntry).flatMap(({ data }) => groupsOf(String(data)));
}

function groupsOf(text: string): readonly (readonly number[])[] {
  const list = (value: unknown) => (Array.isArray(value) ? (value as readonly unknown[]) : []);
  return list(stampedOf(text)?.signals).map((group) =>
    list(group).filter((id): id is number => Number.isSafeInteger(id)),
  );
}

function stampedOf(text: string): { readonly signals?: unknown; readonly clock?: unknown } | undefined {
  try {
    return (JSON.parse(text) as { readonly stamped?: object }).stamped;
  } catch {
    return undefined;
  }
}
