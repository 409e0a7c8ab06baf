// Two example experiments of mimoCoRB2 call their source `simulate_source`; only the muons have an analogue offset.

import { simulateGammas } from './gamma-source.ts';
import { simulateMuons } from './muon-source.ts';
import type { WorkerFactory } from './template.ts';

export const simulateSource: WorkerFactory = (context) =>
  context.config.has('analogue_offset') ? simulateMuons(context) : simulateGammas(context);
