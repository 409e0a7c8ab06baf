// The application's state, put together. One per page.

import type { Clock } from '../base/clock.ts';
import type { CapturesPort } from '../model/captures.ts';
import type { DifferenceOf } from '../model/difference.ts';
import type { Capability, InstrumentChoice } from '../model/instrument.ts';
import type { TraceAnalysis } from '../model/trace-analysis.ts';
import type { PipelinePorts } from '../pipeline/ports.ts';
import { Bench } from './bench.ts';
import { BridgeAccessQuestion } from './bridge-access.ts';
import { type Command, Commands } from './commands.ts';
import { Discovery } from './discovery.ts';
import { Exports } from './exports.ts';
import { Files } from './files.ts';
import { Instruments } from './instruments.ts';
import { Layout } from './layout.ts';
import { type AddressBar, Navigation } from './navigation.ts';
import type { PickedFile } from './opened-file.ts';
import type { KeyValueStore } from './persisted.ts';
import { Pipelines } from './pipeline/pipelines.ts';
import { recordingProblem } from './platform-notices.ts';
import type { Platform, Ports, RecordingEntry, SpectrumText } from './ports.ts';
import { Recordings } from './recordings.ts';
import { SavedViews } from './saved-views.ts';
import type { Settings } from './settings.ts';
import { Toasts } from './toasts.ts';
import { UndoStack } from './undo.ts';

export interface AppOptions {
  readonly ports: Ports & { readonly pipelines: PipelinePorts };
  readonly settings: Settings;
  readonly storage: KeyValueStore;
  /** Lives as long as the tab. */
  readonly session: KeyValueStore;
  readonly address: AddressBar;
  readonly clock: Clock;
}

export class App {
  readonly clock: Clock;
  readonly platform: Platform;
  readonly settings: Settings;
  readonly layout: Layout;
  readonly toasts: Toasts;
  readonly undo = new UndoStack();
  readonly navigation: Navigation;
  readonly commands: Commands;
  readonly instruments: Instruments;
  readonly discovery: Discovery;
  readonly bench: Bench;
  readonly recordings: Recordings;
  readonly files: Files;
  readonly exports: Exports;
  readonly differenceOf: DifferenceOf;
  readonly captures: () => Promise<CapturesPort>;
  readonly spectrumText: SpectrumText;
  readonly traceAnalysis: TraceAnalysis;
  readonly views: SavedViews;
  readonly pipelines: Pipelines;

  constructor({ ports, settings, storage, session, address, clock }: AppOptions) {
    this.clock = clock;
    this.platform = ports.platform;
    this.captures = ports.captures;
    this.spectrumText = ports.spectrumText;
    this.traceAnalysis = ports.traceAnalysis;
    this.settings = settings;
    this.layout = new Layout(storage);
    this.views = new SavedViews(storage);
    this.toasts = new Toasts(clock);
    storage.onRefused = () => this.#tellRefused(storage);
    this.navigation = new Navigation(address);
    const bridge = new BridgeAccessQuestion(ports.bridge, this.toasts);
    this.instruments = new Instruments({ port: ports.instruments, bridge, toasts: this.toasts, storage });
    this.discovery = new Discovery({ port: ports.discovery, bridge });
    this.bench = new Bench({ instruments: this.instruments, navigation: this.navigation, clock });
    this.recordings = new Recordings({
      port: ports.recordings,
      files: ports.files,
      exports: ports.exports,
      toasts: this.toasts,
      undo: this.undo,
      clock,
      open: (entry) => void this.openRecording(entry),
    });
    this.files = new Files({
      port: ports.files,
      recentPort: ports.recentFiles,
      clock,
      toasts: this.toasts,
      undo: this.undo,
      navigation: this.navigation,
      session,
      storage,
    });
    this.differenceOf = ports.differenceOf;
    this.exports = new Exports({ port: ports.exports, files: this.files, toasts: this.toasts, clock });
    this.pipelines = new Pipelines({
      ports: ports.pipelines,
      toasts: this.toasts,
      undo: this.undo,
      navigation: this.navigation,
      storage,
      clock,
    });
    this.commands = new Commands({
      clock,
      areSingleKeysOn: () => this.settings.get('keys.single'),
      onFailure: (command, thrown) => this.toasts.fail(`“${command.title}” did not work`, thrown),
      onUnavailable: (command, reason) =>
        this.toasts.show({
          kind: 'info',
          title: `“${command.title}” is not available`,
          detail: reason,
          durationMs: 6000,
        }),
    });
    this.commands.register(...this.#commands());
  }

  /** Something is going on that closing the page would break off. Read within an effect it keeps up. */
  get mustStayOpen(): boolean {
    return (
      this.recordings.active.value.some(({ isElsewhere }) => !isElsewhere) ||
      this.pipelines.isRunning ||
      this.pipelines.copies.isBusy
    );
  }

  /** Recordings of this tab that take from what is shown. Read within an effect it keeps up. */
  get shownRecordings(): readonly RecordingEntry[] {
    return [...new Set(this.bench.shown.value.flatMap((instrument) => this.recordings.activeOf(instrument) ?? []))];
  }

  /** Reads what instruments and recordings there are, and opens the files that were open. */
  async begin(): Promise<void> {
    await Promise.all([
      this.instruments.refresh(),
      this.recordings.offerInterrupted(() => this.navigation.show('files')),
      this.files.refreshRecent(),
      this.files.restore((id) => this.recordings.file(id)),
    ]);
  }

  /**
   * Opens files that were picked, dropped or launched: what a configuration among them describes is offered, with a YAML
   * file the others are a setup, otherwise data.
   */
  async openFiles(files: readonly PickedFile[]): Promise<void> {
    const offered = await this.#offerInstrument(new Map(files.map(({ file }) => [file.name, file])));
    const others = files.filter(({ file }) => !offered.has(file));
    if (others.length === 0) return;
    const isSetup = others.some(({ file }) => /\.ya?ml$/i.test(file.name));
    if (isSetup) await this.pipelines.openFiles(new Map(others.map(({ file }) => [file.name, file])));
    else await this.files.open(others);
  }

  /**
   * Opens a folder, by path: what a configuration in it describes is offered, a setup is one, `data` are opened otherwise.
   */
  async openTree(tree: ReadonlyMap<string, File>, data: readonly File[]): Promise<void> {
    const offered = await this.#offerInstrument(tree);
    const others = new Map([...tree].filter(([, file]) => !offered.has(file)));
    if (others.size === 0 && offered.size > 0) return;
    const otherData = data.filter((file) => !offered.has(file));
    const openData = otherData.length > 0 ? () => this.files.openFolder(otherData) : undefined;
    await this.pipelines.openFiles(others, openData);
  }

  /**
   * Asks whether to connect the instrument that one of the files describes: whoever drops files may not know what is in
   * them, and an init-talk may switch anything. Resolves at once with the files that describe it.
   */
  async #offerInstrument(files: ReadonlyMap<string, Blob>): Promise<ReadonlySet<Blob>> {
    const described = await this.instruments.describedBy(files);
    if (!described) return new Set();
    const { choice, talkCount } = described;
    const { connection } = choice;
    const place = connection?.kind === 'tcp' ? `at ${connection.host}:${connection.port}` : '(simulated)';
    this.toasts.show({
      kind: 'info',
      title: `Configuration of an oscilloscope: ${choice.label} ${place}`,
      detail: `Init-talk that is sent to it when it is connected: ${talkCount} ${talkCount === 1 ? 'line' : 'lines'}.`,
      action: { label: 'Connect', run: () => void this.#connectOffered(choice) },
    });
    return described.files;
  }

  async #connectOffered(choice: InstrumentChoice): Promise<void> {
    await this.instruments.connectAnew(choice);
    this.navigation.show('scope');
  }

  /** Connects the oscilloscope that one of the files describes, and shows it. False where none does. */
  async connectFiles(files: ReadonlyMap<string, Blob>): Promise<boolean> {
    const isDescribed = await this.instruments.connectFiles(files);
    if (isDescribed) this.navigation.show('scope');
    return isDescribed;
  }

  /** Shows a recording of this browser among the open files. */
  async openRecording(entry: RecordingEntry): Promise<void> {
    try {
      const file = await this.recordings.file(entry.id);
      await this.files.open([{ file, place: { kind: 'recording', id: entry.id } }]);
    } catch (error) {
      this.toasts.fail(`${entry.fileName} was not opened`, error);
    }
  }

  /** Once: a panel that is moved would say it again and again. */
  #tellRefused(storage: KeyValueStore): void {
    storage.onRefused = undefined;
    this.toasts.show({
      kind: 'warning',
      title: 'Settings and views are kept only while this page is open',
      detail:
        'This browser has no room for them, or does not let this page keep anything. What you see is as you set it; recordings lie elsewhere and are safe. Discard drafts of setups to make room.',
    });
  }

  #commands(): readonly Command[] {
    const { instruments, bench, recordings, navigation, undo } = this;
    const cannot = (capability: Capability, why: string) =>
      bench.able(capability).length > 0 ? undefined : `${bench.shown.value[0]?.label} ${why}.`;
    const noInstrument = () =>
      instruments.selected.value
        ? undefined
        : 'No instrument is connected. Connect one in Instruments; a simulated one is in the list.';
    return [
      {
        id: 'stream.toggle',
        title: 'Start or stop the instrument',
        group: 'Acquisition',
        keys: ['Shift+Space'],
        unavailable: () => noInstrument() ?? cannot('streams', 'has nothing to start: it sends no streams'),
        run: async () => {
          const { streaming } = bench;
          if (streaming.length > 0) await Promise.all(streaming.map((instrument) => instruments.stop(instrument)));
          else await Promise.all(bench.able('streams').map((instrument) => instruments.start(instrument)));
        },
      },
      {
        id: 'record.toggle',
        title: 'Start or stop recording',
        group: 'Acquisition',
        keys: ['R'],
        unavailable: () => {
          if (this.shownRecordings.length > 0) return undefined;
          return (
            recordingProblem(this.platform) ??
            noInstrument() ??
            (bench.recordable.length > 0 ? undefined : 'The instrument is not running. Start it first.')
          );
        },
        run: async () => {
          const entries = this.shownRecordings;
          if (entries.length > 0) await Promise.all(entries.map((entry) => recordings.stop(entry)));
          else {
            const sources = bench.recordable.map((instrument) => ({ instrument }));
            await recordings.start(sources, 60 * this.settings.get('record.limit-minutes'));
          }
        },
      },
      {
        id: 'outputs.off',
        title: 'Switch all outputs off',
        group: 'Acquisition',
        keys: ['F8'],
        hint: 'Of every supply and generator that is connected, at once',
        isUrgent: true,
        unavailable: () =>
          instruments.withOutputs.length > 0 ? undefined : 'No instrument with an output is connected.',
        run: () => instruments.outputsOff(),
      },
      {
        id: 'meter.reset',
        title: 'Reset charge, energy and time',
        group: 'Acquisition',
        keys: [],
        unavailable: () => noInstrument() ?? cannot('totals', 'keeps no totals'),
        run: async () => {
          await Promise.all(bench.able('totals').map((instrument) => instruments.resetTotals(instrument)));
        },
      },
      {
        id: 'instrument.connect',
        title: 'Connect a device over USB…',
        group: 'Acquisition',
        keys: [],
        unavailable: () =>
          this.platform.hasWebUsb
            ? undefined
            : 'This browser has no WebUSB. Use a current Chrome or Edge; simulated instruments and files work here.',
        run: () => instruments.request(),
      },
      {
        id: 'instrument.reopen',
        title: 'Open the failed instrument again',
        group: 'Acquisition',
        keys: [],
        unavailable: () => noInstrument() ?? (bench.failed.length > 0 ? undefined : 'The instrument has not failed.'),
        run: async () => {
          await Promise.all(bench.failed.map((instrument) => instruments.reopen(instrument)));
        },
      },
      {
        id: 'edit.undo',
        title: 'Undo',
        group: 'Edit',
        keys: ['Ctrl+Z'],
        unavailable: () => (undo.state.value.done.length > 0 ? undefined : 'There is nothing to undo.'),
        run: async () => void (await undo.undo()),
      },
      {
        id: 'edit.redo',
        title: 'Redo',
        group: 'Edit',
        keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
        unavailable: () => (undo.state.value.undone.length > 0 ? undefined : 'There is nothing to redo.'),
        run: async () => void (await undo.redo()),
      },
      {
        id: 'help.show',
        title: 'Show keys and help',
        group: 'View',
        keys: ['?', 'F1'],
        run: () => navigation.show('help'),
      },
    ];
  }
}
