// The simulated JS110 as a device on a virtual machine's bus. Bundled for Node by test-usb.mjs.

import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/base/clock.ts';
import { JS110_ENDPOINT_IN } from '../../src/devices/joulescope/js110/constants.ts';
import { createSimulatedJs110Bus } from '../../src/devices/joulescope/js110/sim/bus.ts';
import { findProfile } from '../../src/devices/sim/profiles.ts';
import { type PeerCounts, serveUsbRedirection } from './usbredir-peer.ts';

export interface DeviceOnTheBus {
  readonly port: number;
  readonly counts: PeerCounts;
  isStreaming(): boolean;
  close(): void;
}

/** Listens on a free port of the loopback interface. */
export function putOnTheBus(serialNumber: string): Promise<DeviceOnTheBus> {
  const bus = createSimulatedJs110Bus({
    clock: systemClock,
    profile: findProfile('ble-beacon')!,
    seed: 1,
    serialNumber,
  });
  const counts: PeerCounts = { controlCount: 0, bulkBytes: 0, cancelCount: 0 };
  const server = serveUsbRedirection(bus.device, JS110_ENDPOINT_IN, counts);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        counts,
        isStreaming: () => bus.model.isStreaming,
        close: () => server.close(),
      });
    });
  });
}
