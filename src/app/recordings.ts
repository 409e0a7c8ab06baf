// Recordings in this browser: starting and stopping one, the list, and what can be done with its entries.

import { computed, type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { formatBytes } from '../base/si.ts';
import type { Annotation, SignalStore } from '../model/signal-store.ts';
import { DEFAULT_ROW_BUDGET } from './exports.ts';
import type { ConnectedInstrument } from './instruments.ts';
import type {
  CopyProgress,
  ExportJob,
  ExportsPort,
  FilesPort,
  RecordingEntry,
  RecordingsPort,
  StorageEstimate,
} from './ports.ts';
import type { Toasts } from './toasts.ts';
import type { UndoStack } from './undo.ts';

/** How long a deleted recording can be brought back. */
const UNDELETE_MS = 8000;

/** A copy to a place that the user picked, under way. */
export interface Copy {
  readonly id: string;
  readonly progress: CopyProgress;
  cancel(): void;
}

/** Markers and notes, once the data that they stand on are known. */
export type MarksOn = (store: SignalStore) => readonly Annotation[];

export interface RecordingsOptions {
  readonly port: RecordingsPort;
  readonly files: FilesPort;
  readonly exports: ExportsPort;
  readonly toasts: Toasts;
  readonly undo: UndoStack;
  readonly clock: Clock;
}

export class Recordings {
  readonly #port: RecordingsPort;
  readonly #files: FilesPort;
  readonly #exports: ExportsPort;
  readonly #toasts: Toasts;
  readonly #undo: UndoStack;
  readonly #clock: Clock;
  readonly #all = signal<readonly RecordingEntry[]>([]);
  /** Deleted on the screen, not yet on the disk. */
  readonly #hidden = signal<readonly string[]>([]);
  readonly #copies = signal<readonly Copy[]>([]);
  readonly #estimate = signal<StorageEstimate>({ usedBytes: 0, quotaBytes: 0 });
  readonly #isBusy = signal(false);

  /** Newest first. */
  readonly entries: ReadonlySignal<readonly RecordingEntry[]> = computed(() =>
    this.#all.value.filter(({ id }) => !this.#hidden.value.includes(id)),
  );

  /** The recording under way. */
  readonly active: ReadonlySignal<RecordingEntry | undefined> = computed(() =>
    this.#all.value.find(({ state }) => state === 'recording'),
  );

  constructor({ port, files, exports, toasts, undo, clock }: RecordingsOptions) {
    this.#port = port;
    this.#files = files;
    this.#exports = exports;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#clock = clock;
    port.onChanged(() => void this.refresh());
  }

  get copies(): ReadonlySignal<readonly Copy[]> {
    return this.#copies;
  }

  get estimate(): ReadonlySignal<StorageEstimate> {
    return this.#estimate;
  }

  /** A start or a stop is under way. */
  get isBusy(): ReadonlySignal<boolean> {
    return this.#isBusy;
  }

  async refresh(): Promise<void> {
    try {
      [this.#all.value, this.#estimate.value] = await Promise.all([this.#port.list(), this.#port.estimate()]);
    } catch (error) {
      this.#toasts.fail('The list of recordings could not be read', error);
    }
  }

  /** Tells about recordings that a crash left behind. Call once at the start. */
  async offerInterrupted(show: () => void): Promise<void> {
    await this.refresh();
    const interrupted = this.#all.value.filter(({ state }) => state === 'interrupted');
    const [first] = interrupted;
    if (!first) return;
    this.#toasts.show({
      kind: 'warning',
      title:
        interrupted.length === 1 ? 'A recording was interrupted' : `${interrupted.length} recordings were interrupted`,
      detail: `${interrupted.length === 1 ? first.fileName : 'They'} can be repaired: everything up to the last second is safe.`,
      action: { label: 'Show in Files', run: show },
    });
  }

  /** Starts recording. `durationS` 0 records until stopped. */
  async start(instrument: ConnectedInstrument, durationS: number): Promise<void> {
    if (this.active.value || this.#isBusy.value) return;
    await this.#busily('Nothing is recorded', async () => {
      await this.#port.start({ sources: [{ instrument: instrument.handle }], ...(durationS > 0 ? { durationS } : {}) });
    });
  }

  async stop(): Promise<void> {
    const entry = this.active.value;
    if (!entry || this.#isBusy.value) return;
    await this.#busily(`${entry.fileName} was not finished`, async () => {
      const finished = await this.#port.stop(entry.id);
      this.#toasts.note('Recording finished', `${finished.fileName}, ${formatBytes(finished.sizeBytes)}, is in Files.`);
    });
  }

  async repair(entry: RecordingEntry): Promise<void> {
    await this.#busily(`${entry.fileName} was not repaired`, async () => {
      const repaired = await this.#port.repair(entry.id);
      this.#toasts.note('Recording repaired', repaired.note ?? `${repaired.fileName} can be opened again.`);
    });
  }

  async rename(entry: RecordingEntry, fileName: string): Promise<void> {
    if (fileName === '' || fileName === entry.fileName) return;
    const apply = async (name: string) => {
      await this.#port.rename(entry.id, name);
      await this.refresh();
    };
    try {
      await apply(fileName);
      this.#undo.push({
        title: `Rename ${entry.fileName}`,
        undo: () => apply(entry.fileName),
        redo: () => apply(fileName),
      });
    } catch (error) {
      this.#toasts.fail(`${entry.fileName} was not renamed`, error);
    }
  }

  /** Hides the entry and deletes it a little later, unless the user takes it back. */
  remove(entry: RecordingEntry): void {
    this.#hidden.value = [...this.#hidden.value, entry.id];
    const unhide = () => {
      this.#hidden.value = this.#hidden.value.filter((id) => id !== entry.id);
    };
    const cancelDeletion = this.#clock.after(UNDELETE_MS, () => void this.#delete(entry, unhide));
    const dismiss = this.#toasts.show({
      kind: 'info',
      title: `${entry.fileName} deleted`,
      detail: `${formatBytes(entry.sizeBytes)} of this browser's storage become free.`,
      durationMs: UNDELETE_MS,
      action: {
        label: 'Undo',
        run: () => {
          cancelDeletion();
          unhide();
          dismiss();
        },
      },
    });
  }

  file(id: string): Promise<File> {
    return this.#port.file(id);
  }

  /** Copies the recording to a place that the user picks; with `marks` these are written into the copy. */
  async saveAs(entry: RecordingEntry, marks?: MarksOn): Promise<void> {
    const controller = new AbortController();
    const put = (progress: CopyProgress) => {
      const copy: Copy = { id: entry.id, progress, cancel: () => controller.abort() };
      this.#copies.value = [...this.#copies.value.filter(({ id }) => id !== entry.id), copy];
    };
    put({ doneBytes: 0, totalBytes: entry.sizeBytes });
    try {
      const isSaved = marks
        ? await this.#saveMarked(entry, marks, put, controller.signal)
        : await this.#port.saveAs(entry.id, put, controller.signal);
      if (isSaved) this.#toasts.note(`${entry.fileName} saved`, marks && 'Its markers and notes are in the file.');
    } catch (error) {
      this.#toasts.fail(`${entry.fileName} was not saved`, error);
    } finally {
      this.#copies.value = this.#copies.value.filter(({ id }) => id !== entry.id);
    }
  }

  /** Samples, times and everything else as they are; only the annotations are new. */
  async #saveMarked(
    entry: RecordingEntry,
    marks: MarksOn,
    onProgress: (progress: CopyProgress) => void,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { fileName, sizeBytes: totalBytes } = entry;
    const file = await this.#port.file(entry.id);
    const content = await this.#files.open(file, signal);
    const signalIds = content.store.signals().map(({ id }) => id);
    const annotations = marks(content.store);
    content.close();
    const job: ExportJob = {
      source: { kind: 'file', file },
      fileName,
      format: 'jls',
      signalIds,
      annotations,
      rowBudget: DEFAULT_ROW_BUDGET,
      reduction: 'mean',
      nowUnixMs: this.#clock.unixMs(),
    };
    const toBytes = (fraction: number) => onProgress({ doneBytes: fraction * totalBytes, totalBytes });
    return (await this.#exports.run(job, toBytes, signal)) !== undefined;
  }

  async #delete(entry: RecordingEntry, unhide: () => void): Promise<void> {
    try {
      await this.#port.remove(entry.id);
      await this.refresh();
    } catch (error) {
      this.#toasts.fail(`${entry.fileName} was not deleted`, error);
    }
    unhide();
  }

  async #busily(failure: string, action: () => Promise<void>): Promise<void> {
    this.#isBusy.value = true;
    try {
      await action();
    } catch (error) {
      this.#toasts.fail(failure, error);
    } finally {
      this.#isBusy.value = false;
    }
    await this.refresh();
  }
}
