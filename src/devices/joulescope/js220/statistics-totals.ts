// Charge and energy since the host began to count. The instrument's own sums begin anew whenever its statistics are
// switched on, which a change of rates does, and when it was without power; these go on.

import type { InstrumentTotals } from '../energy-meter.ts';
import { COUNTER_RATE_HZ } from './constants.ts';
import type { Js220Statistics } from './statistics.ts';

/** Ids per sample of a record. */
const SAMPLE_IDS = 2;

interface Sums {
  readonly chargeC: number;
  readonly energyJ: number;
  readonly clockS: number;
}

export class StatisticsTotals {
  #last: Js220Statistics | undefined;
  #totals: InstrumentTotals | undefined;
  /** What the sums had reached each time that they began anew. */
  #base: Sums = { chargeC: 0, energyJ: 0, clockS: 0 };

  /** The next record, in the order of arrival; the result is the totals with it. */
  take(statistics: Js220Statistics): InstrumentTotals {
    const last = this.#last;
    const isAnew =
      last &&
      (statistics.accumulatorSampleId !== last.accumulatorSampleId || statistics.blockSampleId < last.blockSampleId);
    if (isAnew) this.#base = add(this.#base, sumsOf(last));
    this.#last = statistics;
    this.#totals = this.#sum(statistics);
    return this.#totals;
  }

  /** Newest means, and sums that never fall back; `undefined` before the first record. */
  get totals(): InstrumentTotals | undefined {
    return this.#totals;
  }

  #sum(statistics: Js220Statistics): InstrumentTotals {
    const { currentA, voltageV, powerW } = statistics;
    const sums = add(this.#base, sumsOf(statistics));
    return { currentA: currentA.mean, voltageV: voltageV.mean, powerW: powerW.mean, ...sums };
  }
}

function sumsOf({ chargeC, energyJ, accumulatorSampleId, blockSampleId, sampleCount }: Js220Statistics): Sums {
  const endSampleId = blockSampleId + BigInt(SAMPLE_IDS * sampleCount);
  return { chargeC, energyJ, clockS: Number(endSampleId - accumulatorSampleId) / COUNTER_RATE_HZ };
}

function add(a: Sums, b: Sums): Sums {
  return { chargeC: a.chargeC + b.chargeC, energyJ: a.energyJ + b.energyJ, clockS: a.clockS + b.clockS };
}
