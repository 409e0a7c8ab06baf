// A JS110 driver over a real ring and core, on a manual clock: only the transport is simulated.

import { StreamRing } from '../../src/core/stream-ring.ts';
import { Js110Driver, type Js110DriverOptions } from '../../src/devices/joulescope/js110/driver.ts';
import { Js110Feed } from '../../src/devices/joulescope/js110/feed.ts';
import { Js110Processor, js110Signals } from '../../src/devices/joulescope/js110/processor.ts';
import {
  createSimulatedJs110Bus,
  type SimulatedJs110Bus,
  type SimulatedJs110BusOptions,
} from '../../src/devices/joulescope/js110/sim/bus.ts';
import { profileOf } from '../../src/devices/sim/profiles.ts';
import type { UsbDevice } from '../../src/transports/usb.ts';
import { createTestCore } from './core.ts';
import { ManualClock } from './manual-clock.ts';

export interface Bench {
  readonly clock: ManualClock;
  readonly ring: StreamRing;
  /** A driver for `device` into the bench's ring. */
  driver(device: UsbDevice, options?: Partial<Js110DriverOptions>): Js110Driver;
}

/** Memory for `seconds` of stream; about 32 bytes a sample with the pyramid. */
export function createBench(seconds = 1): Bench {
  const capacitySamples = Math.ceil(seconds * 2_000_000);
  const lengthBytes = StreamRing.byteLength(js110Signals(), { capacitySamples });
  const { core, arena } = createTestCore(lengthBytes + 4 * 2 ** 20);
  const ring = StreamRing.create(core, arena, { signals: js110Signals(), capacitySamples });
  const processor = new Js110Processor(core, arena.reserve('js110', Js110Processor.byteLength), ring);
  const clock = new ManualClock();
  const feed = new Js110Feed({ clock, ring, processor });
  return {
    clock,
    ring,
    driver: (device, options) => new Js110Driver(device, { clock, system: 'linux', feed, ...options }),
  };
}

/** A bus with a simulated JS110 whose load is the profile named. */
export function createBus(
  clock: ManualClock,
  profileId: string,
  options: Partial<SimulatedJs110BusOptions> = {},
): SimulatedJs110Bus {
  return createSimulatedJs110Bus({ clock, profile: profileOf(profileId), seed: 7, ...options });
}

export const SIGNAL = { current: 0, voltage: 1, power: 2, range: 3, gpi0: 4, gpi1: 5 } as const;
