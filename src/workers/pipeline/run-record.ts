// Watches a run to its end and writes stats.csv, whole after each row, so that it survives a closed tab. A directory that
// takes nothing more does not end the run: what its threads hold and show goes on. Page only.

import { LabError } from '../../base/errors.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import { rowIntervalS, StatsTable } from '../../pipeline/record/stats-table.ts';
import { storageGone } from '../../storage/io-errors.ts';
import { isFolderThere, writeTextFile } from '../../storage/private-folder.ts';

const LOOK_INTERVAL_MS = 250;
/** Between looks whether the directory still has its place. */
const PLACE_INTERVAL_MS = 1000;

export class RunRecord {
  /** Resolves when the run is over and its table whole. Rejects with `storage/*` when it is not. */
  readonly finished: Promise<void>;
  /** Resolves with the first reason why something could not be written. */
  readonly unwritten: Promise<LabError>;
  readonly #engine: Engine;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #name: string;
  #tellUnwritten: (error: LabError) => void = () => undefined;
  #gone: LabError | undefined;

  constructor(engine: Engine, folder: FileSystemDirectoryHandle, name: string) {
    this.#engine = engine;
    this.#folder = folder;
    this.#name = name;
    this.unwritten = new Promise((resolve) => {
      this.#tellUnwritten = resolve;
    });
    this.finished = this.#follow();
  }

  async #follow(): Promise<void> {
    const engine = this.#engine;
    const table = new StatsTable();
    let text = table.header(engine.status);
    let nextRowS = 0;
    let lookMs = performance.now();
    let isOver = false;
    void engine.finished.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const { status } = engine;
      if (status.activeS >= nextRowS) {
        nextRowS = status.activeS + rowIntervalS(status.activeS);
        text += table.row(status);
        await this.#write(text);
      }
      if (performance.now() - lookMs >= PLACE_INTERVAL_MS) {
        lookMs = performance.now();
        await this.#look();
      }
      await Promise.race([engine.finished, new Promise((wake) => setTimeout(wake, LOOK_INTERVAL_MS))]);
    }
    await this.#look();
    const failure = await this.#write(text + table.row(engine.status));
    if (failure) throw failure;
  }

  /** Every row is written again with the next one, so only the last failure counts. */
  async #write(text: string): Promise<LabError | undefined> {
    if (this.#gone) return this.#gone;
    try {
      await writeTextFile(this.#folder, 'stats.csv', text);
      return undefined;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      await this.#look();
      this.#tellUnwritten(error);
      return this.#gone ?? error;
    }
  }

  async #look(): Promise<void> {
    if (this.#gone || (await isFolderThere(this.#folder))) return;
    this.#gone = storageGone(`Writing ${this.#name}`);
    this.#tellUnwritten(this.#gone);
  }
}
