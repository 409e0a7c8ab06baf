// An oscilloscope: its screen with every setting where it is read, what it does in words, measurements and captures.

import { signal } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { formatCount } from '../../../base/si.ts';
import { utcToUnixMs } from '../../../base/time.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import '../../elements/splitter.ts';
import '../../elements/tab-list.ts';
import { frameClock } from '../../plot/frame-clock.ts';
import { AppElement } from '../../signal-element.ts';
import '../instruments/instrument-problem.ts';
import { type AcquisitionWords, acquisitionWords, ageText, RUN_MODE } from './acquisition.ts';
import { Averager, meanWords } from './averager.ts';
import { CaptureShelf } from './capture-shelf.ts';
import type { ScopeActions } from './commands.ts';
import { type DisplayChoices, USUAL_DISPLAY } from './display-choices.ts';
import { MaskGuard } from './mask-guard.ts';
import type { MaskStroke, NumberedRecord } from './mask-test.ts';
import { MeasuredChannels } from './measured-channels.ts';
import { NO_RECORDS, type RecordWindow } from './record-density.ts';
import { recordsAlike, saveRecords } from './record-export.ts';
import { RecordFollower } from './record-follower.ts';
import { type RunMode, scopeBar } from './scope-bar.ts';
import './scope-plot.ts';
import type { LabScopePlot } from './scope-plot.ts';
import './scope-welcome.ts';
import { type ShownRecord, timeScreen } from './screen.ts';
import './settings-bar.ts';
import type { ChannelChoice } from './settings-bar.ts';
import { SIDE_TABS, type SideTab, sideSheet } from './side-sheet.ts';
import { viewStyles } from './view-styles.ts';
import { Wishes } from './wishes.ts';

const SIDE = 'scope.side';
/** On a narrow screen the plot comes first. */
const SIDE_START = { isOpen: window.innerWidth > 900, sizePx: 490 };
/** Figures change no faster than somebody can read them. */
const FIGURES_MS = 200;

@customElement('lab-scope-view')
export class LabScopeView extends AppElement implements ScopeActions {
  static override readonly styles = [controlStyles, columnStyles, viewStyles];

  @query('lab-scope-plot') private readonly plotElement!: LabScopePlot | null;
  readonly #shown = signal<ShownRecord | undefined>(undefined);
  /** Number of the record that is shown instead of the newest. */
  readonly #held = signal<number | undefined>(undefined);
  readonly #tab = signal<SideTab>('measure');
  readonly #hiddenIds = signal<readonly string[]>([]);
  readonly #isFitted = signal(false);
  readonly #display = signal(USUAL_DISPLAY);
  #averager!: Averager;
  /** Records that the mean was taken of, the last of them before this one. */
  #meanEnd = 0;
  /** The newest, kept for when an earlier record is shown no more. */
  #mean: ShownRecord | undefined;
  /** Grows when figures and ages are to be written again. */
  readonly #version = signal(0);
  #follower = new RecordFollower();
  #measured!: MeasuredChannels;
  #shelf!: CaptureShelf;
  #mask!: MaskGuard;
  #wishes!: Wishes;
  #instrumentId = '';
  #newestMs: number | undefined;
  #countAtMode = 0;
  #mode: unknown;
  #writtenMs = 0;
  #stopFrames: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopFrames = frameClock().add(this, (nowMs) => this.#onFrame(nowMs));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopFrames?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('app')) return;
    this.#shelf = new CaptureShelf(this.app);
    this.#wishes = new Wishes(this.app.instruments);
    this.#averager = new Averager(this.app.traceAnalysis);
    this.#measured = new MeasuredChannels(this.app.traceAnalysis);
    this.#mask = new MaskGuard(this.app, this.#shelf, (failed) => this.#stopAt(failed));
    void this.#shelf.load();
  }

  get plot(): LabScopePlot | undefined {
    return this.#shown.value && this.plotElement ? this.plotElement : undefined;
  }

  toggleRun(): boolean {
    return this.setMode(this.#scope?.status.value.values[RUN_MODE] === 'stop' ? 'run' : 'stop');
  }

  setMode(mode: RunMode): boolean {
    const scope = this.#scope;
    if (!scope) return false;
    this.#showNewest();
    this.#countAtMode = this.#follower.count;
    void this.#wishes.set(scope, RUN_MODE, mode);
    return true;
  }

  stepRecord(by: number): boolean {
    const { count, first } = this.#follower;
    if (count === 0) return false;
    const number = Math.max(first, (this.#held.value ?? count - 1) + by);
    if (number >= count - 1) {
      this.#showNewest();
    } else {
      this.#held.value = number;
      this.#shown.value = this.#follower.record(number);
    }
    return true;
  }

  pin(): boolean {
    const record = this.#shown.value;
    const scope = this.#scope;
    if (!record || !scope) return false;
    this.#openTab('captures');
    void this.#shelf.pin(record, scope.label);
    return true;
  }

  exportRecord(): boolean {
    const record = this.#shown.value;
    if (record) saveRecords(this.app, this.#scope?.label ?? 'record', [record]);
    return record !== undefined;
  }

  photograph(): boolean {
    const scope = this.#scope;
    if (!scope?.handle.screen) return false;
    this.#openTab('captures');
    // the picture is of now, whatever is shown
    void this.#shelf.photograph(scope, this.#follower.record(this.#follower.count - 1));
    return true;
  }

  exportAll(): boolean {
    const { first, count } = this.#follower;
    const records = Array.from({ length: count - first }, (_, i) => this.#follower.record(first + i) ?? []).flat();
    saveRecords(this.app, this.#scope?.label ?? 'record', recordsAlike(records));
    return count > 0;
  }

  toggleFit(): boolean {
    this.#isFitted.value = !this.#isFitted.value;
    return true;
  }

  resetStatistics(): boolean {
    this.#measured.reset();
    this.#version.value++;
    return true;
  }

  /** Instruments that bring records, or will when they are told to. */
  get #scopes(): readonly ConnectedInstrument[] {
    return this.app.instruments.connected.value.filter(({ status }) => {
      const { channels, parameters } = status.value;
      return channels.some(({ kind }) => kind === 'trace') || parameters.some(({ id }) => id === RUN_MODE);
    });
  }

  get #scope(): ConnectedInstrument | undefined {
    const selected = this.app.instruments.selected.value;
    const scopes = this.#scopes;
    return scopes.find((scope) => scope === selected) ?? scopes[0];
  }

  override render(): TemplateResult {
    const scope = this.#scope;
    if (!scope) return html`<lab-scope-welcome .app=${this.app}></lab-scope-welcome>`;
    void this.#version.value;
    const side = this.app.layout.panel(SIDE, SIDE_START);
    const record = this.#shown.value;
    return html`
      ${scopeBar({
        scope,
        scopes: this.#scopes,
        words: this.#words(scope),
        counted: `${formatCount(this.#follower.count)} records${this.#ageWords()}`,
        hasRecord: record !== undefined,
        isFitted: this.#isFitted.value,
        isSideOpen: side.isOpen,
        actions: this,
        choose: (id) => this.app.instruments.select(id),
        toggleSide: () => {
          this.#mask.pen.value = undefined;
          this.app.layout.setPanel(SIDE, { ...side, isOpen: !side.isOpen });
        },
      })}
      ${this.#problem(scope)}
      <div class="work">
        <div class="screen">
          <lab-scope-plot
            label=${this.#pictureWords(scope)}
            .record=${record}
            .ghosts=${this.#shelf.ghosts.value.map((ghost) => ghost.record)}
            .kept=${this.#kept()}
            .mask=${this.#mask.test.mask.value}
            .pen=${this.#mask.pen.value}
            @lab-mask-drawn=${({ detail }: CustomEvent<MaskStroke>) => record && this.#mask.draw(record, detail)}
            .hiddenIds=${this.#hiddenIds.value}
            .xy=${this.#display.value.xy}
            note=${meanWords(record)}
            ?is-fitted=${this.#isFitted.value}
          ></lab-scope-plot>
          ${record ? nothing : this.#call(scope)}
          <lab-scope-settings
            .instrument=${scope}
            .wishes=${this.#wishes}
            .signals=${record?.signals ?? []}
            .hiddenIds=${this.#hiddenIds.value}
            .display=${this.#display.value}
            @lab-display-changed=${(event: CustomEvent<DisplayChoices>) => this.#onDisplay(event.detail)}
            @lab-channel-chosen=${(event: CustomEvent<ChannelChoice>) => this.#onChannel(event.detail)}
          ></lab-scope-settings>
        </div>
        ${side.isOpen ? this.#side(scope, side.sizePx) : nothing}
      </div>
    `;
  }

  /** What went wrong, or what the instrument chose otherwise. */
  #problem(scope: ConnectedInstrument): TemplateResult | typeof nothing {
    const { problem, notice } = scope.status.value;
    const text = problem ?? notice;
    if (text === undefined) return nothing;
    return html`<p class="notice ${problem === undefined ? '' : 'problem'}" role="status">
      <lab-icon name=${problem === undefined ? 'info' : 'triangle-alert'}></lab-icon><span>${text}</span>
    </p>`;
  }

  /** What to do while there is nothing to see. */
  #call(scope: ConnectedInstrument): TemplateResult {
    const { values } = scope.status.value;
    if (values[RUN_MODE] !== undefined && values[RUN_MODE] !== 'stop') {
      return html`<div class="call"><p>${this.#words(scope).text}…</p></div>`;
    }
    return html`<div class="call">
      <h2>${scope.label} is stopped</h2>
      <p class="dim">Its records come when it runs.</p>
      <button class="primary" @click=${() => this.setMode('run')}><lab-icon name="play"></lab-icon>Run</button>
    </div>`;
  }

  #side(scope: ConnectedInstrument, sizePx: number): TemplateResult {
    const tab = this.#tab.value;
    return html`<lab-splitter
        label="Width of the side panel"
        .sizePx=${sizePx}
        .minPx=${280}
        .maxPx=${640}
        @lab-split-changed=${(event: CustomEvent<{ sizePx: number }>) =>
          this.app.layout.setPanel(SIDE, { isOpen: true, sizePx: event.detail.sizePx })}
      ></lab-splitter>
      <aside .style=${`--side-size: ${sizePx}px`} aria-label="Side panel">
        <lab-tab-list
          label="Side panel"
          .tabs=${SIDE_TABS}
          .selected=${tab}
          @lab-tab-selected=${(event: CustomEvent<SideTab>) => this.#openTab(event.detail)}
        ></lab-tab-list>
        <div class="sheet" role="tabpanel" aria-label=${SIDE_TABS.find(([id]) => id === tab)![1]} tabindex="0">
          ${sideSheet(tab, {
            app: this.app,
            scope,
            record: this.#shown.value,
            hiddenIds: this.#hiddenIds.value,
            measured: this.#measured,
            version: this.#version.value,
            mask: this.#mask,
            shelf: this.#shelf,
            recordCount: this.#follower.count - this.#follower.first,
            exportAll: () => this.exportAll(),
            set: (id, value) => void this.#wishes.set(scope, id, value),
            resetStatistics: () => this.resetStatistics(),
          })}
        </div>
      </aside>`;
  }

  #words(scope: ConnectedInstrument): AcquisitionWords {
    const { state, values } = scope.status.value;
    const record = this.#shown.value;
    const screen = record && timeScreen(record);
    return acquisitionWords({
      state,
      mode: values[RUN_MODE],
      ageS: this.#ageS,
      screenS: screen ? screen.endS - screen.startS : 0,
      sinceMode: this.#follower.count - this.#countAtMode,
    });
  }

  get #ageS(): number | undefined {
    return this.#newestMs === undefined ? undefined : Math.max(0, this.app.clock.unixMs() - this.#newestMs) / 1000;
  }

  #ageWords(): string {
    const held = this.#held.value;
    if (held !== undefined) return `, number ${formatCount(held + 1)} shown`;
    return this.#ageS === undefined ? '' : `, newest ${ageText(this.#ageS)}`;
  }

  #pictureWords(scope: ConnectedInstrument): string {
    const signals = this.#shown.value?.signals;
    const { xy } = this.#display.value;
    const nameOf = (wanted: string) => signals?.find(({ id }) => id === wanted)?.name;
    const names = xy ? `${nameOf(xy.yId)} over ${nameOf(xy.xId)}` : signals?.map(({ name }) => name).join(', ');
    return signals === undefined ? `Screen of ${scope.label}, empty` : `Screen of ${scope.label}: ${names}`;
  }

  /** The last records that stay on the screen, the one that is shown among them. */
  #kept(): RecordWindow {
    const follower = this.#follower;
    const { persistence } = this.#display.value;
    if (persistence === 0) return NO_RECORDS;
    return this.#last(persistence, this.#held.value === undefined ? follower.count : this.#held.value + 1);
  }

  /** So many records before `end` as there still are. */
  #last(count: number, end: number): RecordWindow {
    const follower = this.#follower;
    const start = Math.max(Math.min(follower.first, end), end - count);
    return { start, end, record: (number) => follower.record(number) };
  }

  /** The pen of the mask stays in its tab. */
  #openTab(tab: SideTab): void {
    if (tab !== this.#tab.value) this.#mask.pen.value = undefined;
    this.#tab.value = tab;
  }

  /** The newest record, or the newest mean, in the place of an earlier one. */
  #showNewest(): void {
    if (this.#held.value === undefined) return;
    this.#held.value = undefined;
    this.#shown.value = this.#mean ?? this.#follower.record(this.#follower.count - 1);
  }

  #onDisplay(display: DisplayChoices): void {
    const isOther = display.meanOf !== this.#display.value.meanOf;
    this.#display.value = display;
    if (!isOther) return;
    this.#measured.reset();
    this.#meanEnd = 0;
    this.#mean = undefined;
    if (display.meanOf === 1 && this.#held.value === undefined) {
      this.#shown.value = this.#follower.record(this.#follower.count - 1);
    }
  }

  /** Shows and measures the mean of the newest records, one after the other. */
  async #showMean(): Promise<void> {
    const { meanOf } = this.#display.value;
    const follower = this.#follower;
    const window = this.#last(meanOf, follower.count);
    try {
      const mean = await this.#averager.mean(window);
      if (!mean || this.#display.value.meanOf !== meanOf || this.#follower !== follower) return;
      this.#meanEnd = window.end;
      this.#mean = mean;
      if (this.#held.value === undefined) this.#shown.value = mean;
      await this.#measured.addAll([mean]);
    } catch (error) {
      // not again before the next record
      this.#meanEnd = window.end;
      this.app.toasts.fail('The mean of the records was not taken', error);
    }
  }

  #onChannel({ id, isHidden }: ChannelChoice): void {
    const others = this.#hiddenIds.value.filter((other) => other !== id);
    this.#hiddenIds.value = isHidden ? [...others, id] : others;
  }

  #onFrame(nowMs: number): void {
    const scope = this.#scope;
    if (!scope) return;
    if (scope.choice.id !== this.#instrumentId) this.#begin(scope);
    this.#noteMode(scope);
    const records = this.#follower.look(scope.handle.traces);
    const newest = records.at(-1);
    const isMean = this.#display.value.meanOf > 1;
    if (newest) {
      if (newest.signals !== this.#shown.value?.signals) this.#measured.reset();
      if (!isMean) void this.#measure(records);
      void this.#mask.addAll(records, this.#follower.count - records.length);
      this.#newestMs = utcToUnixMs(newest.triggerUtc);
      if (!isMean && this.#held.value === undefined) this.#shown.value = newest;
    }
    if (isMean && this.#meanEnd !== this.#follower.count) void this.#showMean();
    if (nowMs - this.#writtenMs < FIGURES_MS) return;
    this.#writtenMs = nowMs;
    this.#version.value++;
  }

  /** What failed stays in sight. Only once: it is stopped from then on. */
  #stopAt({ record, number }: NumberedRecord): string | undefined {
    const scope = this.#scope;
    if (!scope || (scope.pending.value[RUN_MODE] ?? scope.status.value.values[RUN_MODE]) === 'stop') return undefined;
    this.setMode('stop');
    this.#held.value = number;
    this.#shown.value = record;
    return scope.label;
  }

  async #measure(records: readonly ShownRecord[]): Promise<void> {
    try {
      await this.#measured.addAll(records);
    } catch (error) {
      this.app.toasts.fail('The records were not measured', error);
    }
  }

  #begin(scope: ConnectedInstrument): void {
    this.#instrumentId = scope.choice.id;
    this.#follower = new RecordFollower();
    this.#measured.reset();
    this.#wishes.forget();
    this.#mask.forget();
    this.#meanEnd = 0;
    this.#mean = undefined;
    this.#shown.value = undefined;
    this.#held.value = undefined;
    this.#newestMs = undefined;
    this.#countAtMode = 0;
    this.#mode = undefined;
  }

  /** Somebody may have changed it elsewhere: a single trigger counts from then on. */
  #noteMode(scope: ConnectedInstrument): void {
    const mode = scope.status.value.values[RUN_MODE];
    if (mode === this.#mode) return;
    if (this.#mode !== undefined) this.#countAtMode = this.#follower.count;
    this.#mode = mode;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-view': LabScopeView;
  }
}
