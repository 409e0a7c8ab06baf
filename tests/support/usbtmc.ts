// A simulated USBTMC instrument with a few answers, and a note of what its host asks it to do.

import type { Talker } from '../../src/devices/sim/scpi/talker.ts';
import { SimulatedUsbtmc, type SimulatedUsbtmcOptions } from '../../src/devices/sim/usbtmc/device.ts';
import type { UsbDevice, UsbSetup } from '../../src/transports/usb.ts';
import { openUsbtmc } from '../../src/transports/usbtmc/open.ts';
import { ManualClock } from './manual-clock.ts';

export const bytesOf = (text: string) => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);

/** Bytes of `length` items of the rule that golden files state: `step * i + start`, modulo 256. */
export const ramp = (length: number, step: number, start: number) =>
  Uint8Array.from({ length }, (_, i) => (step * i + start) & 0xff);

/** A definite block around `content`. */
export function blockOf(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const digits = String(content.length);
  const header = bytesOf(`#${digits.length}${digits}`);
  const block = new Uint8Array(header.length + content.length);
  block.set(header);
  block.set(content, header.length);
  return block;
}

/** Answers each of the texts it knows at once. */
export function replyTalker(
  replies: Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>,
  statusByte = 0,
): Talker {
  const talker: Talker = {
    identity: 'Pulsebench,replies,0,1',
    statusByte,
    onAnswer: undefined,
    tell: (message) => {
      const reply = replies[textOf(message)];
      if (reply !== undefined) talker.onAnswer?.(typeof reply === 'string' ? bytesOf(reply) : reply);
    },
    trigger: () => undefined,
    clear: () => undefined,
  };
  return talker;
}

export interface NotedUsb {
  readonly device: UsbDevice;
  readonly controls: UsbSetup[];
  readonly clearedHalts: string[];
  readonly calls: string[];
  /** Reads of each endpoint that wait at the same time, at most. */
  mostReads: number;
}

export function noteCalls(simulated: SimulatedUsbtmc): NotedUsb {
  const noted = { controls: [] as UsbSetup[], clearedHalts: [] as string[], calls: [] as string[], mostReads: 0 };
  const reads = new Map<number, number>();
  const device = new Proxy<UsbDevice>(simulated, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        noted.calls.push(String(key));
        if (key === 'controlTransferIn') noted.controls.push(args[0] as UsbSetup);
        if (key === 'clearHalt') noted.clearedHalts.push(args.join(':'));
        const result: unknown = Reflect.apply(value, target, args);
        if (key !== 'transferIn') return result;
        const endpoint = args[0] as number;
        reads.set(endpoint, (reads.get(endpoint) ?? 0) + 1);
        noted.mostReads = Math.max(noted.mostReads, reads.get(endpoint)!);
        return (result as Promise<unknown>).finally(() => reads.set(endpoint, reads.get(endpoint)! - 1));
      };
    },
  });
  return Object.assign(noted, { device });
}

/** An opened link to a simulated instrument. */
export async function usbtmcBench(options: Omit<SimulatedUsbtmcOptions, 'clock' | 'serialNumber'>, termChar?: number) {
  const clock = new ManualClock();
  const simulated: SimulatedUsbtmc = new SimulatedUsbtmc({
    clock,
    serialNumber: 'SIM1',
    onUnplug: () => simulated.unplug(() => undefined),
    ...options,
  });
  const noted = noteCalls(simulated);
  const link = await clock.settle(openUsbtmc(noted.device, { clock, system: 'linux', termChar }));
  return { clock, simulated, noted, link };
}
