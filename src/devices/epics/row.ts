// Process variables of the laboratory, in the registry (src/devices/registry.ts): as many as were named are one instrument.

import type { InstrumentRow } from '../api/row.ts';

export const EPICS_KIND = 'epics';

export const EPICS_ROW: InstrumentRow = {
  id: EPICS_KIND,
  model: 'EPICS',
  vendor: '',
  description: 'Process variables of the laboratory over Channel Access, through the bridge.',
  usb: [],
  simulations: [{ id: 'oven', label: 'Oven, process variables', serialNumber: '' }],
  load: async () => (await import('./module.ts')).epicsModule,
};
