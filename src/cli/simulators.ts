// The simulated instruments for Node: the bridge serves them over TCP, so that foreign software can speak to them.

import { systemClock } from '../base/clock.ts';
import { SimBoard } from '../devices/redpitaya/sim/board.ts';
import { SimListServer } from '../devices/redpitaya/sim/list-server.ts';
import { SimMcphaServer } from '../devices/redpitaya/sim/server.ts';
import { makeBench } from '../devices/sim/scpi/bench.ts';
import type { Talker } from '../devices/sim/scpi/talker.ts';
import type { BytePort } from '../transports/byte-port.ts';

const SEED = 1;
/** Pulses per second of the simulated source. */
const PULSE_RATE_HZ = 2000;

/** A bench in the time of this process, by the names under which its instruments are served. */
export function simulatedTalkers(): Readonly<Record<string, Talker>> {
  return makeBench({ clock: systemClock, seed: SEED }).talkers;
}

/** Servers that take bytes of their own, by the names under which they are served: what a connection to each is. */
export function simulatedServers(): Readonly<Record<string, () => BytePort>> {
  const board = new SimBoard({ clock: systemClock, seed: SEED, wiring: 'co-60', rateHz: PULSE_RATE_HZ });
  const server = new SimMcphaServer(board, { isFork: true });
  const list = new SimListServer(board);
  return { 'red-pitaya': () => server.connect(), 'red-pitaya-list': () => list.connect() };
}
