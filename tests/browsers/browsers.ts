// The browsers other than Chromium that tests drive, and what each of them offers. Node only.

import type { DrivenBrowser } from './driven-browser.ts';
import { openFirefox } from './firefox.ts';
import { openWebKit } from './webkit.ts';

export interface BrowserKind {
  readonly name: string;
  /** Name in scripts/browsers.mjs. */
  readonly program: 'Firefox' | 'WebKitGTK';
  readonly open: () => Promise<DrivenBrowser>;
  readonly hasSharedMemory: boolean;
  readonly hasPrivateFiles: boolean;
  /** Threads can write into private files: no build of WebKitGTK lets them, Safari does. */
  readonly canRecord: boolean;
  /** Threads start in a frame whose origin is nobody's. */
  readonly hasBoxes: boolean;
}

export const FIREFOX: BrowserKind = {
  name: 'Firefox',
  program: 'Firefox',
  open: () => openFirefox({ isPrivate: false }),
  hasSharedMemory: true,
  hasPrivateFiles: true,
  canRecord: true,
  hasBoxes: true,
};

export const FIREFOX_PRIVATE: BrowserKind = {
  ...FIREFOX,
  name: 'Firefox, private window',
  open: () => openFirefox({ isPrivate: true }),
  hasPrivateFiles: false,
  canRecord: false,
};

export const WEBKIT_LIKE_SAFARI: BrowserKind = {
  name: 'WebKit with features of Safari',
  program: 'WebKitGTK',
  open: () => openWebKit({ isLikeSafari: true }),
  hasSharedMemory: true,
  hasPrivateFiles: true,
  canRecord: false,
  hasBoxes: false,
};

export const WEBKIT_STOCK: BrowserKind = {
  name: 'WebKit without them',
  program: 'WebKitGTK',
  open: () => openWebKit({ isLikeSafari: false }),
  hasSharedMemory: false,
  hasPrivateFiles: false,
  canRecord: false,
  hasBoxes: false,
};
