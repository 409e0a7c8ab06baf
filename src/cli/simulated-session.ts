// The laboratory in which `scan run` scans: simulated axes, and a diode behind one of them.

import type { Clock } from '../base/clock.ts';
import type { Axis } from '../scan/axis.ts';
import type { Counter } from '../scan/counter.ts';
import { SimulatedAxis, SimulatedCounter } from '../scan/simulated.ts';

export interface ScanSession {
  readonly name: string;
  readonly axes: ReadonlyMap<string, Axis>;
  /** The measurement group: what counts where a command names no counter. */
  readonly counters: readonly Counter[];
}

/** A ten-thousandth is the last digit that the documentation of BLISS prints of positions. */
const TOLERANCE = 1e-4;
/** So that an eleventh of the way takes about the 0.1 s that the documentation's points take beside their counting. */
const SPEED_PER_S = 1;

/** Every process has its own, with both axes at 0. */
export function simulatedSession(clock: Clock): ScanSession {
  const [robz, roby] = ['robz', 'roby'].map(
    (name) => new SimulatedAxis(clock, { name, tolerance: TOLERANCE, speedPerS: SPEED_PER_S }),
  ) as [SimulatedAxis, SimulatedAxis];
  return {
    name: 'simulated',
    axes: new Map([robz, roby].map((axis) => [axis.name, axis])),
    counters: [new SimulatedCounter(clock, 'sim:diode', robz)],
  };
}
