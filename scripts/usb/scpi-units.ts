// Instruments that are spoken to in text, for a virtual machine's bus: an oscilloscope over USBTMC, and a supply whose USB
// socket is a serial port. Both stand on one bench, whose generator is wired to the scope.

import type { Clock } from '../../src/base/clock.ts';
import { makeBench } from '../../src/devices/sim/scpi/bench.ts';
import { StreamInstrument } from '../../src/devices/sim/scpi/stream-instrument.ts';
import { CDC_FUNCTIONAL_DESCRIPTORS, SimulatedCdcAcm } from '../../src/devices/sim/usb/cdc-acm.ts';
import { SimulatedUsbtmc } from '../../src/devices/sim/usbtmc/device.ts';
import type { UsbConfiguration, UsbDevice } from '../../src/transports/usb.ts';

export interface ScpiUnit {
  readonly label: string;
  readonly device: UsbDevice;
  readonly configuration: UsbConfiguration;
  readonly functionalDescriptors?: Uint8Array;
}

/** What the bench is set to, and what the page has to find. */
export const SCPI_CASE = {
  scope: { label: 'InfiniiVision SIM000001', model: 'DSO-X' },
  supply: { label: 'DP832 SIM000002', model: 'DP832' },
  /** The generator's first output, on the scope's first channel. */
  frequencyHz: 1000,
  amplitudeVpp: 3,
  offsetV: 0.5,
} as const;

export function scpiUnits(clock: Clock): readonly ScpiUnit[] {
  const { talkers } = makeBench({ clock, seed: 1 });
  const { frequencyHz, amplitudeVpp, offsetV, scope, supply } = SCPI_CASE;
  for (const line of [`:SOUR1:APPL:SIN ${frequencyHz},${amplitudeVpp},${offsetV}`, ':OUTP1 ON']) {
    talkers['generator-rigol']!.tell(new TextEncoder().encode(line));
  }
  const [scopeName, scopeSerial] = scope.label.split(' ');
  const scopeDevice = new SimulatedUsbtmc({
    clock,
    serialNumber: scopeSerial!,
    talker: talkers['scope-keysight']!,
    description: { productName: scopeName! },
  });
  const [supplyName, supplySerial] = supply.label.split(' ');
  const supplyDevice = new SimulatedCdcAcm({
    clock,
    serialNumber: supplySerial!,
    productName: supplyName!,
    instrument: new StreamInstrument({ clock, talker: talkers['supply-rigol']! }),
  });
  return [
    { label: scope.label, device: scopeDevice, configuration: scopeDevice.configurations[0]! },
    {
      label: supply.label,
      device: supplyDevice,
      configuration: supplyDevice.configurations[0]!,
      functionalDescriptors: CDC_FUNCTIONAL_DESCRIPTORS,
    },
  ];
}
