// Simulated units, and the golden frames, as devices on a virtual machine's bus. Bundled for Node by test-usb.mjs.

import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { JS110_ENDPOINT_IN } from '../../src/devices/joulescope/js110/constants.ts';
import { createSimulatedJs110Bus } from '../../src/devices/joulescope/js110/sim/bus.ts';
import { JS220_ENDPOINT_IN, JS220_ENDPOINT_OUT, PORT } from '../../src/devices/joulescope/js220/constants.ts';
import { createSimulatedJs220Bus } from '../../src/devices/joulescope/js220/sim/bus.ts';
import { profileOf } from '../../src/devices/sim/profiles.ts';
import type { UsbDevice } from '../../src/transports/usb.ts';
import { createGoldenJs220, GOLDEN_SERIAL, goldenSteps } from './golden-js220.ts';
import { type Endpoints, type PeerCounts, serveUsbRedirection } from './usbredir-peer.ts';

const JS220_ENDPOINTS: Endpoints = { in: JS220_ENDPOINT_IN, out: JS220_ENDPOINT_OUT };

export interface UnitOnTheBus {
  readonly label: string;
  readonly port: number;
  readonly counts: PeerCounts;
  isStreaming(): boolean;
  close(): void;
}

/**
 * The simulated units' time is so much slower than ours. Emulated processors take a stream some twenty times slower than
 * real ones: at full rate most of it would be lost in the instrument.
 */
const SLOWNESS = 24;

export { goldenSteps };

/** One unit of each kind and the one with the golden frames, each on a free port of the loopback interface. */
export function putUnitsOnTheBus(root: string): Promise<readonly UnitOnTheBus[]> {
  const common = { clock: slowed(systemClock, SLOWNESS), profile: profileOf('ble-beacon'), seed: 1 };
  const golden = createGoldenJs220(root);
  const js110 = createSimulatedJs110Bus({ ...common, serialNumber: '001636' });
  const js220 = createSimulatedJs220Bus({ ...common, serialNumber: '002122' });
  return Promise.all([
    serve('Joulescope JS110 001636', js110.device, { in: JS110_ENDPOINT_IN }, () => js110.model.isStreaming),
    serve('Joulescope JS220 002122', js220.device, JS220_ENDPOINTS, () => js220.model.ports.includes(PORT.current)),
    serve(`Joulescope JS220 ${GOLDEN_SERIAL}`, golden.device, JS220_ENDPOINTS, golden.isPlaying),
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

function slowed(clock: Clock, factor: number): Clock {
  const [startMs, startUnixMs] = [clock.nowMs(), clock.unixMs()];
  return {
    nowMs: () => startMs + (clock.nowMs() - startMs) / factor,
    unixMs: () => startUnixMs + (clock.unixMs() - startUnixMs) / factor,
    after: (delayMs, callback) => clock.after(delayMs * factor, callback),
  };
}
