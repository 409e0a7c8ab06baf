// Files that are open for viewing, from wherever they came: dropped, picked, or recorded here. What can be found again
// opens by itself after a reload.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { LabError } from '../base/errors.ts';
import { isEmptyChoice, partsOf, type ReadChoice } from '../model/read-choice.ts';
import { neighboursOf, recordingStem, stemOf } from './file-names.ts';
import type { Navigation } from './navigation.ts';
import { type FilePlace, OpenFileList } from './open-file-list.ts';
import type { KeyValueStore } from './persisted.ts';
import type { FilesPort, OpenFile, RecentFile, RecentFilesPort } from './ports.ts';
import { ReadMemory } from './read-memory.ts';
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
  /** The choice was made for another file of its form. */
  readonly isAsRemembered: boolean;
  /** `Reading.form` of what is found without a choice, as far as it was read so. */
  readonly form: string | undefined;
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
  /** An open file whose place it takes. */
  readonly inPlaceOf?: OpenedFile;
}

/** What the user is asked about an open file: how its columns are read, or which of its parts. */
export interface ReadQuestion {
  readonly key: string;
  readonly about: 'columns' | 'parts';
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
  /** Lives as long as the tab. */
  readonly session: KeyValueStore;
  /** Outlives it. */
  readonly storage: KeyValueStore;
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
  readonly #question = signal<ReadQuestion | undefined>(undefined);
  readonly #list: OpenFileList;
  readonly #memory: ReadMemory;
  /** Where open and closed files are found again, by key. */
  readonly #places = new Map<string, FilePlace>();
  #nextKey = 1;

  constructor({ port, recentPort, clock, toasts, undo, navigation, session, storage }: FilesOptions) {
    this.#port = port;
    this.#recentPort = recentPort;
    this.#clock = clock;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#navigation = navigation;
    this.#list = new OpenFileList(session);
    this.#memory = new ReadMemory(storage);
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

  /** What the user is asked about a file that is open. */
  get question(): ReadonlySignal<ReadQuestion | undefined> {
    return this.#question;
  }

  /** Asks it; `undefined` takes the question back. */
  ask(question: ReadQuestion | undefined): void {
    this.#question.value = question;
  }

  /** The file read with another choice, beside the open one. The caller closes it. Rejects as the port does. */
  preview({ source, beside, neighbours }: OpenedFile, choice: ReadChoice, signal: AbortSignal): Promise<OpenFile> {
    return this.#port.open(source, signal, { beside, neighbours, choice });
  }

  /** Reads an open file with another choice, in its place; `isRule`: files of its form, too, from now on. */
  async read(opened: OpenedFile, choice: ReadChoice, isRule: boolean): Promise<void> {
    const isRead = await this.#open({ ...opened, choice, isAsRemembered: false }, { asks: true });
    if (isRead && isRule && opened.form !== undefined) this.#memory.set(opened.form, choice);
  }

  /** Reads an open file as its content says, and files of its form, too, from now on. */
  async readAsFound(opened: OpenedFile): Promise<void> {
    await this.#open({ ...opened, choice: partsOf(opened.choice), isAsRemembered: false });
    const form = this.#opened.value.find(({ key }) => key === opened.key)?.form;
    if (form !== undefined) this.#memory.forget(form);
  }

  /**
   * Opens files one after the other and shows the last. Markers and notes (`NAME.anno.jls`) go with their recording
   * (`NAME.…`) when that is among the files or open already; alone they are opened like any file.
   */
  async open(files: readonly PickedFile[]): Promise<void> {
    const belongs = (side: File, name: string) => side.name !== name && recordingStem(side.name) === stemOf(name);
    const recordings = files.filter(({ file }) => recordingStem(file.name) === undefined);
    for (const picked of recordings) {
      const beside = files.flatMap((other) => (belongs(other.file, picked.file.name) ? other.file : []));
      await this.#openPicked(picked, beside, neighboursOf(picked.file, files));
    }
    for (const picked of files) {
      const { file: side } = picked;
      if (recordings.some(({ file }) => file === side || belongs(side, file.name))) continue;
      const opened = this.#opened.value.find(({ content }) => belongs(side, content.name));
      if (opened) await this.#open({ ...opened, beside: [...opened.beside, side] });
      else await this.#openPicked(picked, [], []);
    }
  }

  /** Opens what was open when the page was left, where that needs no permission. Call once at the start. */
  async restore(recording: (id: string) => Promise<File>): Promise<void> {
    for (const { key, place, choice } of this.#list.load()) {
      this.#nextKey = Math.max(this.#nextKey, Number(key) + 1);
      try {
        const source = place.kind === 'recording' ? await recording(place.id) : await this.#recentPort.reopen(place.id);
        if (!source) continue;
        this.#places.set(key, place);
        await this.#open(
          { source, key, beside: [], neighbours: [], choice, isAsRemembered: false, form: undefined },
          { isShown: false },
        );
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

  async #openPicked(picked: PickedFile, beside: readonly File[], neighbours: readonly File[]): Promise<void> {
    const { file: source, handle, place, choice = {}, inPlaceOf } = picked;
    if (inPlaceOf) return this.read(inPlaceOf, choice, false);
    const key = `${this.#nextKey++}`;
    if (place) this.#places.set(key, place);
    const file = { source, key, beside, neighbours, choice, isAsRemembered: false, form: undefined };
    const isOpen = await this.#open(file, { picked, isNew: true, asks: true });
    if (isOpen && handle) await this.#remember(key, handle);
  }

  /** A file that is open under this key is replaced. */
  async #open(
    file: Omit<OpenedFile, 'content' | 'recordingId' | 'failure'>,
    { isShown = true, isNew = false, asks = false, picked = { file: file.source } }: OpenOptions = {},
  ): Promise<boolean> {
    const { source, key } = file;
    const controller = new AbortController();
    const opening: Opening = { name: source.name, cancel: () => controller.abort() };
    this.#opening.value = [...this.#opening.value, opening];
    try {
      const { content, ...read } = await this.#read(file, isNew, controller.signal);
      const place = this.#places.get(key);
      const recordingId = place?.kind === 'recording' ? place.id : undefined;
      const opened = { ...file, ...read, recordingId, content, failure: undefined };
      void content.died.then((failure) => this.#fail(content, failure));
      const before = this.#opened.value.find((other) => other.key === key);
      this.#set(
        before
          ? this.#opened.value.map((other) => (other === before ? opened : other))
          : [...this.#opened.value, opened],
      );
      before?.content.close();
      if (isShown) this.#navigation.show('files', key);
      if (asks) this.#question.value = questionOf(opened);
      return true;
    } catch (error) {
      const isFormat = error instanceof LabError && error.code.startsWith('format/');
      const ask = { label: 'Read it as bare numbers…', run: () => this.askNumbers(picked) };
      this.#toasts.fail(`${source.name} was not opened`, error, isFormat && source.size > 0 ? ask : undefined);
      return false;
    } finally {
      this.#opening.value = this.#opening.value.filter((other) => other !== opening);
    }
  }

  /** The content; of a new file of which nothing was said as the user chose for files of its form. */
  async #read(
    file: Omit<OpenedFile, 'content' | 'recordingId' | 'failure'>,
    isNew: boolean,
    signal: AbortSignal,
  ): Promise<Pick<OpenedFile, 'content' | 'choice' | 'isAsRemembered' | 'form'>> {
    const { source, beside, neighbours, choice, isAsRemembered } = file;
    const company = { beside, neighbours };
    const content = await this.#port.open(source, signal, { ...company, choice });
    const isUnsaid = isEmptyChoice(choice);
    const form = isUnsaid ? content.reading?.form : (file.form ?? content.reading?.form);
    const remembered = isNew && isUnsaid && form !== undefined ? this.#memory.get(form) : undefined;
    if (!remembered) return { content, choice, isAsRemembered, form };
    try {
      const again = await this.#port.open(source, signal, { ...company, choice: remembered });
      content.close();
      return { content: again, choice: remembered, isAsRemembered: true, form };
    } catch (error) {
      if (signal.aborted) throw error;
      this.#toasts.fail(`${source.name} is read as it was found: what you chose for files like it does not fit`, error);
      return { content, choice, isAsRemembered, form };
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

interface OpenOptions {
  /** The view goes to it. */
  readonly isShown?: boolean;
  /** It was not open before. */
  readonly isNew?: boolean;
  /** The user is asked what is not known of it. */
  readonly asks?: boolean;
  readonly picked?: PickedFile;
}

/** What to ask by itself about a file that was just opened: only what nobody has said. */
function questionOf({ key, choice, content }: OpenedFile): ReadQuestion | undefined {
  const { parts = [], guesses = [] } = content.reading ?? {};
  if (choice.parts === undefined && parts.some(({ isOpen }) => !isOpen)) return { key, about: 'parts' };
  return guesses.length > 0 && isEmptyChoice(choice) ? { key, about: 'columns' } : undefined;
}
