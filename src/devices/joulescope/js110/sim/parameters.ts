// What can be done to a simulated JS110 from the settings panel.

import type { ExtraParameters } from '../../../api/extra-parameters.ts';
import { simulatorParameters } from '../../../sim/parameters.ts';
import type { SimulatedJs110Bus } from './bus.ts';

export function js110SimulatorParameters(bus: SimulatedJs110Bus): ExtraParameters {
  return simulatorParameters(bus, 'This share of the packets is lost at random on the way.', [
    {
      id: 'sim.burst',
      label: 'Lose 100 ms',
      help: 'Loses 1587 packets in a row.',
      strike: () => bus.device.strike({ kind: 'drop', atPacket: 0, count: 1587 }),
    },
    {
      id: 'sim.garbage',
      label: 'Garble a packet',
      help: 'Fills one packet with random bytes.',
      strike: () => bus.device.strike({ kind: 'garbage', atPacket: 0 }),
    },
    {
      id: 'sim.stall',
      label: 'Stall',
      help: 'The endpoint refuses to send until the driver clears it.',
      strike: () => bus.device.strike({ kind: 'stall', atPacket: 0 }),
    },
  ]);
}
