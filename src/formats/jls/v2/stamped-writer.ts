// Writes signals with a time per sample into a JLS v2 file (stamped.ts says how they lie in it).

import type { Utc } from '../../../base/time.ts';
import { STAMPED_RATE_HZ, stampedEntry } from '../stamped.ts';
import type { JlsSignal } from './definitions.ts';
import type { SignalSizes } from './spec.ts';
import type { JlsWriter } from './writer.ts';

/** Short chunks, which are written again while they fill; long lists of times, which are read at once. */
export const STAMPED_SIZES: Partial<SignalSizes> = {
  samplesPerData: 256,
  sampleDecimateFactor: 64,
  entriesPerSummary: 640,
  summaryDecimateFactor: 20,
  utcDecimateFactor: 1024,
};

/** Bytes in the file per sample at most: 8 of itself with its share of summaries, its pair and the index of that. */
export const STAMPED_SAMPLE_BYTES = 128;

export type StampedDefinition = Omit<JlsSignal, 'kind' | 'sampleRateHz' | 'sizes' | 'isConstantOmitted'>;

export class StampedWriter {
  readonly #writer: JlsWriter;
  readonly #ids: readonly number[];
  #nextId = 0;

  /** Defines signals, at least one, that have their times in common. */
  constructor(writer: JlsWriter, signals: readonly StampedDefinition[]) {
    this.#writer = writer;
    this.#ids = signals.map(({ signalId }) => signalId);
    for (const signal of signals)
      writer.defineSignal({ ...signal, sampleRateHz: STAMPED_RATE_HZ, sizes: STAMPED_SIZES });
    writer.userData(stampedEntry(this.#ids));
  }

  get sampleCount(): number {
    return this.#nextId;
  }

  /** Appends samples: their times, not falling, and of each signal the values as stored. */
  write(times: readonly Utc[], values: readonly ArrayBufferView[]): void {
    // Times first: of a file that was cut a sample without a time could not be told.
    for (const [index, utc] of times.entries()) {
      for (const id of this.#ids) this.#writer.utc(id, this.#nextId + index, utc);
    }
    for (const [index, id] of this.#ids.entries()) {
      this.#writer.writeSamples(id, this.#nextId, values[index]!, times.length);
    }
    this.#nextId += times.length;
  }

  /** All that was written goes to the file. */
  keep(): void {
    for (const id of this.#ids) this.#writer.keep(id);
  }
}
