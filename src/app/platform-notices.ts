// What to tell a user whose browser or host lacks something. Nothing here stops the viewer.

import type { Platform } from './ports.ts';

/** One sentence or two per missing feature; empty when everything is there. */
export function platformNotices(platform: Platform): readonly string[] {
  const notices: string[] = [];
  if (!platform.isCrossOriginIsolated) {
    notices.push(
      'This page is not isolated, so instruments and recording are off; files can be opened, measured and exported. Reload once; if the note stays, the host must send the COOP and COEP headers.',
    );
  }
  if (platform.isCrossOriginIsolated && !platform.hasSharedMemory) {
    notices.push(
      'This browser has no shared memory for threads, so instruments, recording and setups are off; files can be opened, measured and exported. Use a current Chrome, Edge, Firefox or Safari.',
    );
  }
  if (!platform.hasWebUsb) {
    notices.push(
      `This browser has no WebUSB, so real instruments cannot be connected; files${platform.hasSharedMemory ? ' and simulated instruments' : ''} work. Use a current Chrome or Edge on a computer for instruments.`,
    );
  }
  if (!platform.hasPrivateFileSystem) {
    notices.push(
      'This browser opens no private file system for this page (private window, or storage switched off), so nothing can be recorded here. Use a normal window or another browser.',
    );
  }
  return notices;
}
