// Setups and runs: the setup that is open, the run that is on, the runs of before.

import { computed, type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { isBuiltIn } from '../../pipeline/functions/catalogue.ts';
import type { PipelinePorts, SetupFiles } from '../../pipeline/ports.ts';
import type { Setup } from '../../pipeline/setup/setup.ts';
import type { Navigation } from '../navigation.ts';
import type { KeyValueStore } from '../persisted.ts';
import { offerBack } from '../take-back.ts';
import type { ToastOptions, Toasts } from '../toasts.ts';
import type { UndoStack } from '../undo.ts';
import { type Draft, Drafts, differing, textsOf } from './drafts.ts';
import { LiveRun } from './live-run.ts';
import { OpenedSetup, TEXT_NAME } from './opened-setup.ts';
import { RunCopies } from './run-copies.ts';
import { endOf } from './run-end.ts';
import { findSetups } from './setup-folder.ts';
import { decodeSetupLink, encodeSetupLink } from './setup-link.ts';

const NO_ROOM_FOR_DRAFT: ToastOptions = {
  kind: 'warning',
  title: 'The edits are not kept in this browser',
  detail: 'It has no room for them. They are safe while the page is open: copy a link to the setup, or discard drafts.',
};
const NOT_WRITTEN = 'The run directory is not complete';
/** Text of the files beside a setup that still goes into a link. */
const MAX_LINK_CHARS = 60_000;

/** A module of the setup's folder that wants to run. */
export interface UserModule {
  readonly path: string;
  readonly source: string;
}

/** A file that a run of before left and that the open setup plays back. */
export interface FileOffer {
  readonly path: string;
  readonly runName: string;
  readonly file: File;
}

export interface PipelinesOptions {
  readonly ports: PipelinePorts;
  readonly toasts: Toasts;
  readonly undo: UndoStack;
  readonly navigation: Navigation;
  readonly storage: KeyValueStore;
  readonly clock: Clock;
}

export class Pipelines {
  readonly #ports: PipelinePorts;
  readonly #toasts: Toasts;
  readonly #undo: UndoStack;
  readonly #navigation: Navigation;
  readonly #clock: Clock;
  readonly #opened = signal<OpenedSetup | undefined>(undefined);
  readonly #run = signal<LiveRun | undefined>(undefined);
  readonly #runNames = signal<readonly string[]>([]);
  /** Removed on the screen, not yet on the disk. */
  readonly #hidden = signal<readonly string[]>([]);
  readonly #asked = signal<readonly UserModule[]>([]);
  readonly #offers = signal<readonly FileOffer[]>([]);
  readonly #isStarting = signal(false);
  readonly #agreedSources = new Set<string>();
  readonly copies: RunCopies;
  readonly drafts: Drafts;
  /** The draft of the open setup, once it has edits. */
  #draftId = '';
  /** The link that the open setup came from, as it stands in the address. */
  #linkArgument = '';

  constructor({ ports, toasts, undo, navigation, storage, clock }: PipelinesOptions) {
    this.#ports = ports;
    this.#toasts = toasts;
    this.#undo = undo;
    this.#navigation = navigation;
    this.#clock = clock;
    this.copies = new RunCopies(ports.runs, toasts);
    this.drafts = new Drafts(storage);
  }

  /** Why nothing can run in this page. */
  get unavailable(): string | undefined {
    return this.#ports.unavailable;
  }

  get opened(): ReadonlySignal<OpenedSetup | undefined> {
    return this.#opened;
  }

  /** The run that is on, or else the last one of the open setup, for as long as that stays open. */
  readonly run: ReadonlySignal<LiveRun | undefined> = computed(() => {
    const run = this.#run.value;
    return run && (!run.isOver.value || run.isOf(this.#opened.value)) ? run : undefined;
  });

  /** Run directories in this browser, newest first. */
  get runNames(): readonly string[] {
    return this.#runNames.value.filter((name) => !this.#hidden.value.includes(name));
  }

  /** Modules whose source the user has to see before the setup starts. */
  get askedModules(): ReadonlySignal<readonly UserModule[]> {
    return this.#asked;
  }

  /** Missing files of the open setup that a run of before has. */
  get offers(): ReadonlySignal<readonly FileOffer[]> {
    return this.#offers;
  }

  get isStarting(): ReadonlySignal<boolean> {
    return this.#isStarting;
  }

  get isRunning(): boolean {
    const run = this.#run.value;
    return run !== undefined && !run.isOver.value;
  }

  async refreshRuns(): Promise<void> {
    if (this.unavailable !== undefined) return;
    try {
      this.#runNames.value = await this.#ports.runs.list();
    } catch (error) {
      this.#toasts.fail('The list of runs could not be read', error);
    }
  }

  /** Opens an example and starts it. */
  async runExample(id: string): Promise<void> {
    await this.openExample(id);
    if (this.#opened.value?.exampleId === id && this.unavailable === undefined) await this.start();
  }

  async openExample(id: string): Promise<void> {
    try {
      const { name, files, setupPaths, recording } = await this.#example(id);
      await this.#open({ name, exampleId: id, files, setupPaths });
      await this.#takeRecording(recording);
    } catch (error) {
      this.#toasts.fail('The example was not opened', error);
    }
  }

  /** Opens the setup among files as they were dropped or picked, or gives the open one the files that it lacks. */
  async openFiles(files: SetupFiles, withoutSetup?: () => Promise<void>): Promise<void> {
    try {
      if (!this.isRunning && (await this.#opened.value?.complete(files))) {
        this.#toasts.note('Files added', 'The open setup finds there what it lacked.');
        await this.findOffers();
        return;
      }
      const setupPaths = await findSetups(files);
      const [first] = setupPaths;
      if (first === undefined) {
        if (withoutSetup) return await withoutSetup();
        throw new LabError(
          'setup/invalid',
          'There is no setup among these files: a YAML file with the keys Buffers and Workers. Open the folder that it lies in.',
        );
      }
      await this.#open({ name: first.split('/').at(-2) ?? first, exampleId: '', files, setupPaths });
    } catch (error) {
      this.#toasts.fail('No setup was opened', error);
    }
  }

  /** Opens what a link holds, unless that is what is open. The link stays in the address, the setup among the drafts. */
  async openLink(argument: string): Promise<void> {
    if (argument === this.#linkArgument) return;
    this.#linkArgument = argument;
    try {
      const { name, text, example, files: beside } = await decodeSetupLink(argument);
      const { files, setupPaths, recording } =
        example === ''
          ? { files: new Map<string, Blob>(), setupPaths: ['setup.yaml'], recording: undefined }
          : await this.#example(example);
      const edits = await differing(files, new Map([...Object.entries(beside), [setupPaths[0]!, text]]));
      await this.#open({ name, exampleId: example, files, setupPaths, edits, link: argument });
      await this.#takeRecording(recording);
    } catch (error) {
      this.#linkArgument = '';
      this.#navigation.show('pipeline');
      this.#toasts.fail('The link was not opened', error);
    }
  }

  /** The fragment of a link to the open setup; tells about files that are not in it. */
  async linkFragment(): Promise<string> {
    const opened = this.#opened.value;
    if (!opened) throw new LabError('run/state', 'There is no setup to share. Open one first.');
    const isExample = opened.exampleId !== '';
    const files: Record<string, string> = {};
    const leftOut: string[] = [];
    let charCount = 0;
    const shown = opened.setupPath.value;
    for (const [path, blob] of opened.files.value) {
      if (path === shown.split('/').at(-1) || (isExample && !opened.edits.value.has(path))) continue;
      charCount += blob.size;
      if (charCount > MAX_LINK_CHARS || !TEXT_NAME.test(path)) leftOut.push(path);
      else files[path] = await blob.text();
    }
    if (leftOut.length > 0) {
      this.#toasts.show({
        kind: 'warning',
        title: 'The link holds the setup, not its data',
        detail: `Left out: ${leftOut.join(', ')}. Send these files along.`,
      });
    }
    const text = await opened.files.value.get(shown.split('/').at(-1)!)!.text();
    return `#/pipeline/${await encodeSetupLink({ version: 1, name: opened.name, text, example: opened.exampleId, files })}`;
  }

  /** Opens a draft where it was left. */
  async openDraft(id: string): Promise<void> {
    const draft = this.drafts.get(id);
    if (!draft) return;
    const { name, exampleId, setupPaths, base } = draft;
    const edits = new Map(Object.entries(draft.edits));
    try {
      const example = exampleId === '' ? undefined : await this.#example(exampleId);
      const files = example?.files ?? new Map(Object.entries(base).map(([path, text]) => [path, new Blob([text])]));
      await this.#open({ name, exampleId, files, setupPaths, edits, draftId: id });
      await this.#takeRecording(example?.recording);
    } catch (error) {
      this.#toasts.fail('The draft was not opened; it is still kept', error);
    }
  }

  /** Drafts of a setup of this name that are not what is open. */
  draftsOf({ name, exampleId }: OpenedSetup): readonly Draft[] {
    return this.drafts.list.value.filter(
      (draft) => draft.id !== this.#draftId && draft.name === name && draft.exampleId === exampleId,
    );
  }

  /** Throws a draft away; the message offers it back. */
  discardDraft(id: string): void {
    const draft = this.drafts.get(id);
    if (!draft) return;
    this.drafts.discard(id);
    offerBack(
      { toasts: this.#toasts, undo: this.#undo, clock: this.#clock },
      {
        step: `Discard the draft of ${draft.name}`,
        title: `The draft of ${draft.name} is discarded`,
        takeBack: () => this.drafts.restore(draft),
      },
    );
  }

  close(): void {
    const edits = this.#opened.value?.edits.value;
    this.#opened.value = undefined;
    this.#offers.value = [];
    this.#linkArgument = '';
    this.#navigation.show('pipeline');
    if (edits && edits.size > 0) this.#toasts.note('The edits are kept', 'They are among the drafts of this browser.');
  }

  /** Starts the open setup, or asks about its modules first. */
  async start(): Promise<void> {
    const opened = this.#opened.value;
    if (!opened || this.isRunning || this.#isStarting.value) return;
    this.#isStarting.value = true;
    try {
      const setup = await opened.check();
      if (!setup) throw new LabError('setup/invalid', 'The setup has errors; they are marked in the editor.');
      const unseen = (await userModules(setup, opened.files.value)).filter(
        ({ source }) => !this.#agreedSources.has(source),
      );
      if (unseen.length > 0) {
        this.#asked.value = unseen;
        return;
      }
      const origin = { opened, setupPath: opened.setupPath.value, edits: opened.edits.value };
      const started = await this.#ports.runs.start(setup, opened.files.value);
      const run = new LiveRun(started, { setup, origin, clock: this.#clock });
      this.#run.value = run;
      void started.unwritten.then((error) => this.#toasts.fail(NOT_WRITTEN, error));
      void this.#follow(run);
    } catch (error) {
      this.#toasts.fail('The setup was not started', error);
    } finally {
      this.#isStarting.value = false;
    }
    await this.refreshRuns();
  }

  /** The user has seen the modules and lets them run. */
  async agree(): Promise<void> {
    for (const { source } of this.#asked.value) this.#agreedSources.add(source);
    this.#asked.value = [];
    await this.start();
  }

  decline(): void {
    this.#asked.value = [];
  }

  /** Puts a file of an earlier run beside the open setup. */
  async takeFile({ path, file, runName }: FileOffer): Promise<void> {
    await this.#opened.value?.addFile(path, file);
    this.#offers.value = this.#offers.value.filter((offer) => offer.path !== path);
    this.#toasts.note(`${path} is taken from ${runName}`);
  }

  async filesOf(runName: string): Promise<ReadonlyMap<string, File>> {
    return this.#ports.runs.files(runName);
  }

  /** Saves a run directory as one zip where the user wants it. */
  async saveZip(runName: string): Promise<void> {
    try {
      if (await this.#ports.runs.saveZip(runName)) this.#toasts.note(`${runName}.zip saved`);
    } catch (error) {
      this.#toasts.fail(`${runName} was not saved`, error);
    }
  }

  /** Hides the run and deletes it a little later, unless the user takes it back. */
  remove(runName: string): void {
    this.#hidden.value = [...this.#hidden.value, runName];
    const unhide = () => {
      this.#hidden.value = this.#hidden.value.filter((name) => name !== runName);
    };
    offerBack(
      { toasts: this.#toasts, undo: this.#undo, clock: this.#clock },
      {
        step: `Delete ${runName}`,
        title: `${runName} deleted`,
        takeBack: unhide,
        settle: () => void this.#delete(runName, unhide),
      },
    );
  }

  async #example(id: string) {
    const { findExample } = await import('./examples.ts');
    const example = findExample(id);
    if (!example) throw new LabError('setup/invalid', `There is no example ${id} in this version.`);
    const { folder, files: paths, setup, title, recording } = example;
    const read = (path: string) => this.#ports.exampleFiles.read(`${folder}/${path}`);
    const blobs = await Promise.all(paths.map(read));
    const files: SetupFiles = new Map(paths.map((path, i) => [path, blobs[i]!]));
    const setupPaths = [setup, ...(await findSetups(files)).filter((path) => path !== setup)];
    const beside = recording === undefined ? undefined : ([recording, await read(recording)] as const);
    return { name: title, files, setupPaths, recording: beside };
  }

  async #open({ link = '', ...options }: OpenOptions): Promise<void> {
    const draftId = options.draftId ?? this.drafts.find(options)?.id ?? this.#newDraftId();
    const base = options.exampleId === '' ? await textsOf(options.files) : {};
    const keep = () => {
      if (this.drafts.keepEdits(opened, { id: draftId, base, nowUnixMs: this.#clock.unixMs() })) return;
      this.#toasts.show(NO_ROOM_FOR_DRAFT);
    };
    const opened = new OpenedSetup({
      ...options,
      clock: this.#clock,
      computer: this.#ports.computer,
      onEdited: keep,
    });
    await opened.choose(opened.setupPaths[0]!);
    this.#opened.value = opened;
    this.#draftId = draftId;
    this.#linkArgument = link;
    this.#navigation.show('pipeline', link);
    if (link !== '') keep();
    await this.findOffers();
  }

  #newDraftId(): string {
    return `${this.#clock.unixMs()}-${this.#clock.nowMs()}`;
  }

  /** What an example plays back: a file of the newest run that has it, or the one that comes with the program. */
  async #takeRecording(recording: readonly [path: string, content: Blob] | undefined): Promise<void> {
    const [offer] = this.#offers.value;
    if (!recording) return;
    if (offer) await this.takeFile(offer);
    else await this.#opened.value?.addFile(...recording);
  }

  /** Looks in the runs of before for what the open setup misses. */
  async findOffers(): Promise<void> {
    this.#offers.value = [];
    const missing = this.#opened.value?.missing.value ?? [];
    if (missing.length === 0 || this.unavailable !== undefined) return;
    await this.refreshRuns();
    const offers: FileOffer[] = [];
    for (const path of missing) {
      const wanted = path.split('/').at(-1);
      for (const runName of this.runNames) {
        const files = await this.#ports.runs.files(runName);
        const file = [...files].find(([name]) => name.split('/').at(-1) === wanted)?.[1];
        if (!file) continue;
        offers.push({ path, runName, file });
        break;
      }
    }
    this.#offers.value = offers;
  }

  async #follow(run: LiveRun): Promise<void> {
    try {
      await run.untilOver();
      this.#toasts.show(endOf(run));
    } catch (error) {
      this.#toasts.fail(NOT_WRITTEN, error);
    }
    await this.findOffers();
    await this.refreshRuns();
    await this.copies.copy(run.name);
  }

  async #delete(runName: string, unhide: () => void): Promise<void> {
    try {
      await this.#ports.runs.remove(runName);
      await this.refreshRuns();
    } catch (error) {
      this.#toasts.fail(`${runName} was not deleted`, error);
    }
    unhide();
  }
}

interface OpenOptions extends Omit<ConstructorParameters<typeof OpenedSetup>[0], 'clock' | 'computer' | 'onEdited'> {
  /** The draft that it is; a new one without it. */
  readonly draftId?: string;
  /** The link that it comes from. */
  readonly link?: string;
}

/** Code that the setup brings along: functions that are not built in, from JavaScript files beside it. */
async function userModules(setup: Setup, files: SetupFiles): Promise<readonly UserModule[]> {
  const paths = new Set(
    setup.workers.flatMap(({ file, function: name }) =>
      file === '' || isBuiltIn(file, name) ? [] : [file.replace(/\.py$/, '.js')],
    ),
  );
  const modules = [...paths].map(async (path) => ({ path, source: await files.get(path)?.text() }));
  return (await Promise.all(modules)).flatMap(({ path, source }) => (source === undefined ? [] : [{ path, source }]));
}
