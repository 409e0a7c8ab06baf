// The faults of a simulated instrument as parameters in the settings panel, so that anybody can see what the program
// does when a cable is pulled, and what the load really draws.

import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { ExtraParameters } from '../api/extra-parameters.ts';
import { checkValue } from '../api/parameters.ts';

const GROUP = 'Simulator';
/** How long the cable stays out. */
const REPLUG_AFTER_MS = 2000;

/** What the panel shows and touches of a bus with a simulated instrument. */
export interface FaultyBench {
  readonly model: { readonly meanCurrentA: number };
  readonly device: { readonly faultPlan: { dropProbability: number } };
  unplug(replugAfterMs: number): void;
}

/** A fault that strikes when its button is pressed. */
export interface FaultAction {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly strike: () => void;
}

/** `lossHelp` names what is lost at random. */
export function simulatorParameters(
  bench: FaultyBench,
  lossHelp: string,
  faults: readonly FaultAction[],
): ExtraParameters {
  const actions: readonly FaultAction[] = [
    {
      id: 'sim.unplug',
      label: 'Pull the cable',
      help: 'Pulls the cable and puts it back after two seconds.',
      strike: () => bench.unplug(REPLUG_AFTER_MS),
    },
    ...faults,
  ];
  const parameters: readonly Parameter[] = [
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
      help: lossHelp,
      group: GROUP,
      unit: '%',
      min: 0,
      max: 100,
      step: 0,
      default: 0,
    },
    ...actions.map(({ id, label, help }): Parameter => ({ kind: 'action', id, label, help, group: GROUP })),
  ];
  return {
    parameters,
    values: () => ({
      'sim.mean-current': bench.model.meanCurrentA,
      'sim.loss': bench.device.faultPlan.dropProbability * 100,
    }),
    set(parameterId: string, value: ParameterValue): void {
      checkValue(parameters, parameterId, value);
      if (parameterId === 'sim.loss') bench.device.faultPlan.dropProbability = Number(value) / 100;
      else actions.find(({ id }) => id === parameterId)!.strike();
    },
  };
}
