// What one instrument streams: its rings side by side, each at its own rate, with sample ids that count from a common
// zero, through stops, starts and replugs. It says when nothing more is to be expected.

import { type Utc, utcAddSeconds, utcSecondsBetween } from '../../base/time.ts';
import type { StreamRing } from '../../core/stream-ring.ts';
import type { JlsWriter } from '../../formats/jls/v2/writer.ts';
import type { StreamSignal } from '../../model/channel.ts';
import { type LastOn, RingFollower } from './ring-follower.ts';

/** A longer absence is no gap in a recording but the end of it: the file would fill with nothing. */
export const MAX_GAP_S = 30;
/** Rings of one instrument that were emptied together agree better than this on when they began anew. */
const SAME_START_S = 0.1;

/** Nothing more comes: its channels ended (it was closed, or has others now), its thread died, or it was silent for long. */
export type SourceEnd = 'ended' | 'lost' | 'away';

export interface StreamSetOptions {
  /** Of one instrument: they count from one common moment. */
  readonly rings: readonly StreamRing[];
  /** Of the rings' signals; at least one. */
  readonly signalIds: readonly string[];
  readonly writer: JlsWriter;
  /** In the file, where it is defined. */
  readonly sourceId: number;
  /** First of the ids in the file that its signals take, in order. */
  readonly firstJlsId: number;
  /** As the ring followers call it. */
  readonly reserve: (lengthBytes: number) => void;
  /** Counts its silence from here. */
  readonly nowMs: number;
}

/** The signals of these rings that were chosen, in order. */
export function chosenSignals(rings: readonly StreamRing[], signalIds: readonly string[]): readonly StreamSignal[] {
  return rings.flatMap(({ signals }) => signals.filter(({ id }) => signalIds.includes(id)));
}

/** The thread of the writer only. */
export class StreamSet {
  readonly #followers: readonly RingFollower[];
  /** File times that every rate can state are multiples of one part of a second out of this many. */
  readonly #stepsPerS: number;
  /** When the rings' sample 0 is, and at which step of the file; since they were last emptied. */
  #zeroUtc: Utc | undefined;
  #zeroStep = 0;
  #progressMs: number;
  #end: SourceEnd | undefined;

  /** Defines the signals, named as the Joulescope UI expects them. */
  constructor({ rings, signalIds, writer, sourceId, firstJlsId, reserve, nowMs }: StreamSetOptions) {
    this.#progressMs = nowMs;
    const followed = rings.filter(({ signals }) => signals.some(({ id }) => signalIds.includes(id)));
    // the newest moment that all of them have reached: nothing from before the recording gets in
    const startS = Math.max(0, ...followed.map((ring) => ring.endSample / rateOf(ring)));
    let jlsId = firstJlsId;
    this.#followers = followed.map((ring) => {
      const signals = ring.signals.flatMap(({ id, dtype, sampleRateHz, name, unit }, ringIndex) => {
        if (!signalIds.includes(id)) return [];
        const signalId = jlsId++;
        writer.defineSignal({ signalId, sourceId, dtype, sampleRateHz: Math.round(sampleRateHz), name, unit });
        return [{ ringIndex, jlsId: signalId }];
      });
      const startSample = Math.max(ring.endSample, Math.floor(startS * rateOf(ring)));
      return new RingFollower({ ring, writer, signals, startSample, reserve });
    });
    this.#stepsPerS = this.#followers.map(({ sampleRateHz }) => sampleRateHz).reduce(commonDivisor);
  }

  /** Why nothing more comes; `undefined` while it may. */
  get end(): SourceEnd | undefined {
    return this.#end;
  }

  /** Seconds of its longest signal, gaps included. */
  get durationS(): number {
    return Math.max(...this.#followers.map(({ durationS }) => durationS));
  }

  /** Seconds of all its rings together, gaps included. */
  get takenS(): number {
    return this.#followers.reduce((sum, { durationS }) => sum + durationS, 0);
  }

  /** Sample times of its rings without a value: lost on the way to the ring, or while the instrument was away. */
  get missingSampleCount(): number {
    return this.#followers.reduce((sum, { missingSampleCount }) => sum + missingSampleCount, 0);
  }

  /** Samples that were overwritten before they were taken. */
  get lostSampleCount(): number {
    return this.#followers.reduce((sum, { lostSampleCount }) => sum + lostSampleCount, 0);
  }

  isComplete(durationS: number): boolean {
    return this.#followers.every((follower) => follower.isComplete(durationS));
  }

  /** Nothing is taken beyond what has come by now. */
  endHere(on: LastOn = 'byte'): void {
    for (const follower of this.#followers) follower.endHere(on);
  }

  /**
   * Takes a block of each ring, of a recording of `durationS`. False when there is nothing more at once. Throws what
   * `reserve` throws.
   */
  advance(nowMs: number, durationS?: number): boolean {
    if (this.#end) return false;
    let isMore = false;
    const ending = this.#followers.filter(({ state }) => state !== 'live');
    for (const follower of ending) follower.endHere('byte');
    for (const follower of this.#followers) {
      const { nextId } = follower;
      const taken = follower.take(durationS);
      if (taken === 'more' || (taken === 'reset' && this.#goOn(follower))) isMore = true;
      if (follower.nextId > nextId) this.#progressMs = nowMs;
    }
    if (isMore) return true;
    if (ending.length === this.#followers.length) {
      this.#end ??= ending.some(({ state }) => state === 'lost') ? 'lost' : 'ended';
    } else if (this.#hasTaken && nowMs - this.#progressMs > MAX_GAP_S * 1000) this.#end = 'away';
    return false;
  }

  /** What is still to be said of their ends. Call before the writer closes. */
  finish(): void {
    for (const follower of this.#followers) follower.finish();
  }

  get #hasTaken(): boolean {
    return this.#followers.some(({ hasTaken }) => hasTaken);
  }

  /**
   * A ring was emptied: streaming was stopped and started, or the instrument came back. It goes on after a gap as long as
   * the absence; the first ring that is seen says how long that was, for all of them. False while that is not known, or
   * when it was too long.
   */
  #goOn(follower: RingFollower): boolean {
    const found = follower.lookAfterReset();
    if (!found) return false;
    const { sampleRateHz } = follower;
    const zeroUtc = utcAddSeconds(found.utc, -found.startSample / sampleRateHz);
    if (!this.#hasTaken) {
      this.#zeroStep = 0;
      this.#zeroUtc = zeroUtc;
    } else if (this.#zeroUtc === undefined || Math.abs(utcSecondsBetween(this.#zeroUtc, zeroUtc)) > SAME_START_S) {
      const end = follower.end ?? { id: follower.nextId, utc: found.utc };
      const awayS = Math.max(0, utcSecondsBetween(end.utc, found.utc));
      if (awayS > MAX_GAP_S) {
        this.#end = 'away';
        return false;
      }
      const zeroS = (end.id + Math.round(awayS * sampleRateHz) - found.startSample) / sampleRateHz;
      this.#zeroStep = Math.ceil(zeroS * this.#stepsPerS - ROUNDING);
      this.#zeroUtc = zeroUtc;
    }
    follower.resume(found, Math.round((this.#zeroStep * sampleRateHz) / this.#stepsPerS));
    return true;
  }
}

/** Part of a step by which a quotient may be wrong. */
const ROUNDING = 1e-6;

function rateOf(ring: StreamRing): number {
  return ring.signals[0]?.sampleRateHz ?? 1;
}

/** Of whole rates; others share nothing finer than a second. */
function commonDivisor(a: number, b: number): number {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return 1;
  return b === 0 ? a : commonDivisor(b, a % b);
}
