// What browsers throw at users of USB devices, as errors that a person can act on: here and nowhere else.

import { LabError } from '../base/errors.ts';
import { UDEV_RULES_FILE, udevRule } from '../base/udev.ts';

/** Operating system that the browser runs on; decides which remedy a message names. */
export type HostSystem = 'linux' | 'windows' | 'other';

/** Which system `userAgent` names. */
export function hostSystem(userAgent: string): HostSystem {
  if (/Windows/.test(userAgent)) return 'windows';
  return /Linux|X11/.test(userAgent) && !/Android|CrOS/.test(userAgent) ? 'linux' : 'other';
}

/** What depends on the kind of device. */
export interface UsbAdvice {
  /** A program that may have it open. */
  readonly otherProgram: string;
  /** Module of the Linux kernel that takes such devices for itself. */
  readonly kernelModule?: string;
  /** What may help one that refuses requests. */
  readonly repair: string;
}

const JOULESCOPE_ADVICE: UsbAdvice = {
  otherProgram: 'the Joulescope UI',
  repair: 'Update its firmware with the Joulescope UI, or reconnect it.',
};

interface NamedDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly productName?: string | null | undefined;
  readonly serialNumber?: string | null | undefined;
}

export class UsbErrors {
  /** The device in sentences. */
  readonly label: string;
  readonly #device: NamedDevice;
  readonly #system: HostSystem;
  readonly #advice: UsbAdvice;

  constructor(device: NamedDevice, system: HostSystem, advice = JOULESCOPE_ADVICE) {
    this.#device = device;
    this.#system = system;
    this.#advice = advice;
    this.label = [device.productName ?? 'The instrument', device.serialNumber ?? ''].join(' ').trim();
  }

  ofOpening(error: Error): LabError {
    if (error.name !== 'SecurityError') return this.ofClaiming(error);
    const remedies: Record<HostSystem, string> = {
      linux: `Add this line to the file ${UDEV_RULES_FILE}: ${udevRule(this.#device)} — then run "sudo udevadm control --reload" and plug the instrument in again.`,
      windows:
        'Windows must bind the WinUSB driver to it: plug it in again, or choose WinUSB for it in the Device Manager.',
      other: 'Plug it in again and allow it in the browser.',
    };
    return new LabError(
      'device/denied',
      `The system does not let the browser open ${this.label}. ${remedies[this.#system]}`,
      { cause: error },
    );
  }

  /** `Unable to claim interface`: a kernel driver, another program or another tab has it. */
  ofClaiming(error: Error): LabError {
    if (error.name === 'NotFoundError') return this.#lost(error);
    const { otherProgram, kernelModule } = this.#advice;
    const close = `Close the other program (such as ${otherProgram}) or tab that has it open`;
    const kernel = kernelModule
      ? `if none has, the kernel module ${kernelModule} holds it: run "echo blacklist ${kernelModule} | sudo tee -a /etc/modprobe.d/pulsebench.conf" and "sudo rmmod ${kernelModule}".`
      : 'if a kernel driver holds it, unbind that.';
    const remedies: Record<HostSystem, string> = {
      linux: `${close}; ${kernel}`,
      windows: `${close}; if none has, bind the WinUSB driver to it.`,
      other: `${close}.`,
    };
    return new LabError(
      'device/in-use',
      `${this.label} is in use by another program or driver. ${remedies[this.#system]} Then connect again.`,
      { cause: error },
    );
  }

  ofTransfer(error: Error): LabError {
    if (error instanceof LabError) return error;
    if (error.name === 'AbortError') return new LabError('cancelled', `${this.label} was closed.`, { cause: error });
    if (['NetworkError', 'NotFoundError', 'InvalidStateError'].includes(error.name)) return this.#lost(error);
    return new LabError(
      'device/protocol',
      `A transfer with ${this.label} failed: ${error.message}. Plug it in again and reconnect.`,
      { cause: error },
    );
  }

  /** A control request was stalled or answered with nothing. */
  refused(request: number, status: string | undefined): LabError {
    return new LabError(
      'device/protocol',
      `${this.label} refused request ${request} (${status ?? 'no answer'}). ${this.#advice.repair}`,
      { context: { request } },
    );
  }

  noReset(): LabError {
    return new LabError(
      'device/unsupported',
      `${this.label} cannot be reset from here. Unplug it, plug it in again and reconnect.`,
    );
  }

  #lost(error: Error): LabError {
    return new LabError(
      'device/lost',
      `${this.label} is not connected any more. Plug it in again; it continues by itself.`,
      { cause: error },
    );
  }
}
