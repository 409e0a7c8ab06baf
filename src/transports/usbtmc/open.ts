// Opens an instrument over USBTMC: finds its interface, asks what it can, and begins with empty queues. One that waits for
// firmware is told to be an instrument instead, and is to be opened again as the device that it is then.

import type { Clock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { type UsbDevice, UsbLink } from '../usb.ts';
import type { HostSystem, UsbAdvice } from '../usb-errors.ts';
import { decodeCapabilities, TMC_REQUEST } from './control.ts';
import { findTmcInterface } from './interface.ts';
import { type ModeSwitch, modeSwitchOf, switchMode } from './mode-switch.ts';
import { quirksOf } from './quirks.ts';
import { UsbtmcLink } from './usbtmc-link.ts';

const ADVICE: UsbAdvice = {
  otherProgram: 'a VISA program of its maker',
  kernelModule: 'usbtmc',
  repair: 'Switch it off and on, and connect again.',
};

/** Of a device that does not describe itself. */
const FIRST_CONFIGURATION = 1;

export interface OpenUsbtmcOptions {
  readonly clock: Clock;
  readonly system: HostSystem;
  /** See `UsbtmcLinkOptions.termChar`. */
  readonly termChar?: number | undefined;
}

/**
 * Rejects with `device/unsupported` (no such interface), `device/denied`, `device/in-use` or `device/lost`; the last one
 * also for an instrument that was told to come back as another device.
 */
export async function openUsbtmc(device: UsbDevice, options: OpenUsbtmcOptions): Promise<UsbtmcLink> {
  const { clock, system, termChar } = options;
  const usb = new UsbLink(device, { clock, system, advice: ADVICE });
  const mode = modeSwitchOf(device.vendorId, device.productId);
  if (mode) return leaveUpdateMode(usb, mode);
  const quirks = quirksOf(device.vendorId, device.productId);
  const tmc = findTmcInterface(device, quirks);
  await usb.open(tmc.configurationValue, tmc.interfaceNumber, {
    alternateSetting: tmc.alternateSetting,
    isReset: quirks.wantsReset,
  });
  const ask = (request: number, value: number, replyBytes: number) =>
    usb.classIn({ recipient: 'interface', request, value, index: tmc.interfaceNumber }, replyBytes);
  try {
    const { request, replyBytes } = TMC_REQUEST.GET_CAPABILITIES;
    const capabilities = decodeCapabilities((await ask(request, 0, replyBytes)) ?? new Uint8Array(0));
    const isRemote = quirks.wantsLock || (capabilities.hasRemoteControl && !quirks.isNeverRemote);
    if (isRemote) await ask(TMC_REQUEST.REN_CONTROL.request, 1, TMC_REQUEST.REN_CONTROL.replyBytes);
    const label = `USB ${hex(device.vendorId)}:${hex(device.productId)} ${device.serialNumber ?? ''}`.trim();
    const canReset = system !== 'linux';
    const link = new UsbtmcLink(usb, { clock, label, tmc, quirks, capabilities, isRemote, canReset, termChar });
    await link.clear().catch(ignoreRefusal);
    return link;
  } catch (thrown) {
    await usb.close();
    throw thrown;
  }
}

async function leaveUpdateMode(usb: UsbLink, mode: ModeSwitch): Promise<never> {
  await usb.openDevice(usb.device.configurations?.[0]?.configurationValue ?? FIRST_CONFIGURATION);
  try {
    await switchMode(usb, mode);
  } finally {
    await usb.close();
  }
  throw new LabError(
    'device/lost',
    `${mode.model} had started in its firmware-update mode and was switched over. It comes back as a new device within 20 s: connect that one; the first time it must be picked in the browser’s list.`,
  );
}

/** An instrument that knows no clear can be used all the same, until something goes wrong. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof LabError && error.code === 'device/protocol')) throw error;
}

function hex(id: number): string {
  return id.toString(16).toUpperCase().padStart(4, '0');
}
