// The memory of a process that is not this one, as the operating system counts it.

import { execFileSync } from 'node:child_process';

/** Resident bytes; `ps` says kibibytes (POSIX). Throws when there is no such process. */
export function residentBytes(pid: number): number {
  return 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}
