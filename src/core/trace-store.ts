// The event store over one channel of traces. It takes the records out of the ring and keeps them, up to a number of
// bytes: then the oldest are let go, and counted. A channel has one, since a record that it took is in no other. Any
// thread; nothing in it waits: call `take` as often as the view is drawn, or more.

import { LabError } from '../base/errors.ts';
import type { ChannelState, TraceChannel } from '../model/channel.ts';
import type { EventBlock, EventField, EventStore, EventValue } from '../model/events.ts';
import type { LiveTraces, TraceRecord } from '../model/live-traces.ts';
import { MOST_METADATA_BYTES, MOST_SETTINGS_BYTES, type TraceRing, type TraceTaking } from './trace-ring.ts';

/** Samples of a block, 1 MiB; a longer trace gets a block of its own. */
const BLOCK_SAMPLES = 2 ** 18;

/** Room for 15 traces of two signals with 2^21 samples each, or for 87 000 of one signal with 256. */
const MOST_BYTES = 2 ** 28;

/** For copying in one call: half a frame at 60 Hz. */
const TAKE_BUDGET_MS = 8;
/** Samples between two looks at the time, 1 MiB: memory that is written to for the first time may take milliseconds. */
const PIECE_SAMPLES = 2 ** 18;

/** What is said of each trace: the field, and where it comes from. */
const METADATA: readonly { readonly field: EventField; readonly of: (record: TraceRecord) => EventValue }[] = [
  // Ticks of 2^-30 s since 2018 (src/base/time.ts).
  { field: { name: 'trigger_utc', dtype: '<i8', shape: [] }, of: ({ triggerUtc }) => triggerUtc },
  { field: { name: 'start_s', dtype: '<f8', shape: [] }, of: ({ startS }) => startS },
  { field: { name: 'step_s', dtype: '<f8', shape: [] }, of: ({ stepS }) => stepS },
  { field: { name: 'sample_count', dtype: '<u4', shape: [] }, of: ({ samples }) => samples[0]!.length },
  { field: { name: 'settings', dtype: `|S${MOST_SETTINGS_BYTES}`, shape: [] }, of: ({ settings }) => settings },
];

export class TraceStore implements EventStore, LiveTraces {
  readonly trailingBytes = 0;
  /** The most that a trace can have; behind the `sample_count` of a shorter one its values are NaN. */
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields = METADATA.map(({ field }) => field);
  readonly #ring: TraceRing;
  readonly #mostBytes: number;
  readonly #nowMs: () => number;
  #records: TraceRecord[] = [];
  #heldBytes = 0;
  #forgottenCount = 0;
  /**
   * What is left of the newest block. What was taken stays where it is: no growth copies samples. Shared, so that other
   * threads can look at a record, too.
   */
  #room = new Float32Array(new SharedArrayBuffer(0));
  #hasAll = false;
  /** A trace that is not all here yet. */
  #taking: TraceTaking | undefined;

  /**
   * The records that it keeps take `mostBytes` at most, but the newest one is always kept. While it takes, what waits in
   * the ring comes to that, and a block or two whose records are not all gone.
   */
  constructor(ring: TraceRing, mostBytes = MOST_BYTES, nowMs = () => performance.now()) {
    const { mostSamples, signals } = ring.descriptor.channel;
    this.#ring = ring;
    this.#mostBytes = mostBytes;
    this.#nowMs = nowMs;
    this.dataLength = mostSamples;
    this.dataFields = signals.map(({ name }) => ({ name, dtype: '<f4', shape: [] }));
  }

  /** Traces taken so far. The first `forgottenCount` of them cannot be read any more. */
  get eventCount(): number {
    return this.#forgottenCount + this.#records.length;
  }

  /** The oldest traces, which were let go to make room for newer ones. */
  get forgottenCount(): number {
    return this.#forgottenCount;
  }

  get channel(): TraceChannel {
    return this.#ring.descriptor.channel;
  }

  /** `live` until everything that was written has been taken. */
  get state(): ChannelState {
    return this.#hasAll ? this.#ring.state : 'live';
  }

  /** Traces of this channel that nobody will see. */
  get lostCount(): number {
    return this.#ring.lostCount;
  }

  /**
   * Takes what waits, at most one ring full, so that a fast writer does not keep the caller, and of long traces a part. True
   * when the next call goes on at once.
   */
  take(): boolean {
    const isMore = this.#takeWaiting();
    this.#forget();
    return isMore;
  }

  watch(): () => Promise<void> {
    return this.#ring.watch();
  }

  record(index: number): TraceRecord | undefined {
    return this.#records[index - this.#forgottenCount];
  }

  async read(start: number, count: number): Promise<EventBlock> {
    const isValid = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
    const first = this.#forgottenCount;
    if (!isValid || start < first || start + count > this.eventCount) {
      const forgotten = first > 0 ? ` The first ${first} were let go to make room.` : '';
      throw new LabError(
        'format/range',
        `Traces ${start} to ${start + count} are not there; the instrument has brought ${this.eventCount}.${forgotten}`,
      );
    }
    const part = this.#records.slice(start - first, start - first + count);
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

  #takeWaiting(): boolean {
    const { slotCount } = this.#ring.descriptor.ring;
    const endMs = this.#nowMs() + TAKE_BUDGET_MS;
    // One more than there are slots: behind the last record is the end.
    for (let turn = 0; turn <= slotCount; turn++) {
      const taking = this.#taking ?? this.#ring.tryBegin((length) => this.#makeRoom(length));
      if (taking === 'would-block') return false;
      if (taking === 'end') {
        this.#hasAll = true;
        return false;
      }
      this.#taking = taking;
      do taking.copy(PIECE_SAMPLES);
      while (!taking.isDone && this.#nowMs() < endMs);
      if (!taking.isDone) return true;
      this.#taking = undefined;
      const { record } = taking;
      const last = this.#records.at(-1);
      // The settings seldom change: equal ones are one text.
      this.#records.push(last?.settings === record.settings ? { ...record, settings: last.settings } : record);
      this.#heldBytes += bytesOf(record);
    }
    return true;
  }

  #forget(): void {
    let count = 0;
    while (this.#heldBytes > this.#mostBytes && count < this.#records.length - 1) {
      this.#heldBytes -= bytesOf(this.#records[count++]!);
    }
    if (count === 0) return;
    this.#records = this.#records.slice(count);
    this.#forgottenCount += count;
  }

  #makeRoom(length: number): Float32Array {
    if (this.#room.length < length) {
      const bytes = Float32Array.BYTES_PER_ELEMENT * Math.max(BLOCK_SAMPLES, length);
      this.#room = new Float32Array(new SharedArrayBuffer(bytes));
    }
    const room = this.#room.subarray(0, length);
    this.#room = this.#room.subarray(length);
    return room;
  }
}

/** What a record counts for: its metadata as if they filled their room. */
function bytesOf({ samples }: TraceRecord): number {
  return MOST_METADATA_BYTES + samples.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
