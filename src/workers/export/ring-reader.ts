// An instrument's memory as an opened file, so that it is exported like one. What the instrument overwrites before it
// was read is missing: its time is kept, its samples are NaN (0 for logic signals), and they are counted.

import { LabError } from '../../base/errors.ts';
import { utcFromTicks, utcSecondsBetween } from '../../base/time.ts';
import { instantiateCore } from '../../core/core.ts';
import { LiveStore } from '../../core/live-store.ts';
import { type StreamClock, StreamRing, utcOfSample } from '../../core/stream-ring.ts';
import type { FormatReader, SourceInfo, TimeMap } from '../../formats/reader.ts';
import { packSamples } from '../../formats/stored.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';
import type { Diagnostic, SignalInfo, SignalStore } from '../../model/signal-store.ts';
import type { ExportOrigin } from './protocol.ts';

/** A running instrument overwrites the oldest samples first: this much of a full memory is left out from the start. */
const HEAD_ROOM_S = 0.25;

/** The window as it is now; later samples are not seen. */
export function openRing({ stream, identity }: Extract<ExportOrigin, { kind: 'ring' }>): RingReader {
  return new RingReader(StreamRing.attach(instantiateCore(stream.seed), stream.ring), identity);
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
  #lostCount = 0;

  constructor(ring: StreamRing, { model, vendor, serialNumber, firmware }: InstrumentIdentity) {
    this.#ring = ring;
    this.#generation = ring.generation;
    this.#clock = ring.clock;
    const name = `${model}-${serialNumber}`;
    this.sources = [{ id: 1, name, vendor, model, version: firmware, serialNumber }];
    const live = new LiveStore(ring, name);
    const headRoom = ring.startSample > 0 ? Math.ceil(HEAD_ROOM_S * (ring.signals[0]?.sampleRateHz ?? 1)) : 0;
    this.#signals = live.signals().map((signal) => ({
      ...signal,
      startSample: Math.min(signal.startSample + headRoom, signal.endSample),
    }));
    this.store = {
      originUtc: live.originUtc,
      signals: () => this.#signals,
      samples: async (signalId, start, end) => ({ start, values: this.#read(signalId, start, end) }),
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

  async storedSamples(signalId: string, start: number, end: number): Promise<Uint8Array> {
    const { dtype } = this.#signals.find(({ id }) => id === signalId)!;
    return packSamples(this.#read(signalId, start, end), dtype);
  }

  close(): void {}

  #read(signalId: string, start: number, end: number): Float32Array {
    const index = this.#signals.findIndex(({ id }) => id === signalId);
    const isLogic = this.#signals[index]?.dtype !== 'f32';
    const values = new Float32Array(end - start);
    for (let from = start; from < end; ) {
      try {
        this.#ring.readSamples(index, from, end, values.subarray(from - start));
        from = end;
      } catch (error) {
        if (!(error instanceof LabError && error.code === 'format/range')) throw error;
        this.#requireSameStream(error);
        // a block further on, so that the next try is not overtaken as well
        const to = Math.min(end, Math.max(from, this.#ring.startSample) + (end - start));
        values.fill(isLogic ? 0 : Number.NaN, from - start, to - start);
        this.#lostCount += to - from;
        from = to;
      }
    }
    return values;
  }

  #requireSameStream(cause: LabError): void {
    if (this.#ring.generation === this.#generation) return;
    throw new LabError(
      'run/state',
      'The instrument was started anew while its data were exported, which emptied its memory. Nothing was saved; export again.',
      { cause },
    );
  }
}
