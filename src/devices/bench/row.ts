// Instruments that are spoken to in text, in the registry (src/devices/registry.ts). Which one it is, it says itself.

import { TMC_CLASS, TMC_SUBCLASS } from '../../transports/usbtmc/interface.ts';
import { MODE_SWITCHES } from '../../transports/usbtmc/mode-switch.ts';
import type { InstrumentRow, SimulationChoice } from '../api/row.ts';

/** The simulated bench's names (sim/scpi/bench.ts). */
const SIMULATIONS: readonly SimulationChoice[] = [
  { id: 'scope-rigol', label: 'Rigol DS1054Z, oscilloscope' },
  { id: 'scope-rigol-dho', label: 'Rigol DHO804, oscilloscope' },
  { id: 'scope-keysight', label: 'Keysight InfiniiVision, oscilloscope' },
  { id: 'scope-siglent', label: 'Siglent SDS2000X Plus, oscilloscope' },
  { id: 'scope-siglent-legacy', label: 'Siglent SDS1000X-E, oscilloscope' },
  { id: 'scope-tektronix', label: 'Tektronix MSO2024, oscilloscope' },
  { id: 'scope-tektronix-tds', label: 'Tektronix TDS2024C, oscilloscope' },
  { id: 'scope-lecroy', label: 'LeCroy WaveRunner, oscilloscope' },
  { id: 'scope-rohde-schwarz', label: 'Rohde & Schwarz, oscilloscope' },
  { id: 'scope-red-pitaya', label: 'Red Pitaya with its own system, oscilloscope' },
  { id: 'supply-rigol', label: 'Rigol DP832, supply' },
  { id: 'supply-keysight', label: 'Keysight E36312A, supply' },
  { id: 'meter-keysight', label: 'Keysight 34465A, meter' },
  { id: 'generator-rigol', label: 'Rigol DG1000Z, generator' },
  { id: 'generator-keysight', label: 'Keysight 33500, generator' },
].map((simulation) => ({ ...simulation, serialNumber: '' }));

export const BENCH_KIND = 'scpi';

export const BENCH_ROW: InstrumentRow = {
  id: BENCH_KIND,
  model: 'SCPI instrument',
  vendor: '',
  description: 'Oscilloscopes, supplies, meters and generators over USB, a serial port or the network.',
  usb: [],
  usbClasses: [{ classCode: TMC_CLASS, subclassCode: TMC_SUBCLASS }],
  usbStarting: MODE_SWITCHES.map(({ vendorId, productId, model }) => ({
    vendorId,
    productId,
    model: `${model} in its firmware-update mode`,
  })),
  simulations: SIMULATIONS,
  simulatedOn: 'bench',
  load: async () => (await import('./module.ts')).benchModule,
};
