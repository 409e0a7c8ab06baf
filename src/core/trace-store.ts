// The event store over one channel of traces. It takes the records out of the ring and keeps them all, so it grows; a
// channel has one, since a record that it took is in no other. Any thread; nothing in it waits: call `take` as often as
// the view is drawn, or more.

import { LabError } from '../base/errors.ts';
import type { ChannelState } from '../model/channel.ts';
import type { EventBlock, EventField, EventStore, EventValue } from '../model/events.ts';
import { MOST_SETTINGS_BYTES, type TraceRecord, type TraceRing } from './trace-ring.ts';

/** Samples of a block, 1 MiB; a longer trace gets a block of its own. */
const BLOCK_SAMPLES = 2 ** 18;

/** What is said of each trace: the field, and where it comes from. */
const METADATA: readonly { readonly field: EventField; readonly of: (record: TraceRecord) => EventValue }[] = [
  // Ticks of 2^-30 s since 2018 (src/base/time.ts).
  { field: { name: 'trigger_utc', dtype: '<i8', shape: [] }, of: ({ triggerUtc }) => triggerUtc },
  { field: { name: 'start_s', dtype: '<f8', shape: [] }, of: ({ startS }) => startS },
  { field: { name: 'step_s', dtype: '<f8', shape: [] }, of: ({ stepS }) => stepS },
  { field: { name: 'sample_count', dtype: '<u4', shape: [] }, of: ({ samples }) => samples[0]!.length },
  { field: { name: 'settings', dtype: `|S${MOST_SETTINGS_BYTES}`, shape: [] }, of: ({ settings }) => settings },
];

export class TraceStore implements EventStore {
  readonly trailingBytes = 0;
  /** The most that a trace can have; behind the `sample_count` of a shorter one its values are NaN. */
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields = METADATA.map(({ field }) => field);
  readonly #ring: TraceRing;
  readonly #records: TraceRecord[] = [];
  /** What is left of the newest block. What was taken stays where it is: no growth copies samples. */
  #room = new Float32Array(0);
  #hasAll = false;

  constructor(ring: TraceRing) {
    const { mostSamples, signals } = ring.descriptor.channel;
    this.#ring = ring;
    this.dataLength = mostSamples;
    this.dataFields = signals.map(({ name }) => ({ name, dtype: '<f4', shape: [] }));
  }

  /** Traces taken so far. */
  get eventCount(): number {
    return this.#records.length;
  }

  /** `live` until everything that was written has been taken. */
  get state(): ChannelState {
    return this.#hasAll ? this.#ring.state : 'live';
  }

  /** Traces of this channel that nobody will see. */
  get lostCount(): number {
    return this.#ring.lostCount;
  }

  /** Takes what waits, at most one ring full, so that a fast writer does not keep the caller. */
  take(): void {
    const { slotCount } = this.#ring.descriptor.ring;
    // One more than there are slots: behind the last record is the end.
    for (let turn = 0; turn <= slotCount; turn++) {
      const taken = this.#ring.tryTake((length) => this.#makeRoom(length));
      if (taken === 'would-block') return;
      if (taken === 'end') {
        this.#hasAll = true;
        return;
      }
      const last = this.#records.at(-1);
      // The settings seldom change: equal ones are one text.
      this.#records.push(last?.settings === taken.settings ? { ...taken, settings: last.settings } : taken);
    }
  }

  async read(start: number, count: number): Promise<EventBlock> {
    const isValid = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
    if (!isValid || start + count > this.eventCount) {
      throw new LabError(
        'format/range',
        `Traces ${start} to ${start + count} are not there; the instrument has brought ${this.eventCount}.`,
      );
    }
    const part = this.#records.slice(start, start + count);
    return {
      start,
      eventCount: count,
      metadata: METADATA.map(({ field, of }) => ({ field, values: part.map(of) })),
      data: this.dataFields.map((field, signal) => {
        const values = new Float32Array(count * this.dataLength).fill(Number.NaN);
        for (const [index, { samples }] of part.entries()) values.set(samples[signal]!, index * this.dataLength);
        return { field, values };
      }),
    };
  }

  #makeRoom(length: number): Float32Array {
    if (this.#room.length < length) this.#room = new Float32Array(Math.max(BLOCK_SAMPLES, length));
    const room = this.#room.subarray(0, length);
    this.#room = this.#room.subarray(length);
    return room;
  }
}
