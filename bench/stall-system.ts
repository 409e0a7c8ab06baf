// The process that goes on in the benchmark of stalls: a simulated instrument on the computer's clock, and the system
// that completes the reads in flight whatever becomes of the process that posted them.

import type { ChildProcess } from 'node:child_process';
import { systemClock } from '../src/base/clock.ts';
import { loadInstrument } from '../src/devices/registry.ts';
import { deviceOf } from '../src/transports/unit-place.ts';
import type { UsbAnswer, UsbCall } from './stall-messages.ts';

/** Answers the calls of `child` with a simulated instrument of the registry's row `kind`. */
export async function serveUsb(child: ChildProcess, kind: string): Promise<void> {
  const module = await loadInstrument(kind)!;
  const { place } = module.simulate({ clock: systemClock, simulationId: 'ble-beacon', serialNumber: '900001' });
  const device = deviceOf((await place.find())!);
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
      // It may have closed in the meantime.
      if (child.connected) child.send(reply, () => undefined);
    });
  });
}
