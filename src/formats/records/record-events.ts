// Records of an oscilloscope as events, a field for each channel.

import { FormatError } from '../../base/errors.ts';
import { utcToUnixMs } from '../../base/time.ts';
import { type RecordSet, sampleCountOf, triggerTimeS } from '../../model/record-set.ts';
import type { EventBlock, EventField, EventSpan, EventStore } from '../reader.ts';

/** Unix time of the trigger, from it to the first sample, and from sample to sample, in seconds. */
const FIELDS: readonly EventField[] = [
  { name: 'triggerTime', dtype: '<f8', shape: [] },
  { name: 'x0', dtype: '<f8', shape: [] },
  { name: 'step', dtype: '<f8', shape: [] },
];

export class RecordEvents implements EventStore {
  readonly trailingBytes = 0;
  /** Of the longest record; behind the end of a shorter one its values are NaN. */
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields = FIELDS;
  readonly spans: readonly EventSpan[];
  readonly #set: RecordSet;

  constructor(set: RecordSet) {
    this.#set = set;
    this.dataLength = Math.max(...set.records.map(sampleCountOf));
    this.dataFields = set.signals.map(({ name }) => ({ name, dtype: '<f4', shape: [] }));
    this.spans = set.records.map((record, index) => {
      const startS = triggerTimeS(set, index) + record.startS;
      return { startS, endS: startS + sampleCountOf(record) * record.stepS };
    });
  }

  get eventCount(): number {
    return this.#set.records.length;
  }

  async read(start: number, count: number): Promise<EventBlock> {
    const isValid = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
    if (!isValid || start + count > this.eventCount) {
      throw new FormatError(
        'format/range',
        `Records ${start} to ${start + count} are not there: ${this.eventCount} are.`,
      );
    }
    const part = this.#set.records.slice(start, start + count);
    return {
      start,
      eventCount: count,
      metadata: [
        { field: FIELDS[0]!, values: part.map(({ triggerUtc }) => utcToUnixMs(triggerUtc) / 1000) },
        { field: FIELDS[1]!, values: part.map(({ startS }) => startS) },
        { field: FIELDS[2]!, values: part.map(({ stepS }) => stepS) },
      ],
      data: this.dataFields.map((field, signal) => {
        const values = new Float32Array(count * this.dataLength).fill(Number.NaN);
        for (const [index, { samples }] of part.entries()) values.set(samples[signal]!, index * this.dataLength);
        return { field, values };
      }),
    };
  }
}
