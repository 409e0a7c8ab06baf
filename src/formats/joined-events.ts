// Events of several files one behind the other, where all have the same fields.

import { FormatError } from '../base/errors.ts';
import type { EventBlock, EventColumn, EventField, EventSpan, EventStore, EventValue } from './reader.ts';

/** Events of a file and where its axis begins on the common one. */
export interface PlacedEvents {
  readonly events: EventStore;
  readonly offsetS: number;
}

/** Whether events have the same fields and as many items of data: then they can be one after the other. */
export function hasSameFields(one: EventStore, other: EventStore): boolean {
  const isSame = (a: readonly EventField[], b: readonly EventField[]): boolean =>
    JSON.stringify(a.map(({ name, dtype, shape }) => [name, dtype, shape])) ===
    JSON.stringify(b.map(({ name, dtype, shape }) => [name, dtype, shape]));
  return (
    one.dataLength === other.dataLength &&
    (one.spans === undefined) === (other.spans === undefined) &&
    isSame(one.dataFields, other.dataFields) &&
    isSame(one.metadataFields, other.metadataFields)
  );
}

export class JoinedEvents implements EventStore {
  readonly eventCount: number;
  readonly trailingBytes: number;
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields: readonly EventField[];
  readonly spans?: readonly EventSpan[];
  readonly #parts: readonly PlacedEvents[];

  /** One part at least; all have the same fields. */
  constructor(parts: readonly PlacedEvents[]) {
    const [first] = parts;
    const { dataLength, dataFields, metadataFields, spans } = first!.events;
    this.#parts = parts;
    this.eventCount = parts.reduce((sum, { events }) => sum + events.eventCount, 0);
    this.trailingBytes = parts.reduce((sum, { events }) => sum + events.trailingBytes, 0);
    this.dataLength = dataLength;
    this.dataFields = dataFields;
    this.metadataFields = metadataFields;
    if (spans) {
      this.spans = parts.flatMap(({ events, offsetS }) =>
        (events.spans ?? []).map(({ startS, endS }) => ({ startS: startS + offsetS, endS: endS + offsetS })),
      );
    }
  }

  async read(start: number, count: number): Promise<EventBlock> {
    const end = start + count;
    if (!(start >= 0 && count >= 0 && end <= this.eventCount)) {
      throw new FormatError('format/range', `Events ${start} to ${end} are not all in these ${this.eventCount}.`);
    }
    const blocks: EventBlock[] = [];
    let before = 0;
    for (const { events } of this.#parts) {
      const from = Math.max(0, start - before);
      const stop = Math.min(events.eventCount, end - before);
      if (stop > from || (count === 0 && blocks.length === 0)) {
        blocks.push(await events.read(from, Math.max(0, stop - from)));
      }
      before += events.eventCount;
    }
    const [first] = blocks;
    if (blocks.length === 1) return { ...first!, start };
    return {
      start,
      eventCount: count,
      metadata: joined(blocks.map(({ metadata }) => metadata)),
      data: joined(blocks.map(({ data }) => data)),
    };
  }
}

/** Column by column, in the order of the parts. */
function joined(parts: readonly (readonly EventColumn[])[]): readonly EventColumn[] {
  return parts[0]!.map(({ field }, column) => ({
    field,
    values: parts.flatMap((columns) => Array.from<EventValue>(columns[column]!.values)),
  }));
}
