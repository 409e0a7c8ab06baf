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
  if (!platform.hasWebUsb) {
    notices.push(
      `This browser has no WebUSB, so real instruments cannot be connected; files${platform.isCrossOriginIsolated ? ' and simulated instruments' : ''} work. Use a current Chrome or Edge on a computer for instruments.`,
    );
  }
  if (!platform.hasPrivateFileSystem) {
    notices.push(
      'This browser has no private file system, so nothing can be recorded here. Leave private browsing or use another browser.',
    );
  }
  return notices;
}
