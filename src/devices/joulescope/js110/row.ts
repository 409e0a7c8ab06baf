// The JS110 in the registry (src/devices/registry.ts).

import type { InstrumentRow } from '../../api/row.ts';
import { simulationsFrom } from '../../sim/profiles.ts';
import { JS110_BOOTLOADER_PRODUCT_ID, JS110_PRODUCT_ID, JS110_VENDOR_ID } from './constants.ts';

/** Six digits as on real units; 9 begins no serial number that was ever sold. */
const FIRST_SIMULATED_SERIAL = 900_001;

export const JS110_ROW: InstrumentRow = {
  id: 'js110',
  model: 'JS110',
  vendor: 'Joulescope',
  description:
    'Energy analyser: current from nanoampere to 10 A, voltage, power, two inputs, two million samples a second.',
  usb: [
    { vendorId: JS110_VENDOR_ID, productId: JS110_PRODUCT_ID },
    {
      vendorId: JS110_VENDOR_ID,
      productId: JS110_BOOTLOADER_PRODUCT_ID,
      model: 'JS110 in its bootloader',
      obstacle: 'This JS110 waits for new firmware. Finish the update with the Joulescope UI, then connect it again.',
    },
  ],
  simulations: simulationsFrom(FIRST_SIMULATED_SERIAL),
  load: async () => (await import('./instrument.ts')).js110Module,
};
