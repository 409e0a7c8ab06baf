// Oscilloscopes that are read as OsziTrace reads them, in the registry (src/devices/registry.ts): from a file of OSZI_ names.

import type { InstrumentRow } from '../api/row.ts';

export const OSZITRACE_KIND = 'oszitrace';

export const OSZITRACE_ROW: InstrumentRow = {
  id: OSZITRACE_KIND,
  model: 'OsziTrace',
  vendor: '',
  description: 'Oscilloscopes as OsziTrace reads them, from its configuration and init-talk files.',
  usb: [],
  simulations: [],
  load: async () => (await import('./module.ts')).oszitraceModule,
};
