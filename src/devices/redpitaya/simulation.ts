// A simulated board in the place of the real one: its server at the end of a link of bytes, and what can be changed and go
// wrong beside it.

import { LabError } from '../../base/errors.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { Simulation, SimulationOptions } from '../api/instrument.ts';
import { checkValue } from '../api/parameters.ts';
import { SimBoard, type Wiring } from './sim/board.ts';
import { BOARD_FAULTS, type BoardFault } from './sim/faults.ts';
import { SimMcphaServer } from './sim/server.ts';
import { SOURCE_NAMES } from './sim/sources.ts';

const GROUP = 'Simulated board';
/** Per second at IN1. */
const RATE_HZ = 2000;
/** Of randomness: the same at each start. */
const SEED = 1;

const WIRINGS: Readonly<Record<Wiring, string>> = { ...SOURCE_NAMES, generator: 'Its own generator' };

const PARAMETERS: readonly Parameter[] = [
  {
    kind: 'choice',
    id: 'sim.source',
    label: 'At the inputs',
    group: GROUP,
    help: 'A source in front of a detector, or a cable from the output.',
    choices: Object.entries(WIRINGS).map(([value, label]) => ({ value, label })),
    default: 'co-60',
  },
  {
    kind: 'number',
    id: 'sim.rate',
    label: 'Pulses per second',
    group: GROUP,
    help: 'At IN1; IN2 has a tenth of it.',
    unit: 'Hz',
    min: 0,
    max: 1e6,
    step: 0,
    default: RATE_HZ,
  },
  {
    kind: 'choice',
    id: 'sim.fault',
    label: 'Fault',
    group: GROUP,
    help: 'What goes wrong from the next answer or connection on.',
    choices: Object.entries(BOARD_FAULTS).map(([value, label]) => ({ value, label })),
    default: 'none',
  },
  { kind: 'action', id: 'sim.restart', label: 'Restart the board', group: GROUP, help: 'As if its power was cut.' },
];

/** Throws `device/unsupported` for a source that there is not. */
export function simulateBoard({ clock, simulationId }: SimulationOptions): Simulation {
  if (!Object.hasOwn(WIRINGS, simulationId)) {
    throw new LabError('device/unsupported', `There is no simulated board with "${simulationId}" at its inputs.`);
  }
  const board = new SimBoard({ clock, seed: SEED, wiring: simulationId as Wiring, rateHz: RATE_HZ });
  const server = new SimMcphaServer(board);
  return {
    place: {
      find: async () => ({ kind: 'bytes', open: async () => server.connect() }),
      discard: () => undefined,
      onBack: () => () => undefined,
    },
    extras: {
      parameters: PARAMETERS,
      values: () => ({ 'sim.source': board.wiring, 'sim.rate': board.rateHz, 'sim.fault': server.fault }),
      set: (id: string, value: ParameterValue) => {
        checkValue(PARAMETERS, id, value);
        if (id === 'sim.source') board.wiring = value as Wiring;
        else if (id === 'sim.rate') board.rateHz = value as number;
        else if (id === 'sim.fault') server.fault = value as BoardFault;
        else server.restart();
      },
    },
  };
}
