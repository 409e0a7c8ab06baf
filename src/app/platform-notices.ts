// What to tell a user whose browser or host lacks something: the cause, what works all the same, and the way out.
// Nothing here stops the viewer.

import type { Platform } from './ports.ts';

const INSECURE =
  'This page came over http:// from another computer, where a browser keeps shared memory, USB and private files from a page: files can be opened, measured and exported, but instruments, recording and runs need https://, or http://localhost on the computer that serves the page.';

const NOT_ISOLATED =
  'This page is not isolated, because its host sends no COOP and COEP headers and no service worker could add them (in a private window, or with storage switched off): files can be opened, measured and exported; reload once, use a normal window, or have the host send the headers to have instruments, recording and runs.';

const NO_SHARED_MEMORY =
  'This browser has no shared memory for threads, so instruments, recording and runs are off; files can be opened, measured and exported. Use a current Chrome, Edge, Firefox or Safari.';

const NO_FILE_SYSTEM =
  'This browser has no private file system, or opens none here (private window, or storage switched off), so nothing can be recorded and no setup can run: they keep their files there. Use a normal window, or a current Chrome, Edge, Firefox or Safari.';

/** Why threads cannot share memory here; `undefined` where they can. */
export function threadsProblem(platform: Platform): string | undefined {
  if (!platform.isSecureContext) return INSECURE;
  if (!platform.isCrossOriginIsolated) return NOT_ISOLATED;
  return platform.hasSharedMemory ? undefined : NO_SHARED_MEMORY;
}

/** Why nothing can be recorded here; `undefined` where it can. */
export function recordingProblem(platform: Platform): string | undefined {
  if (!platform.isSecureContext) return INSECURE;
  return platform.hasPrivateFileSystem ? undefined : NO_FILE_SYSTEM;
}

/** One notice per cause; empty when everything is there. */
export function platformNotices(platform: Platform): readonly string[] {
  const { hasWebUsb, hasSharedMemory, isSecureContext } = platform;
  const usb = `This browser has no WebUSB, so real instruments cannot be connected; files${hasSharedMemory ? ' and simulated instruments' : ''} work. Use a current Chrome or Edge on a computer for instruments.`;
  const notices = [
    threadsProblem(platform),
    // Over plain http it is the page that has no USB, not the browser.
    hasWebUsb || !isSecureContext ? undefined : usb,
    recordingProblem(platform),
  ];
  return [...new Set(notices.filter((notice) => notice !== undefined))];
}
