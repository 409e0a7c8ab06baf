// An instrument of the registry over real memory, as a device worker makes it, with the surroundings of a test.

import type { Clock } from '../../src/base/clock.ts';
import { attachChannels } from '../../src/core/channel-set.ts';
import type { StreamRing } from '../../src/core/stream-ring.ts';
import { makeHomes, type TraceWatch } from '../../src/devices/api/homes.ts';
import type { Instrument, InstrumentModule } from '../../src/devices/api/instrument.ts';
import { coreBytes } from './core.ts';

export interface TestInstrument {
  readonly instrument: Instrument;
  /** This thread's handles on its streams, in order. */
  rings(): readonly StreamRing[];
}

/** Keeps `historyS` seconds of its streams. */
export function createInstrument(
  code: InstrumentModule,
  clock: Clock,
  historyS: number,
  onTrace?: TraceWatch,
): TestInstrument {
  const module = new WebAssembly.Module(coreBytes());
  const instrument = code.create({
    clock,
    system: 'linux',
    history: { samplesS: historyS, overviewS: historyS },
    readBudgetBytes: () => 8 * 2 ** 20,
    makeHomes: (plan) => makeHomes(module, plan, onTrace),
  });
  return { instrument, rings: () => attachChannels(instrument.channelSet).rings };
}
