// A store of made-up events: two channels of 40 samples, each event a pulse as high as its number.

import type { EventStore } from '../../src/model/events.ts';

const LENGTH = 40;
const FIELDS = ['chA', 'chB'].map((name) => ({ name, dtype: '<f4', shape: [] }));
const METADATA = [
  { name: 'counter', dtype: '<i8', shape: [] },
  { name: 'timestamp', dtype: '<f8', shape: [] },
  { name: 'deadtime', dtype: '<f8', shape: [] },
];

/** Height of a sample of an event. */
export function pulseValue(channel: number, event: number, sample: number): number {
  return sample >= 10 && sample < 20 ? (event + 1) * (channel + 1) : 0;
}

export function pulseEvents(eventCount = 30): EventStore {
  return {
    eventCount,
    trailingBytes: 0,
    dataLength: LENGTH,
    dataFields: FIELDS,
    metadataFields: METADATA,
    read: async (start, count) => {
      const events = Array.from({ length: count }, (_, i) => start + i);
      return {
        start,
        eventCount: count,
        data: FIELDS.map((field, channel) => ({
          field,
          values: events.flatMap((event) => Array.from({ length: LENGTH }, (_, i) => pulseValue(channel, event, i))),
        })),
        metadata: [
          { field: METADATA[0]!, values: events.map((event) => BigInt(event)) },
          { field: METADATA[1]!, values: events.map((event) => 1_760_000_000.25 + event) },
          { field: METADATA[2]!, values: events.map(() => 0.125) },
        ],
      };
    },
  };
}
