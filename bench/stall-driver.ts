// The process that is stopped by the benchmark of stalls: the shipped JS110 driver over a USB device that another
// process has. Calls and answers cross as messages, so reads in flight go on while this process does not.

import { readFileSync } from 'node:fs';
import { systemClock } from '../src/base/clock.ts';
import { instantiateCore } from '../src/core/core.ts';
import { Arena, createMemory } from '../src/core/memory.ts';
import { StreamRing } from '../src/core/stream-ring.ts';
import { Js110Driver } from '../src/devices/joulescope/js110/driver.ts';
import { Js110Feed } from '../src/devices/joulescope/js110/feed.ts';
import { Js110Processor, js110Signals } from '../src/devices/joulescope/js110/processor.ts';
import type { UsbDevice } from '../src/transports/usb.ts';
import type { UsbAnswer, UsbCall } from './stall-messages.ts';

const [corePath, budgetBytes] = process.argv.slice(2) as [string, string];
const CAPACITY_SAMPLES = 2_000_000;

const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
let callCount = 0;

function call(method: UsbCall['method'], ...args: unknown[]): Promise<never> {
  const id = callCount++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    process.send?.({ id, method, args } satisfies UsbCall);
  });
}

const device: UsbDevice = {
  vendorId: 0x16d0,
  productId: 0x0e88,
  productName: 'Joulescope',
  serialNumber: '000001',
  opened: false,
  open: () => call('open'),
  close: () => call('close'),
  selectConfiguration: (value) => call('selectConfiguration', value),
  claimInterface: (number) => call('claimInterface', number),
  controlTransferIn: (setup, length) => call('controlTransferIn', setup, length),
  controlTransferOut: (setup, data) => call('controlTransferOut', setup, data),
  transferIn: (endpoint, length) => call('transferIn', endpoint, length),
  transferOut: (endpoint, data) => call('transferOut', endpoint, data),
  clearHalt: (direction, endpoint) => call('clearHalt', direction, endpoint),
};

const memory = createMemory(StreamRing.byteLength(js110Signals(), CAPACITY_SAMPLES) + 4 * 2 ** 20);
const core = instantiateCore({ module: new WebAssembly.Module(readFileSync(corePath)), memory });
const arena = new Arena(memory, core.exports.heapBase());
const ring = StreamRing.create(core, arena, { signals: js110Signals(), capacitySamples: CAPACITY_SAMPLES });
const processor = new Js110Processor(core, arena.reserve('js110', Js110Processor.byteLength), ring);
const feed = new Js110Feed({ clock: systemClock, ring, processor });
const driver = new Js110Driver(device, {
  clock: systemClock,
  system: 'linux',
  feed,
  ...(Number(budgetBytes) > 0 && { readBudgetBytes: () => Number(budgetBytes) }),
});

process.on('message', (message: UsbAnswer | 'count' | 'close') => {
  if (message === 'count') process.send?.({ health: driver.health, endSample: ring.endSample });
  else if (message === 'close') void driver.close().then(() => process.disconnect());
  else {
    const { resolve, reject } = waiting.get(message.id)!;
    waiting.delete(message.id);
    const { result, error } = message;
    if (error) reject(new DOMException(error.message, error.name));
    else if (result?.data) resolve({ ...result, data: new DataView(result.data.slice().buffer) } as never);
    else resolve(result as never);
  }
});
await driver.open();
await driver.start('new');
process.send?.('streaming');
