// What a device worker tells before it answers.

import { expect, test } from 'vitest';
import type { InstrumentChoice } from '../../../src/model/instrument.ts';
import { DeviceService } from '../../../src/workers/device/device-service.ts';
import type { StatusUpdate } from '../../../src/workers/device/protocol.ts';
import { coreBytes } from '../../support/core.ts';

const CHOICE = {
  id: 'sim-js110:ble-beacon',
  kind: 'js110',
  label: 'Simulated JS110',
  model: 'JS110',
  serialNumber: '900001',
  isSimulated: true,
} as InstrumentChoice;

test('an instrument is open when its whole status was taken: the answer does not overtake it', async () => {
  const service = new DeviceService({ usb: undefined, serial: undefined, userAgent: '' });
  let take = (): void => undefined;
  const taken = new Promise<void>((resolve) => {
    take = resolve;
  });
  const updates: StatusUpdate[] = [];
  let isOpen = false;
  const open = service
    .open(
      {
        choice: CHOICE,
        coreModule: new WebAssembly.Module(coreBytes()),
        history: { samplesS: 1, overviewS: 1 },
        instrumentCount: 1,
      },
      (update) => {
        updates.push(update);
        return taken;
      },
    )
    .then(() => {
      isOpen = true;
    });
  await expect.poll(() => updates.some(({ state }) => state === 'idle')).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isOpen).toBe(false);
  expect(updates.find(({ parameters }) => parameters?.length)).toBeDefined();
  take();
  await open;
  await service.close();
});

test('what a setting has become is told before its answer, not a tenth of a second later', async () => {
  const service = new DeviceService({ usb: undefined, serial: undefined, userAgent: '' });
  const updates: StatusUpdate[] = [];
  const setup = {
    choice: CHOICE,
    coreModule: new WebAssembly.Module(coreBytes()),
    history: { samplesS: 1, overviewS: 1 },
    instrumentCount: 1,
  };
  await service.open(setup, async (update) => void updates.push(update));
  for (const range of ['18uA', 'auto', '180mA']) {
    await service.set('current.range', range);
    expect(updates.at(-1)!.values?.['current.range']).toBe(range);
  }
  await service.close();
});
