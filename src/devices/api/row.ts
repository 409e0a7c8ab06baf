// One kind of instrument as plain data: how it is recognised, what can be simulated, and where its code is. The
// Connect list, the browser's chooser, the device worker and the help all read the rows of registry.ts.

import type { InstrumentModule } from './instrument.ts';

export interface UsbMatch {
  readonly vendorId: number;
  readonly productId: number;
  /** Why such a unit cannot be opened, and what to do; left out when it can. */
  readonly obstacle?: string;
  /** The unit's name while it cannot, such as `JS110 bootloader`. */
  readonly model?: string;
}

/** A simulated unit that the Connect list offers. */
export interface SimulationChoice {
  readonly id: string;
  /** What its load is, such as `Bluetooth beacon`. */
  readonly label: string;
  /** Six digits, as real units have. */
  readonly serialNumber: string;
}

export interface InstrumentRow {
  /** Stable: the beginning of the ids of its units. */
  readonly id: string;
  readonly model: string;
  readonly vendor: string;
  /** One sentence for the welcome page and the help. */
  readonly description: string;
  readonly usb: readonly UsbMatch[];
  /** Interfaces by their class, for instruments of any maker; the row takes what no `usb` of any row names. */
  readonly usbClasses?: readonly { readonly classCode: number; readonly subclassCode: number }[];
  /** Those that start as other devices, and come back as what `usbClasses` says when they were opened once. */
  readonly usbStarting?: readonly UsbMatch[];
  readonly simulations: readonly SimulationChoice[];
  /** Its simulated units stand on one bench in a thread of their own, by their ids, instead of each in its own worker. */
  readonly simulatedOn?: 'bench';
  load(): Promise<InstrumentModule>;
}
