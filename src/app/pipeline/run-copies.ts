// Copies of run directories in a folder that the user picked. A run is written into the browser's private file system
// first, where every flushed byte survives a crash; the copy follows when it has ended, and can be made again.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { RunFolder, RunsPort } from '../../pipeline/ports.ts';
import type { Toasts } from '../toasts.ts';

/** A copy under way. */
export interface RunCopy {
  readonly runName: string;
  /** 0..1 of its bytes. */
  readonly fraction: number;
}

export class RunCopies {
  readonly #runs: RunsPort;
  readonly #toasts: Toasts;
  readonly #folder = signal<RunFolder | undefined>(undefined);
  readonly #current = signal<RunCopy | undefined>(undefined);
  #abort = new AbortController();

  constructor(runs: RunsPort, toasts: Toasts) {
    this.#runs = runs;
    this.#toasts = toasts;
  }

  /** Where runs are copied to when they end; `undefined` when they stay in the browser only. */
  get folder(): ReadonlySignal<RunFolder | undefined> {
    return this.#folder;
  }

  get current(): ReadonlySignal<RunCopy | undefined> {
    return this.#current;
  }

  get isBusy(): boolean {
    return this.#current.value !== undefined;
  }

  get canPick(): boolean {
    return this.#runs.canPickFolder;
  }

  /** Must be called from a user gesture. */
  async pick(): Promise<void> {
    try {
      const folder = await this.#runs.pickFolder();
      if (folder) this.#folder.value = folder;
    } catch (error) {
      this.#toasts.fail('The folder cannot be used', error);
    }
  }

  /** Runs stay in the browser from now on. */
  forget(): void {
    this.#folder.value = undefined;
  }

  /** Copies a run to the picked folder; without one, or while another copy is on, nothing happens. */
  async copy(runName: string): Promise<void> {
    const folder = this.#folder.value;
    if (!folder || this.#current.value) return;
    this.#abort = new AbortController();
    this.#current.value = { runName, fraction: 0 };
    try {
      await folder.copy(runName, {
        signal: this.#abort.signal,
        onProgress: ({ doneBytes, totalBytes }) => {
          this.#current.value = { runName, fraction: totalBytes > 0 ? doneBytes / totalBytes : 1 };
        },
      });
      this.#toasts.note(`${runName} copied`, `Its files are in ${folder.name}/${runName}, and still in this browser.`);
    } catch (error) {
      this.#toasts.fail(`${runName} was not copied to ${folder.name}; it is safe in this browser`, error);
    }
    this.#current.value = undefined;
  }

  cancel(): void {
    this.#abort.abort();
  }
}
