// Instruments of Agilent that start in their firmware-update mode: the requests of python-usbtmc's `usbtmc.py`, and what
// the user reads.

import { expect, test } from 'vitest';
import { UsbPeripheral } from '../../../src/devices/sim/usb/peripheral.ts';
import type { UsbSetup } from '../../../src/transports/usb.ts';
import { openUsbtmc } from '../../../src/transports/usbtmc/open.ts';
import { choiceOfDevice, USB_FILTERS } from '../../../src/workers/device/choices.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const VENDOR_ID = 0x0957;

/** Takes the requests; gone when the last one came. */
class UpdatingInstrument extends UsbPeripheral {
  readonly requests: string[] = [];
  onSwitched: () => void = () => undefined;

  constructor(clock: ManualClock, productId: number) {
    const description = {
      vendorId: VENDOR_ID,
      productId,
      manufacturerName: 'Agilent',
      productName: 'U27xx',
      configurationValue: 1,
      interfaceNumber: 0,
      endpointIn: 2,
    };
    super(description, { clock, serialNumber: '', isConfigured: false });
  }

  protected override controlIn(setup: UsbSetup, lengthBytes: number): Uint8Array {
    this.#note('C0', setup, String(lengthBytes));
    return new Uint8Array(lengthBytes);
  }

  protected override controlOut(setup: UsbSetup, data: Uint8Array<ArrayBuffer>): boolean {
    this.#note('40', setup, Buffer.from(data).toString('hex'));
    this.onSwitched();
    return true;
  }

  protected override bulkOut(): boolean {
    return false;
  }

  #note(type: string, { requestType, recipient, request, value, index }: UsbSetup, rest: string): void {
    const hex = (number: number) => number.toString(16).padStart(4, '0');
    this.requests.push(`${type} ${requestType} ${recipient} ${request} ${value} ${hex(index)} ${rest}`);
  }
}

test.each([
  [0x2818, 'U2701A or U2702A', '0484'],
  [0x4218, 'U2722A', '0487'],
  [0x4418, 'U2723A', '0487'],
])('%i is told to be an instrument, and the user to connect it anew', async (productId, model, third) => {
  const clock = new ManualClock();
  const instrument = new UpdatingInstrument(clock, productId);
  instrument.onSwitched = () => clock.after(1, () => instrument.unplug(() => undefined));
  const opening = clock.settle(openUsbtmc(instrument, { clock, system: 'linux' }));
  await expect(opening).rejects.toMatchObject({
    code: 'device/lost',
    message: expect.stringMatching(new RegExp(`^${model}.*comes back as a new device`)),
  });
  const read = (index: string, length: number) => `C0 vendor device 12 0 ${index} ${length}`;
  expect(instrument.requests).toEqual([
    read('047e', 1),
    read('047d', 6),
    read(third, 5),
    read('0472', 12),
    read('047a', 1),
    '40 vendor device 12 0 0475 0000010100000801',
  ]);
  expect(instrument.opened).toBe(false);
});

test('one that is gone before it has said yes was switched all the same', async () => {
  const clock = new ManualClock();
  const instrument = new UpdatingInstrument(clock, 0x2818);
  instrument.controlTransferOut = async () => {
    throw new DOMException('A transfer error has occurred.', 'NetworkError');
  };
  const opening = clock.settle(openUsbtmc(instrument, { clock, system: 'linux' }));
  await expect(opening).rejects.toMatchObject({ message: expect.stringContaining('was switched over') });
});

test('one that refuses says so', async () => {
  const clock = new ManualClock();
  const instrument = new UpdatingInstrument(clock, 0x2818);
  instrument.controlTransferIn = async () => ({ status: 'stall' });
  const opening = clock.settle(openUsbtmc(instrument, { clock, system: 'linux' }));
  await expect(opening).rejects.toMatchObject({ code: 'device/protocol' });
});

test('the browser’s chooser and the list know it, though its interface is none of USBTMC', () => {
  expect(USB_FILTERS).toContainEqual({ vendorId: VENDOR_ID, productId: 0x4218 });
  expect(choiceOfDevice({ vendorId: VENDOR_ID, productId: 0x4218 })).toMatchObject({
    kind: 'scpi',
    label: 'U2722A in its firmware-update mode',
  });
});
