// The axis and the counters of the documentation of BLISS, simulated: `ascan robz 0 1 9 0.1 autoCounter` gives its numbers.

import { type Clock, delay } from '../base/clock.ts';
import type { Axis } from './axis.ts';
import type { Counter } from './counter.ts';

export interface SimulatedAxisOptions {
  readonly name: string;
  readonly unit?: string;
  readonly position?: number;
  readonly tolerance: number;
  readonly speedPerS: number;
  readonly limits?: { readonly low: number; readonly high: number };
  readonly settlingS?: number;
  readonly backlash?: number;
}

/** Moves at a steady speed, stands at once when it is told to, and reads whole steps of its tolerance. */
export class SimulatedAxis implements Axis {
  readonly name: string;
  readonly unit: string;
  readonly tolerance: number;
  readonly speedPerS: number;
  readonly limits?: { readonly low: number; readonly high: number };
  readonly settlingS?: number;
  readonly backlash?: number;
  readonly #clock: Clock;
  #position: number;

  constructor(clock: Clock, options: SimulatedAxisOptions) {
    this.#clock = clock;
    this.name = options.name;
    this.unit = options.unit ?? '';
    this.tolerance = options.tolerance;
    this.speedPerS = options.speedPerS;
    if (options.limits) this.limits = options.limits;
    if (options.settlingS !== undefined) this.settlingS = options.settlingS;
    if (options.backlash !== undefined) this.backlash = options.backlash;
    this.#position = options.position ?? 0;
  }

  get position(): number {
    return this.#position;
  }

  read(): number {
    return Math.round(this.#position / this.tolerance) * this.tolerance;
  }

  async moveTo(target: number, signal: AbortSignal): Promise<void> {
    const from = this.#position;
    const startMs = this.#clock.nowMs();
    const durationMs = (Math.abs(target - from) / this.speedPerS) * 1000;
    try {
      await delay(this.#clock, durationMs, signal);
      this.#position = target;
    } catch (error) {
      const share = durationMs === 0 ? 0 : Math.min(1, (this.#clock.nowMs() - startMs) / durationMs);
      this.#position = from + share * (target - from);
      throw error;
    }
  }
}

/** The points that the documentation prints for `ascan robz 0 1 10 0.1` of 2019: positions and autoCounter. */
const DOCUMENTED: readonly (readonly [number, number])[] = [
  [0, 0.0526115],
  [0.1111, 0.0731554],
  [0.2222, 0.107844],
  [0.3333, 1.07414],
  [0.4444, 3.49636],
  [0.5556, 3.43307],
  [0.6667, 1.04448],
  [0.7778, 0.147452],
  [0.8889, 0.035737],
  [1, 0.0652613],
];

/** What a counter sees of an axis: the documented points and straight lines between them. */
function documentedValue(position: number): number {
  const above = DOCUMENTED.findIndex(([x]) => x >= position);
  if (above < 0) return DOCUMENTED.at(-1)![1];
  const [x1, y1] = DOCUMENTED[above]!;
  if (above === 0 || x1 === position) return y1;
  const [x0, y0] = DOCUMENTED[above - 1]!;
  return y0 + ((y1 - y0) * (position - x0)) / (x1 - x0);
}

/** A counter behind `axis`, with the documented curve. */
export class SimulatedCounter implements Counter {
  readonly fullName: string;
  readonly unit = '';
  readonly #clock: Clock;
  readonly #axis: Axis;

  constructor(clock: Clock, fullName: string, axis: Axis) {
    this.#clock = clock;
    this.fullName = fullName;
    this.#axis = axis;
  }

  async read(countTimeS: number, signal: AbortSignal): Promise<number> {
    await delay(this.#clock, countTimeS * 1000, signal);
    // reading in whole steps leaves rests of doubles; the table has four decimals
    return documentedValue(Number(this.#axis.read().toFixed(4)));
  }
}
