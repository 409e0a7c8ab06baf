// The JS220 in the registry (src/devices/registry.ts).

import type { InstrumentRow } from '../../api/row.ts';
import { simulationsFrom } from '../../sim/profiles.ts';
import { JS220_PRODUCT_ID, JS220_UPDATER_PRODUCT_ID, JS220_VENDOR_ID } from './constants.ts';

/** Six digits as on real units; 9 begins no serial number that was ever sold. */
const FIRST_SIMULATED_SERIAL = 920_001;

export const JS220_ROW: InstrumentRow = {
  id: 'js220',
  model: 'JS220',
  vendor: 'Joulescope',
  description:
    'Energy analyser: current from nanoampere to 10 A, voltage, power at a million samples a second, four inputs and a trigger.',
  usb: [
    { vendorId: JS220_VENDOR_ID, productId: JS220_PRODUCT_ID },
    {
      vendorId: JS220_VENDOR_ID,
      productId: JS220_UPDATER_PRODUCT_ID,
      model: 'JS220 in its updater',
      obstacle: 'This JS220 waits for new firmware. Finish the update with the Joulescope UI, then connect it again.',
    },
  ],
  simulations: simulationsFrom(FIRST_SIMULATED_SERIAL),
  load: async () => (await import('./instrument.ts')).js220Module,
};
