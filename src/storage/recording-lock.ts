// Who owns a recording: the thread that holds its lock. The browser releases it when that thread dies, however
// it dies, which is how the next start knows a crash from a recording in another tab.

import { takeLock } from './locks.ts';

const lockName = (id: string): string => `pulsebench-recording-${id}`;

/** Takes the lock and returns its release, or `undefined` when somebody else holds it. Any thread. */
export function takeRecordingLock(id: string): Promise<(() => void) | undefined> {
  return takeLock(lockName(id));
}

/** Runs `job` while holding the lock; `undefined` without running it when somebody else holds it. */
export async function withRecordingLock<T>(id: string, job: () => Promise<T>): Promise<T | undefined> {
  const release = await takeRecordingLock(id);
  if (!release) return undefined;
  try {
    return await job();
  } finally {
    release();
  }
}

/** Resolves when nobody holds the lock any more: its recording ended, or its holder died. */
export async function recordingReleased(id: string): Promise<void> {
  await navigator.locks.request(lockName(id), () => undefined);
}

/** Whether somebody holds the lock, as this thread sees it. */
export async function isRecordingLocked(id: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === lockName(id));
}
