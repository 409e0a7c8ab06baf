// What this browser and this host offer.

import type { Platform } from './ports.ts';

/** Page only. */
export function detectPlatform(): Platform {
  return {
    isCrossOriginIsolated: globalThis.crossOriginIsolated === true,
    hasWebUsb: 'usb' in navigator,
    hasWebSerial: 'serial' in navigator,
    hasPrivateFileSystem: typeof navigator.storage?.getDirectory === 'function',
    hasFilePickers: 'showOpenFilePicker' in globalThis,
  };
}
