// The process that goes on in the benchmark of stalls: the simulated JS110 on the computer's clock, and the system
// that completes the reads in flight whatever becomes of the process that posted them.

import type { ChildProcess } from 'node:child_process';
import { systemClock } from '../src/base/clock.ts';
import { SimulatedBus } from '../src/devices/joulescope/js110/sim/bus.ts';
import { findProfile } from '../src/devices/sim/profiles.ts';
import type { UsbAnswer, UsbCall } from './stall-messages.ts';

/** Answers the calls of `child` with a simulated JS110. */
export function serveUsb(child: ChildProcess): void {
  const { device } = new SimulatedBus({ clock: systemClock, profile: findProfile('ble-beacon')!, seed: 1 });
  const answer = async ({ id, method, args }: UsbCall): Promise<UsbAnswer> => {
    try {
      const result = await (device[method] as (...args: unknown[]) => Promise<unknown>).apply(device, [...args]);
      const data = (result as { data?: DataView } | undefined)?.data;
      if (!data) return { id, result: result as NonNullable<UsbAnswer['result']> };
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return { id, result: { ...(result as object), data: bytes } };
    } catch (thrown) {
      const { name, message } = thrown as Error;
      return { id, error: { name, message } };
    }
  };
  child.on('message', (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('method' in message)) return;
    void answer(message as UsbCall).then((reply) => {
      if (child.connected) child.send(reply);
    });
  });
}
