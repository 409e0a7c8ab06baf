// The rows of the registry as the Connect list shows them.

import { expect, test } from 'vitest';
import { loadInstrument } from '../../../src/devices/registry.ts';
import {
  benchNameOf,
  choiceOfAddress,
  choiceOfDevice,
  choiceOfSerialPort,
  SIMULATED_CHOICES,
  USB_FILTERS,
} from '../../../src/workers/device/choices.ts';

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
  // those on the bench tell theirs when they are asked, process variables and Red Pitaya boards have none
  const serials = SIMULATED_CHOICES.flatMap(({ kind, serialNumber }) =>
    kind === 'js110' || kind === 'js220' ? serialNumber : [],
  );
  expect(serials.length).toBeGreaterThan(0);
  expect(new Set(serials).size).toBe(serials.length);
  for (const serial of serials) expect(serial).toMatch(/^9\d{5}$/);
  expect(new Set(SIMULATED_CHOICES.map(({ kind }) => kind))).toEqual(
    new Set(['js110', 'js220', 'scpi', 'epics', 'redpitaya']),
  );
});

test('an instrument of any maker is known by its USBTMC interface', () => {
  const alternates = [
    { alternateSetting: 0, interfaceClass: 0xfe, interfaceSubclass: 3, interfaceProtocol: 1, endpoints: [] },
  ];
  const scope = {
    vendorId: 0x1ab1,
    productId: 0x04ce,
    serialNumber: 'DS1ZA1',
    productName: 'DS1000Z Series',
    configurations: [{ configurationValue: 1, interfaces: [{ interfaceNumber: 0, alternates }] }],
  };
  expect(choiceOfDevice(scope)).toMatchObject({ kind: 'scpi', id: 'scpi:DS1ZA1', label: 'DS1000Z Series DS1ZA1' });
  expect(USB_FILTERS).toContainEqual({ classCode: 0xfe, subclassCode: 3 });
});

test.each([
  ['192.168.1.5', '192.168.1.5', 5025],
  [' scope.lab:5555 ', 'scope.lab', 5555],
  ['[fe80::1]:1861', 'fe80::1', 1861],
  ['[fe80::1]', 'fe80::1', 5025],
])('%s is an address', (text, host, port) => {
  expect(choiceOfAddress(text)).toMatchObject({ kind: 'scpi', connection: { kind: 'tcp', host, port } });
});

test.each(['ws://192.168.1.5:8080/scpi', 'wss://scope.lab/'])('%s is an instrument with a WebSocket', (url) => {
  expect(choiceOfAddress(` ${url} `)).toMatchObject({ kind: 'scpi', connection: { kind: 'websocket', url } });
});

test.each(['ws://', 'ws://me:secret@scope/', 'ws://scope/#x', 'wss:'])('"%s" is none', (text) => {
  expect(() => choiceOfAddress(text)).toThrow('is no address');
});

test.each(['', 'http://scope', 'scope:0', 'scope:70000', 'scope:', 'a b', 'fe80::1'])('"%s" is none', (text) => {
  expect(() => choiceOfAddress(text)).toThrow('is no address');
});

test('a serial port is found again by its place and its USB ids', () => {
  const choice = choiceOfSerialPort({ usbVendorId: 0x2341, usbProductId: 0x43 }, 1, 115_200);
  expect(choice).toMatchObject({
    id: 'scpi-serial:1:2341:0043',
    label: 'Instrument at serial port 2 (USB 2341:0043)',
    connection: { kind: 'serial', portIndex: 1, usbVendorId: 0x2341, usbProductId: 0x43, baudRate: 115_200 },
  });
  expect(benchNameOf(choice)).toBeUndefined();
});
