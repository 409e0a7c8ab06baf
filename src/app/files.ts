// Files that are open for viewing, from wherever they came: dropped, picked, or recorded here.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Navigation } from './navigation.ts';
import type { FilesPort, OpenFile } from './ports.ts';
import type { Toasts } from './toasts.ts';
import type { UndoStack } from './undo.ts';

export interface OpenedFile {
  /** Names it in the address while the page lives. */
  readonly key: string;
  readonly source: File;
  readonly content: OpenFile;
}

/** A file whose opening takes a while. */
export interface Opening {
  readonly name: string;
  cancel(): void;
}

export interface FilesOptions {
  readonly port: FilesPort;
  readonly toasts: Toasts;
  readonly undo: UndoStack;
  readonly navigation: Navigation;
}

export class Files {
  readonly #port: FilesPort;
  readonly #toasts: Toasts;
  readonly #undo: UndoStack;
  readonly #navigation: Navigation;
  readonly #opened = signal<readonly OpenedFile[]>([]);
  readonly #opening = signal<readonly Opening[]>([]);
  #nextKey = 1;

  constructor({ port, toasts, undo, navigation }: FilesOptions) {
    this.#port = port;
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

  /** Opens files one after the other and shows the last. */
  async open(files: readonly File[]): Promise<void> {
    for (const file of files) await this.#open(file, `${this.#nextKey++}`);
  }

  /** Closes it; undo opens it again. */
  close(opened: OpenedFile): void {
    this.#remove(opened.key);
    this.#undo.push({
      title: `Close ${opened.content.name}`,
      undo: () => this.#open(opened.source, opened.key),
      redo: () => this.#remove(opened.key),
    });
  }

  async #open(source: File, key: string): Promise<void> {
    const controller = new AbortController();
    const opening: Opening = { name: source.name, cancel: () => controller.abort() };
    this.#opening.value = [...this.#opening.value, opening];
    try {
      const content = await this.#port.open(source, controller.signal);
      this.#opened.value = [...this.#opened.value, { key, source, content }];
      this.#navigation.show('files', key);
    } catch (error) {
      this.#toasts.fail(`${source.name} was not opened`, error);
    } finally {
      this.#opening.value = this.#opening.value.filter((other) => other !== opening);
    }
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
