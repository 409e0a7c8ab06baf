// Simulated units as devices on a virtual machine's bus. Bundled for Node by test-usb.mjs.

import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/base/clock.ts';
import { JS110_ENDPOINT_IN } from '../../src/devices/joulescope/js110/constants.ts';
import { createSimulatedJs110Bus } from '../../src/devices/joulescope/js110/sim/bus.ts';
import { JS220_ENDPOINT_IN, JS220_ENDPOINT_OUT, PORT } from '../../src/devices/joulescope/js220/constants.ts';
import { createSimulatedJs220Bus } from '../../src/devices/joulescope/js220/sim/bus.ts';
import { profileOf } from '../../src/devices/sim/profiles.ts';
import type { UsbDevice } from '../../src/transports/usb.ts';
import { type Endpoints, type PeerCounts, serveUsbRedirection } from './usbredir-peer.ts';

export interface UnitOnTheBus {
  readonly label: string;
  readonly port: number;
  readonly counts: PeerCounts;
  isStreaming(): boolean;
  close(): void;
}

/** One unit of each kind, each on a free port of the loopback interface. */
export function putUnitsOnTheBus(): Promise<readonly UnitOnTheBus[]> {
  const common = { clock: systemClock, profile: profileOf('ble-beacon'), seed: 1 };
  const js110 = createSimulatedJs110Bus({ ...common, serialNumber: '001636' });
  const js220 = createSimulatedJs220Bus({ ...common, serialNumber: '002122' });
  return Promise.all([
    serve('Joulescope JS110 001636', js110.device, { in: JS110_ENDPOINT_IN }, () => js110.model.isStreaming),
    serve('Joulescope JS220 002122', js220.device, { in: JS220_ENDPOINT_IN, out: JS220_ENDPOINT_OUT }, () =>
      js220.model.ports.includes(PORT.current),
    ),
  ]);
}

function serve(
  label: string,
  device: UsbDevice,
  endpoints: Endpoints,
  isStreaming: () => boolean,
): Promise<UnitOnTheBus> {
  const counts: PeerCounts = { controlCount: 0, bulkBytes: 0, cancelCount: 0 };
  const server = serveUsbRedirection(device, endpoints, counts);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ label, port, counts, isStreaming, close: () => server.close() });
    });
  });
}
