// What the registry loads for process variables.

import type { InstrumentModule } from '../api/instrument.ts';
import { EpicsInstrument } from './instrument.ts';
import { OVEN_NAMES, Oven } from './sim/oven.ts';

export const epicsModule: InstrumentModule = {
  create: (bench) => new EpicsInstrument(bench),
  simulate: ({ clock }) => ({
    place: {
      find: async () => ({ kind: 'variables', names: OVEN_NAMES, open: async () => new Oven(clock) }),
      discard: () => undefined,
      onBack: () => () => undefined,
    },
    extras: { parameters: [], values: () => ({}), set: () => undefined },
  }),
};
