// The simulated instruments for Node: the bridge serves them over TCP, so that foreign software can speak to them.

import { systemClock } from '../base/clock.ts';
import { makeBench } from '../devices/sim/scpi/bench.ts';
import type { Talker } from '../devices/sim/scpi/talker.ts';

const SEED = 1;

/** A bench in the time of this process, by the names under which its instruments are served. */
export function simulatedTalkers(): Readonly<Record<string, Talker>> {
  return makeBench({ clock: systemClock, seed: SEED }).talkers;
}
