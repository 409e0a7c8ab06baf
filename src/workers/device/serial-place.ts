// An instrument at a serial port that the page may use, and how its port is found again.

import type { Clock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import type { InstrumentConnection } from '../../model/instrument.ts';
import { openSerialPort } from '../../transports/serial-port.ts';
import { StreamMessageLink } from '../../transports/stream-message-link.ts';
import type { UnitPlace } from '../../transports/unit-place.ts';
import type { ListedSerialPort, SerialPorts } from '../../transports/usb-serial.ts';
import { NO_SERIAL } from './choices.ts';

/**
 * A serial port has no name but the ids of its USB chip. The first time it is the port at its place in the browser's list.
 * A port that comes back is another object at another place: it is the one of its kind that was not there beside it.
 */
export function placeAtSerialPort(
  connection: Extract<InstrumentConnection, { kind: 'serial' }>,
  ports: SerialPorts | undefined,
  clock: Clock,
): UnitPlace {
  const { portIndex, usbVendorId, usbProductId, baudRate } = connection;
  const label = `serial port ${portIndex + 1}`;
  let neighbours: ReadonlySet<ListedSerialPort> | undefined;
  const isAlike = (port: ListedSerialPort) => {
    const info = port.getInfo();
    return info.usbVendorId === usbVendorId && info.usbProductId === usbProductId;
  };
  return {
    async find() {
      if (!ports) throw new LabError('platform/unsupported', NO_SERIAL);
      const listed = await ports.getPorts();
      const port = neighbours
        ? listed.find((candidate) => isAlike(candidate) && !neighbours?.has(candidate))
        : listed[portIndex];
      if (!port || !isAlike(port)) return undefined;
      neighbours = new Set(listed.filter((candidate) => candidate !== port));
      return {
        kind: 'messages',
        open: async () =>
          StreamMessageLink.open(await openSerialPort(port, { baudRate }, { clock, label }), { clock, hasBreak: true }),
      };
    },
    discard: () => undefined,
    onBack(listener) {
      ports?.addEventListener('connect', listener);
      return () => ports?.removeEventListener('connect', listener);
    },
  };
}
