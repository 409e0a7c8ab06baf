// The guard over the browser's storage: asked before a recording starts and every second while it runs. Some
// browsers report more room than there is; SyncFile.reserve is the second line behind this one.

import { LabError } from '../base/errors.ts';
import type { StorageEstimate } from '../model/ports.ts';

export type EstimateStorage = () => Promise<StorageEstimate>;

/** A recording does not start without room for this long. */
const MIN_START_S = 60;

/** A recording stops when less than this is left: several checks' worth of data plus the file's closing. */
const STOP_AT_S = 5;
const STOP_AT_MIN_BYTES = 16 * 2 ** 20;

/** What the browser says. Any thread. */
export async function estimateStorage(): Promise<StorageEstimate> {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  return { usedBytes: usage, quotaBytes: quota };
}

export class QuotaGuard {
  readonly #bytesPerSecond: number;
  readonly #estimate: EstimateStorage;

  /** `bytesPerSecond` is the expected rate of the recording. */
  constructor(bytesPerSecond: number, estimate: EstimateStorage = estimateStorage) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#estimate = estimate;
  }

  /** Rejects with `storage/quota` unless there is room for a minute. */
  async requireStart(): Promise<void> {
    const freeBytes = await this.#freeBytes();
    const neededBytes = this.#bytesPerSecond * MIN_START_S;
    if (freeBytes >= neededBytes) return;
    throw new LabError(
      'storage/quota',
      `Recording did not start: ${megabytes(freeBytes)} are left in the browser's storage and a minute of these signals takes ${megabytes(neededBytes)}. Delete recordings or save them elsewhere.`,
      { context: { freeBytes, neededBytes } },
    );
  }

  /** Why the recording must stop now, in words for the user, or `undefined` while there is room. */
  async reasonToStop(): Promise<string | undefined> {
    const freeBytes = await this.#freeBytes();
    if (freeBytes >= Math.max(STOP_AT_MIN_BYTES, this.#bytesPerSecond * STOP_AT_S)) return undefined;
    return `Stopped before the browser's storage was full (${megabytes(freeBytes)} left). The recording is complete up to there.`;
  }

  async #freeBytes(): Promise<number> {
    const { usedBytes, quotaBytes } = await this.#estimate();
    return Math.max(0, quotaBytes - usedBytes);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
