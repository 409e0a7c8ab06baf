// What the Connect list offers, from the registry's rows: simulated instruments, and those USB devices that are ours.
// Ids are `kind:serial` for real units and `sim-kind:simulation` for simulated ones.

import { LabError } from '../../base/errors.ts';
import {
  BENCH_KIND,
  EPICS_KIND,
  INSTRUMENT_ROWS,
  MCPHA_PORT,
  parseNames,
  REDPITAYA_KIND,
  rowOfUsb,
  titleOf,
  type UsbIdentity,
} from '../../devices/registry.ts';
import type { InstrumentChoice, InstrumentKind } from '../../model/instrument.ts';

/** What the user reads where real instruments cannot be reached. */
export const NO_WEBUSB =
  'This browser has no WebUSB. Use Chrome, Edge or another browser built on Chromium, or a simulated instrument.';

/** What the user reads where serial ports cannot be reached. */
export const NO_SERIAL =
  'This browser has no serial ports for pages. Use Chrome, Edge or another browser built on Chromium on a computer.';

/** For `navigator.usb.requestDevice`. */
export const USB_FILTERS: readonly USBDeviceFilter[] = INSTRUMENT_ROWS.flatMap(
  ({ usb, usbStarting = [], usbClasses = [] }) => [
    ...[...usb, ...usbStarting].map(({ vendorId, productId }) => ({ vendorId, productId })),
    ...usbClasses,
  ],
);

/** The rows of those that can be opened, as the page sees them. */
export const INSTRUMENT_KINDS: readonly InstrumentKind[] = INSTRUMENT_ROWS.flatMap(
  ({ id, model, vendor, description, usb, simulations }) => {
    const openable = usb.filter(({ obstacle }) => obstacle === undefined);
    if (openable.length + simulations.length === 0) return [];
    const ids = openable.map(({ vendorId, productId }) => ({ vendorId, productId }));
    return [{ id, model, vendor, description, usb: ids }];
  },
);

export const SIMULATED_CHOICES: readonly InstrumentChoice[] = INSTRUMENT_ROWS.flatMap((row) =>
  row.simulations.map(({ id, label, serialNumber }) => ({
    id: `sim-${row.id}:${id}`,
    kind: row.id,
    model: row.model,
    serialNumber,
    label: `Simulated ${row.model} · ${label}`,
    isSimulated: true,
    simulation: label,
  })),
);

/** The entry of a USB device; `undefined` for one that is not ours. */
export function choiceOfDevice(device: UsbIdentity): InstrumentChoice | undefined {
  const found = rowOfUsb(device);
  if (!found) return undefined;
  const { row, match } = found;
  // one that was found by its interface says itself what it is
  const own = row.usb.includes(match) ? undefined : device.productName;
  const model = match.model ?? own ?? row.model;
  const serialNumber = device.serialNumber ?? '';
  return {
    id: `${row.id}:${serialNumber}`,
    kind: row.id,
    model,
    serialNumber,
    label: `${row.vendor} ${model} ${serialNumber}`.trim(),
    isSimulated: false,
    ...(match.obstacle === undefined ? {} : { obstacle: match.obstacle }),
  };
}

/** SCPI over raw TCP (IANA: scpi-raw). */
const SCPI_PORT = 5025;
const MAX_PORT = 65_535;

/**
 * The entry of an instrument on the network: `192.168.1.5`, `scope.lab:5555`, `[fe80::1]:5025`, or `ws://192.168.1.5/scpi`
 * where it has a WebSocket itself. A Red Pitaya with mcpha is told by its port, or by `mcpha://` in front where it has
 * another one. Throws `setup/invalid`.
 */
export function choiceOfAddress(text: string): InstrumentChoice {
  if (/^wss?:/i.test(text.trim())) return choiceOfWebSocket(text.trim());
  const [, mcpha, bracketed, plain, portText] =
    /^(mcpha:\/\/)?(?:\[([^\]]+)\]|([^\s:/\\]+))(?::(\d+))?$/i.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = portText === undefined ? (mcpha ? MCPHA_PORT : SCPI_PORT) : Number(portText);
  if (host === undefined || port < 1 || port > MAX_PORT) {
    throw new LabError(
      'setup/invalid',
      `"${text.trim()}" is no address. Write a name or a number, and a port behind a colon where it is not ${SCPI_PORT}: 192.168.1.5:5555.`,
    );
  }
  const place = `${bracketed === undefined ? host : `[${host}]`}:${port}`;
  if (mcpha || port === MCPHA_PORT) {
    return {
      id: `${REDPITAYA_KIND}-tcp:${place}`,
      kind: REDPITAYA_KIND,
      model: 'Red Pitaya',
      serialNumber: '',
      label: `Red Pitaya at ${place}`,
      isSimulated: false,
      connection: { kind: 'tcp', host, port },
    };
  }
  return {
    id: `scpi-tcp:${place}`,
    kind: BENCH_KIND,
    model: 'SCPI instrument',
    serialNumber: '',
    label: `Instrument at ${place}`,
    isSimulated: false,
    connection: { kind: 'tcp', host, port },
  };
}

function choiceOfWebSocket(text: string): InstrumentChoice {
  const { href, username, password, hash } = URL.canParse(text) ? new URL(text) : { href: '' };
  // browsers refuse a fragment, and names and passwords are not for a list that is shown
  if (href === '' || username || password || hash) {
    throw new LabError('setup/invalid', `"${text}" is no address. Write it as ws://192.168.1.5:8080/path.`);
  }
  return {
    id: `scpi-ws:${href}`,
    kind: BENCH_KIND,
    model: 'SCPI instrument',
    serialNumber: '',
    label: `Instrument at ${href}`,
    isSimulated: false,
    connection: { kind: 'websocket', url: href },
  };
}

/** The entry of process variables, by their names with spaces between. Throws `setup/invalid`. */
export function choiceOfVariables(text: string): InstrumentChoice {
  const names = parseNames(text);
  return {
    id: `${EPICS_KIND}:${names.join(' ')}`,
    kind: EPICS_KIND,
    model: 'EPICS',
    serialNumber: '',
    label: `EPICS ${titleOf(names)}`,
    isSimulated: false,
    connection: { kind: 'epics', names },
  };
}

/** The entry of an instrument at a serial port that the page may use. */
export function choiceOfSerialPort(info: SerialPortInfo, portIndex: number, baudRate: number): InstrumentChoice {
  const { usbVendorId, usbProductId } = info;
  const ids = [usbVendorId, usbProductId].map((id) => id?.toString(16).padStart(4, '0') ?? '').join(':');
  return {
    id: `scpi-serial:${portIndex}:${ids}`,
    kind: BENCH_KIND,
    model: 'SCPI instrument',
    serialNumber: '',
    label: `Instrument at serial port ${portIndex + 1}${ids === ':' ? '' : ` (USB ${ids})`}`,
    isSimulated: false,
    connection: { kind: 'serial', portIndex, usbVendorId, usbProductId, baudRate },
  };
}

/** Name of a simulated unit on the bench; `undefined` for one that has its own worker, and for real ones. */
export function benchNameOf(choice: InstrumentChoice): string | undefined {
  const row = INSTRUMENT_ROWS.find(({ id }) => id === choice.kind);
  return choice.isSimulated && row?.simulatedOn === 'bench' ? simulationIdOf(choice) : undefined;
}

/** Which simulation of its row a simulated choice is. */
export function simulationIdOf({ id }: InstrumentChoice): string {
  return id.slice(id.indexOf(':') + 1);
}
