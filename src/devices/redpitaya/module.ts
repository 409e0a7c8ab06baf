// What the registry loads for Red Pitaya boards.

import type { InstrumentModule } from '../api/instrument.ts';
import { RedPitayaInstrument } from './instrument.ts';
import { simulateBoard } from './simulation.ts';

export const redPitayaModule: InstrumentModule = {
  create: (bench) => new RedPitayaInstrument(bench),
  simulate: simulateBoard,
};
