// The mean of the last records, of as many as were taken with the same settings: a change of one begins anew.

import { formatCount } from '../../../base/si.ts';
import type { TraceAnalysis } from '../../../model/trace-analysis.ts';
import { RUN_MODE } from './acquisition.ts';
import type { RecordWindow } from './record-density.ts';
import { recordSettings, type ShownRecord, sampleCount } from './screen.ts';

/** The mean of several records in the place of the newest of them. */
interface MeanRecord extends ShownRecord {
  readonly meanOf: number;
}

/** Of how many records one is the mean; `undefined` for a record as it came. */
export function meanCount(record: ShownRecord | MeanRecord | undefined): number | undefined {
  return record && 'meanOf' in record ? record.meanOf : undefined;
}

/** The same in words; empty for a record as it came. */
export function meanWords(record: ShownRecord | MeanRecord | undefined): string {
  const count = meanCount(record);
  return count === undefined ? '' : `mean of ${formatCount(count)}`;
}

export class Averager {
  readonly #analysis: Pick<TraceAnalysis, 'mean'>;
  #isBusy = false;

  constructor(analysis: Pick<TraceAnalysis, 'mean'>) {
    this.#analysis = analysis;
  }

  /** Over the newest records of a window that are alike; `undefined` while an earlier mean is computed, and of no record. */
  async mean(window: RecordWindow): Promise<MeanRecord | undefined> {
    if (this.#isBusy) return undefined;
    const records = alikeRecords(window);
    const [newest] = records;
    if (!newest) return undefined;
    this.#isBusy = true;
    try {
      const samples = await this.#analysis.mean(records.map((record) => record.samples));
      // triggers lie between two samples, at another place in each record
      const startS = records.reduce((sum, record) => sum + record.startS, 0) / records.length;
      return { ...newest, startS, samples, meanOf: records.length };
    } finally {
      this.#isBusy = false;
    }
  }
}

/** Newest first. */
function alikeRecords({ start, end, record }: RecordWindow): readonly ShownRecord[] {
  const newest = record(end - 1);
  if (!newest) return [];
  const records = [newest];
  for (let number = end - 2; number >= start; number--) {
    const older = record(number);
    if (!older || !isAlike(older, newest)) break;
    records.push(older);
  }
  return records;
}

/** Same settings, whether it was told to run or to wait for a single trigger, and samples at the same places. */
function isAlike(a: ShownRecord, b: ShownRecord): boolean {
  return (
    a.signals === b.signals &&
    a.stepS === b.stepS &&
    sampleCount(a) === sampleCount(b) &&
    Math.abs(a.startS - b.startS) <= b.stepS &&
    (a.settings === b.settings || settingsText(a) === settingsText(b))
  );
}

function settingsText(record: ShownRecord): string {
  const { [RUN_MODE]: _, ...settings } = recordSettings(record);
  return Object.keys(settings).length === 0 ? record.settings : JSON.stringify(settings);
}
