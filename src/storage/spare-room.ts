// Room that a recording holds beside its file, so that the file can be finished when the disk is full: bytes that are
// really written, and given back before the end. Taking it also finds out what the browser gives. Dedicated workers only.

import type { FoundRoom } from './quota.ts';
import type { SyncAccessHandle } from './sync-file.ts';

/** More than any browser gives: what it does about that tells where it keeps files. */
const IMPOSSIBLE_BYTES = 2 ** 50;
/** The answer is this fine. */
const RESOLUTION_BYTES = 64 * 2 ** 20;

export class SpareRoom {
  readonly found: FoundRoom;
  readonly #handle: SyncAccessHandle;
  #isHeld = true;

  private constructor(handle: SyncAccessHandle, found: FoundRoom) {
    this.#handle = handle;
    this.found = found;
  }

  /** Finds out how much there is and holds so many bytes. `open` opens the same empty file each time. */
  static async take(open: () => Promise<SyncAccessHandle>, lengthBytes: number): Promise<SpareRoom> {
    const probe = await open();
    let found: FoundRoom;
    try {
      found = findRoom(probe);
    } finally {
      // Chromium counts what a handle was ever given as used until that handle is closed (seen in 156).
      probe.close();
    }
    const handle = await open();
    // memory is not written on: it would be missing elsewhere
    if (!found.isInMemory) fill(handle, lengthBytes);
    return new SpareRoom(handle, found);
  }

  /** Gives the bytes back and closes the handle. A second call does nothing. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    try {
      this.#handle.truncate(0);
    } finally {
      this.#handle.close();
    }
  }
}

/**
 * Claims more and more of nothing: on a disk that costs nothing and is given back at once. Chromium refuses with an
 * exception there, and without one where files lie in memory (seen in 156); there a claim would take the memory, so none
 * is made.
 */
function findRoom(handle: SyncAccessHandle): FoundRoom {
  const isGiven = (bytes: number): boolean => {
    handle.truncate(bytes);
    const isLarge = handle.getSize() >= bytes;
    handle.truncate(0);
    return isLarge;
  };
  try {
    if (!isGiven(IMPOSSIBLE_BYTES)) return { leftBytes: undefined, isInMemory: true };
    return { leftBytes: undefined, isInMemory: false };
  } catch {
    return { leftBytes: largest(isGiven), isInMemory: false };
  }
}

function largest(isGiven: (bytes: number) => boolean): number {
  let givenBytes = 0;
  for (let stepBytes = IMPOSSIBLE_BYTES / 2; stepBytes >= RESOLUTION_BYTES; stepBytes /= 2) {
    try {
      if (isGiven(givenBytes + stepBytes)) givenBytes += stepBytes;
    } catch {
      // refused: less is tried next
    }
  }
  return givenBytes;
}

/** What does not fit is not held: the recording is then refused for want of room, or was about to be. */
function fill(handle: SyncAccessHandle, lengthBytes: number): void {
  // no zeros: some file systems store none
  const bytes = new Uint8Array(lengthBytes).fill(0xa5);
  try {
    handle.write(bytes, { at: 0 });
    handle.flush();
  } catch {
    handle.truncate(0);
  }
}
