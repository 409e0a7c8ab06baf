// What the scope view saves: the record that is shown, a capture, or all records that are still there, through the dialog
// for exports.

import type { App } from '../../../app/app.ts';
import { utcToIsoText } from '../../../base/time.ts';
import { overlapProblem, type RecordSet, recordSignals } from '../../../model/record-set.ts';
import { meanCount } from './averager.ts';
import type { ShownRecord } from './screen.ts';

/** Opens the dialog. `records` have the same signals; the mean of several is one alone, and says so. */
export function saveRecords(
  app: App,
  label: string,
  records: readonly ShownRecord[],
  words: Readonly<Record<string, string>> = {},
): void {
  const [first] = records;
  if (!first) return;
  const meanOf = meanCount(first);
  const set: RecordSet = {
    source: label,
    signals: first.signals,
    records: records.map(({ triggerUtc, startS, stepS, settings, samples }) => {
      return { triggerUtc, startS, stepS, settings, samples };
    }),
    words: { ...words, ...(meanOf === undefined ? {} : { mean_of: String(meanOf) }) },
  };
  const problem = overlapProblem(set);
  if (problem !== undefined) {
    app.toasts.show({ kind: 'info', title: 'These records are saved as events', detail: problem });
  }
  const signals = recordSignals(set);
  app.exports.open({
    name: nameOf(label, first, records.length),
    source: { kind: 'records', records: set },
    store: { signals: () => signals },
    hasEvents: records.length > 1,
    between: undefined,
    annotations: [],
  });
}

/** The newest records that have the same signals, oldest first. */
export function recordsAlike(records: readonly ShownRecord[]): readonly ShownRecord[] {
  const newest = records.at(-1);
  return records.filter(({ signals }) => signals === newest?.signals);
}

function nameOf(label: string, { triggerUtc }: ShownRecord, count: number): string {
  const time = utcToIsoText(triggerUtc).slice(0, 19).replaceAll(':', '').replace('T', '_');
  return `${label} ${time}${count > 1 ? ` ${count} records` : ''}`;
}
