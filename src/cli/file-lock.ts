// One writer per file: a file beside it with the writer's process number. One that a killed process left is taken over.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { LabError } from '../base/errors.ts';

/**
 * Locks the file at `path`, which need not exist, and returns what gives it free again. Throws `storage/denied` while
 * another process writes to it, `storage/io` where nothing can be written.
 */
export function lockFile(path: string): () => void {
  const lock = `${path}.lock`;
  if (!tryLock(lock)) {
    const owner = ownerOf(lock);
    if (isAlive(owner)) {
      throw new LabError(
        'storage/denied',
        `Process ${owner} writes to ${path}. Wait for its end, or take another folder. If it is another program, delete ${lock}.`,
      );
    }
    rmSync(lock, { force: true });
    if (!tryLock(lock)) {
      throw new LabError('storage/denied', `Another process has just begun to write to ${path}. Try again.`);
    }
  }
  return () => rmSync(lock, { force: true });
}

/** False when somebody has it. */
function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new LabError('storage/io', `Cannot write ${lock}: ${(cause as Error).message}. Choose another place.`, {
      cause,
    });
  }
}

/** NaN when it is gone already, or says nothing. */
function ownerOf(lock: string): number {
  try {
    return Number.parseInt(readFileSync(lock, 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Number.NaN;
    throw error;
  }
}

function isAlive(processId: number): boolean {
  if (Number.isNaN(processId)) return false;
  try {
    // signal 0 is none: it only asks
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // one of another user may not be asked, but is there
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
