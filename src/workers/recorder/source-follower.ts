// One instrument into one source of a JLS file: what it streams and what it publishes as values. It says when nothing
// more is to be expected of it.

import { formatElapsed } from '../../base/duration.ts';
import type { Utc } from '../../base/time.ts';
import type { AttachedValues } from '../../core/channel-set.ts';
import type { StreamRing } from '../../core/stream-ring.ts';
import type { JlsWriter } from '../../formats/jls/v2/writer.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';
import type { LastOn } from './ring-follower.ts';
import { chosenSignals, type SourceEnd, StreamSet } from './stream-set.ts';
import { chosenValues, ValueFollower } from './value-follower.ts';

export interface RecordedValues {
  readonly channels: readonly AttachedValues[];
  /** What is older is not taken. */
  readonly startUtc: Utc;
}

export interface SourceFollowerOptions {
  readonly rings: readonly StreamRing[];
  readonly values?: RecordedValues;
  readonly identity: InstrumentIdentity;
  /** Of its signals, of either kind; at least one. */
  readonly signalIds: readonly string[];
  readonly writer: JlsWriter;
  /** 1..255, unique in the file. */
  readonly sourceId: number;
  /** First of the ids in the file that its signals take, in order. */
  readonly firstJlsId: number;
  /** Called before bytes are given to the writer; throws `storage/quota` when there is no room for them. */
  readonly reserve: (lengthBytes: number) => void;
  /** Counts its silence from here. */
  readonly nowMs: number;
}

/** The thread of the writer only. */
export class SourceFollower {
  /** As the vendor's programs name sources: `JS220-002122`. */
  readonly name: string;
  readonly #streams: StreamSet | undefined;
  readonly #values: readonly ValueFollower[];
  /** Where it fell silent last, as long as it is. */
  #silentFromS: number | undefined;
  #silenceCount = 0;

  /** Defines source and signals, streams first. */
  constructor({ rings, values, identity, signalIds, ...common }: SourceFollowerOptions) {
    const { model, vendor, serialNumber, firmware } = identity;
    const { writer, sourceId } = common;
    this.name = `${model}-${serialNumber}`;
    writer.defineSource({ sourceId, name: this.name, vendor, model, version: firmware, serialNumber });
    const streamed = chosenSignals(rings, signalIds);
    let { firstJlsId } = common;
    if (streamed.length > 0) this.#streams = new StreamSet({ ...common, rings, signalIds });
    firstJlsId += streamed.length;
    this.#values = (values?.channels ?? []).flatMap((channel) => {
      const { length } = chosenValues(channel, signalIds);
      if (length === 0) return [];
      const follower = new ValueFollower({
        ...common,
        values: channel,
        signalIds,
        firstJlsId,
        startUtc: values!.startUtc,
      });
      firstJlsId += length;
      return [follower];
    });
  }

  /** Why nothing more comes; `undefined` while it may. */
  get end(): SourceEnd | undefined {
    if (this.#streams && !this.#streams.end) return undefined;
    // its values come from where its streams do
    if (this.#streams?.end === 'away') return 'away';
    if (this.#values.some(({ state, isAtEnd }) => state === 'live' || !isAtEnd)) return undefined;
    const isLost = this.#values.some(({ state }) => state === 'lost');
    return isLost ? 'lost' : (this.#streams?.end ?? 'ended');
  }

  /** Seconds of its longest signal, gaps included. */
  get durationS(): number {
    return Math.max(this.#streams?.durationS ?? 0, ...this.#values.map(({ durationS }) => durationS));
  }

  /** Seconds of all its channels together, gaps included: grows whenever something of it comes. */
  get takenS(): number {
    return this.#values.reduce((sum, { durationS }) => sum + durationS, this.#streams?.takenS ?? 0);
  }

  /** Sample times of its rings without a value: lost on the way to the ring, or while the instrument was away. */
  get missingSampleCount(): number {
    return this.#streams?.missingSampleCount ?? 0;
  }

  /** Samples that were overwritten before they were taken. */
  get lostSampleCount(): number {
    return this.#streams?.lostSampleCount ?? 0;
  }

  /** What is to be said of its silence: values may come at any time, so that it is no end. */
  silence(isOver: boolean): string | undefined {
    if (this.#silentFromS !== undefined) {
      const from = formatElapsed(this.#silentFromS);
      if (isOver) return `${this.name} sent no values from ${from} to the end.`;
      return `${this.name} sends no values since ${from}; the recording waits for them.`;
    }
    if (this.#silenceCount === 0) return undefined;
    const times = this.#silenceCount === 1 ? 'once' : `${this.#silenceCount} times`;
    return `${this.name} sent no values ${times} for a while.`;
  }

  /** What is to be said of the times of its values. */
  get timeNote(): string | undefined {
    if (!this.#values.some(({ hasHeldTimes }) => hasHeldTimes)) return undefined;
    return `The computer's clock was set back: values of ${this.name} have the time of the last one before until the clock was there again.`;
  }

  isComplete(durationS: number): boolean {
    const parts = this.#streams ? [this.#streams, ...this.#values] : this.#values;
    return parts.every((part) => part.isComplete(durationS));
  }

  /** Nothing is taken beyond what has come by now. */
  endHere(on: LastOn = 'byte'): void {
    this.#streams?.endHere(on);
    for (const follower of this.#values) follower.endHere();
  }

  /**
   * Takes a block of each channel, of a recording of `durationS`. False when there is nothing more at once. Throws what
   * `reserve` throws.
   */
  advance(nowMs: number, durationS?: number): boolean {
    let isMore = this.#streams?.advance(nowMs, durationS) ?? false;
    for (const follower of this.#values) if (follower.advance(nowMs, durationS)) isMore = true;
    this.#watchSilence();
    return isMore;
  }

  /** Brings into the file what would wait for more. */
  keep(): void {
    for (const follower of this.#values) follower.keep();
  }

  /** What is still to be said of their ends. Call before the writer closes. */
  finish(): void {
    this.#streams?.finish();
  }

  #watchSilence(): void {
    const isSilent = this.#values.some((follower) => follower.isSilent);
    if (isSilent && this.#silentFromS === undefined) {
      this.#silentFromS = Math.max(...this.#values.map(({ durationS }) => durationS));
      this.#silenceCount++;
    }
    if (!isSilent) this.#silentFromS = undefined;
  }
}
