// Recordings in this browser: starting and stopping them, several at once, the list, and what can be done with its
// entries. However one ends, the user is told where he is.

import { computed, type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { formatElapsed } from '../base/duration.ts';
import { formatBytes, formatCount } from '../base/si.ts';
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
import { offerBack } from './take-back.ts';
import type { Toasts } from './toasts.ts';
import type { UndoStack } from './undo.ts';

/** How long the end of a recording that the user stopped is shown; one that came by itself stays until it is seen. */
const TOLD_MS = 8000;

/** A copy to a place that the user picked, under way. */
export interface Copy {
  readonly id: string;
  readonly progress: CopyProgress;
  cancel(): void;
}

/** Markers and notes, once the data that they stand on are known. */
export type MarksOn = (store: SignalStore) => Promise<readonly Annotation[]>;

/** What is recorded of an instrument. */
export interface RecordedInstrument {
  readonly instrument: ConnectedInstrument;
  /** All that it streams when left out. */
  readonly signalIds?: readonly string[];
}

export interface RecordingsOptions {
  readonly port: RecordingsPort;
  readonly files: FilesPort;
  readonly exports: ExportsPort;
  readonly toasts: Toasts;
  readonly undo: UndoStack;
  readonly clock: Clock;
  /** Shows a finished recording. */
  readonly open: (entry: RecordingEntry) => void;
}

/** What the recorder makes of the room left; words for it are the view's. */
export interface RoomLeft {
  /** At most; `undefined` when nobody knows. */
  readonly leftBytes: number | undefined;
  /** Recordings lie in memory, as in a private window: room is short, and they are gone when the window is. */
  readonly isInMemory: boolean;
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
  readonly #open: (entry: RecordingEntry) => void;
  readonly #estimate = signal<StorageEstimate>({ usedBytes: undefined, leftBytes: undefined });
  readonly #isStarting = signal(false);
  /** Ids of recordings that are being finished. */
  readonly #stopping = signal<readonly string[]>([]);
  /** What this tab records, by recording: until its end has been told. */
  readonly #recorded = new Map<string, readonly ConnectedInstrument[]>();

  /** Newest first. */
  readonly entries: ReadonlySignal<readonly RecordingEntry[]> = computed(() =>
    this.#all.value.filter(({ id }) => !this.#hidden.value.includes(id)),
  );

  /** Recordings under way, newest first; those of other tabs are marked so. */
  readonly active: ReadonlySignal<readonly RecordingEntry[]> = computed(() =>
    this.#all.value.filter(({ state }) => state === 'recording'),
  );

  /** What is left for recordings: as found while one is made, otherwise as the browser says. */
  readonly room: ReadonlySignal<RoomLeft> = computed(() => {
    const told = this.#estimate.value.leftBytes;
    const found = this.active.value.map(({ leftBytes }) => leftBytes);
    const known = [told, ...found].filter((bytes) => bytes !== undefined);
    return {
      leftBytes: known.length > 0 ? Math.min(...known) : undefined,
      isInMemory: this.#all.value.some(({ isInMemory }) => isInMemory),
    };
  });

  constructor({ port, files, exports, toasts, undo, clock, open }: RecordingsOptions) {
    this.#port = port;
    this.#files = files;
    this.#exports = exports;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#clock = clock;
    this.#open = open;
    port.onChanged(() => void this.refresh());
  }

  get copies(): ReadonlySignal<readonly Copy[]> {
    return this.#copies;
  }

  get estimate(): ReadonlySignal<StorageEstimate> {
    return this.#estimate;
  }

  /** A recording is about to begin. */
  get isStarting(): ReadonlySignal<boolean> {
    return this.#isStarting;
  }

  /** Whether a recording is being finished. */
  isStopping(id: string): boolean {
    return this.#stopping.value.includes(id);
  }

  /** The newest recording of this tab that takes from the instrument. Read within an effect it keeps up. */
  activeOf(instrument: ConnectedInstrument): RecordingEntry | undefined {
    return this.active.value.find(({ id }) => this.#recorded.get(id)?.includes(instrument));
  }

  /** What a recording of this tab takes from; empty for those of others. */
  instrumentsOf({ id }: RecordingEntry): readonly ConnectedInstrument[] {
    return this.#recorded.get(id) ?? [];
  }

  async refresh(): Promise<void> {
    try {
      const [entries, estimate] = await Promise.all([this.#port.list(), this.#port.estimate()]);
      const before = this.#all.value;
      this.#all.value = entries;
      this.#estimate.value = estimate;
      this.#tellEnds(before);
    } catch (error) {
      this.#toasts.fail('The list of recordings could not be read', error);
    }
  }

  /** What nobody deleted in any tab and is gone all the same was cleared. For when the user comes back to the page. */
  async lookAgain(): Promise<void> {
    const before = this.entries.value.filter(({ state }) => state === 'finished' || state === 'interrupted');
    await this.refresh();
    const gone = before.filter(({ id }) => !this.#all.value.some((entry) => entry.id === id));
    if (gone.length === 0) return;
    this.#toasts.show({
      kind: 'warning',
      title: gone.length === 1 ? 'A recording is gone' : `${gone.length} recordings are gone`,
      detail: `The data of this site were cleared, and ${gone.map(({ fileName }) => fileName).join(', ')} with them. Copies that were saved elsewhere are safe.`,
    });
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
      detail:
        interrupted.length === 1 ? interruption(first) : 'They can be repaired: what was written of each is safe.',
      action: { label: 'Show in Files', run: show },
    });
  }

  /** Starts a recording of the set, beside those that run. `durationS` 0 (default) records until stopped. */
  async start(sources: readonly RecordedInstrument[], durationS = 0): Promise<void> {
    if (this.#isStarting.value) return;
    this.#isStarting.value = true;
    try {
      const { id } = await this.#port.start({
        sources: sources.map(({ instrument, signalIds }) => ({
          instrument: instrument.handle,
          ...(signalIds && { signalIds }),
        })),
        ...(durationS > 0 ? { durationS } : {}),
      });
      this.#recorded.set(
        id,
        sources.map(({ instrument }) => instrument),
      );
    } catch (error) {
      this.#toasts.fail('Nothing is recorded', error);
    } finally {
      this.#isStarting.value = false;
    }
    await this.refresh();
  }

  /** Finishes a recording of this tab. */
  async stop({ id, fileName }: RecordingEntry): Promise<void> {
    if (this.isStopping(id)) return;
    this.#stopping.value = [...this.#stopping.value, id];
    try {
      await this.#port.stop(id);
    } catch (error) {
      this.#toasts.fail(`${fileName} was not finished`, error);
    } finally {
      this.#stopping.value = this.#stopping.value.filter((other) => other !== id);
    }
    await this.refresh();
  }

  async repair(entry: RecordingEntry): Promise<void> {
    try {
      const repaired = await this.#port.repair(entry.id);
      this.#toasts.note('Recording repaired', repaired.note ?? `${repaired.fileName} can be opened again.`);
    } catch (error) {
      this.#toasts.fail(`${entry.fileName} was not repaired`, error);
    }
    await this.refresh();
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
    offerBack(
      { toasts: this.#toasts, undo: this.#undo, clock: this.#clock },
      {
        step: `Delete ${entry.fileName}`,
        title: `${entry.fileName} deleted`,
        detail: `${formatBytes(entry.sizeBytes)} of this browser's storage become free.`,
        takeBack: unhide,
        settle: () => void this.#delete(entry, unhide),
      },
    );
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
    const annotations = await marks(content.store).finally(() => content.close());
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

  /** Every end is told once: of what this tab recorded, and of what another tab left unfinished. */
  #tellEnds(before: readonly RecordingEntry[]): void {
    for (const entry of this.#all.value) {
      const { id, state, fileName, note } = entry;
      const old = before.find((other) => other.id === id && other.state === 'recording');
      if (state !== 'recording') {
        const isOurs = this.#recorded.delete(id);
        if (isOurs || (old && state === 'interrupted')) this.#tellEnd(entry);
      } else if (this.#recorded.has(id) && note !== undefined && note !== old?.note) {
        this.#toasts.show({ kind: 'warning', title: `${fileName} goes on without an instrument`, detail: note });
      }
    }
  }

  #tellEnd(entry: RecordingEntry): void {
    const { fileName, sizeBytes, state, endedBy, note, recorderLostSampleCount: lostCount } = entry;
    if (state === 'failed') {
      this.#toasts.show({
        kind: 'error',
        title: 'A recording is lost',
        detail: `${fileName}, ${formatElapsed(entry.durationS)} long: ${note ?? 'its file is no longer there.'}`,
      });
      return;
    }
    if (state !== 'finished') {
      this.#toasts.show({
        kind: 'error',
        title: 'A recording was interrupted',
        detail: interruption(entry),
        action: { label: 'Repair', run: () => void this.repair(entry) },
      });
      return;
    }
    const place = `${fileName}, ${formatBytes(sizeBytes)}, is in Files${endedBy === 'duration' ? ', as long as was set' : ''}.`;
    const isAsWanted = endedBy === 'stop' || endedBy === 'duration';
    const lost =
      lostCount > 0
        ? `The recorder was too slow for ${formatCount(lostCount)} samples: they are missing in it.`
        : undefined;
    const said = [note, lost].filter((text) => text !== undefined);
    this.#toasts.show({
      kind: isAsWanted && said.length === 0 ? 'success' : 'warning',
      title: isAsWanted ? 'Recording finished' : 'A recording ended by itself',
      detail: [...said, place].join(' '),
      action: { label: 'Open', run: () => this.#open(entry) },
      ...(endedBy === 'stop' ? { durationMs: TOLD_MS } : {}),
    });
  }
}

function interruption({ fileName, durationS, sizeBytes, note }: RecordingEntry): string {
  const size = durationS > 0 ? `${formatElapsed(durationS)}, ${formatBytes(sizeBytes)},` : formatBytes(sizeBytes);
  return [`${fileName}:`, note, `What was written, ${size} is safe and can be repaired.`]
    .filter((part) => part !== undefined)
    .join(' ');
}
