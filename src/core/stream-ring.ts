// The stream ring as TypeScript sees it: the newest samples of an instrument's signals in shared memory, with a
// pyramid of reductions. One thread writes; any thread that attached reads, without locks. A reader is never
// given a sample that was overwritten while it read: it gets NaN (summary) or a `format/range` error (the rest).

import { LabError } from '../base/errors.ts';
import { type Utc, utcAddSeconds } from '../base/time.ts';
import { CHANNEL_STATES, type ChannelState, type StreamSignal } from '../model/channel.ts';
import type { StreamHealth } from '../model/instrument.ts';
import type { Overview, SampleRange, Statistics, Summary } from '../model/signal-store.ts';
import { steadyStatistics } from '../model/timing.ts';
import type { Core } from './core.ts';
import * as layout from './layout.ts';
import type { Arena, Region } from './memory.ts';
import { scratchOf } from './scratch.ts';
import { planStream, type SignalPlan, type StreamLength, type StreamPlan } from './stream-plan.ts';

/** What another thread needs to read (or write) the ring; structured-cloneable. */
export interface StreamRingDescriptor {
  readonly region: Region;
  readonly signals: readonly StreamSignal[];
  readonly capacitySamples: number;
  readonly overviewSamples: number;
}

export interface StreamRingOptions extends StreamLength {
  /** All of one sample rate. */
  readonly signals: readonly StreamSignal[];
}

/** Where the samples lie in time: `utc` is the time of sample `sample`, from there on the true rate counts. */
export interface StreamClock {
  readonly sample: number;
  readonly utc: Utc;
  readonly sampleRateHz: number;
}

/** UTC of a sample, on the given mapping. */
export function utcOfSample(clock: StreamClock, sample: number): Utc {
  return utcAddSeconds(clock.utc, (sample - clock.sample) / clock.sampleRateHz);
}

export interface SummaryRange {
  /** First sample of the first bin; may lie outside the ring. */
  readonly start: number;
  /** Samples per bin, an integer ≥ 1. */
  readonly increment: number;
  readonly count: number;
}

/** A piece of the ring's own memory: f32 samples, or bytes with packed samples, lowest bits first. */
export type SampleView = Float32Array<SharedArrayBuffer> | Uint8Array<SharedArrayBuffer>;

export class StreamRing {
  readonly descriptor: StreamRingDescriptor;
  readonly #core: Core;
  readonly #plan: StreamPlan;
  readonly #buffer: SharedArrayBuffer;
  readonly #words: BigInt64Array;
  readonly #flags: Int32Array;

  private constructor(core: Core, descriptor: StreamRingDescriptor) {
    this.#core = core;
    this.descriptor = descriptor;
    this.#plan = planStream(descriptor.signals, descriptor);
    this.#buffer = core.memory.buffer as unknown as SharedArrayBuffer;
    this.#words = new BigInt64Array(this.#buffer, this.address, layout.STREAM_HEADER_BYTES / 8);
    this.#flags = new Int32Array(this.#buffer, this.address, layout.STREAM_HEADER_BYTES / 4);
  }

  /** Reserves and initialises a ring. The arena's owner only. */
  static create(core: Core, arena: Arena, options: StreamRingOptions): StreamRing {
    const plan = planStream(options.signals, options);
    const region = arena.reserve('stream ring', plan.lengthBytes);
    const ring = new StreamRing(core, {
      region,
      signals: options.signals,
      capacitySamples: plan.capacitySamples,
      overviewSamples: plan.overviewSamples,
    });
    ring.#initialise();
    return ring;
  }

  /** The same ring seen from another thread's core. */
  static attach(core: Core, descriptor: StreamRingDescriptor): StreamRing {
    return new StreamRing(core, descriptor);
  }

  /** Bytes of shared memory that such a ring takes. */
  static byteLength(signals: readonly StreamSignal[], length: StreamLength): number {
    return planStream(signals, length).lengthBytes;
  }

  /** Address of the ring for functions of the core. */
  get address(): number {
    return this.descriptor.region.address;
  }

  get signals(): readonly StreamSignal[] {
    return this.descriptor.signals;
  }

  get capacitySamples(): number {
    return this.#plan.capacitySamples;
  }

  /** What the overview takes: all but the samples and their base entries. */
  get overviewBytes(): number {
    const overviews = this.#plan.signals.flatMap(({ levels }) => levels.slice(1));
    return overviews.reduce((sum, { entryCount }) => sum + entryCount * layout.ENTRY_BYTES, 0);
  }

  /** Samples that reductions are kept of; at least the capacity. */
  get overviewSamples(): number {
    return this.#plan.overviewSamples;
  }

  /** Before `startSample` summaries are made of whole stretches (`streamSummary` in assembly/stream/ring.ts). */
  overviewOf(signalIndex: number): Overview {
    const stretchSamples = 2 ** (this.#signal(signalIndex).baseShift + layout.LEVEL_SHIFT);
    const firstSample = Math.ceil(this.oldestTold / stretchSamples) * stretchSamples;
    return { startSample: Math.min(firstSample, this.startSample), stretchSamples };
  }

  /** Oldest sample at which a stretch of the overview may begin. */
  get oldestTold(): number {
    return this.#core.exports.streamOverviewStart(this.address);
  }

  /** Oldest sample that can be read, counted since `reset`. */
  get startSample(): number {
    return this.#core.exports.streamStart(this.address);
  }

  /** One past the newest sample, counted since `reset`. */
  get endSample(): number {
    return this.#core.exports.streamEnd(this.address);
  }

  /** Whether more can come. What is in the ring stays readable in each state. */
  get state(): ChannelState {
    return CHANNEL_STATES[Atomics.load(this.#flags, layout.STREAM_STATE / 4)] ?? 'lost';
  }

  /** Nothing more will be appended: readers end by themselves. The first word stands. */
  end(state: Exclude<ChannelState, 'live'>): void {
    Atomics.compareExchange(this.#flags, layout.STREAM_STATE / 4, 0, CHANNEL_STATES.indexOf(state));
  }

  /** Changes when the ring is emptied; odd meanwhile. Take it before reading in place, and check with `isIntact` after. */
  get generation(): number {
    return Atomics.load(this.#flags, layout.STREAM_GENERATION / 4);
  }

  /** Whether everything from sample `start` on has stayed in the ring since `generation` was taken. */
  isIntact(generation: number, start: number): boolean {
    return this.#core.exports.streamIsIntact(this.address, generation, start) !== 0;
  }

  /**
   * Appends `count` samples to every signal. Writer only. `sources` has one address in shared memory per signal, or 0
   * for samples that are all 0; u1 and u4 samples are packed from the lowest bit of the first byte on.
   */
  append(sources: readonly number[], count: number): void {
    const table = this.address + this.#plan.writerOffset;
    // none of them is missing: see `appendMissing`
    new Uint32Array(this.#buffer, table, sources.length + 1).set([...sources, 0]);
    this.#core.exports.streamAppend(this.address, table, count, this.#writerRecord);
  }

  /**
   * Appends `count` missing samples to every signal. Writer only. An empty ring, and one whose overview would hold nothing
   * else, passes them over: it is empty then, and its next sample comes after them. Counts nothing: see `setHealth`.
   */
  appendMissing(count: number): void {
    if (count > 0) this.#core.exports.streamMissing(this.address, count, this.#writerRecord);
  }

  get #writerRecord(): number {
    return this.address + this.#plan.writerOffset + layout.STREAM_SOURCES_BYTES;
  }

  /**
   * `count` bins from `start` on; bins outside the ring and its overview are NaN, bins at its edges cover what is in it.
   * Before `startSample` bins are good to a stretch of the overview at their edges.
   */
  summary(signalIndex: number, range: SummaryRange): Summary {
    const { start, increment, count } = range;
    const columns = [0, 1, 2, 3].map(() => new Float64Array(count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const scratch = scratchOf(this.#core.memory);
    for (let done = 0; done < count; done += layout.STREAM_SCRATCH_BINS) {
      const n = Math.min(layout.STREAM_SCRATCH_BINS, count - done);
      const first = start + done * increment;
      this.#core.exports.streamSummary(this.address, signalIndex, first, increment, n, scratch.address);
      columns.forEach((column, index) => {
        column.set(scratch.columns[index]!.subarray(0, n), done);
      });
    }
    const [mean, std, min, max] = columns;
    return { start, increment, mean, std, min, max };
  }

  /** Exact figures over [start, end). Throws `format/range` when a part of it is not (any more) in the ring. */
  statistics(signalIndex: number, start: number, end: number): Statistics {
    const { record, recordAddress } = scratchOf(this.#core.memory);
    if (!this.#core.exports.streamStatistics(this.address, signalIndex, start, end, recordAddress))
      throw this.#rangeError(start, end);
    const [count, mean, m2, min, max] = record as unknown as [number, number, number, number, number];
    const std = count > 1 ? Math.sqrt(m2 / (count - 1)) : 0;
    return steadyStatistics({ start, end, count, mean, std, min, max }, this.signals[signalIndex]!.sampleRateHz);
  }

  /** The samples [start, end) as f32, missing ones NaN, into `into` if given. Throws `format/range` as `statistics` does. */
  readSamples(signalIndex: number, start: number, end: number, into = new Float32Array(end - start)): Float32Array {
    const generation = this.generation;
    this.#checkRange(start, end);
    const { bits } = this.#signal(signalIndex);
    let done = 0;
    if (bits >= 8) {
      for (const view of this.views(signalIndex, start, end)) {
        into.set(view, done);
        done += view.length;
      }
    } else {
      const perByte = 8 / bits;
      const mask = (1 << bits) - 1;
      const aligned = start - (start % perByte);
      let skip = start - aligned;
      for (const view of this.views(signalIndex, aligned, end)) {
        for (let i = 0; i < view.length && done < end - start; i++) {
          for (let n = skip; n < perByte && done < end - start; n++) into[done++] = (view[i]! >> (n * bits)) & mask;
          skip = 0;
        }
      }
    }
    if (bits < 32)
      for (const gap of this.#missingRuns(start, end)) into.fill(Number.NaN, gap.start - start, gap.end - start);
    if (!this.isIntact(generation, start)) throw this.#rangeError(start, end);
    return into;
  }

  /**
   * Where samples of [start, end) are missing, in order; only a ring with integers knows it. As with `views`, check that
   * the ring `isIntact` after.
   */
  missing(start: number, end: number): readonly SampleRange[] {
    return this.#plan.missingOffset === undefined ? [] : this.#missingRuns(start, end);
  }

  /**
   * The samples [start, end) where they lie, as one or two pieces in order. Nothing is copied: after using them,
   * check that the ring `isIntact`. For packed signals `start` must be a multiple of the samples per
   * byte; the last byte may hold samples beyond `end`. Where one is missing stands NaN, 8 in four bits, 0 in one or eight.
   */
  views(signalIndex: number, start: number, end: number): SampleView[] {
    const { bits, rawOffset } = this.#signal(signalIndex);
    const capacity = this.capacitySamples;
    const place = start % capacity;
    if ((place * bits) % 8 !== 0) {
      throw new LabError('format/range', `Packed samples can only be taken from a whole byte on, not from ${start}.`);
    }
    const raw = this.address + rawOffset;
    const first = Math.min(end - start, capacity - place);
    const parts = [[place, first], ...(first < end - start ? [[0, end - start - first]] : [])] as [number, number][];
    return parts.map(([at, count]) =>
      bits === 32
        ? new Float32Array(this.#buffer, raw + at * 4, count)
        : new Uint8Array(this.#buffer, raw + (at * bits) / 8, Math.ceil((count * bits) / 8)),
    );
  }

  /** Empties the ring, its counters and its clock. Writer only. */
  reset(): void {
    this.#core.exports.streamReset(this.address);
  }

  /** Loss counters since `reset`. */
  get health(): StreamHealth {
    return {
      receivedSampleCount: this.#load(layout.STREAM_RECEIVED),
      missingSampleCount: this.#load(layout.STREAM_MISSING),
      gapCount: this.#load(layout.STREAM_GAPS),
      badPacketCount: this.#load(layout.STREAM_BAD_PACKETS),
      deviceDropCount: this.#load(layout.STREAM_DEVICE_DROPS),
    };
  }

  /** Sets those counters that are given. Writer only. */
  setHealth(health: Partial<StreamHealth>): void {
    const set = (offset: number, value: number | undefined) => {
      if (value !== undefined) this.#store(offset, value);
    };
    set(layout.STREAM_RECEIVED, health.receivedSampleCount);
    set(layout.STREAM_MISSING, health.missingSampleCount);
    set(layout.STREAM_GAPS, health.gapCount);
    set(layout.STREAM_BAD_PACKETS, health.badPacketCount);
    set(layout.STREAM_DEVICE_DROPS, health.deviceDropCount);
  }

  /** Where the samples lie in time; `undefined` until the writer said so. */
  get clock(): StreamClock | undefined {
    const { record, recordAddress, words } = scratchOf(this.#core.memory);
    this.#core.exports.streamClock(this.address, recordAddress);
    const sampleRateHz = record[layout.STREAM_CLOCK_RATE / 8]!;
    if (!(sampleRateHz > 0)) return undefined;
    const sample = Number(words[layout.STREAM_CLOCK_SAMPLE / 8]!);
    return { sample, utc: words[layout.STREAM_CLOCK_UTC / 8]! as Utc, sampleRateHz };
  }

  /** Publishes the time mapping. Writer only. */
  setClock({ sample, utc, sampleRateHz }: StreamClock): void {
    this.#core.exports.streamSetClock(this.address, sampleRateHz, BigInt(sample), utc);
  }

  #initialise(): void {
    const header = new DataView(this.#buffer, this.address, layout.STREAM_HEADER_BYTES);
    header.setBigInt64(layout.STREAM_CAPACITY, BigInt(this.capacitySamples), true);
    header.setBigInt64(layout.STREAM_OVERVIEW_CAPACITY, BigInt(this.overviewSamples), true);
    header.setUint32(layout.STREAM_SIGNAL_COUNT, this.signals.length, true);
    const { missingOffset } = this.#plan;
    if (missingOffset !== undefined) header.setUint32(layout.STREAM_MISSING_BITS, this.address + missingOffset, true);
    this.#plan.signals.forEach((signal, index) => {
      const record = layout.STREAM_SIGNALS + index * layout.STREAM_SIGNAL_BYTES;
      header.setUint32(record + layout.STREAM_SIGNAL_BITS, signal.bits, true);
      header.setUint32(record + layout.STREAM_SIGNAL_RAW, this.address + signal.rawOffset, true);
      header.setUint32(record + layout.STREAM_SIGNAL_SHIFT, signal.baseShift, true);
      header.setUint32(record + layout.STREAM_SIGNAL_LEVEL_COUNT, signal.levels.length, true);
      signal.levels.forEach((level, number) => {
        const entry = record + layout.STREAM_SIGNAL_LEVELS + number * 8;
        header.setUint32(entry, this.address + level.offset, true);
        header.setUint32(entry + 4, level.entryCount, true);
      });
    });
  }

  #missingRuns(start: number, end: number): SampleRange[] {
    const runs: SampleRange[] = [];
    const capacity = this.capacitySamples;
    const bytes = new Uint8Array(this.#buffer, this.address + this.#plan.missingOffset!, capacity / 8);
    const isMissing = (sample: number) => (bytes[(sample % capacity) >> 3]! >> (sample & 7)) & 1;
    let open: number | undefined;
    for (let sample = start; sample < end; ) {
      const byte = bytes[(sample % capacity) >> 3]!;
      // a byte at a time while nothing changes in it; capacities are whole bytes
      if (byte === (open === undefined ? 0 : 0xff)) {
        sample += 8 - (sample & 7);
        continue;
      }
      if (isMissing(sample)) open ??= sample;
      else if (open !== undefined) {
        runs.push({ start: open, end: sample });
        open = undefined;
      }
      sample++;
    }
    if (open !== undefined) runs.push({ start: open, end });
    return runs;
  }

  #signal(index: number): SignalPlan {
    const signal = this.#plan.signals[index];
    if (!signal) throw new LabError('format/not-found', `The ring has no signal number ${index}.`);
    return signal;
  }

  #checkRange(start: number, end: number): void {
    if (start > end || start < this.startSample || end > this.endSample) throw this.#rangeError(start, end);
  }

  #rangeError(start: number, end: number): LabError {
    return new LabError(
      'format/range',
      `Samples ${start} to ${end} are not in memory (any more): it holds ${this.startSample} to ${this.endSample}.`,
      { context: { start, end } },
    );
  }

  #load(offset: number): number {
    return Number(Atomics.load(this.#words, offset / 8));
  }

  #store(offset: number, value: number): void {
    Atomics.store(this.#words, offset / 8, BigInt(value));
  }
}
