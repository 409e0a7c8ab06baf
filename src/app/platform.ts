// What this browser and this host offer: tried where its presence says nothing.

import type { Platform } from './ports.ts';

/** Page only. Never rejects. */
export async function detectPlatform(): Promise<Platform> {
  const isCrossOriginIsolated = globalThis.crossOriginIsolated === true;
  return {
    isSecureContext: globalThis.isSecureContext,
    isCrossOriginIsolated,
    hasSharedMemory: isCrossOriginIsolated && typeof SharedArrayBuffer === 'function',
    hasWebUsb: 'usb' in navigator,
    hasWebSerial: 'serial' in navigator,
    hasPrivateFileSystem: await opensPrivateFileSystem(),
    hasFilePickers: 'showOpenFilePicker' in globalThis,
  };
}

async function opensPrivateFileSystem(): Promise<boolean> {
  try {
    await navigator.storage.getDirectory();
    return true;
  } catch {
    return false;
  }
}
