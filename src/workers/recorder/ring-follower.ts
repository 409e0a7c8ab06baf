// Copies what an instrument streams from the ring into a JLS file, from "now" on. Every sample time is kept:
// what was lost (the ring was faster, the instrument was away) becomes a gap in the file and is counted.

import { type Utc, utcAddSeconds, utcSecondsBetween } from '../../base/time.ts';
import type { StreamClock, StreamRing } from '../../core/stream-ring.ts';
import type { JlsWriter } from '../../formats/jls/v2/writer.ts';
import type { StreamSignal } from '../../model/channel.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';

/** Samples per block and signal. */
const BLOCK_SAMPLES = 65_536;
/** Seconds between pairs of sample and UTC; the vendor's command-line recorder uses a minute. */
const UTC_INTERVAL_S = 60;
/** A longer absence is no gap in a recording but the end of it: the file would fill with nothing. */
export const MAX_GAP_S = 30;
/** Room that finishing a file may take: open chunks and all summary levels of each signal, the end. */
const CLOSING_BYTES = 2 ** 20;
const CLOSING_BYTES_PER_SIGNAL = 512 * 1024;
/** Bytes in the file per byte of samples, at most (3.52 % of summaries and headers for f32, rounded up). */
const OVERHEAD = 1.1;
/** Blocks start here, so that packed samples start on a byte. */
const ALIGN_SAMPLES = 8;

const BITS: Readonly<Record<StreamSignal['dtype'], number>> = { f32: 32, u8: 8, u4: 4, u1: 1 };

interface FollowedSignal {
  readonly ringIndex: number;
  readonly jlsId: number;
  readonly bits: number;
  readonly block: Uint8Array;
}

export interface FollowerOptions {
  readonly ring: StreamRing;
  readonly writer: JlsWriter;
  readonly identity: InstrumentIdentity;
  readonly signalIds: readonly string[];
  /** Called before bytes are given to the writer; throws when there is no room for them. */
  readonly reserve: (lengthBytes: number) => void;
}

/** Bytes per second of samples of these signals in a file, at most. */
export function recordingBytesPerSecond(signals: readonly StreamSignal[]): number {
  return OVERHEAD * signals.reduce((sum, { dtype, sampleRateHz }) => sum + (BITS[dtype] * sampleRateHz) / 8, 0);
}

/** The thread of the writer only. */
export class RingFollower {
  readonly #ring: StreamRing;
  readonly #writer: JlsWriter;
  readonly #reserve: (lengthBytes: number) => void;
  readonly #signals: readonly FollowedSignal[];
  readonly #sampleRateHz: number;
  /** Next sample to take, as the ring counts. */
  #position: number;
  /** File sample id minus ring sample number; changes when the ring is reset. */
  #idOffset = 0;
  readonly #firstId: number;
  /** File sample id at which a UTC pair is due. */
  #utcDueId: number;
  /** End of what was taken, in wall time. */
  #endUtc: Utc | undefined;
  #lostSampleCount = 0;
  /** The ring's own count of missing samples when we last looked, and what of it is ours. */
  #ringMissingCount: number;
  #missingSampleCount = 0;

  /** Defines source and signals, named as the Joulescope UI expects them. */
  constructor({ ring, writer, identity, signalIds, reserve }: FollowerOptions) {
    this.#ring = ring;
    this.#writer = writer;
    this.#reserve = reserve;
    this.#sampleRateHz = ring.signals[0]?.sampleRateHz ?? 1;
    this.#position = alignUp(ring.endSample);
    this.#firstId = this.#position;
    this.#utcDueId = this.#position;
    this.#ringMissingCount = ring.health.missingSampleCount;
    writer.defineSource({
      sourceId: 1,
      name: `${identity.model}-${identity.serialNumber}`,
      vendor: identity.vendor,
      model: identity.model,
      version: identity.firmware,
      serialNumber: identity.serialNumber,
    });
    const chosen = ring.signals
      .map((signal, ringIndex) => ({ signal, ringIndex }))
      .filter(({ signal }) => signalIds.includes(signal.id));
    this.#signals = chosen.map(({ signal, ringIndex }, index) => {
      const { dtype, sampleRateHz, name, unit } = signal;
      const jlsId = index + 1;
      writer.defineSignal({ signalId: jlsId, sourceId: 1, dtype, sampleRateHz: Math.round(sampleRateHz), name, unit });
      return { ringIndex, jlsId, bits: BITS[dtype], block: new Uint8Array((BLOCK_SAMPLES * BITS[dtype]) / 8) };
    });
  }

  /** Seconds from the first sample to the last, gaps included. */
  get durationS(): number {
    return (this.#nextId - this.#firstId) / this.#sampleRateHz;
  }

  /** Sample times without a value: lost on the way to the ring, overwritten before we came, or while away. */
  get missingSampleCount(): number {
    return this.#lostSampleCount + this.#missingSampleCount;
  }

  /**
   * Takes everything that is new, up to `maxDurationS` of recording rounded up to a whole byte of every signal. The last
   * call also takes what is less than a block's alignment, up to the last whole byte or the last sample. End on a byte if
   * you may choose: the reference library cannot read the bits of a partial one, and crashes on some reads that try.
   * False when the instrument was away longer than MAX_GAP_S: the recording should end.
   */
  advance(maxDurationS = Number.POSITIVE_INFINITY, last?: 'byte' | 'sample'): boolean {
    if (this.#ring.endSample < this.#position) {
      const isResumed = this.#resume();
      if (isResumed !== true) return isResumed === undefined;
    }
    const byteSamples = Math.max(1, ...this.#signals.map(({ bits }) => 8 / bits));
    const lastId = alignUp(this.#firstId + Math.ceil(maxDurationS * this.#sampleRateHz), byteSamples);
    const step = last === 'sample' ? 1 : last === 'byte' ? byteSamples : ALIGN_SAMPLES;
    const end = Math.min(alignDown(this.#ring.endSample, step), lastId - this.#idOffset);
    while (this.#position < end) {
      if (this.#ring.startSample > this.#position && !this.#skipOverwritten()) return false;
      const count = Math.min(BLOCK_SAMPLES, end - this.#position);
      // Either we skipped past the end, or the ring was reset meanwhile: the next call goes on.
      if (count <= 0 || this.#ring.endSample < this.#position + count) break;
      if (this.#copyBlocks(count)) this.#writeBlocks(count);
    }
    this.#countMissing();
    this.#endUtc = this.#utcOf(this.#position) ?? this.#endUtc;
    return true;
  }

  /** The last pairs of sample and UTC. Call before the writer closes. */
  finish(): void {
    const utc = this.#utcOf(this.#position) ?? this.#endUtc;
    if (utc === undefined || this.#nextId === this.#firstId) return;
    for (const { jlsId } of this.#signals) this.#writer.utc(jlsId, this.#nextId, utc);
  }

  get #nextId(): number {
    return this.#position + this.#idOffset;
  }

  /**
   * The ring was reset: streaming was stopped and started, or the instrument came back. Goes on after a gap as long
   * as the absence. `undefined` while the new time is not known yet, false when the absence was too long.
   */
  #resume(): boolean | undefined {
    const position = alignUp(this.#ring.startSample);
    const utc = this.#utcOf(position);
    if (utc === undefined) return undefined;
    const awayS = this.#endUtc === undefined ? 0 : Math.max(0, utcSecondsBetween(this.#endUtc, utc));
    if (awayS > MAX_GAP_S) return false;
    const gapSamples = Math.round(awayS * this.#sampleRateHz);
    const nextId = this.#nextId + gapSamples;
    this.#lostSampleCount += gapSamples;
    this.#ringMissingCount = 0;
    this.#position = position;
    this.#idOffset = nextId - position;
    this.#utcDueId = nextId;
    return true;
  }

  /**
   * The ring overtook us. Jumps well ahead of its oldest sample, so that the next block is not lost as well. False when
   * too much is lost: an instrument that was away for long fills the ring with missing samples faster than a file.
   */
  #skipOverwritten(): boolean {
    const { startSample, endSample, capacitySamples } = this.#ring;
    const position = Math.min(alignUp(startSample + Math.floor(capacitySamples / 8)), alignDown(endSample));
    if (position - this.#position > MAX_GAP_S * this.#sampleRateHz) return false;
    this.#lostSampleCount += position - this.#position;
    this.#position = position;
    return true;
  }

  /** False when the ring was overwritten or reset while it was copied. */
  #copyBlocks(count: number): boolean {
    for (const { ringIndex, block } of this.#signals) {
      let offset = 0;
      for (const view of this.#ring.views(ringIndex, this.#position, this.#position + count)) {
        block.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset);
        offset += view.byteLength;
      }
    }
    return this.#ring.startSample <= this.#position && this.#ring.endSample >= this.#position + count;
  }

  #writeBlocks(count: number): void {
    const id = this.#nextId;
    let bytes = CLOSING_BYTES;
    for (const { jlsId, bits } of this.#signals) {
      const samples = id + count - Number(this.#writer.nextSampleId(jlsId) ?? id);
      bytes += CLOSING_BYTES_PER_SIGNAL + Math.ceil((OVERHEAD * samples * bits) / 8);
    }
    this.#reserve(bytes);
    for (const { jlsId, bits, block } of this.#signals) {
      this.#writer.writeSamples(jlsId, id, block.subarray(0, Math.ceil((count * bits) / 8)), count);
    }
    const utc = id >= this.#utcDueId ? this.#utcOf(this.#position) : undefined;
    if (utc !== undefined) {
      for (const { jlsId } of this.#signals) this.#writer.utc(jlsId, id, utc);
      this.#utcDueId = id + UTC_INTERVAL_S * this.#sampleRateHz;
    }
    this.#position += count;
  }

  #countMissing(): void {
    const { missingSampleCount } = this.#ring.health;
    this.#missingSampleCount += Math.max(0, missingSampleCount - this.#ringMissingCount);
    this.#ringMissingCount = missingSampleCount;
  }

  #utcOf(position: number): Utc | undefined {
    const clock: StreamClock | undefined = this.#ring.clock;
    return clock && utcAddSeconds(clock.utc, (position - clock.sample) / clock.sampleRateHz);
  }
}

function alignUp(sample: number, step = ALIGN_SAMPLES): number {
  return Math.ceil(sample / step) * step;
}

function alignDown(sample: number, step = ALIGN_SAMPLES): number {
  return Math.floor(sample / step) * step;
}
