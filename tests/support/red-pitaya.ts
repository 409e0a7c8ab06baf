// A simulated board, and an instrument of it in a session as the device worker runs one.

import { redPitayaModule } from '../../src/devices/redpitaya/module.ts';
import { type BoardOptions, SimBoard } from '../../src/devices/redpitaya/sim/board.ts';
import { SimMcphaServer } from '../../src/devices/redpitaya/sim/server.ts';
import type { BytePort } from '../../src/transports/byte-port.ts';
import { InstrumentSession } from '../../src/workers/device/session.ts';
import { createInstrument } from './instrument.ts';
import { ManualClock } from './manual-clock.ts';

export function makeBoard(options: Partial<Omit<BoardOptions, 'clock'>> & { readonly isFork?: boolean } = {}) {
  const clock = new ManualClock();
  const board = new SimBoard({ seed: 7, wiring: 'co-60', rateHz: 2000, ...options, clock });
  return { clock, board, server: new SimMcphaServer(board, options) };
}

export function boardSession(clock: ManualClock, open: () => Promise<BytePort>) {
  const { instrument } = createInstrument(redPitayaModule, clock, 0);
  const place = {
    find: async () => ({ kind: 'bytes', open }) as const,
    discard: () => undefined,
    onBack: () => () => undefined,
  };
  const session = new InstrumentSession({ clock, instrument, place, onStatus: () => undefined });
  const set = (id: string, value: string | number | boolean) => clock.settle(session.set(id, value));
  return { instrument, session, set, open: () => clock.settle(session.open()) };
}
