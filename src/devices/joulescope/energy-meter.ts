// What an energy analyser shows: means of the newest block of samples, and charge and energy since the last reset. Means
// come from the samples while they stream; charge, energy and time from the instrument's own totals where it keeps
// them, and from the samples where it does not. Blocks follow each other without gap; charge and energy of the samples are
// kept as integers (pC, pJ), so nothing is lost over days: the arithmetic of pyjoulescope's statistics
// (joulescope/stream_buffer.pyx).

import type { Clock } from '../../base/clock.ts';
import { type Utc, utcFromUnixMs } from '../../base/time.ts';
import type { StampedSeries } from '../../core/stamped-series.ts';
import type { StreamRing } from '../../core/stream-ring.ts';
import type { InstrumentReading, ReadingValue } from '../../model/instrument.ts';
import { saturationSignal } from '../../model/saturation.ts';
import { appendTotals } from './totals-channel.ts';

const PER_UNIT = 1e12;
const BLOCK_S = 0.1;
/** A signal that is so far behind the others is not waited for: it is switched off. */
const PATIENCE_S = 0.05;
/** Rounding of quotients of sample numbers. */
const EPSILON = 1e-9;

/** Totals as the instrument itself keeps them, since it was powered up or they were cleared. */
export interface InstrumentTotals {
  readonly currentA: number;
  readonly voltageV: number;
  readonly powerW: number;
  readonly chargeC: number;
  readonly energyJ: number;
  /** Seconds of the instrument's own sample clock. */
  readonly clockS: number;
}

/** A signal's place among rings. */
export interface MeteredSignal {
  readonly ring: StreamRing;
  readonly index: number;
}

/** Each at a rate that makes a block a whole number of samples. */
export interface MeteredSignals {
  readonly current: MeteredSignal;
  readonly voltage: MeteredSignal;
  readonly power: MeteredSignal;
}

/**
 * Charge or energy of the samples, times PER_UNIT; and of those that are there, with the seconds that they cover, of which
 * `saturatedS` are at a limit.
 */
interface Sum {
  scaled: bigint;
  measured: bigint;
  coveredS: number;
  saturatedS: number;
}

interface Means {
  readonly utc: Utc;
  readonly currentA: number;
  readonly voltageV: number;
  readonly powerW: number;
  /** Shares of the samples at a limit; 0 where nobody tells, as of the instrument's own means. */
  readonly currentSaturated?: number;
  readonly voltageSaturated?: number;
}

/** The rings' writer thread only. */
export class EnergyMeter {
  readonly #clock: Clock;
  readonly #leastBlockS: number;
  #blockS: number;
  #signals: MeteredSignals;
  /** Blocks since the stream began, and at the reset. */
  #blockCount = 0;
  #resetAt = 0;
  #charge = emptySum();
  #energy = emptySum();
  #means: Means | undefined;
  #totals: InstrumentTotals | undefined;
  /** Charge, energy and time of the instrument that count as zero. */
  #zero: { readonly chargeC: number; readonly energyJ: number; readonly clockS: number } | undefined;

  /** Each mean is over `blockS` seconds, a tenth when left out, or over one sample where that is longer. */
  constructor(clock: Clock, signals: MeteredSignals, blockS = BLOCK_S) {
    this.#clock = clock;
    this.#leastBlockS = blockS;
    this.#blockS = blockSeconds(blockS, signals);
    this.#signals = signals;
  }

  /** The stream begins anew: its next block starts at sample 0. Sums of samples count from zero. */
  restart(signals: MeteredSignals = this.#signals): void {
    this.#signals = signals;
    this.#blockS = blockSeconds(this.#leastBlockS, signals);
    this.#blockCount = 0;
    this.#means = undefined;
    this.#resetSums();
  }

  /** The stream has stopped: the means are the instrument's own, if any. */
  pause(): void {
    this.#means = undefined;
  }

  /**
   * Takes in all blocks that are complete by now. Missing samples count as the mean of their block; a block without any
   * sample adds nothing.
   */
  update(): void {
    const completeCount = Math.floor(this.#endS() / this.#blockS + EPSILON);
    while (this.#blockCount < completeCount) this.#takeBlock();
  }

  /**
   * New totals, once each, which become a record of `series`. They begin anew when the instrument was without power; ours
   * go on.
   */
  takeTotals(totals: InstrumentTotals, series: StampedSeries): void {
    const last = this.#totals;
    let zero = this.#zero ?? totals;
    if (last && totals.clockS < last.clockS) {
      zero = {
        chargeC: zero.chargeC - last.chargeC,
        energyJ: zero.energyJ - last.energyJ,
        clockS: zero.clockS - last.clockS,
      };
    }
    this.#zero = zero;
    this.#totals = totals;
    const chargeC = totals.chargeC - zero.chargeC;
    const energyJ = totals.energyJ - zero.energyJ;
    appendTotals(series, utcFromUnixMs(this.#clock.unixMs()), { ...totals, chargeC, energyJ });
  }

  /** Charge, energy and time count from zero again; sums of samples from the next block on. */
  reset(): void {
    if (this.#totals) this.#zero = this.#totals;
    this.#resetSums();
  }

  get reading(): InstrumentReading | undefined {
    const totals = this.#totals;
    const means = this.#means ?? totals;
    if (!means) return undefined;
    const utc = this.#means?.utc ?? utcFromUnixMs(this.#clock.unixMs());
    const zero = this.#zero;
    // the instrument's own totals miss nothing that was lost on the way
    if (totals && zero) {
      const charge = { value: totals.chargeC - zero.chargeC, ...saturatedOf(this.#charge) };
      const energy = { value: totals.energyJ - zero.energyJ, ...saturatedOf(this.#energy) };
      return { utc, values: readingValues(means, charge, energy), accumulatedS: totals.clockS - zero.clockS };
    }
    const accumulatedS = (this.#blockCount - this.#resetAt) * this.#blockS;
    const [charge, energy] = [this.#charge, this.#energy].map((sum) => totalOf(sum, accumulatedS));
    return { utc, values: readingValues(means, charge!, energy!), accumulatedS };
  }

  #resetSums(): void {
    this.#charge = emptySum();
    this.#energy = emptySum();
    this.#resetAt = this.#blockCount;
  }

  /** Seconds of stream that every signal has that is on. */
  #endS(): number {
    const ends = Object.values(this.#signals).map(endS);
    return Math.max(Math.min(...ends), Math.max(...ends) - PATIENCE_S);
  }

  #takeBlock(): void {
    const { current, voltage, power } = this.#signals;
    const block = this.#blockCount++;
    const [i, v, p] = [current, voltage, power].map((signal) => figuresOf(signal, block, this.#blockS));
    const [currentSaturated, voltageSaturated] = [i!.saturated, v!.saturated];
    addBlock(this.#charge, i!, this.#blockS, currentSaturated);
    addBlock(this.#energy, p!, this.#blockS, Math.max(currentSaturated, voltageSaturated));
    const utc = utcFromUnixMs(this.#clock.unixMs());
    const means = { currentA: i!.mean, voltageV: v!.mean, powerW: p!.mean };
    this.#means = { utc, ...means, currentSaturated, voltageSaturated };
  }
}

function blockSeconds(leastS: number, signals: MeteredSignals): number {
  const periodsS = Object.values(signals).map(
    ({ ring, index }: MeteredSignal) => 1 / ring.signals[index]!.sampleRateHz,
  );
  return Math.max(leastS, ...periodsS);
}

function endS({ ring, index }: MeteredSignal): number {
  return ring.endSample / ring.signals[index]!.sampleRateHz;
}

/** The mean of a block, NaN without a sample, how long its samples last, and the share of them at a limit. */
interface BlockFigures {
  readonly mean: number;
  readonly coveredS: number;
  readonly saturated: number;
}

/** If this thread fell behind, what is left of the block stands for all of it. */
function figuresOf({ ring, index }: MeteredSignal, block: number, blockS: number): BlockFigures {
  const signal = ring.signals[index]!;
  const { sampleRateHz } = signal;
  const blockSamples = sampleRateHz * blockS;
  const start = Math.max(Math.round(block * blockSamples), ring.startSample);
  const end = Math.min(Math.round((block + 1) * blockSamples), ring.endSample);
  if (start >= end) return { mean: Number.NaN, coveredS: 0, saturated: 0 };
  const { mean, count } = ring.statistics(index, start, end);
  const companion = ring.signals.findIndex(({ id }) => id === saturationSignal(signal).id);
  const saturated = companion < 0 || count === 0 ? 0 : ring.statistics(companion, start, end).mean;
  return { mean, coveredS: count / sampleRateHz, saturated };
}

function emptySum(): Sum {
  return { scaled: 0n, measured: 0n, coveredS: 0, saturatedS: 0 };
}

function addBlock(sum: Sum, { mean, coveredS }: BlockFigures, blockS: number, saturated: number): void {
  if (Number.isNaN(mean)) return;
  sum.scaled += BigInt(Math.trunc(mean * PER_UNIT * blockS));
  sum.measured += BigInt(Math.trunc(mean * PER_UNIT * coveredS));
  sum.coveredS += coveredS;
  sum.saturatedS += saturated * coveredS;
}

type Total = Pick<ReadingValue, 'value' | 'measured' | 'saturated'>;

function totalOf(sum: Sum, accumulatedS: number): Total {
  const coverage = accumulatedS > 0 ? Math.min(1, sum.coveredS / accumulatedS) : 1;
  return {
    value: Number(sum.scaled) / PER_UNIT,
    measured: { value: Number(sum.measured) / PER_UNIT, coverage },
    ...saturatedOf(sum),
  };
}

/** Of the samples since the stream began or the totals were reset, also where the instrument keeps the totals. */
function saturatedOf({ coveredS, saturatedS }: Sum): Pick<Total, 'saturated'> {
  return { saturated: coveredS > 0 ? saturatedS / coveredS : 0 };
}

function readingValues(
  { currentA, voltageV, powerW, currentSaturated = 0, voltageSaturated = 0 }: Omit<Means, 'utc'>,
  charge: Total,
  energy: Total,
): readonly ReadingValue[] {
  return [
    { id: 'current', label: 'Current', unit: 'A', value: currentA, saturated: currentSaturated },
    { id: 'voltage', label: 'Voltage', unit: 'V', value: voltageV, saturated: voltageSaturated },
    {
      id: 'power',
      label: 'Power',
      unit: 'W',
      value: powerW,
      saturated: Math.max(currentSaturated, voltageSaturated),
    },
    { id: 'charge', label: 'Charge', unit: 'C', ...charge, isTotal: true },
    { id: 'energy', label: 'Energy', unit: 'J', ...energy, isTotal: true },
  ];
}
