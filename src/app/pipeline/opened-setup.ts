// The setup that is open: its folder, the file under edit, what the loader says about it.

import { batch, computed, type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../../base/clock.ts';
import { isBuiltIn } from '../../pipeline/functions/catalogue.ts';
import type { SetupFiles } from '../../pipeline/ports.ts';
import type { Computer } from '../../pipeline/setup/load.ts';
import type { LoadedSetup, Setup, SetupDiagnostic } from '../../pipeline/setup/setup.ts';
import { folderOf, missingFiles, plainPath, relativeTo } from './setup-folder.ts';

/** Time without typing after which the setup is checked. */
const CHECK_DELAY_MS = 300;
const NOT_LOADED: LoadedSetup = { setup: undefined, diagnostics: [] };
/** Files that can be edited as text, by their name. */
export const TEXT_NAME = /\.(?:ya?ml|js|py|txt)$/i;

export interface OpenedSetupOptions {
  /** Name for titles: the example's or the folder's. */
  readonly name: string;
  /** Id of the example that it came from; empty for none. */
  readonly exampleId: string;
  readonly files: SetupFiles;
  /** Setups among `files`; the first is opened. */
  readonly setupPaths: readonly string[];
  /** Texts by path that differ from those in `files`: a draft's, or a link's. */
  readonly edits?: ReadonlyMap<string, string>;
  readonly clock: Clock;
  /** As far as the browser tells. */
  readonly computer?: Computer | undefined;
  /** Called after each edit. */
  readonly onEdited?: () => void;
}

export class OpenedSetup {
  readonly name: string;
  readonly exampleId: string;
  readonly setupPaths: readonly string[];
  readonly #clock: Clock;
  readonly #files: ReturnType<typeof signal<SetupFiles>>;
  readonly #setupPath: ReturnType<typeof signal<string>>;
  readonly #shownPath: ReturnType<typeof signal<string>>;
  readonly #text = signal('');
  readonly #loaded = signal<LoadedSetup>(NOT_LOADED);
  readonly #moved = signal<ReadonlyMap<string, string>>(new Map());
  /** Files as they were opened. */
  #base: SetupFiles;
  readonly #edits: ReturnType<typeof signal<ReadonlyMap<string, string>>>;
  readonly #onEdited: () => void;
  readonly #computer: Computer | undefined;
  /** The text in the editor as it was opened. */
  #shownBase = '';
  #cancelCheck: () => void = () => {};
  #checkCount = 0;

  constructor({
    name,
    exampleId,
    files,
    setupPaths,
    edits = new Map(),
    clock,
    computer,
    onEdited,
  }: OpenedSetupOptions) {
    this.name = name;
    this.exampleId = exampleId;
    this.setupPaths = setupPaths;
    this.#clock = clock;
    this.#base = files;
    this.#computer = computer;
    this.#edits = signal(edits);
    this.#onEdited = onEdited ?? (() => {});
    this.#files = signal(new Map([...files, ...[...edits].map(([path, text]) => [path, new Blob([text])] as const)]));
    this.#setupPath = signal(setupPaths[0]!);
    this.#shownPath = signal(setupPaths[0]!);
  }

  get setupPath(): ReadonlySignal<string> {
    return this.#setupPath as ReadonlySignal<string>;
  }

  /** The file in the editor. */
  get shownPath(): ReadonlySignal<string> {
    return this.#shownPath as ReadonlySignal<string>;
  }

  /** Its text, as edited. */
  get text(): ReadonlySignal<string> {
    return this.#text;
  }

  /** What the loader made of the setup, shortly after the last key. */
  get loaded(): ReadonlySignal<LoadedSetup> {
    return this.#loaded;
  }

  /** Files that lie elsewhere in the folder than the setup says: what it says, and where they are. */
  get moved(): ReadonlySignal<ReadonlyMap<string, string>> {
    return this.#moved;
  }

  /** Files by their path from the setup's folder. */
  readonly files: ReadonlySignal<SetupFiles> = computed(() => relativeTo(this.setupPath.value, this.#allFiles));

  /** Paths that can be shown in the editor; the setup first. */
  readonly textPaths: ReadonlySignal<readonly string[]> = computed(() => [
    this.setupPath.value,
    ...[...this.#allFiles.keys()].filter(
      (path) => TEXT_NAME.test(path) && path !== this.setupPath.value && !this.setupPaths.includes(path),
    ),
  ]);

  /** Files that importers play back and that are not in the folder. */
  readonly missing: ReadonlySignal<readonly string[]> = computed(() => {
    const { setup } = this.#loaded.value;
    return setup ? missingFiles(setup, this.files.value) : [];
  });

  /** Python files of the folder whose functions are built in: they are not read. */
  readonly unreadPython: ReadonlySignal<readonly string[]> = computed(() => {
    const workers = this.#loaded.value.setup?.workers ?? [];
    const paths = workers.filter(({ file, function: name }) => file.endsWith('.py') && isBuiltIn(file, name));
    return [...new Set(paths.map(({ file }) => file))].filter((file) => this.files.value.has(plainPath(file)));
  });

  /** What the loader says about the file in the editor. */
  readonly shownDiagnostics: ReadonlySignal<readonly SetupDiagnostic[]> = computed(() => {
    const names = [...this.files.value.keys()];
    const fileOf = (path: string) => names.find((name) => path.startsWith(`${name}:`));
    const shown = this.shownPath.value === this.setupPath.value ? undefined : this.#nameOf(this.shownPath.value);
    return this.#loaded.value.diagnostics.filter(({ path }) => fileOf(path) === shown);
  });

  /** Texts that differ from what was opened, by path. */
  get edits(): ReadonlySignal<ReadonlyMap<string, string>> {
    return this.#edits as ReadonlySignal<ReadonlyMap<string, string>>;
  }

  get #allFiles(): SetupFiles {
    return this.#files.value as SetupFiles;
  }

  /** Opens another setup of the folder. */
  async choose(setupPath: string): Promise<void> {
    this.#setupPath.value = setupPath;
    await this.show(setupPath);
    await this.check();
  }

  async show(path: string): Promise<void> {
    const base = (await this.#base.get(path)?.text()) ?? '';
    const text = (await this.#allFiles.get(path)?.text()) ?? '';
    this.#shownBase = base;
    batch(() => {
      this.#shownPath.value = path;
      this.#text.value = text;
    });
  }

  /** Takes what was typed; the check follows when the typing stops. */
  edit(text: string): void {
    if (text === this.#text.peek()) return;
    const path = this.shownPath.peek();
    const edits = new Map(this.#edits.peek());
    if (text === this.#shownBase) edits.delete(path);
    else edits.set(path, text);
    batch(() => {
      this.#edits.value = edits;
      this.#text.value = text;
      this.#files.value = new Map(this.#files.peek()).set(path, new Blob([text]));
    });
    this.#onEdited();
    this.#cancelCheck();
    this.#cancelCheck = this.#clock.after(CHECK_DELAY_MS, () => void this.check());
  }

  /** Puts a file beside the setup, under the path by which the setup names it, and checks the setup with it. */
  async addFile(name: string, file: Blob): Promise<void> {
    const folder = this.setupPath.value.split('/').slice(0, -1);
    this.#files.value = new Map(this.#files.peek()).set([...folder, name].join('/'), file);
    await this.check();
  }

  /**
   * Takes files that come after the setup: a folder beside its own, dropped later. False when the setup is no better off
   * with them; then they are left alone.
   */
  async complete(files: SetupFiles): Promise<boolean> {
    const all: SetupFiles = new Map([...files, ...this.#allFiles]);
    const before = this.#loaded.peek();
    const { loaded } = await this.#load(all);
    const lost = errorCount(before) - errorCount(loaded);
    const missing = loaded.setup ? missingFiles(loaded.setup, relativeTo(this.setupPath.peek(), all)) : [];
    if (lost < 0 || (lost === 0 && missing.length >= this.missing.peek().length)) return false;
    this.#files.value = all;
    this.#base = new Map([...files, ...this.#base]);
    await this.check();
    return true;
  }

  /** Loads the setup as it is now. */
  async check(): Promise<Setup | undefined> {
    this.#cancelCheck();
    const count = ++this.#checkCount;
    const { loaded, moved } = await this.#load(this.#allFiles);
    if (count === this.#checkCount) {
      batch(() => {
        this.#loaded.value = loaded;
        this.#moved.value = moved;
      });
    }
    return loaded.setup;
  }

  async #load(all: SetupFiles): Promise<{ loaded: LoadedSetup; moved: ReadonlyMap<string, string> }> {
    const setupPath = this.setupPath.peek();
    const content = await all.get(setupPath)?.arrayBuffer();
    const { loadSetup } = await import('../../pipeline/setup/load.ts');
    const moved = new Map<string, string>();
    const folder = folderOf(relativeTo(setupPath, all), (wanted, found) => moved.set(wanted, found));
    return {
      loaded: await loadSetup(new Uint8Array(content ?? []), folder, this.#computer),
      moved,
    };
  }

  #nameOf(path: string): string | undefined {
    return [...relativeTo(this.setupPath.value, new Map([[path, new Blob()]])).keys()][0];
  }
}

function errorCount({ diagnostics }: LoadedSetup): number {
  return diagnostics.filter(({ severity }) => severity === 'error').length;
}
