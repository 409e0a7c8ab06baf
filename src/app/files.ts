// Files that are open for viewing, from wherever they came: dropped, picked, or recorded here. What can be found again
// opens by itself after a reload.

import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import { partsOf, type ReadChoice } from '../model/read-choice.ts';
import { FileChanges } from './file-changes.ts';
import { neighboursOf, recordingStem, stemOf } from './file-names.ts';
import { FileReading, questionOf, type ReadQuestion } from './file-reading.ts';
import type { Navigation, Route } from './navigation.ts';
import { type FilePlace, OpenFileList } from './open-file-list.ts';
import type { OpenedFile, PickedFile } from './opened-file.ts';
import { Openings } from './openings.ts';
import type { KeyValueStore } from './persisted.ts';
import type { FilesPort, OpenFile, RecentFile, RecentFilesPort } from './ports.ts';
import { type Refusal, tellRefusals } from './refusals.ts';
import type { Toasts } from './toasts.ts';
import type { UndoStack } from './undo.ts';

/** Takes a failure in place of a message. */
type FailureOf = (file: File, error: unknown) => void;

/** Files of a folder that are tried: each that is open has a thread of its own. */
const MAX_FOLDER_FILES = 50;
/** Files of a folder that a message gives the reason of. */
const NAMED_FAILURES = 3;

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
  readonly openings = new Openings();
  readonly #recentPort: RecentFilesPort;
  readonly #clock: Clock;
  readonly #toasts: Toasts;
  readonly #undo: UndoStack;
  readonly #navigation: Navigation;
  readonly #opened = signal<readonly OpenedFile[]>([]);
  readonly #recent = signal<readonly RecentFile[]>([]);
  readonly #numbers = signal<PickedFile | undefined>(undefined);
  readonly #question = signal<ReadQuestion | undefined>(undefined);
  readonly #list: OpenFileList;
  readonly #reading: FileReading;
  readonly #changes: FileChanges;
  /** Where open and closed files are found again, by key. */
  readonly #places = new Map<string, FilePlace>();
  #nextKey = 1;

  constructor({ port, recentPort, clock, toasts, undo, navigation, session, storage }: FilesOptions) {
    this.#recentPort = recentPort;
    this.#clock = clock;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#navigation = navigation;
    this.#list = new OpenFileList(session);
    this.#reading = new FileReading(port, toasts, storage);
    this.#changes = new FileChanges({
      port: recentPort,
      clock,
      onChanged: (key, newer, isAtOnce) => this.#onChanged(key, newer, isAtOnce),
    });
  }

  get opened(): ReadonlySignal<readonly OpenedFile[]> {
    return this.#opened;
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
  preview(opened: OpenedFile, choice: ReadChoice, signal: AbortSignal): Promise<OpenFile> {
    return this.#reading.preview(opened, choice, signal);
  }

  /** Reads an open file with another choice, in its place; `isRule`: files of its form, too, from now on. */
  async read(opened: OpenedFile, choice: ReadChoice, isRule: boolean): Promise<void> {
    const isRead = await this.#open({ ...opened, choice, isAsRemembered: false }, { asks: true });
    if (isRead && isRule) this.#reading.remember(opened.form, choice);
  }

  /** Reads an open file as its content says, and files of its form, too, from now on. */
  async readAsFound(opened: OpenedFile): Promise<void> {
    await this.#open({ ...opened, choice: partsOf(opened.choice), isAsRemembered: false });
    const form = this.#opened.value.find(({ key }) => key === opened.key)?.form;
    this.#reading.remember(form, {});
  }

  /**
   * Opens files one after the other and shows the last. Markers and notes (`NAME.anno.jls`) go with their recording
   * (`NAME.…`) when that is among the files or open already; alone they are opened like any file. One
   * message tells of those that do not open, unless `onFailure` does.
   */
  async open(files: readonly PickedFile[], onFailure?: FailureOf): Promise<void> {
    const belongs = (side: File, name: string) => side.name !== name && recordingStem(side.name) === stemOf(name);
    const recordings = files.filter(({ file }) => recordingStem(file.name) === undefined);
    const refusals: Refusal[] = [];
    const refused = (refusal: Refusal) => void refusals.push(refusal);
    let from = this.#navigation.route.peek();
    const openOne = async (picked: PickedFile, beside: readonly File[], neighbours: readonly File[]) => {
      const key = await this.#openPicked(picked, beside, neighbours, { from, refused });
      // where one of them is shown the next may be, too
      if (this.#isAt(key)) from = this.#navigation.route.peek();
    };
    for (const picked of recordings) {
      const beside = files.flatMap((other) => (belongs(other.file, picked.file.name) ? other.file : []));
      await openOne(picked, beside, neighboursOf(picked.file, files));
    }
    for (const picked of files) {
      const { file: side } = picked;
      if (recordings.some(({ file }) => file === side || belongs(side, file.name))) continue;
      const opened = this.#opened.value.find(({ content }) => belongs(side, content.name));
      if (opened) await this.#open({ ...opened, beside: [...opened.beside, side] });
      else await openOne(picked, [], []);
    }
    if (!onFailure) this.#tellRefusals(refusals);
    else for (const { picked, error } of refusals) onFailure(picked.file, error);
  }

  /** Opens those files of a folder that hold data, up to a limit; one message tells of all others. */
  async openFolder(files: readonly File[]): Promise<void> {
    const failures: { readonly file: File; readonly error: unknown }[] = [];
    const tried = files.slice(0, MAX_FOLDER_FILES);
    await this.open(
      tried.map((file) => ({ file })),
      (file, error) => failures.push({ file, error }),
    );
    const leftCount = files.length - tried.length;
    if (failures.length + leftCount === 0) return;
    const why = failures.slice(0, NAMED_FAILURES).map(({ file, error }) => `${file.name}: ${toError(error).message}`);
    const unnamed = failures.slice(NAMED_FAILURES).map(({ file }) => file.name);
    if (unnamed.length > 0) why.push(`So were ${unnamed.length} more, such as ${unnamed[0]}.`);
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
        await this.#open(
          { source, key, beside: [], neighbours: [], choice, isAsRemembered: false, form: undefined },
          { from: 'nowhere' },
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

  /** Looks whether the open files are on disk as they were. */
  async checkChanges(): Promise<void> {
    await this.#changes.check();
  }

  /** Opens a file as it is on disk by now, in its place. */
  async reload(opened: OpenedFile): Promise<void> {
    await this.#open({ ...opened, source: opened.newer ?? opened.source }, { from: 'nowhere' });
  }

  /** Resolves with the key of what is open then. One that is open already is shown. */
  async #openPicked(
    picked: PickedFile,
    beside: readonly File[],
    neighbours: readonly File[],
    { from, refused }: { readonly from: Route; readonly refused: (refusal: Refusal) => void },
  ): Promise<string | undefined> {
    const { file: source, handle, place, choice = {}, inPlaceOf } = picked;
    if (inPlaceOf) {
      await this.read(inPlaceOf, choice, false);
      return inPlaceOf.key;
    }
    const twin = beside.length === 0 && picked.choice === undefined ? this.#twinOf(source) : undefined;
    if (twin) {
      this.#show(twin, from, false);
      return twin.key;
    }
    const key = `${this.#nextKey++}`;
    if (place) this.#places.set(key, place);
    const file = { source, key, beside, neighbours, choice, isAsRemembered: false, form: undefined };
    const isOpen = await this.#open(file, { from, refused, picked, isNew: true, asks: true });
    if (isOpen && handle) await this.#remember(key, handle);
    return isOpen ? key : undefined;
  }

  /** A file that is open under this key is replaced. The view goes to it unless the user went elsewhere meanwhile. */
  async #open(file: FileRequest, options: OpenOptions = {}): Promise<boolean> {
    const { from = this.#navigation.route.peek(), isNew = false, asks = false } = options;
    const { picked = { file: file.source }, refused = (refusal) => this.#tellRefusals([refusal]) } = options;
    const { source, key } = file;
    const find = () => this.#opened.value.find((other) => other.key === key);
    const wasOpen = find() !== undefined;
    try {
      const read = await this.openings.during(key, source.name, ({ signal: given, tell }) =>
        this.#reading.open(file, isNew, {
          signal: given,
          tell: (news) => {
            tell(news);
            if (news.beginning && from !== 'nowhere' && this.#isRoute(from)) this.#navigation.show('files', key);
          },
        }),
      );
      const { content } = read;
      const before = find();
      if (wasOpen && !before) {
        content.close();
        return false;
      }
      const place = this.#places.get(key);
      const recordingId = place?.kind === 'recording' ? place.id : undefined;
      const opened: OpenedFile = { ...file, ...read, recordingId, failure: undefined, newer: undefined };
      void content.died.then((failure) => this.#fail(content, failure));
      this.#set(
        before
          ? this.#opened.value.map((other) => (other === before ? opened : other))
          : [...this.#opened.value, opened],
      );
      before?.content.close();
      this.#show(opened, from, asks);
      return true;
    } catch (error) {
      // where its beginning was shown there is nothing now
      if (from !== 'nowhere' && !wasOpen && this.#isAt(key)) this.#navigation.show(from.viewId, from.argument);
      refused({ picked, error });
      return false;
    }
  }

  /** The same file that is open: name, folder, size and date are equal. */
  #twinOf({ name, size, lastModified, webkitRelativePath }: File): OpenedFile | undefined {
    return this.#opened.value.find(
      ({ source, failure }) =>
        !failure &&
        source.name === name &&
        source.size === size &&
        source.lastModified === lastModified &&
        source.webkitRelativePath === webkitRelativePath,
    );
  }

  #isAt(key: string | undefined): boolean {
    return key !== undefined && this.#isRoute({ viewId: 'files', argument: key });
  }

  #isRoute({ viewId, argument }: Route): boolean {
    const at = this.#navigation.route.peek();
    return at.viewId === viewId && at.argument === argument;
  }

  #onChanged(key: string, newer: File, isAtOnce: boolean): void {
    const opened = this.#opened.value.find((other) => other.key === key);
    if (!opened || (opened.newer?.size === newer.size && opened.newer.lastModified === newer.lastModified)) return;
    const changed = { ...opened, newer };
    this.#set(this.#opened.value.map((other) => (other === opened ? changed : other)));
    // a logger is still writing: what it adds is followed
    if (isAtOnce && newer.size > opened.source.size) void this.reload(changed);
  }

  #show(opened: OpenedFile, from: Route | 'nowhere', asks: boolean): void {
    if (from === 'nowhere') return;
    if (!this.#isAt(opened.key) && !this.#isRoute(from)) {
      const show = { label: 'Show it', run: () => this.#navigation.show('files', opened.key) };
      this.#toasts.show({ kind: 'success', title: `${opened.source.name} is open`, action: show });
      return;
    }
    this.#navigation.show('files', opened.key);
    if (asks) this.#question.value = questionOf(opened.key, opened);
  }

  #tellRefusals(refusals: readonly Refusal[]): void {
    tellRefusals(this.#toasts, refusals, (picked) => this.askNumbers(picked));
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
    this.#changes.forget(key);
    const { viewId, argument } = this.#navigation.route.value;
    if (viewId === 'files' && argument === key) this.#navigation.show('files');
    opened.content.close();
  }

  #set(opened: readonly OpenedFile[]): void {
    this.#opened.value = opened;
    for (const { key, source } of opened) {
      const place = this.#places.get(key);
      if (place?.kind === 'recent') this.#changes.watch(key, place.id, source);
    }
    this.#list.save(
      opened.flatMap(({ key, choice }) => {
        const place = this.#places.get(key);
        return place ? { key, place, choice } : [];
      }),
    );
  }
}

type FileRequest = Omit<OpenedFile, 'content' | 'recordingId' | 'failure' | 'newer'>;

interface OpenOptions {
  /** Where the user was when it was asked for; `nowhere`: the view does not go to it. */
  readonly from?: Route | 'nowhere';
  /** It was not open before. */
  readonly isNew?: boolean;
  /** The user is asked what is not known of it. */
  readonly asks?: boolean;
  /** What was asked for. */
  readonly picked?: PickedFile;
  /** Told of a file that is not opened, in place of a message. */
  readonly refused?: (refusal: Refusal) => void;
}
