// Files that are open for viewing, from wherever they came: dropped, picked, or recorded here. What can be found again
// opens by itself after a reload.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import type { ReadChoice } from '../model/read-choice.ts';
import type { Navigation } from './navigation.ts';
import { type FilePlace, OpenFileList } from './open-file-list.ts';
import type { KeyValueStore } from './persisted.ts';
import type { FilesPort, OpenFile, RecentFile, RecentFilesPort } from './ports.ts';
import type { Toasts } from './toasts.ts';
import type { UndoStack } from './undo.ts';

export interface OpenedFile {
  /** Names it in the address while the page lives. */
  readonly key: string;
  readonly source: File;
  /** It is a recording of this browser. */
  readonly recordingId: string | undefined;
  /** Files of markers and notes that were opened with it. */
  readonly beside: readonly File[];
  /** Files that came with it, in which parts of it may lie. */
  readonly neighbours: readonly File[];
  /** What the user says of it. */
  readonly choice: ReadChoice;
  readonly content: OpenFile;
  /** Why nothing can be read of it any more: what read it died. `undefined` while it can. */
  readonly failure: LabError | undefined;
}

/** A file as the user gave it; with a handle it can be opened again in another visit. */
export interface PickedFile {
  readonly file: File;
  readonly handle?: FileSystemFileHandle | undefined;
  /** Where it is found again, if that is known. */
  readonly place?: FilePlace;
  /** What the user says of it. */
  readonly choice?: ReadChoice;
}

/** A file whose opening takes a while. */
export interface Opening {
  readonly name: string;
  cancel(): void;
}

/** Takes a failure in place of a message. */
type FailureOf = (file: File, error: unknown) => void;

interface OpenHow {
  readonly isShown?: boolean;
  readonly picked?: PickedFile;
  readonly onFailure?: FailureOf | undefined;
}

/** Files of a folder that are tried: each that is open has a thread of its own. */
const MAX_FOLDER_FILES = 50;

export interface FilesOptions {
  readonly port: FilesPort;
  readonly recentPort: RecentFilesPort;
  readonly clock: Clock;
  readonly toasts: Toasts;
  readonly undo: UndoStack;
  readonly navigation: Navigation;
  /** Lives as long as the tab. */
  readonly session: KeyValueStore;
}

export class Files {
  readonly #port: FilesPort;
  readonly #recentPort: RecentFilesPort;
  readonly #clock: Clock;
  readonly #toasts: Toasts;
  readonly #undo: UndoStack;
  readonly #navigation: Navigation;
  readonly #opened = signal<readonly OpenedFile[]>([]);
  readonly #opening = signal<readonly Opening[]>([]);
  readonly #recent = signal<readonly RecentFile[]>([]);
  readonly #numbers = signal<PickedFile | undefined>(undefined);
  readonly #list: OpenFileList;
  /** Where open and closed files are found again, by key. */
  readonly #places = new Map<string, FilePlace>();
  #nextKey = 1;

  constructor({ port, recentPort, clock, toasts, undo, navigation, session }: FilesOptions) {
    this.#port = port;
    this.#recentPort = recentPort;
    this.#clock = clock;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#navigation = navigation;
    this.#list = new OpenFileList(session);
  }

  get opened(): ReadonlySignal<readonly OpenedFile[]> {
    return this.#opened;
  }

  get opening(): ReadonlySignal<readonly Opening[]> {
    return this.#opening;
  }

  /** Files of earlier visits, newest first. */
  get recent(): ReadonlySignal<readonly RecentFile[]> {
    return this.#recent;
  }

  /** A file of bare numbers: the user is asked what they are. */
  get numbers(): ReadonlySignal<PickedFile | undefined> {
    return this.#numbers;
  }

  /** Asks what the numbers of a file are; `undefined` takes the question back. */
  askNumbers(picked: PickedFile | undefined): void {
    this.#numbers.value = picked;
  }

  /**
   * Opens files one after the other and shows the last. Markers and notes (`NAME.anno.jls`) go with their recording
   * (`NAME.…`) when that is among the files or open already; alone they are opened like any file. A message tells of each
   * that does not open, unless `onFailure` does.
   */
  async open(files: readonly PickedFile[], onFailure?: FailureOf): Promise<void> {
    const belongs = (side: File, name: string) => side.name !== name && recordingStem(side.name) === stemOf(name);
    const recordings = files.filter(({ file }) => recordingStem(file.name) === undefined);
    for (const picked of recordings) {
      const beside = files.flatMap((other) => (belongs(other.file, picked.file.name) ? other.file : []));
      await this.#openPicked(picked, beside, neighboursOf(picked.file, files), onFailure);
    }
    for (const picked of files) {
      const { file: side } = picked;
      if (recordings.some(({ file }) => file === side || belongs(side, file.name))) continue;
      const opened = this.#opened.value.find(({ content }) => belongs(side, content.name));
      if (opened) await this.#open({ ...opened, beside: [...opened.beside, side] });
      else await this.#openPicked(picked, [], [], onFailure);
    }
  }

  /** Opens those files of a folder that hold data, up to a limit; one message tells of all others. */
  async openFolder(files: readonly File[]): Promise<void> {
    const failures: { readonly file: File; readonly error: unknown }[] = [];
    const tried = files.slice(0, MAX_FOLDER_FILES);
    await this.open(
      tried.map((file) => ({ file })),
      (file, error) => failures.push({ file, error }),
    );
    const [first] = failures;
    const leftCount = files.length - tried.length;
    if (!first && leftCount === 0) return;
    const why = first ? [`${first.file.name}: ${toError(first.error).message}`] : [];
    const rest = leftCount > 0 ? [`${leftCount} more were not tried: drop fewer at once.`] : [];
    this.#toasts.show({
      kind: failures.length === tried.length ? 'error' : 'warning',
      title: `${failures.length + leftCount} of ${files.length} files were not opened`,
      detail: [...why, ...rest].join(' '),
    });
  }

  /** Opens what was open when the page was left, where that needs no permission. Call once at the start. */
  async restore(recording: (id: string) => Promise<File>): Promise<void> {
    for (const { key, place, choice } of this.#list.load()) {
      this.#nextKey = Math.max(this.#nextKey, Number(key) + 1);
      try {
        const source = place.kind === 'recording' ? await recording(place.id) : await this.#recentPort.reopen(place.id);
        if (!source) continue;
        this.#places.set(key, place);
        await this.#open({ source, key, beside: [], neighbours: [], choice }, { isShown: false });
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        console.warn('A file that was open is gone', error);
      }
    }
  }

  async refreshRecent(): Promise<void> {
    try {
      this.#recent.value = await this.#recentPort.list();
    } catch (error) {
      this.#toasts.fail('The list of recent files could not be read', error);
    }
  }

  /** Call from a click: the browser may ask for permission. */
  async openRecent(recent: RecentFile): Promise<void> {
    try {
      const file = await this.#recentPort.open(recent.id);
      await this.open([{ file, place: { kind: 'recent', id: recent.id } }]);
    } catch (error) {
      this.#toasts.fail(`${recent.name} was not opened`, error);
    }
  }

  async forgetRecent(recent: RecentFile): Promise<void> {
    try {
      await this.#recentPort.forget(recent.id);
    } catch (error) {
      this.#toasts.fail(`${recent.name} was not taken off the list`, error);
    }
    await this.refreshRecent();
  }

  /** Closes it; undo opens it again. */
  close(opened: OpenedFile): void {
    this.#remove(opened.key);
    this.#undo.push({
      title: `Close ${opened.content.name}`,
      undo: async () => void (await this.#open(opened)),
      redo: () => this.#remove(opened.key),
    });
  }

  /** Opens a file again whose reader died, in its place. */
  async reopen(opened: OpenedFile): Promise<void> {
    await this.#open(opened);
  }

  async #openPicked(
    picked: PickedFile,
    beside: readonly File[],
    neighbours: readonly File[],
    onFailure?: FailureOf,
  ): Promise<void> {
    const { file: source, handle, place, choice = {} } = picked;
    const key = `${this.#nextKey++}`;
    if (place) this.#places.set(key, place);
    const isOpen = await this.#open({ source, key, beside, neighbours, choice }, { picked, onFailure });
    if (isOpen && handle) await this.#remember(key, handle);
  }

  /** A file that is open under this key is replaced. */
  async #open(
    { source, key, beside, neighbours, choice }: Omit<OpenedFile, 'content' | 'recordingId' | 'failure'>,
    { isShown = true, picked = { file: source }, onFailure }: OpenHow = {},
  ): Promise<boolean> {
    const controller = new AbortController();
    const opening: Opening = { name: source.name, cancel: () => controller.abort() };
    this.#opening.value = [...this.#opening.value, opening];
    try {
      const content = await this.#port.open(source, controller.signal, { beside, neighbours, choice });
      const place = this.#places.get(key);
      const recordingId = place?.kind === 'recording' ? place.id : undefined;
      const opened = { key, source, recordingId, beside, neighbours, choice, content, failure: undefined };
      void content.died.then((failure) => this.#fail(content, failure));
      const before = this.#opened.value.find((other) => other.key === key);
      this.#set(
        before
          ? this.#opened.value.map((other) => (other === before ? opened : other))
          : [...this.#opened.value, opened],
      );
      before?.content.close();
      if (isShown) this.#navigation.show('files', key);
      return true;
    } catch (error) {
      if (onFailure) {
        onFailure(source, error);
        return false;
      }
      const isFormat = error instanceof LabError && error.code.startsWith('format/');
      const ask = { label: 'Read it as bare numbers…', run: () => this.askNumbers(picked) };
      this.#toasts.fail(`${source.name} was not opened`, error, isFormat && source.size > 0 ? ask : undefined);
      return false;
    } finally {
      this.#opening.value = this.#opening.value.filter((other) => other !== opening);
    }
  }

  #fail(content: OpenFile, failure: LabError): void {
    const opened = this.#opened.value.find((other) => other.content === content);
    if (!opened) return;
    const failed = { ...opened, failure };
    this.#set(this.#opened.value.map((other) => (other === opened ? failed : other)));
    const again = { label: 'Open again', run: () => void this.reopen(failed) };
    this.#toasts.fail(`${content.name} can no longer be read`, failure, again);
  }

  async #remember(key: string, handle: FileSystemFileHandle): Promise<void> {
    try {
      this.#places.set(key, { kind: 'recent', id: await this.#recentPort.remember(handle, this.#clock.unixMs()) });
      this.#set(this.#opened.value);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      console.warn('The file is open but not in the list of recent files', error);
    }
    await this.refreshRecent();
  }

  #remove(key: string): void {
    const opened = this.#opened.value.find((other) => other.key === key);
    if (!opened) return;
    this.#set(this.#opened.value.filter((other) => other !== opened));
    const { viewId, argument } = this.#navigation.route.value;
    if (viewId === 'files' && argument === key) this.#navigation.show('files');
    opened.content.close();
  }

  #set(opened: readonly OpenedFile[]): void {
    this.#opened.value = opened;
    this.#list.save(
      opened.flatMap(({ key, choice }) => {
        const place = this.#places.get(key);
        return place ? { key, place, choice } : [];
      }),
    );
  }
}

/** Those that share the beginning of its name: a head and its samples, `run.bin` and `run.Wfm.bin`. */
function neighboursOf(file: File, files: readonly PickedFile[]): readonly File[] {
  const first = (name: string): string => name.split('.', 1)[0]!;
  return files.flatMap(({ file: other }) => (other !== file && first(other.name) === first(file.name) ? other : []));
}

/** `run` of `run.jls`. */
function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/** `run` of `run.anno.jls` or `run.anno-2.jls`, as the Joulescope UI names side files; undefined for other names. */
function recordingStem(name: string): string | undefined {
  return /^(.+)\.anno[^.]*\.jls$/i.exec(name)?.[1];
}
