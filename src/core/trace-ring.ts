// The home of an instrument's triggered records: an event ring of one writer, and a word beside it that says whether
// more can come. A full ring holds the instrument back (its dead time) and loses nothing. Any thread writes or reads
// through a handle of its own. A record in a slot is, in its metadata,
//
//   i64 UTC ticks of the trigger, f64 start and step in seconds, u32 samples per signal, u32 bytes of the settings, and
//   these as UTF-8;
//
// and in its data the f32 samples, signal after signal, without gaps.

import { assert } from '../base/assert.ts';
import { LabError } from '../base/errors.ts';
import { utcFromTicks } from '../base/time.ts';
import { CHANNEL_STATES, type ChannelState, type TraceChannel } from '../model/channel.ts';
import type { TraceRecord } from '../model/live-traces.ts';
import type { Core } from './core.ts';
import { EventRing, type EventRingDescriptor } from './event-ring.ts';
import type { EventSlot } from './event-slot.ts';
import type { Arena } from './memory.ts';

/** Where a channel's records lie; structured-cloneable. */
export interface TraceHome {
  readonly channel: TraceChannel;
  readonly ring: EventRingDescriptor;
  readonly stateAddress: number;
}

export interface TracePlan {
  readonly channel: TraceChannel;
  /** Records that can wait for the reader, ≥ 1; more hold the instrument back. */
  readonly waitingRecords: number;
}

const START = 8;
const STEP = 16;
const SAMPLE_COUNT = 24;
const SETTINGS_LENGTH = 28;
const SETTINGS = 32;
/** Bytes of UTF-8 that the settings of a record may take. */
export const MOST_SETTINGS_BYTES = 2016;
/** Bytes that all but the samples of a record may take. */
export const MOST_METADATA_BYTES = SETTINGS + MOST_SETTINGS_BYTES;

const shapeOf = ({ channel, waitingRecords }: TracePlan) => ({
  slotCount: waitingRecords,
  metadataBytes: MOST_METADATA_BYTES,
  dataBytes: channel.signals.length * channel.mostSamples * Float32Array.BYTES_PER_ELEMENT,
  writerCount: 1,
  observerCount: 0,
});

/** A record on its way out of its slot, which is free again when all of it has been copied. */
export class TraceTaking {
  /** Its samples are those of the instrument when it is done. */
  readonly record: TraceRecord;
  readonly #sources: readonly Float32Array[];
  readonly #release: () => void;
  #signal = 0;
  #at = 0;

  constructor(record: TraceRecord, sources: readonly Float32Array[], release: () => void) {
    this.record = record;
    this.#sources = sources;
    this.#release = release;
  }

  get isDone(): boolean {
    return this.#signal === this.#sources.length;
  }

  /** Copies so many samples at most. */
  copy(mostCount: number): void {
    let count = 0;
    while (!this.isDone) {
      const source = this.#sources[this.#signal]!;
      const end = Math.min(source.length, this.#at + mostCount - count);
      this.record.samples[this.#signal]!.set(source.subarray(this.#at, end), this.#at);
      count += end - this.#at;
      this.#at = end;
      if (end < source.length) return;
      this.#signal++;
      this.#at = 0;
    }
    this.#release();
  }
}

export class TraceRing {
  readonly descriptor: TraceHome;
  /** Shown each record that is written through this handle, before it waits for room. The samples are the writer's. */
  onWrite: ((record: TraceRecord) => void) | undefined;
  readonly #ring: EventRing;
  readonly #state: Int32Array;

  private constructor(core: Core, descriptor: TraceHome) {
    this.descriptor = descriptor;
    this.#ring = EventRing.attach(core, descriptor.ring);
    this.#state = new Int32Array(core.memory.buffer, descriptor.stateAddress, 1);
  }

  /** Reserves and initialises a ring. The arena's owner only. */
  static create(core: Core, arena: Arena, plan: TracePlan): TraceRing {
    const { channel } = plan;
    const stateAddress = arena.reserve('trace state', Int32Array.BYTES_PER_ELEMENT).address;
    const ring = EventRing.create(core, arena, shapeOf(plan), `traces ${channel.id}`).descriptor;
    return new TraceRing(core, { channel, ring, stateAddress });
  }

  /** The same ring on another thread. */
  static attach(core: Core, descriptor: TraceHome): TraceRing {
    return new TraceRing(core, descriptor);
  }

  /** Bytes of shared memory that such a ring takes, beside the word; any instance of the core knows it. */
  static byteLength({ exports }: Core, plan: TracePlan): number {
    const { slotCount, metadataBytes, dataBytes, writerCount, observerCount } = shapeOf(plan);
    return exports.ringBytes(slotCount, metadataBytes, dataBytes, writerCount, observerCount);
  }

  /** Whether more can be written. What is in the ring stays readable in each state. */
  get state(): ChannelState {
    return CHANNEL_STATES[Atomics.load(this.#state, 0)]!;
  }

  /**
   * Nothing more will be written; the reader ends after what is there. By the writer's thread, or when that can do nothing
   * more: what it had begun is given up. The first word stands.
   */
  end(state: Exclude<ChannelState, 'live'>): void {
    Atomics.compareExchange(this.#state, 0, 0, CHANNEL_STATES.indexOf(state));
    this.#ring.close();
    this.#ring.recoverWriter(0);
  }

  /**
   * Hands a record to the reader, as soon as there is room. False when the channel has ended, then nothing was written.
   * Rejects with `device/protocol` for more samples and `device/unsupported` for longer settings than there is room for.
   * One call at a time, on the writer's thread.
   */
  async write(record: TraceRecord): Promise<boolean> {
    const sampleCount = this.#checkedLength(record);
    const settings = encodedSettings(record.settings);
    this.onWrite?.(record);
    const writer = this.#ring.writer(0);
    const slot = await writer.claimAsync();
    if (typeof slot === 'string') return false;
    const { metadata, data } = slot;
    metadata.setBigInt64(0, record.triggerUtc, true);
    metadata.setFloat64(START, record.startS, true);
    metadata.setFloat64(STEP, record.stepS, true);
    metadata.setUint32(SAMPLE_COUNT, sampleCount, true);
    metadata.setUint32(SETTINGS_LENGTH, settings.length, true);
    new Uint8Array(metadata.buffer, metadata.byteOffset + SETTINGS).set(settings);
    record.samples.forEach((samples, index) => {
      const start = data.byteOffset + index * samples.byteLength;
      new Float32Array(data.buffer, start, sampleCount).set(samples);
    });
    return writer.commit(slot);
  }

  /**
   * The oldest record that nobody has taken, its samples in arrays that `makeRoom` gives; or why there is none. `end`
   * comes after everything that was written. Readers share the records: a channel has one (see TraceStore).
   */
  tryTake(makeRoom: (length: number) => Float32Array): TraceRecord | 'would-block' | 'end' {
    const taking = this.tryBegin(makeRoom);
    if (typeof taking === 'string') return taking;
    taking.copy(Number.POSITIVE_INFINITY);
    return taking.record;
  }

  /** The same for one that is to be copied in parts. One at a time. */
  tryBegin(makeRoom: (length: number) => Float32Array): TraceTaking | 'would-block' | 'end' {
    const reader = this.#ring.reader(0);
    const slot = reader.tryRead();
    if (slot === 'would-block') return slot;
    if (typeof slot === 'string') return 'end';
    return takingOf(slot, this.descriptor.channel.signals.length, makeRoom, () => reader.release(slot));
  }

  /** Before a take that may find nothing: gives a wait for what is written, or the end, after this moment. */
  watch(): () => Promise<void> {
    return this.#ring.watchFilled();
  }

  /** Records that were written and that no reader gets: the ring was paused, or their reader died. */
  get lostCount(): number {
    const { pausedCount, abandonedCount } = this.#ring.statistics();
    return pausedCount + abandonedCount;
  }

  #checkedLength({ samples }: TraceRecord): number {
    const { signals, mostSamples } = this.descriptor.channel;
    const sampleCount = samples[0]?.length ?? 0;
    assert(samples.length === signals.length, 'a record has samples of each signal');
    assert(
      samples.every(({ length }) => length === sampleCount),
      'the signals of a record have equally many samples',
    );
    if (sampleCount <= mostSamples) return sampleCount;
    throw new LabError(
      'device/protocol',
      `The instrument sent a trace of ${sampleCount} samples, more than the ${mostSamples} that it announced. The traces before it are safe. Set a shorter record, or connect the instrument again.`,
      { context: { sampleCount, mostSamples } },
    );
  }
}

function encodedSettings(settings: string): Uint8Array {
  const bytes = new TextEncoder().encode(settings);
  if (bytes.length <= MOST_SETTINGS_BYTES) return bytes;
  throw new LabError(
    'device/unsupported',
    `The settings of the trace take ${bytes.length} bytes; there is room for ${MOST_SETTINGS_BYTES}. The traces before it are safe. Switch off channels of the instrument that you do not need.`,
    { context: { lengthBytes: bytes.length } },
  );
}

function takingOf(
  { metadata, data }: EventSlot,
  signalCount: number,
  makeRoom: (length: number) => Float32Array,
  release: () => void,
): TraceTaking {
  const sampleCount = metadata.getUint32(SAMPLE_COUNT, true);
  const settings = new Uint8Array(
    metadata.buffer,
    metadata.byteOffset + SETTINGS,
    metadata.getUint32(SETTINGS_LENGTH, true),
  );
  const sources = Array.from({ length: signalCount }, (_, index) => {
    const start = data.byteOffset + index * sampleCount * Float32Array.BYTES_PER_ELEMENT;
    return new Float32Array(data.buffer, start, sampleCount);
  });
  const record: TraceRecord = {
    triggerUtc: utcFromTicks(metadata.getBigInt64(0, true)),
    startS: metadata.getFloat64(START, true),
    stepS: metadata.getFloat64(STEP, true),
    // A decoder refuses shared memory: it gets a copy.
    settings: new TextDecoder().decode(settings.slice()),
    samples: sources.map(() => makeRoom(sampleCount)),
  };
  return new TraceTaking(record, sources, release);
}
