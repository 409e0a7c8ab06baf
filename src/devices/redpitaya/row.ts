// Red Pitaya boards with the mcpha image, in the registry (src/devices/registry.ts).

import type { InstrumentRow } from '../api/row.ts';

export const REDPITAYA_KIND = 'redpitaya';

export const REDPITAYA_ROW: InstrumentRow = {
  id: REDPITAYA_KIND,
  model: 'Red Pitaya',
  vendor: '',
  description: 'Pulse heights, oscilloscope and pulse generator of a board with the mcpha image, through the bridge.',
  usb: [],
  simulations: [
    { id: 'co-60', label: 'Co-60 source', serialNumber: '' },
    { id: 'cs-137', label: 'Cs-137 source', serialNumber: '' },
    { id: 'na-22', label: 'Na-22 source', serialNumber: '' },
    { id: 'comb', label: 'Comb of 15 lines', serialNumber: '' },
    { id: 'generator', label: 'Its generator at its inputs', serialNumber: '' },
  ],
  load: async () => (await import('./module.ts')).redPitayaModule,
};
