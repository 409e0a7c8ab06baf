// USB devices that are serial ports of the standard kind, CDC-ACM, the same wherever they are looked for. Adapters with
// chips of their own (FTDI, CP210x, CH340) are none.

/** Class of the control interface and of the one with the bytes (CDC 1.1, 4.2 and 4.5). */
const COMMUNICATIONS_CLASS = 2;
const DATA_CLASS = 10;

/** For `navigator.usb.requestDevice`. */
export const CDC_FILTER = { classCode: COMMUNICATIONS_CLASS } as const;

interface Described {
  readonly configurations?: readonly {
    readonly interfaces: readonly { readonly alternates: readonly { readonly interfaceClass: number }[] }[];
  }[];
}

/** The devices on `usb` that are serial ports, in the bus's order: an index in it is the index of the port. */
export async function serialDevices<Device extends Described>(usb: {
  getDevices(): Promise<readonly Device[]>;
}): Promise<readonly Device[]> {
  return (await usb.getDevices()).filter(({ configurations = [] }) => {
    const classes = configurations[0]?.interfaces.map(({ alternates }) => alternates[0]?.interfaceClass) ?? [];
    return classes.includes(COMMUNICATIONS_CLASS) && classes.includes(DATA_CLASS);
  });
}
