// What Linux needs before a browser may open a USB device: a udev rule, the same wherever a user reads it.

/** Sorts before 73, or `uaccess` has no effect. */
export const UDEV_RULES_FILE = '/etc/udev/rules.d/72-pulsebench.rules';

/** The line of `UDEV_RULES_FILE` that lets the user at the seat open the device. */
export function udevRule(device: { readonly vendorId: number; readonly productId: number }): string {
  const hex = (id: number) => id.toString(16).padStart(4, '0');
  return `SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="${hex(device.vendorId)}", ATTR{idProduct}=="${hex(device.productId)}", MODE="0666", TAG+="uaccess"`;
}
