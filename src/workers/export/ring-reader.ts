// Instruments' memories as one opened file, so that they are exported like one. What an instrument overwrites before it
// was read is missing: its time is kept, and it is counted. Values stay.

import { LabError } from '../../base/errors.ts';
import { utcAddSeconds, utcFromTicks, utcSecondsBetween } from '../../base/time.ts';
import { type AttachedChannels, attachChannels } from '../../core/channel-set.ts';
import { utcOfSample } from '../../core/stream-ring.ts';
import { copyPacked } from '../../formats/jls/v2/packing.ts';
import type { FormatReader, SourceInfo, TimeMap } from '../../formats/reader.ts';
import { packSamples, sampleBits } from '../../formats/stored.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';
import { JoinedStore, type PlacedStore } from '../../model/joined-store.ts';
import { joinedRuns, runsWithin } from '../../model/sample-runs.ts';
import type { Diagnostic, SampleRange, SignalStore } from '../../model/signal-store.ts';
import type { ExportOrigin } from './protocol.ts';
import { ALIGN_SAMPLES, RingWindow, windowStore } from './ring-window.ts';

/** Most memory for a copy: a minute of one JS110 takes 0.8 GB. */
const MAX_HELD_BYTES = 2 ** 30;
const HOLD_STEP_SAMPLES = 65_536;

/** Width of samples that say themselves (by NaN) that they are missing. */
const FLOAT_BITS = 32;

/** Samples [start, end) of a signal. */
export interface HeldSpan {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

/** An instrument where it lies on the common axis. */
export interface LiveInstrument {
  readonly channels: Pick<AttachedChannels, 'rings' | 'values'>;
  readonly identity: InstrumentIdentity;
  /** As in `PlacedStore`. */
  readonly prefix: string;
  readonly offsetS: number | undefined;
}

/** Where a signal lies, and what of its ring is given up. */
interface Place {
  readonly window: RingWindow;
  readonly index: number;
  readonly bits: number;
}

/** A copy of packed samples from `from` on, a multiple of ALIGN_SAMPLES. */
interface Copy {
  readonly from: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** The windows as they are now; later samples are not seen. */
export function openRings({ instruments }: Extract<ExportOrigin, { kind: 'instruments' }>): RingReader {
  return new RingReader(
    instruments.map(({ channelSet, ...instrument }) => ({ ...instrument, channels: attachChannels(channelSet) })),
  );
}

export class RingReader implements FormatReader {
  readonly format = 'live';
  readonly label = 'Live data';
  readonly version = '';
  readonly isRecovered = false;
  readonly sources: readonly SourceInfo[];
  readonly store: SignalStore;
  readonly #places = new Map<string, Place>();
  readonly #held = new Map<string, Copy>();
  /** Of integers: where they were missing when they were copied. */
  readonly #missing = new Map<string, SampleRange[]>();
  #lostCount = 0;

  constructor(instruments: readonly LiveInstrument[]) {
    this.sources = instruments.map(({ identity: { model, vendor, serialNumber, firmware } }, index) => {
      return { id: index + 1, name: `${model}-${serialNumber}`, vendor, model, version: firmware, serialNumber };
    });
    const parts = instruments.map(({ channels, prefix, offsetS }, index): PlacedStore => {
      const windows = channels.rings.map((ring) => new RingWindow(ring));
      for (const window of windows) {
        for (const [at, { id, dtype }] of window.ring.signals.entries()) {
          this.#places.set(`${prefix}${id}`, { window, index: at, bits: sampleBits(dtype) });
        }
      }
      const source = this.sources[index]!.name;
      return { prefix, source, store: windowStore(channels, windows, source), offsetS: () => offsetS };
    });
    const [originUtc] = parts.flatMap(({ store, offsetS }) => {
      const placeS = offsetS();
      return store.originUtc === undefined || placeS === undefined ? [] : [utcAddSeconds(store.originUtc, -placeS)];
    });
    this.store = new JoinedStore(parts, () => originUtc);
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

  /** Values have times of their own. */
  async timeMap(signalId: string): Promise<TimeMap | undefined> {
    const clock = this.#places.get(signalId)?.window.clock;
    return (
      clock && {
        toUtc: (sample) => utcOfSample(clock, Number(sample)),
        toSample: (utc) =>
          BigInt(clock.sample + Math.round(utcSecondsBetween(clock.utc, utcFromTicks(utc)) * clock.sampleRateHz)),
      }
    );
  }

  /**
   * Copies these samples out of the rings, all at once, because a file is written slower than an instrument may run. What
   * is too large for that stays where it is, and is read while the file is written.
   */
  hold(spans: readonly HeldSpan[]): void {
    const copies = spans.map(({ id, start, end }) => {
      const { bits } = this.#placeOf(id);
      const from = start - (start % ALIGN_SAMPLES);
      return { id, start, end, from, bits, lengthBytes: Math.ceil(((end - from) * bits) / 8) };
    });
    if (copies.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0) > MAX_HELD_BYTES) return;
    for (const { id, from, end, lengthBytes } of copies) {
      this.#held.set(id, { from, end, bytes: new Uint8Array(lengthBytes) });
    }
    // side by side in time, because all rings forget at the same time
    const partCount = Math.max(1, ...copies.map(({ from, end }) => Math.ceil((end - from) / HOLD_STEP_SAMPLES)));
    for (let part = 0; part < partCount; part++) {
      for (const { id, start, end, from, bits } of copies) {
        const bound = (number: number) => {
          const share = Math.floor(((end - from) * number) / partCount / ALIGN_SAMPLES) * ALIGN_SAMPLES;
          return number === partCount ? end : from + share;
        };
        const at = bound(part);
        const to = bound(part + 1);
        if (to > at) {
          this.#held.get(id)!.bytes.set(this.#copied(id, at, to, Math.max(at, start)), ((at - from) * bits) / 8);
        }
      }
    }
  }

  async storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array> {
    const held = this.#held.get(signalId);
    if (!this.#places.has(signalId)) return packSamples((await this.store.samples(signalId, start, end)).values, 'f64');
    if (held && start >= held.from && end <= held.end) {
      return fromSample(held.bytes, this.#placeOf(signalId).bits, start - held.from, end - held.from);
    }
    return this.#copied(signalId, start, end, start);
  }

  /** What was missing when it was copied, and of what is still in the rings. */
  async missingSamples(signalId: string, start: number, end: number): Promise<readonly SampleRange[]> {
    const place = this.#places.get(signalId);
    if (!place || place.bits === FLOAT_BITS) return [];
    const { ring } = place.window;
    const inRing = ring.missing(Math.max(start, ring.startSample), Math.min(end, ring.endSample));
    return runsWithin(joinedRuns([...(this.#missing.get(signalId) ?? []), ...inRing]), start, end);
  }

  close(): void {}

  #placeOf(signalId: string): Place {
    const place = this.#places.get(signalId);
    if (!place) throw new LabError('format/not-found', `The instrument has no signal named ${signalId}.`);
    return place;
  }

  /**
   * Copied as they lie in the ring: whole bytes from a multiple of 8 samples on, then shifted so that sample `start` is
   * in the lowest bits. Losses count from sample `countFrom` on.
   */
  #copied(signalId: string, start: number, end: number, countFrom: number): Uint8Array {
    const { window, index, bits } = this.#placeOf(signalId);
    const aligned = start - (start % ALIGN_SAMPLES);
    const bytes = new Uint8Array(Math.ceil(((end - aligned) * bits) / 8));
    const from = Math.min(Math.max(aligned, window.lostEnd), end);
    let offset = ((from - aligned) * bits) / 8;
    for (const view of from < end ? window.ring.views(index, from, end) : []) {
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset);
      offset += view.byteLength;
    }
    const missing = bits === FLOAT_BITS || from === end ? [] : window.ring.missing(from, end);
    window.noticeLosses(from);
    const lost = Math.min(Math.max(window.lostEnd - aligned, 0), end - aligned);
    if (bits === FLOAT_BITS) new Float32Array(bytes.buffer).fill(Number.NaN, 0, lost);
    else {
      bytes.fill(0, 0, (lost * bits) / 8);
      const known = this.#missing.get(signalId) ?? [];
      if (lost > 0) known.push({ start: aligned, end: aligned + lost });
      for (const run of missing) known.push(run);
      this.#missing.set(signalId, known);
    }
    this.#lostCount += Math.max(0, lost - (countFrom - aligned));
    return fromSample(bytes, bits, start - aligned, end - aligned);
  }
}

/** Packed samples [start, end); `start` becomes the first. */
function fromSample(bytes: Uint8Array, bits: number, start: number, end: number): Uint8Array {
  if ((start * bits) % 8 === 0) return bytes.subarray((start * bits) / 8, Math.ceil((end * bits) / 8));
  const packed = new Uint8Array(Math.ceil(((end - start) * bits) / 8));
  copyPacked(bits, bytes, start, packed, 0, end - start);
  return packed;
}
