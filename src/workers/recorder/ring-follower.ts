// Copies what one stream ring holds into signals of a JLS file, from a given sample on. It follows the ring by
// generation and position, never by comparing ends. Every sample time is kept: what the ring overwrote before it was
// taken becomes a gap in the file and is counted. Of integers the file says where they are missing (MissingLog).

import type { Utc } from '../../base/time.ts';
import { type StreamClock, type StreamRing, utcOfSample } from '../../core/stream-ring.ts';
import { MissingLog } from '../../formats/jls/missing.ts';
import type { JlsWriter } from '../../formats/jls/v2/writer.ts';
import { type ChannelState, STREAM_SAMPLE_BITS, type StreamSignal } from '../../model/channel.ts';
import type { SampleRange } from '../../model/signal-store.ts';

/** Samples per block and signal. */
const BLOCK_SAMPLES = 65_536;
/** Seconds between pairs of sample and UTC; the vendor's command-line recorder uses a minute. */
const UTC_INTERVAL_S = 60;
/** Room that finishing a file may take: open chunks and all summary levels of each signal, the end. */
const CLOSING_BYTES = 2 ** 20;
const CLOSING_BYTES_PER_SIGNAL = 512 * 1024;
/** Bytes in the file per byte of samples, at most (3.52 % of summaries and headers for f32, rounded up). */
const OVERHEAD = 1.1;
/** Packed signals start at such ids: the reference library misreads others (it counts bits from the file's start). */
const PACKED_ALIGN_SAMPLES = 8;
/** Part of the ring that is given up when it has overtaken the follower, so that the next block is not lost as well. */
const AHEAD_PART = 1 / 8;

/** Bytes per second of samples of these signals in a file, at most. */
export function recordingBytesPerSecond(signals: readonly StreamSignal[]): number {
  return (
    OVERHEAD * signals.reduce((sum, { dtype, sampleRateHz }) => sum + (STREAM_SAMPLE_BITS[dtype] * sampleRateHz) / 8, 0)
  );
}

/** Room to claim beside what samples take: for the ends of all signals of a file and a block of each. */
export function closingBytes(signals: readonly StreamSignal[]): number {
  return signals.reduce(
    (sum, { dtype }) =>
      sum + CLOSING_BYTES_PER_SIGNAL + Math.ceil((OVERHEAD * BLOCK_SAMPLES * STREAM_SAMPLE_BITS[dtype]) / 8),
    CLOSING_BYTES,
  );
}

/** A signal of the ring and the one in the file that it becomes. */
export interface FollowedSignal {
  readonly ringIndex: number;
  readonly jlsId: number;
}

export interface RingFollowerOptions {
  readonly ring: StreamRing;
  readonly writer: JlsWriter;
  /** At least one. */
  readonly signals: readonly FollowedSignal[];
  /** First sample to take, if it has come or not; moved on to where packed samples may start. */
  readonly startSample: number;
  /** Called before bytes are given to the writer; throws `storage/quota` when there is no room for them. */
  readonly reserve: (lengthBytes: number) => void;
}

/**
 * Where a recording ends: on a whole `byte` of every signal, because the reference library cannot read the bits of a
 * partial one and crashes on some reads that try; or on the last `sample`.
 */
export type LastOn = 'byte' | 'sample';

/** A file sample id and its time. */
export interface FollowedEnd {
  readonly id: number;
  readonly utc: Utc;
}

/**
 * What a call came to: `more` may be there at once, `idle`: nothing more for now, `reset`: the ring was emptied and
 * counts anew, so say where that lies (`resume`).
 */
export type Taken = 'more' | 'idle' | 'reset';

/** The thread of the writer only. */
export class RingFollower {
  readonly sampleRateHz: number;
  readonly #ring: StreamRing;
  readonly #writer: JlsWriter;
  readonly #reserve: (lengthBytes: number) => void;
  readonly #signals: readonly (FollowedSignal & { readonly bits: number; readonly block: Uint8Array })[];
  readonly #missing: MissingLog;
  readonly #alignSamples: number;
  /** Samples of which a whole byte of every signal is made. */
  readonly #byteSamples: number;
  #generation: number;
  /** The end that was asked for, as the ring counts. */
  #lastSample: number | undefined;
  /** Next sample to take, as the ring counts. */
  #position: number;
  /** File sample id minus ring sample number; changes when the ring is reset. */
  #idOffset = 0;
  #firstId: number;
  /** File sample id up to which the file has got samples, or filled gaps; `undefined` before the first. */
  #writtenId: number | undefined;
  /** File sample id at which a UTC pair is due. */
  #utcDueId: number;
  #utcWrittenId: number | undefined;
  /** One past the last sample that was written, and when that is by the clock that held then. */
  #end: FollowedEnd | undefined;
  #lostSampleCount = 0;
  /** The ring's own count of missing samples when we last looked, and what of it is ours. */
  #ringMissingCount: number;
  #missingSampleCount = 0;

  constructor({ ring, writer, signals, startSample, reserve }: RingFollowerOptions) {
    // before the start is looked at: a reset after this is noticed
    this.#generation = ring.generation;
    this.#ring = ring;
    this.#writer = writer;
    this.#reserve = reserve;
    this.sampleRateHz = ring.signals[0]?.sampleRateHz ?? 1;
    this.#signals = signals.map((signal) => {
      const bits = STREAM_SAMPLE_BITS[ring.signals[signal.ringIndex]!.dtype];
      return { ...signal, bits, block: new Uint8Array((BLOCK_SAMPLES * bits) / 8) };
    });
    const integers = this.#signals.filter(({ ringIndex }) => ring.signals[ringIndex]!.dtype !== 'f32');
    this.#missing = new MissingLog(
      writer,
      integers.map(({ jlsId }) => jlsId),
    );
    this.#byteSamples = Math.max(1, ...this.#signals.map(({ bits }) => 8 / bits));
    this.#alignSamples = this.#byteSamples > 1 ? PACKED_ALIGN_SAMPLES : 1;
    this.#position = alignUp(startSample, this.#alignSamples);
    this.#firstId = this.#position;
    this.#utcDueId = this.#position;
    this.#ringMissingCount = ring.health.missingSampleCount;
  }

  /** Whether more can come. */
  get state(): ChannelState {
    return this.#ring.state;
  }

  /** File sample id that the next sample gets. */
  get nextId(): number {
    return this.#position + this.#idOffset;
  }

  get hasTaken(): boolean {
    return this.#writtenId !== undefined;
  }

  /** Seconds from the first sample to the last, gaps included. */
  get durationS(): number {
    return ((this.#writtenId ?? this.#firstId) - this.#firstId) / this.sampleRateHz;
  }

  /** Where it stopped, once samples with a known time were taken. */
  get end(): FollowedEnd | undefined {
    return this.#end;
  }

  /** Sample times that the ring got without a value. */
  get missingSampleCount(): number {
    return this.#missingSampleCount;
  }

  /** Samples that were in the ring and overwritten before they were taken. */
  get lostSampleCount(): number {
    return this.#lostSampleCount;
  }

  /** Whether a recording of `durationS` has all of its samples. */
  isComplete(durationS: number): boolean {
    return this.nextId >= this.#endId(durationS);
  }

  /** Nothing is taken beyond what has come by now. The first call counts. */
  endHere(on: LastOn): void {
    const end = this.#ring.endSample;
    // emptied meanwhile: what it holds now is after the end
    const isSame = this.#ring.generation === this.#generation;
    this.#lastSample ??= isSame ? alignDown(end, on === 'byte' ? this.#byteSamples : 1) : this.#position;
  }

  /**
   * Takes up to a block of what is new, of a recording of `durationS` (rounded up to a whole byte of every signal). Throws
   * what `reserve` throws, with nothing taken.
   */
  take(durationS = Number.POSITIVE_INFINITY): Taken {
    const ring = this.#ring;
    if (ring.startSample > this.#position) this.#skipOverwritten();
    // what was read of the ring so far may be of one that was emptied meanwhile
    if (ring.generation !== this.#generation) return this.#lastSample === undefined ? 'reset' : 'idle';
    if (this.#fillGap()) return 'more';
    const end = Math.min(
      this.#lastSample ?? alignDown(ring.endSample, this.#alignSamples),
      this.#endId(durationS) - this.#idOffset,
    );
    const count = Math.min(BLOCK_SAMPLES, end - this.#position);
    if (count > 0) {
      this.#reserveUpTo(this.nextId + count);
      const { clock } = ring;
      this.#copyBlocks(count);
      const missing = ring.missing(this.#position, this.#position + count);
      // overwritten or emptied while it was copied: the next call sees which
      if (!ring.isIntact(this.#generation, this.#position)) return 'more';
      this.#writeBlocks(count, missing, clock);
    }
    this.#countMissing();
    return this.#position < end ? 'more' : 'idle';
  }

  /** Where the first sample of a ring that was reset lies; `undefined` until its time is known and it can be trusted. */
  lookAfterReset(): { readonly generation: number; readonly startSample: number; readonly utc: Utc } | undefined {
    const ring = this.#ring;
    const { generation, clock } = ring;
    const startSample = ring.startSample;
    if (!clock || !ring.isIntact(generation, startSample)) return undefined;
    return { generation, startSample, utc: utcOfSample(clock, startSample) };
  }

  /**
   * Goes on in a ring that was reset, whose sample 0 gets the file sample id `zeroId`. What lies between is a gap: the
   * instrument was away. Samples that would get an id twice are left out.
   */
  resume(
    { generation, startSample }: { readonly generation: number; readonly startSample: number },
    zeroId: number,
  ): void {
    const endId = this.nextId;
    this.finish();
    const wasEmpty = !this.hasTaken;
    this.#generation = generation;
    this.#idOffset = zeroId;
    this.#position = alignUp(wasEmpty ? startSample : Math.max(startSample, endId - zeroId), this.#alignSamples);
    if (wasEmpty) this.#firstId = this.nextId;
    else this.#missingSampleCount += this.nextId - endId;
    this.#ringMissingCount = 0;
    this.#utcDueId = this.nextId;
  }

  /** What is still to be said of where it stopped. Call before the writer closes. */
  finish(): void {
    this.#missing.close();
    if (this.#end) this.#writeUtc(this.#end.id, this.#end.utc);
  }

  #endId(durationS: number): number {
    return alignUp(this.#firstId + Math.ceil(durationS * this.sampleRateHz - ROUNDING), this.#byteSamples);
  }

  /** Jumps well ahead of the ring's oldest sample. */
  #skipOverwritten(): void {
    const { generation, startSample, endSample, capacitySamples } = this.#ring;
    const ahead = alignUp(startSample + Math.floor(capacitySamples * AHEAD_PART), this.#alignSamples);
    const end = this.#lastSample ?? alignDown(endSample, this.#alignSamples);
    const position = Math.max(this.#position, Math.min(ahead, end));
    if (generation !== this.#generation || this.#ring.generation !== generation) return;
    const count = position - this.#position;
    const missing = Math.min(count, this.#newMissingCount());
    this.#ringMissingCount += missing;
    this.#missingSampleCount += missing;
    this.#lostSampleCount += count - missing;
    this.#position = position;
    if (!this.hasTaken) this.#firstId = this.nextId;
  }

  /** Writes a block of a gap that is longer than one, so that no call takes long. False when there is none. */
  #fillGap(): boolean {
    if (this.#writtenId === undefined || this.nextId - this.#writtenId <= BLOCK_SAMPLES) return false;
    const id = this.#writtenId + BLOCK_SAMPLES;
    this.#reserveUpTo(id);
    this.#missing.tell(this.#writtenId, id, [{ start: this.#writtenId, end: id }]);
    for (const { jlsId } of this.#signals) this.#writer.writeSamples(jlsId, id, NO_SAMPLES, 0);
    this.#writtenId = id;
    return true;
  }

  #reserveUpTo(id: number): void {
    const samples = id - (this.#writtenId ?? this.nextId);
    let bytes = CLOSING_BYTES;
    for (const { bits } of this.#signals) {
      bytes += CLOSING_BYTES_PER_SIGNAL + Math.ceil((OVERHEAD * samples * bits) / 8);
    }
    this.#reserve(bytes);
  }

  #copyBlocks(count: number): void {
    for (const { ringIndex, block } of this.#signals) {
      let offset = 0;
      for (const view of this.#ring.views(ringIndex, this.#position, this.#position + count)) {
        block.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset);
        offset += view.byteLength;
      }
    }
  }

  #writeBlocks(count: number, missing: readonly SampleRange[], clock: StreamClock | undefined): void {
    const id = this.nextId;
    const runs = missing.map(({ start, end }) => ({ start: start + this.#idOffset, end: end + this.#idOffset }));
    this.#missing.tell(id, id + count, runs);
    for (const { jlsId, bits, block } of this.#signals) {
      this.#writer.writeSamples(jlsId, id, block.subarray(0, Math.ceil((count * bits) / 8)), count);
    }
    this.#writtenId = id + count;
    if (clock && id >= this.#utcDueId) {
      this.#writeUtc(id, utcOfSample(clock, this.#position));
      this.#utcDueId = id + UTC_INTERVAL_S * this.sampleRateHz;
    }
    this.#position += count;
    if (clock) this.#end = { id: this.nextId, utc: utcOfSample(clock, this.#position) };
  }

  #writeUtc(id: number, utc: Utc): void {
    if (id === this.#utcWrittenId) return;
    this.#utcWrittenId = id;
    for (const { jlsId } of this.#signals) this.#writer.utc(jlsId, id, utc);
  }

  #countMissing(): void {
    const missing = this.#newMissingCount();
    this.#missingSampleCount += missing;
    this.#ringMissingCount += missing;
  }

  #newMissingCount(): number {
    return Math.max(0, this.#ring.health.missingSampleCount - this.#ringMissingCount);
  }
}

const NO_SAMPLES = new Uint8Array(0);

/** Part of a sample by which a product of seconds and a rate may be wrong. */
const ROUNDING = 1e-6;

function alignUp(sample: number, step: number): number {
  return Math.ceil(sample / step) * step;
}

function alignDown(sample: number, step: number): number {
  return Math.floor(sample / step) * step;
}
