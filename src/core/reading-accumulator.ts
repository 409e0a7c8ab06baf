// The running reading of an energy analyser: means of the newest block of samples, and charge and energy since the
// last reset. Blocks follow each other without gap; charge and energy are kept as integers (pC, pJ), so nothing
// is lost over days. This is the arithmetic of pyjoulescope's statistics (joulescope/stream_buffer.pyx).

import type { Utc } from '../base/time.ts';
import type { InstrumentReading } from '../model/instrument.ts';
import type { StreamRing } from './stream-ring.ts';

const PER_UNIT = 1e12;

export interface ReadingOptions {
  /** Samples per block; at most half of the ring. */
  readonly blockSamples: number;
  /** Positions of current, voltage and power among the ring's signals. */
  readonly signalIndices: { readonly current: number; readonly voltage: number; readonly power: number };
}

export class ReadingAccumulator {
  readonly #ring: StreamRing;
  readonly #options: ReadingOptions;
  #nextBlock = 0;
  #resetAt = 0;
  #chargePc = 0n;
  #energyPj = 0n;

  /** One per ring, on the thread that writes it. Call `restart` when the ring is reset. */
  constructor(ring: StreamRing, options: ReadingOptions) {
    this.#ring = ring;
    this.#options = options;
  }

  /**
   * Takes in all blocks that are complete by now and returns the reading of the newest; `undefined` if there is none.
   * Missing samples count as the mean of their block; a block without any sample adds nothing.
   */
  update(now: Utc): InstrumentReading | undefined {
    let reading: InstrumentReading | undefined;
    while (this.#ring.endSample >= this.#nextBlock + this.#options.blockSamples) reading = this.#takeBlock(now);
    return reading;
  }

  /** Charge, energy and time count from zero again, from the next block on. */
  reset(): void {
    this.#chargePc = 0n;
    this.#energyPj = 0n;
    this.#resetAt = this.#nextBlock;
  }

  /** The ring was reset: the next block starts at its sample 0. */
  restart(): void {
    this.#nextBlock = 0;
    this.reset();
  }

  #takeBlock(now: Utc): InstrumentReading {
    const { blockSamples, signalIndices } = this.#options;
    const end = this.#nextBlock + blockSamples;
    // If this thread fell behind, what is left of the block stands for all of it.
    const start = Math.max(this.#nextBlock, this.#ring.startSample);
    const mean = (index: number) => (start < end ? this.#ring.statistics(index, start, end).mean : NaN);
    const currentA = mean(signalIndices.current);
    const voltageV = mean(signalIndices.voltage);
    const powerW = mean(signalIndices.power);
    const sampleRateHz = this.#ring.signals[signalIndices.current]!.sampleRateHz;
    const scale = (PER_UNIT * blockSamples) / sampleRateHz;
    if (!Number.isNaN(currentA)) this.#chargePc += BigInt(Math.trunc(currentA * scale));
    if (!Number.isNaN(powerW)) this.#energyPj += BigInt(Math.trunc(powerW * scale));
    this.#nextBlock = end;
    return {
      utc: now,
      currentA,
      voltageV,
      powerW,
      chargeC: Number(this.#chargePc) / PER_UNIT,
      energyJ: Number(this.#energyPj) / PER_UNIT,
      accumulatedS: (end - this.#resetAt) / sampleRateHz,
    };
  }
}
