// Where one unit of an instrument is, and how it is found again after its cable was pulled. Who runs an instrument knows
// neither buses nor addresses.

import { assert } from '../base/assert.ts';
import type { BytePort } from './byte-port.ts';
import type { FrameSocket } from './frame-socket.ts';
import type { MessageLink } from './message-link.ts';
import type { UsbBus, UsbDevice } from './usb.ts';

/**
 * What leads to a unit: a device on the bus, not opened yet, a way to exchange messages, or bytes, or the names of process
 * variables and the way to who knows them.
 */
export type UnitLink =
  | { readonly kind: 'usb'; readonly device: UsbDevice }
  | { readonly kind: 'messages'; open(): Promise<MessageLink> }
  | { readonly kind: 'bytes'; open(): Promise<BytePort> }
  | { readonly kind: 'variables'; readonly names: readonly string[]; open(): Promise<FrameSocket> };

export interface UnitPlace {
  /** `undefined` while the unit is not there, or the browser may not use it. */
  find(): Promise<UnitLink | undefined>;
  /** It led to a unit that is gone; not found again. */
  discard(link: UnitLink): void;
  /** Calls when the unit came back; the result ends that. Where nothing tells of it, it is never called. */
  onBack(listener: () => void): () => void;
}

/** The device of a link that is known to lead to one. */
export function deviceOf(link: UnitLink): UsbDevice {
  assert(link.kind === 'usb', 'the instrument is reached over USB');
  return link.device;
}

/** The first device on `bus` that is wanted. Of one whose cable was pulled a dead object may stay in the bus's list. */
export function placeOnBus(bus: UsbBus, isWanted: (device: UsbDevice) => boolean = () => true): UnitPlace {
  const dead = new WeakSet<UsbDevice>();
  return {
    async find() {
      const devices = await bus.getDevices();
      const device = devices.find((candidate) => !dead.has(candidate) && isWanted(candidate));
      return device && { kind: 'usb', device };
    },
    discard(link) {
      if (link.kind === 'usb') dead.add(link.device);
    },
    onBack(listener) {
      const onConnect = ({ device }: { readonly device: UsbDevice }) => {
        if (isWanted(device)) listener();
      };
      bus.addEventListener('connect', onConnect);
      return () => bus.removeEventListener('connect', onConnect);
    },
  };
}
