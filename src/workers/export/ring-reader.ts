// An instrument's memory as an opened file, so that it is exported like one. What the instrument overwrites before it
// was read is missing: its time is kept, its samples are NaN (0 for logic signals), and they are counted.

import { LabError } from '../../base/errors.ts';
import { utcFromTicks, utcSecondsBetween } from '../../base/time.ts';
import { attachChannels } from '../../core/channel-set.ts';
import { LiveStore } from '../../core/live-store.ts';
import { type StreamClock, type StreamRing, utcOfSample } from '../../core/stream-ring.ts';
import { copyPacked } from '../../formats/jls/v2/packing.ts';
import type { FormatReader, SourceInfo, TimeMap } from '../../formats/reader.ts';
import { sampleBits } from '../../formats/stored.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';
import type { Diagnostic, SignalInfo, SignalStore } from '../../model/signal-store.ts';
import type { ExportOrigin } from './protocol.ts';

/** A running instrument overwrites the oldest samples first: this much of a full memory is left out from the start. */
const HEAD_ROOM_S = 0.25;
/** Most memory for a copy: a minute of one JS110 takes 0.8 GB. */
const MAX_HELD_BYTES = 2 ** 30;
const HOLD_STEP_SAMPLES = 65_536;
/** As many samples fill whole bytes at any width. */
const ALIGN_SAMPLES = 8;
/** Part of the memory that is given up when the instrument has caught up with the export. */
const AHEAD_PART = 1 / 8;

/** The window as it is now; later samples are not seen. */
export function openRing({ stream, identity }: Extract<ExportOrigin, { kind: 'ring' }>): RingReader {
  return new RingReader(attachChannels(stream).rings[0]!, identity);
}

export class RingReader implements FormatReader {
  readonly format = 'live';
  readonly label = 'Live data';
  readonly version = '';
  readonly isRecovered = false;
  readonly sources: readonly SourceInfo[];
  readonly store: SignalStore;
  readonly #ring: StreamRing;
  readonly #generation: number;
  readonly #clock: StreamClock | undefined;
  readonly #signals: readonly SignalInfo[];
  /** Everything before this sample counts as overwritten. */
  #lostEnd = 0;
  #lostCount = 0;
  #held: { readonly from: number; readonly end: number; readonly copies: ReadonlyMap<string, Uint8Array> } | undefined;

  constructor(ring: StreamRing, { model, vendor, serialNumber, firmware }: InstrumentIdentity) {
    this.#ring = ring;
    this.#generation = ring.generation;
    this.#clock = ring.clock;
    const name = `${model}-${serialNumber}`;
    this.sources = [{ id: 1, name, vendor, model, version: firmware, serialNumber }];
    const live = new LiveStore([ring], name);
    const headRoom = ring.startSample > 0 ? Math.ceil(HEAD_ROOM_S * (ring.signals[0]?.sampleRateHz ?? 1)) : 0;
    this.#signals = live.signals().map((signal) => ({
      ...signal,
      startSample: Math.min(signal.startSample + headRoom, signal.endSample),
    }));
    this.store = {
      originUtc: live.originUtc,
      signals: () => this.#signals,
      samples: (signalId, start, end) => live.samples(signalId, start, end),
      summary: (request) => live.summary(request),
      statistics: (signalId, start, end) => live.statistics(signalId, start, end),
      annotations: async () => [],
    };
  }

  /** Samples (over all signals) that were overwritten before they could be read. */
  get lostCount(): number {
    return this.#lostCount;
  }

  get diagnostics(): readonly Diagnostic[] {
    return [];
  }

  async userData(): Promise<readonly []> {
    return [];
  }

  async utcEntries(): Promise<readonly []> {
    return [];
  }

  async timeMap(): Promise<TimeMap | undefined> {
    const clock = this.#clock;
    return (
      clock && {
        toUtc: (sample) => utcOfSample(clock, Number(sample)),
        toSample: (utc) =>
          BigInt(clock.sample + Math.round(utcSecondsBetween(clock.utc, utcFromTicks(utc)) * clock.sampleRateHz)),
      }
    );
  }

  /**
   * Copies samples [start, end) of these signals out of the ring, all at once, because a file is written slower than an
   * instrument may run. What is too large for that stays where it is, and is read while the file is written.
   */
  hold(signalIds: readonly string[], start: number, end: number): void {
    const from = start - (start % ALIGN_SAMPLES);
    const bitsPerSample = signalIds.reduce((sum, id) => sum + this.#bitsOf(id), 0);
    if (((end - from) * bitsPerSample) / 8 > MAX_HELD_BYTES) return;
    const copies = new Map(
      signalIds.map((id) => [id, new Uint8Array(Math.ceil(((end - from) * this.#bitsOf(id)) / 8))]),
    );
    for (let at = from; at < end; at += HOLD_STEP_SAMPLES) {
      const to = Math.min(end, at + HOLD_STEP_SAMPLES);
      for (const [id, copy] of copies) {
        copy.set(this.#copied(id, at, to, Math.max(at, start)), ((at - from) * this.#bitsOf(id)) / 8);
      }
    }
    this.#held = { from, end, copies };
  }

  async storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array> {
    const held = this.#held?.copies.get(signalId);
    if (this.#held && held && start >= this.#held.from && end <= this.#held.end) {
      return fromSample(held, this.#bitsOf(signalId), start - this.#held.from, end - this.#held.from);
    }
    return this.#copied(signalId, start, end, start);
  }

  close(): void {}

  #bitsOf(signalId: string): number {
    return sampleBits(this.#signals.find(({ id }) => id === signalId)!.dtype);
  }

  /**
   * Copied as they lie in the ring: whole bytes from a multiple of 8 samples on, then shifted so that sample `start` is
   * in the lowest bits. Losses count from sample `countFrom` on.
   */
  #copied(signalId: string, start: number, end: number, countFrom: number): Uint8Array {
    const index = this.#signals.findIndex(({ id }) => id === signalId);
    const bits = this.#bitsOf(signalId);
    const aligned = start - (start % ALIGN_SAMPLES);
    const bytes = new Uint8Array(Math.ceil(((end - aligned) * bits) / 8));
    const from = Math.min(Math.max(aligned, this.#lostEnd), end);
    let offset = ((from - aligned) * bits) / 8;
    for (const view of from < end ? this.#ring.views(index, from, end) : []) {
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset);
      offset += view.byteLength;
    }
    this.#noticeLosses(from);
    const lost = Math.min(Math.max(this.#lostEnd - aligned, 0), end - aligned);
    if (bits === 32) new Float32Array(bytes.buffer).fill(Number.NaN, 0, lost);
    else bytes.fill(0, 0, (lost * bits) / 8);
    this.#lostCount += Math.max(0, lost - (countFrom - aligned));
    return fromSample(bytes, bits, start - aligned, end - aligned);
  }

  /** What was just copied from sample `from` on may have been overwritten while it was. */
  #noticeLosses(from: number): void {
    this.#requireSameStream();
    const { startSample, endSample, capacitySamples } = this.#ring;
    if (startSample <= from) return;
    // go on well ahead of the oldest sample, so that the next blocks are not lost as well
    const ahead = Math.min(startSample + Math.floor(capacitySamples * AHEAD_PART), endSample);
    this.#lostEnd = Math.ceil(ahead / ALIGN_SAMPLES) * ALIGN_SAMPLES;
  }

  #requireSameStream(): void {
    if (this.#ring.generation === this.#generation) return;
    throw new LabError(
      'run/state',
      'The instrument was started anew while its data were exported, which emptied its memory. Nothing was saved; export again.',
    );
  }
}

/** Packed samples [start, end); `start` becomes the first. */
function fromSample(bytes: Uint8Array, bits: number, start: number, end: number): Uint8Array {
  if ((start * bits) % 8 === 0) return bytes.subarray((start * bits) / 8, Math.ceil((end * bits) / 8));
  const packed = new Uint8Array(Math.ceil(((end - start) * bits) / 8));
  copyPacked(bits, bytes, start, packed, 0, end - start);
  return packed;
}
