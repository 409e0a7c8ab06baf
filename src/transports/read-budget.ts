// How much memory one instrument's bulk reads may take while they are in flight. Linux counts them for all programs
// and devices together, 16 MB unless the machine was told otherwise (usbfs_memory_mb); a read beyond that is refused.

import type { HostSystem } from './usb-errors.ts';

const USBFS_BYTES = 16 * 2 ** 20;
/** Left for control requests, and for what is not ours. */
const OTHERS_BYTES = 2 * 2 ** 20;
/** Where the system has no such limit: more than a second of any instrument. */
const UNLIMITED_SHARE_BYTES = 16 * 2 ** 20;

/** The share of one of `instrumentCount` instruments that are open at the same time. */
export function readBudgetBytes(system: HostSystem, instrumentCount: number): number {
  if (system !== 'linux') return UNLIMITED_SHARE_BYTES;
  return Math.floor((USBFS_BYTES - OTHERS_BYTES) / Math.max(1, instrumentCount));
}

/** What the user is told when the system has refused reads and `heldMs` of a stream are left in flight. */
export function fewReadsNotice(system: HostSystem, heldMs: number): string {
  const remedy = system === 'linux' ? ', or raise usbfs_memory_mb of the kernel module usbcore,' : '';
  return `The system has no more memory for USB transfers: a pause of this program of more than ${Math.floor(heldMs)} ms loses samples. Close other programs and tabs that use USB instruments${remedy} and connect again.`;
}
