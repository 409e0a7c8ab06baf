// The process that is stopped by the benchmark of stalls: a shipped driver over a USB device that another process has.
// Calls and answers cross as messages, so reads in flight go on while this process does not.

import { readFileSync } from 'node:fs';
import { systemClock } from '../src/base/clock.ts';
import { makeHomes } from '../src/devices/api/homes.ts';
import { loadInstrument } from '../src/devices/registry.ts';
import { readBudgetBytes } from '../src/transports/read-budget.ts';
import type { UsbDevice } from '../src/transports/usb.ts';
import type { UsbAnswer, UsbCall } from './stall-messages.ts';

const [kind, corePath, budgetBytes] = process.argv.slice(2) as [string, string, string];
const HISTORY_S = 1;

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
  vendorId: 0,
  productId: 0,
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

const module = new WebAssembly.Module(readFileSync(corePath));
const instrument = (await loadInstrument(kind)!).create({
  clock: systemClock,
  system: 'linux',
  readBudgetBytes: () => Number(budgetBytes) || readBudgetBytes('linux', 1),
  history: { samplesS: HISTORY_S, overviewS: HISTORY_S },
  makeHomes: (plan) => makeHomes(module, plan),
});
const driver = instrument.connect({ kind: 'usb', device });

process.on('message', (message: UsbAnswer | 'count' | 'close') => {
  if (message === 'count') process.send?.(driver.health);
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
driver.onFailed = (error) => {
  throw error;
};
await driver.open();
instrument.beginStream('new');
await driver.start('new');
process.send?.('streaming');
