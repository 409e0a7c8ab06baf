// Simulated units, and the golden frames, as devices on a virtual machine's bus. Bundled for Node by test-usb.mjs.

import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { JS110_ENDPOINT_IN } from '../../src/devices/joulescope/js110/constants.ts';
import { createSimulatedJs110Bus } from '../../src/devices/joulescope/js110/sim/bus.ts';
import { JS220_ENDPOINT_IN, JS220_ENDPOINT_OUT, PORT } from '../../src/devices/joulescope/js220/constants.ts';
import { createSimulatedJs220Bus } from '../../src/devices/joulescope/js220/sim/bus.ts';
import { profileOf } from '../../src/devices/sim/profiles.ts';
import { BULK_PACKET_BYTES } from '../../src/devices/sim/usb/endpoint.ts';
import type { UsbConfiguration, UsbDevice } from '../../src/transports/usb.ts';
import { createGoldenJs220, GOLDEN_SERIAL, goldenSteps } from './golden-js220.ts';
import { SCPI_CASE, type ScpiUnit, scpiUnits } from './scpi-units.ts';
import { type PeerCounts, UsbRedirection } from './usbredir-peer.ts';

const VENDOR_CLASS = 0xff;
const NO_DESCRIPTORS = new Uint8Array(0);

export interface UnitOnTheBus {
  readonly label: string;
  readonly port: number;
  readonly counts: PeerCounts;
  /** Left out for one that does not stream. */
  readonly isStreaming?: () => boolean;
  /** The cable. */
  unplug(): Promise<void> | undefined;
  plug(): Promise<void> | undefined;
  close(): void;
}

/**
 * The simulated units' time is so much slower than ours. Emulated processors take a stream some twenty times slower than
 * real ones: at full rate most of it would be lost in the instrument.
 */
const SLOWNESS = 24;

export { goldenSteps, SCPI_CASE };

/** One Joulescope of each kind and the one with the golden frames, each on a free port of the loopback interface. */
export function putJoulescopesOnTheBus(root: string): Promise<readonly UnitOnTheBus[]> {
  const common = { clock: slowed(systemClock, SLOWNESS), profile: profileOf('ble-beacon'), seed: 1 };
  const golden = createGoldenJs220(root);
  const js110 = createSimulatedJs110Bus({ ...common, serialNumber: '001636' });
  const js220 = createSimulatedJs220Bus({ ...common, serialNumber: '002122' });
  const serveOne = (label: string, device: UsbDevice, endpoints: Endpoints, isStreaming: () => boolean) =>
    serve({ label, device, configuration: vendorConfiguration(endpoints) }, isStreaming);
  const js220Endpoints = { in: JS220_ENDPOINT_IN, out: JS220_ENDPOINT_OUT };
  return Promise.all([
    serveOne('Joulescope JS110 001636', js110.device, { in: JS110_ENDPOINT_IN }, () => js110.model.isStreaming),
    serveOne('Joulescope JS220 002122', js220.device, js220Endpoints, () => js220.model.ports.includes(PORT.current)),
    serveOne(`Joulescope JS220 ${GOLDEN_SERIAL}`, golden.device, js220Endpoints, golden.isPlaying),
  ]);
}

/** A scope and a supply that are spoken to in text. */
export function putScpiOnTheBus(): Promise<readonly UnitOnTheBus[]> {
  return Promise.all(scpiUnits(systemClock).map((unit) => serve(unit)));
}

function serve(unit: ScpiUnit, isStreaming?: () => boolean): Promise<UnitOnTheBus> {
  const { label, device, configuration, functionalDescriptors = NO_DESCRIPTORS } = unit;
  const counts: PeerCounts = { controlCount: 0, bulkBytes: 0, cancelCount: 0 };
  const redirection = new UsbRedirection({ device, configuration, functionalDescriptors }, counts);
  const { server } = redirection;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        label,
        port,
        counts,
        ...(isStreaming ? { isStreaming } : {}),
        unplug: () => redirection.unplug(),
        plug: () => redirection.plug(),
        close: () => server.close(),
      });
    });
  });
}

/** Numbers of a device's bulk endpoints. */
interface Endpoints {
  readonly in: number;
  readonly out?: number;
}

/** What a device has that shows no descriptors: one interface of its maker's class. */
function vendorConfiguration({ in: input, out }: Endpoints): UsbConfiguration {
  const bulk = (endpointNumber: number, direction: 'in' | 'out') =>
    ({ endpointNumber, direction, type: 'bulk', packetSize: BULK_PACKET_BYTES }) as const;
  const alternate = {
    alternateSetting: 0,
    interfaceClass: VENDOR_CLASS,
    interfaceSubclass: VENDOR_CLASS,
    interfaceProtocol: VENDOR_CLASS,
    endpoints: [...(out === undefined ? [] : [bulk(out, 'out')]), bulk(input, 'in')],
  };
  return { configurationValue: 1, interfaces: [{ interfaceNumber: 0, alternates: [alternate] }] };
}

function slowed(clock: Clock, factor: number): Clock {
  const [startMs, startUnixMs] = [clock.nowMs(), clock.unixMs()];
  return {
    nowMs: () => startMs + (clock.nowMs() - startMs) / factor,
    unixMs: () => startUnixMs + (clock.unixMs() - startUnixMs) / factor,
    after: (delayMs, callback) => clock.after(delayMs * factor, callback),
  };
}
