// What was chosen and found in the scope view. It outlives the view: who comes back finds it all, and a mask that shall stop
// the scope goes on testing meanwhile.

import { signal } from '@preact/signals-core';
import type { App } from '../../../app/app.ts';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { type AcquisitionWords, RUN_MODE } from './acquisition.ts';
import { AcquisitionWatch } from './acquisition-watch.ts';
import { CaptureShelf } from './capture-shelf.ts';
import { type DisplayChoices, USUAL_DISPLAY } from './display-choices.ts';
import { MaskGuard } from './mask-guard.ts';
import type { NumberedRecord } from './mask-test.ts';
import { MeasuredChannels } from './measured-channels.ts';
import type { RunMode } from './scope-bar.ts';
import type { ShownRecord } from './screen.ts';
import { ShownRecords } from './shown-records.ts';
import type { SideTab } from './side-sheet.ts';
import { Wishes } from './wishes.ts';

/** Between looks at new records while nobody sees them. */
const AWAY_MS = 100;

const sessions = new WeakMap<App, ScopeSession>();

/** The one of a page. */
export function scopeSession(app: App): ScopeSession {
  const session = sessions.get(app) ?? new ScopeSession(app);
  sessions.set(app, session);
  return session;
}

/** Page only. */
export class ScopeSession {
  readonly tab = signal<SideTab>('measure');
  readonly hiddenIds = signal<readonly string[]>([]);
  readonly isFitted = signal(false);
  readonly display = signal(USUAL_DISPLAY);
  readonly watch: AcquisitionWatch;
  readonly records: ShownRecords;
  readonly measured: MeasuredChannels;
  readonly shelf: CaptureShelf;
  readonly mask: MaskGuard;
  readonly wishes: Wishes;
  readonly #app: App;
  readonly #isStoppedByMask = signal(false);
  #instrumentId = '';
  #stopAway: (() => void) | undefined;

  constructor(app: App) {
    this.#app = app;
    this.shelf = new CaptureShelf(app);
    this.wishes = new Wishes(app.instruments);
    this.watch = new AcquisitionWatch(app.clock);
    this.records = new ShownRecords(app.traceAnalysis);
    this.measured = new MeasuredChannels(app.traceAnalysis);
    this.mask = new MaskGuard(app, this.shelf, (failed) => this.#stopAt(failed));
    void this.shelf.load();
  }

  /** Instruments that bring records, or will when they are told to. */
  get scopes(): readonly ConnectedInstrument[] {
    return this.#app.instruments.connected.value.filter(({ status }) => {
      const { channels, parameters } = status.value;
      return channels.some(({ kind }) => kind === 'trace') || parameters.some(({ id }) => id === RUN_MODE);
    });
  }

  get scope(): ConnectedInstrument | undefined {
    const selected = this.#app.instruments.selected.value;
    const { scopes } = this;
    return scopes.find((scope) => scope === selected) ?? scopes[0];
  }

  words(scope: ConnectedInstrument, shown: ShownRecord | undefined): AcquisitionWords {
    const words = this.watch.words(scope.status.value, shown);
    return words.kind === 'stopped' && this.#isStoppedByMask.value
      ? { ...words, text: 'Stopped: the mask failed' }
      : words;
  }

  /** False where there is no scope. */
  setMode(mode: RunMode): boolean {
    const { scope } = this;
    if (!scope) return false;
    this.#isStoppedByMask.value = false;
    this.records.showNewest();
    this.watch.choose();
    void this.wishes.set(scope, RUN_MODE, mode);
    return true;
  }

  /** The pen of the mask stays in its tab. */
  openTab(tab: SideTab): void {
    if (tab !== this.tab.value) this.mask.pen.value = undefined;
    this.tab.value = tab;
  }

  choose(display: DisplayChoices): void {
    const isOther = display.meanOf !== this.display.value.meanOf;
    this.display.value = display;
    // a limit is drawn over time
    if (display.xy) this.mask.pen.value = undefined;
    if (!isOther) return;
    this.measured.reset();
    this.records.average(display.meanOf);
  }

  /** By the view that is seen, once a frame. False where there is no scope. */
  look(): boolean {
    this.#stopAway?.();
    this.#stopAway = undefined;
    return this.#takeNew();
  }

  /** The view is left. Without a mask that shall stop the scope nobody takes its records: it waits. */
  leave(): void {
    this.mask.pen.value = undefined;
    this.#stopAway?.();
    this.#stopAway = this.mask.isGuarding ? this.#app.clock.after(AWAY_MS, () => this.#lookAway()) : undefined;
  }

  #lookAway(): void {
    this.#takeNew();
    this.leave();
  }

  #takeNew(): boolean {
    const { scope } = this;
    if (!scope) return false;
    if (scope.choice.id !== this.#instrumentId) this.#begin(scope);
    const shown = this.records.record.value;
    const records = this.records.look(scope.handle.traces);
    const newest = records.at(-1);
    this.watch.look(scope.status.value, this.records.count, newest);
    const isMean = this.display.value.meanOf > 1;
    if (newest) {
      if (newest.signals !== shown?.signals) this.measured.reset();
      if (!isMean) void this.#measure(records);
      void this.mask.addAll(records, this.records.count - records.length);
    }
    if (isMean) void this.#measureMean();
    return true;
  }

  /** What failed stays in sight. Only once: it is stopped from then on. */
  #stopAt({ record, number }: NumberedRecord): string | undefined {
    const { scope } = this;
    if (!scope || (scope.pending.value[RUN_MODE] ?? scope.status.value.values[RUN_MODE]) === 'stop') return undefined;
    this.setMode('stop');
    this.#isStoppedByMask.value = true;
    this.records.hold(record, number);
    if (this.#stopAway) {
      this.#app.toasts.show({
        kind: 'warning',
        title: `${scope.label} was stopped: a record failed the mask`,
        action: { label: 'Show it', run: () => this.#app.navigation.show('scope') },
      });
    }
    return scope.label;
  }

  async #measure(records: readonly ShownRecord[]): Promise<void> {
    try {
      await this.measured.addAll(records);
    } catch (error) {
      this.#app.toasts.fail('The records were not measured', error);
    }
  }

  async #measureMean(): Promise<void> {
    try {
      const mean = await this.records.showMean();
      if (mean) await this.measured.addAll([mean]);
    } catch (error) {
      this.#app.toasts.fail('The mean of the records was not taken', error);
    }
  }

  #begin(scope: ConnectedInstrument): void {
    this.#instrumentId = scope.choice.id;
    this.#isStoppedByMask.value = false;
    this.records.begin();
    this.measured.reset();
    this.wishes.forget();
    this.mask.forget();
    this.watch.begin();
  }
}
