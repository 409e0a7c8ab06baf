// The rows of the registry as the Connect list shows them.

import { expect, test } from 'vitest';
import { loadInstrument } from '../../../src/devices/registry.ts';
import { choiceOfDevice, SIMULATED_CHOICES } from '../../../src/workers/device/choices.ts';

const device = (productId: number) => choiceOfDevice({ vendorId: 0x16d0, productId, serialNumber: '002122' });

test('a JS220 is offered, and one in its updater says what to do', () => {
  expect(device(0x10ba)).toMatchObject({ id: 'js220:002122', model: 'JS220', label: 'Joulescope JS220 002122' });
  expect(device(0x10ba)).not.toHaveProperty('obstacle');
  expect(device(0x10b9)).toMatchObject({ model: 'JS220 in its updater', obstacle: expect.stringContaining('update') });
});

test('a JS320 is recognised, and says that it cannot be run yet', async () => {
  expect(device(0x135a)).toMatchObject({ model: 'JS320', obstacle: expect.stringContaining('cannot run it yet') });
  await expect(loadInstrument('js320')).rejects.toMatchObject({ code: 'device/unsupported' });
});

test('what is not ours is not listed', () => {
  expect(device(0x0001)).toBeUndefined();
  expect(choiceOfDevice({ vendorId: 0x1234, productId: 0x10ba })).toBeUndefined();
});

test('simulated units have serial numbers that no two share and none was sold with', () => {
  const serials = SIMULATED_CHOICES.map(({ serialNumber }) => serialNumber);
  expect(new Set(serials).size).toBe(serials.length);
  for (const serial of serials) expect(serial).toMatch(/^9\d{5}$/);
  expect(new Set(SIMULATED_CHOICES.map(({ kind }) => kind))).toEqual(new Set(['js110', 'js220']));
});
