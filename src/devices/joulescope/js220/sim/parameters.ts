// What can be done to a simulated JS220 from the settings panel.

import type { ExtraParameters } from '../../../api/extra-parameters.ts';
import { simulatorParameters } from '../../../sim/parameters.ts';
import type { SimulatedJs220Bus } from './bus.ts';

/** 100 ms of current and voltage: two times 793.7 frames of 126 samples at 1 MHz. */
const BURST_FRAMES = 1587;

export function js220SimulatorParameters(bus: SimulatedJs220Bus): ExtraParameters {
  return simulatorParameters(bus, 'This share of the frames is lost at random on the way.', [
    {
      id: 'sim.burst',
      label: 'Lose frames',
      help: 'Loses 1587 frames in a row: 100 ms of current and voltage.',
      strike: () => bus.device.strike({ kind: 'drop', atSample: 0, count: BURST_FRAMES }),
    },
    {
      id: 'sim.overlap',
      label: 'Overlap a frame',
      help: 'Sends a frame that overlaps its neighbours.',
      strike: () => bus.device.strike({ kind: 'overlap', atSample: 0 }),
    },
    {
      id: 'sim.garbage',
      label: 'Garble a frame',
      help: 'Sends one frame with an impossible length.',
      strike: () => bus.device.strike({ kind: 'bad-length', atSample: 0 }),
    },
    {
      id: 'sim.stall',
      label: 'Stall',
      help: 'The endpoint refuses to send until the driver clears it.',
      strike: () => bus.device.strike({ kind: 'stall', atSample: 0 }),
    },
  ]);
}
