// The faults of a simulated JS110 as parameters in the settings panel, so that anybody can see what the program does
// when a cable is pulled, and what the load really draws.

import type { Parameter, ParameterValue } from '../../../../model/parameter.ts';
import type { ExtraParameters } from '../../../api/instrument.ts';
import { checkValue } from '../../../api/parameters.ts';
import type { SimulatedBus } from './bus.ts';
import type { Js110Fault } from './faults.ts';

const GROUP = 'Simulator';
/** How long the cable stays out. */
const REPLUG_AFTER_MS = 2000;

const action = (id: string, label: string, help: string): Parameter => ({
  kind: 'action',
  id,
  label,
  help,
  group: GROUP,
});

const PARAMETERS: readonly Parameter[] = [
  {
    kind: 'number',
    id: 'sim.mean-current',
    label: 'True mean current',
    help: 'Mean current of the load since it was switched on, from the formulas that make it.',
    group: GROUP,
    isReadOnly: true,
    unit: 'A',
    min: -10,
    max: 10,
    step: 0,
    default: 0,
  },
  {
    kind: 'number',
    id: 'sim.loss',
    label: 'Lost packets',
    help: 'This share of the packets is lost at random on the way.',
    group: GROUP,
    unit: '%',
    min: 0,
    max: 100,
    step: 0,
    default: 0,
  },
  action('sim.unplug', 'Pull the cable', 'Pulls the cable and puts it back after two seconds.'),
  action('sim.burst', 'Lose 100 ms', 'Loses 1587 packets in a row.'),
  action('sim.garbage', 'Garble a packet', 'Fills one packet with random bytes.'),
  action('sim.stall', 'Stall', 'The endpoint refuses to send until the driver clears it.'),
];

const STRIKES: Readonly<Record<string, Js110Fault>> = {
  'sim.unplug': { kind: 'unplug', atPacket: 0, replugAfterMs: REPLUG_AFTER_MS },
  'sim.burst': { kind: 'drop', atPacket: 0, count: 1587 },
  'sim.garbage': { kind: 'garbage', atPacket: 0 },
  'sim.stall': { kind: 'stall', atPacket: 0 },
};

export function simulatorParameters(bus: SimulatedBus): ExtraParameters {
  return {
    parameters: PARAMETERS,
    values: () => ({
      'sim.mean-current': bus.model.meanCurrentA,
      'sim.loss': bus.device.faultPlan.dropProbability * 100,
    }),
    set(parameterId: string, value: ParameterValue): void {
      checkValue(PARAMETERS, parameterId, value);
      if (parameterId === 'sim.loss') {
        bus.device.faultPlan.dropProbability = Number(value) / 100;
      } else {
        bus.device.strike(STRIKES[parameterId]!);
      }
    },
  };
}
