// Browsers that have a name without the thing: each capability is tried, and each that is missing has its own sentence.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { detectPlatform } from '../../../src/app/platform.ts';
import { platformNotices, recordingProblem, threadsProblem } from '../../../src/app/platform-notices.ts';
import { FULL_PLATFORM } from '../../support/fake-ports.ts';

const opened = () => Promise.resolve({});
const refused = () => Promise.reject(new DOMException('not in a private window', 'SecurityError'));

interface Offered {
  readonly getDirectory?: () => Promise<unknown>;
  readonly isIsolated?: boolean;
  readonly hasUsb?: boolean;
}

/** A page in a browser that offers this; with everything when nothing is said. */
function offer({ getDirectory = opened, isIsolated = true, hasUsb = true }: Offered = {}): void {
  vi.stubGlobal('navigator', { storage: { getDirectory }, ...(hasUsb && { usb: {} }) });
  vi.stubGlobal('crossOriginIsolated', isIsolated);
}

beforeEach(() => {
  vi.stubGlobal('isSecureContext', true);
});

afterEach(() => vi.unstubAllGlobals());

describe('a page asks what its browser offers', () => {
  it('finds everything where it is', async () => {
    offer();
    expect(await detectPlatform()).toMatchObject({
      hasSharedMemory: true,
      hasPrivateFileSystem: true,
      hasWebUsb: true,
    });
  });

  it('isolated does not mean that memory can be shared', async () => {
    offer();
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(await detectPlatform()).toMatchObject({ isCrossOriginIsolated: true, hasSharedMemory: false });
  });

  it('nor does having the type, without isolation', async () => {
    offer({ isIsolated: false });
    expect(await detectPlatform()).toMatchObject({ isCrossOriginIsolated: false, hasSharedMemory: false });
  });

  it('private files that are refused are not there', async () => {
    offer({ getDirectory: refused });
    expect(await detectPlatform()).toMatchObject({ hasPrivateFileSystem: false });
  });

  it('nor are those of a browser without storage', async () => {
    vi.stubGlobal('navigator', {});
    expect(await detectPlatform()).toMatchObject({ hasPrivateFileSystem: false, hasWebUsb: false });
  });
});

describe('what is missing', () => {
  const noMemory = { ...FULL_PLATFORM, hasSharedMemory: false };
  const noFiles = { ...FULL_PLATFORM, hasPrivateFileSystem: false };
  const noUsb = { ...FULL_PLATFORM, hasWebUsb: false };

  it('is nothing on a full platform', () => {
    expect(platformNotices(FULL_PLATFORM)).toEqual([]);
  });

  it.each([
    [noMemory, /no shared memory for threads, so instruments, recording and runs are off/],
    [noFiles, /no private file system, or opens none here .* nothing can be recorded and no setup can run/],
    [noUsb, /no WebUSB, so real instruments cannot be connected; files and simulated instruments work/],
  ])('has one sentence of its own', (platform, words) => {
    expect(platformNotices(platform)).toEqual([expect.stringMatching(words)]);
  });

  it('adds up without saying anything twice', () => {
    const bare = { hasSharedMemory: false, hasPrivateFileSystem: false, hasWebUsb: false };
    const notices = platformNotices({ ...FULL_PLATFORM, ...bare });
    expect(notices).toHaveLength(3);
    expect(notices.filter((notice) => notice.includes('simulated instruments work'))).toEqual([]);
  });

  it('stops only what needs it', () => {
    expect(threadsProblem(noFiles)).toBeUndefined();
    expect(recordingProblem(noUsb)).toBeUndefined();
    expect(threadsProblem(noMemory)).toMatch(/shared memory/);
    expect(recordingProblem(noFiles)).toMatch(/private file system/);
  });
});
