// Notices that files on disk are not what they were when they were opened: at once where the browser watches them, else
// when somebody asks.

import type { Clock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import type { RecentFilesPort } from './ports.ts';

/** A file writes often: it is looked at this long after it was seen to change. */
const SETTLE_MS = 1000;

/** `isAtOnce`: the browser watches the file, and tells of the next change, too. */
export type ChangeListener = (key: string, newer: File, isAtOnce: boolean) => void;

export interface FileChangesOptions {
  readonly port: RecentFilesPort;
  readonly clock: Clock;
  readonly onChanged: ChangeListener;
}

interface Watched {
  readonly id: string;
  readonly source: File;
  stop(): void;
}

export class FileChanges {
  readonly #port: RecentFilesPort;
  readonly #clock: Clock;
  readonly #onChanged: ChangeListener;
  readonly #watched = new Map<string, Watched>();

  constructor({ port, clock, onChanged }: FileChangesOptions) {
    this.#port = port;
    this.#clock = clock;
    this.#onChanged = onChanged;
  }

  /** `id` is that of the recent file that `source` came from. */
  watch(key: string, id: string, source: File): void {
    const before = this.#watched.get(key);
    if (before?.id === id && before.source === source) return;
    this.forget(key);
    let isWaiting = false;
    const stop = this.#port.watch(id, () => {
      if (isWaiting) return;
      isWaiting = true;
      this.#clock.after(SETTLE_MS, () => {
        isWaiting = false;
        void this.#check(key, true);
      });
    });
    this.#watched.set(key, { id, source, stop });
  }

  forget(key: string): void {
    this.#watched.get(key)?.stop();
    this.#watched.delete(key);
  }

  /** Looks at all of them. */
  async check(): Promise<void> {
    await Promise.all([...this.#watched.keys()].map((key) => this.#check(key, false)));
  }

  async #check(key: string, isAtOnce: boolean): Promise<void> {
    const watched = this.#watched.get(key);
    if (!watched) return;
    try {
      const newer = await this.#port.reopen(watched.id);
      if (this.#watched.get(key) !== watched || !newer) return;
      const { size, lastModified } = watched.source;
      if (newer.size !== size || newer.lastModified !== lastModified) this.#onChanged(key, newer, isAtOnce);
    } catch (error) {
      // it was moved or deleted: what is open stays as it is
      if (!(error instanceof LabError)) throw error;
    }
  }
}
