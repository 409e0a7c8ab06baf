// Files that are open for viewing, from wherever they came: dropped, picked, or recorded here.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import type { Navigation } from './navigation.ts';
import type { FilesPort, OpenFile, RecentFile, RecentFilesPort } from './ports.ts';
import type { Toasts } from './toasts.ts';
import type { UndoStack } from './undo.ts';

export interface OpenedFile {
  /** Names it in the address while the page lives. */
  readonly key: string;
  readonly source: File;
  /** Files of markers and notes that were opened with it. */
  readonly beside: readonly File[];
  readonly content: OpenFile;
}

/** A file as the user gave it; with a handle it can be opened again in another visit. */
export interface PickedFile {
  readonly file: File;
  readonly handle?: FileSystemFileHandle | undefined;
}

/** A file whose opening takes a while. */
export interface Opening {
  readonly name: string;
  cancel(): void;
}

export interface FilesOptions {
  readonly port: FilesPort;
  readonly recentPort: RecentFilesPort;
  readonly clock: Clock;
  readonly toasts: Toasts;
  readonly undo: UndoStack;
  readonly navigation: Navigation;
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
  #nextKey = 1;

  constructor({ port, recentPort, clock, toasts, undo, navigation }: FilesOptions) {
    this.#port = port;
    this.#recentPort = recentPort;
    this.#clock = clock;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#navigation = navigation;
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

  /**
   * Opens files one after the other and shows the last. Markers and notes (`NAME.anno.jls`) go with their recording
   * (`NAME.…`) when that is among the files or open already; alone they are opened like any file.
   */
  async open(files: readonly PickedFile[]): Promise<void> {
    const belongs = (side: File, name: string) => side.name !== name && recordingStem(side.name) === stemOf(name);
    const recordings = files.filter(({ file }) => recordingStem(file.name) === undefined);
    for (const { file, handle } of recordings) {
      const beside = files.flatMap((other) => (belongs(other.file, file.name) ? other.file : []));
      const isOpen = await this.#open(file, `${this.#nextKey++}`, beside);
      if (isOpen && handle) await this.#remember(handle);
    }
    for (const { file: side } of files) {
      if (recordings.some(({ file }) => file === side || belongs(side, file.name))) continue;
      const opened = this.#opened.value.find(({ content }) => belongs(side, content.name));
      if (opened) await this.#open(opened.source, opened.key, [...opened.beside, side]);
      else await this.#open(side, `${this.#nextKey++}`, []);
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
      await this.open([{ file: await this.#recentPort.open(recent.id) }]);
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
      undo: async () => void (await this.#open(opened.source, opened.key, opened.beside)),
      redo: () => this.#remove(opened.key),
    });
  }

  /** A file that is open under this key is replaced. */
  async #open(source: File, key: string, beside: readonly File[]): Promise<boolean> {
    const controller = new AbortController();
    const opening: Opening = { name: source.name, cancel: () => controller.abort() };
    this.#opening.value = [...this.#opening.value, opening];
    try {
      const content = await this.#port.open(source, controller.signal, beside);
      const opened = { key, source, beside, content };
      const before = this.#opened.value.find((other) => other.key === key);
      this.#opened.value = before
        ? this.#opened.value.map((other) => (other === before ? opened : other))
        : [...this.#opened.value, opened];
      before?.content.close();
      this.#navigation.show('files', key);
      return true;
    } catch (error) {
      this.#toasts.fail(`${source.name} was not opened`, error);
      return false;
    } finally {
      this.#opening.value = this.#opening.value.filter((other) => other !== opening);
    }
  }

  async #remember(handle: FileSystemFileHandle): Promise<void> {
    try {
      await this.#recentPort.remember(handle, this.#clock.unixMs());
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      console.warn('The file is open but not in the list of recent files', error);
    }
    await this.refreshRecent();
  }

  #remove(key: string): void {
    const opened = this.#opened.value.find((other) => other.key === key);
    if (!opened) return;
    this.#opened.value = this.#opened.value.filter((other) => other !== opened);
    const { viewId, argument } = this.#navigation.route.value;
    if (viewId === 'files' && argument === key) this.#navigation.show('files');
    opened.content.close();
  }
}

/** `run` of `run.jls`. */
function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/** `run` of `run.anno.jls` or `run.anno-2.jls`, as the Joulescope UI names side files; undefined for other names. */
function recordingStem(name: string): string | undefined {
  return /^(.+)\.anno[^.]*\.jls$/i.exec(name)?.[1];
}
