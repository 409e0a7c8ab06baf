// How much room there is for a recording: asked before it starts and every second while it runs. What a browser says
// may be worth nothing, so what the recorder found by trying (spare-room.ts) stands beside it; SyncFile.reserve is the
// last word.

import { type Clock, delay, systemClock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import type { StorageEstimate } from '../model/ports.ts';

export type EstimateStorage = () => Promise<StorageEstimate>;

/** What was found by trying. */
export interface FoundRoom {
  /** Most that the browser gives; the disk may hold less. `undefined` when it cannot be found. */
  readonly leftBytes: number | undefined;
  /** Files lie in memory, as in a private window. */
  readonly isInMemory: boolean;
}

/** What is left now. */
export interface RoomNow {
  readonly leftBytes: number | undefined;
  /** Why the recording must stop, in words for the user; `undefined` while there is room. */
  readonly reasonToStop: string | undefined;
}

/**
 * A recording stops when less than this is left: several checks' worth of data plus the file's closing. It does not start
 * with less.
 */
const STOP_AT_S = 5;
const STOP_AT_MIN_BYTES = 16 * 2 ** 20;

const GIB = 2 ** 30;

/** A browser whose data are cleared while it counts them never answers (Chromium 156): then it has said nothing. */
const ANSWER_LIMIT_MS = 1000;

/** What the browser says, within a second. Any thread. */
export async function estimateStorage(
  ask: () => Promise<{ usage?: number; quota?: number }> = () => navigator.storage.estimate(),
  clock: Clock = systemClock,
): Promise<StorageEstimate> {
  const late = delay(clock, ANSWER_LIMIT_MS).then(() => undefined);
  const told = await Promise.race([ask(), late]);
  return told ? estimateOf(told.usage ?? 0, told.quota ?? 0) : { usedBytes: undefined, leftBytes: undefined };
}

/**
 * Chromium (since 2025) answers with what is used plus 10 GiB, or plus the whole GiB of a smaller disk, however much of it
 * is free: a difference of whole GiB says nothing. Others subtract what is used from what they allow.
 */
export function estimateOf(usageBytes: number, quotaBytes: number): StorageEstimate {
  const leftBytes = Math.max(0, quotaBytes - usageBytes);
  const isFixed = leftBytes > 0 && leftBytes <= 10 * GIB && leftBytes % GIB === 0;
  return { usedBytes: usageBytes, leftBytes: isFixed ? undefined : leftBytes };
}

export interface QuotaGuardOptions {
  /** Expected rate of the recording. */
  readonly bytesPerSecond: number;
  readonly found: FoundRoom;
  readonly estimate?: EstimateStorage;
}

export class QuotaGuard {
  readonly #bytesPerSecond: number;
  readonly #estimate: EstimateStorage;
  readonly #found: FoundRoom;
  /** Used when `found` was found. */
  #usedAtFirst: number | undefined;
  /** What the browser said last. */
  #usedBytes = 0;

  constructor({ bytesPerSecond, found, estimate = () => estimateStorage() }: QuotaGuardOptions) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#found = found;
    this.#estimate = estimate;
  }

  /**
   * Rejects with `storage/quota` when it is known that the recording would stop at once, or that there is no room for the
   * whole of it if that is less. Call it when `found` is fresh.
   */
  async requireStart(durationS = Number.POSITIVE_INFINITY): Promise<void> {
    const leftBytes = await this.#leftBytes();
    const neededBytes = Math.min(this.#stopBytes, this.#bytesPerSecond * durationS);
    if (leftBytes === undefined || leftBytes >= neededBytes) return;
    throw new LabError(
      'storage/quota',
      `Recording did not start: ${megabytes(leftBytes)} are left in the browser's storage, and these signals take ${megabytes(this.#bytesPerSecond)} a second. Delete recordings or save them elsewhere.`,
      { context: { leftBytes, neededBytes } },
    );
  }

  async look(): Promise<RoomNow> {
    const leftBytes = await this.#leftBytes();
    const isEnough = leftBytes === undefined || leftBytes >= this.#stopBytes;
    return {
      leftBytes,
      reasonToStop: isEnough
        ? undefined
        : `Stopped before the browser's storage was full (${megabytes(leftBytes)} left). The recording is complete up to there.`,
    };
  }

  get #stopBytes(): number {
    return Math.max(STOP_AT_MIN_BYTES, this.#bytesPerSecond * STOP_AT_S);
  }

  /** The least that is known: what was found falls as the browser's count of what is used grows. */
  async #leftBytes(): Promise<number | undefined> {
    const { usedBytes = this.#usedBytes, leftBytes: toldBytes } = await this.#estimate();
    this.#usedAtFirst ??= usedBytes;
    this.#usedBytes = usedBytes;
    const foundBytes =
      this.#found.leftBytes === undefined
        ? undefined
        : Math.max(0, this.#found.leftBytes - (usedBytes - this.#usedAtFirst));
    if (toldBytes === undefined) return foundBytes;
    return foundBytes === undefined ? toldBytes : Math.min(toldBytes, foundBytes);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
