// An oscilloscope: its screen with every setting where it is read, what it does in words, measurements and captures.

import { signal } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { formatCount } from '../../../base/si.ts';
import { columnStyles, controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import '../../elements/splitter.ts';
import '../../elements/tab-list.ts';
import { frameClock } from '../../plot/frame-clock.ts';
import { AppElement } from '../../signal-element.ts';
import '../instruments/instrument-problem.ts';
import { ageText, RUN_MODE } from './acquisition.ts';
import { AcquisitionWatch } from './acquisition-watch.ts';
import { meanWords } from './averager.ts';
import { CaptureShelf } from './capture-shelf.ts';
import type { ScopeActions } from './commands.ts';
import { type DisplayChoices, USUAL_DISPLAY } from './display-choices.ts';
import { MaskGuard } from './mask-guard.ts';
import type { MaskStroke, NumberedRecord } from './mask-test.ts';
import { MeasuredChannels } from './measured-channels.ts';
import { recordsAlike, saveRecords } from './record-export.ts';
import { type RunMode, scopeBar } from './scope-bar.ts';
import './scope-plot.ts';
import type { LabScopePlot } from './scope-plot.ts';
import './scope-welcome.ts';
import type { ShownRecord } from './screen.ts';
import './settings-bar.ts';
import type { ChannelChoice } from './settings-bar.ts';
import { ShownRecords } from './shown-records.ts';
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
  readonly #tab = signal<SideTab>('measure');
  readonly #hiddenIds = signal<readonly string[]>([]);
  readonly #isFitted = signal(false);
  readonly #display = signal(USUAL_DISPLAY);
  /** Grows when figures and ages are to be written again. */
  readonly #version = signal(0);
  #watch!: AcquisitionWatch;
  #records!: ShownRecords;
  #measured!: MeasuredChannels;
  #shelf!: CaptureShelf;
  #mask!: MaskGuard;
  #wishes!: Wishes;
  #instrumentId = '';
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
    this.#watch = new AcquisitionWatch(this.app.clock);
    this.#records = new ShownRecords(this.app.traceAnalysis);
    this.#measured = new MeasuredChannels(this.app.traceAnalysis);
    this.#mask = new MaskGuard(this.app, this.#shelf, (failed) => this.#stopAt(failed));
    void this.#shelf.load();
  }

  get plot(): LabScopePlot | undefined {
    return this.#records.record.value && this.plotElement ? this.plotElement : undefined;
  }

  toggleRun(): boolean {
    return this.setMode(this.#scope?.status.value.values[RUN_MODE] === 'stop' ? 'run' : 'stop');
  }

  setMode(mode: RunMode): boolean {
    const scope = this.#scope;
    if (!scope) return false;
    this.#records.showNewest();
    this.#watch.choose();
    void this.#wishes.set(scope, RUN_MODE, mode);
    return true;
  }

  stepRecord(by: number): boolean {
    return this.#records.step(by);
  }

  pin(): boolean {
    const record = this.#records.record.value;
    const scope = this.#scope;
    if (!record || !scope) return false;
    this.#openTab('captures');
    void this.#shelf.pin(record, scope.label);
    return true;
  }

  exportRecord(): boolean {
    const record = this.#records.record.value;
    if (record) saveRecords(this.app, this.#scope?.label ?? 'record', [record]);
    return record !== undefined;
  }

  photograph(): boolean {
    const scope = this.#scope;
    if (!scope?.handle.screen) return false;
    this.#openTab('captures');
    // the picture is of now, whatever is shown
    void this.#shelf.photograph(scope, this.#records.newest);
    return true;
  }

  exportAll(): boolean {
    const { start, end, record } = this.#records.all;
    const records = Array.from({ length: end - start }, (_, i) => record(start + i) ?? []).flat();
    saveRecords(this.app, this.#scope?.label ?? 'record', recordsAlike(records));
    return end > 0;
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
    const record = this.#records.record.value;
    return html`
      ${scopeBar({
        scope,
        scopes: this.#scopes,
        words: this.#watch.words(scope.status.value, record),
        counted: `${formatCount(this.#records.count)} records${this.#ageWords()}`,
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
            .analysis=${this.app.traceAnalysis}
            .record=${record}
            .ghosts=${this.#shelf.ghosts.value.map((ghost) => ghost.record)}
            .kept=${this.#records.kept(this.#display.value.persistence)}
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
      return html`<div class="call"><p>${this.#watch.words(scope.status.value, undefined).text}…</p></div>`;
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
            record: this.#records.record.value,
            hiddenIds: this.#hiddenIds.value,
            measured: this.#measured,
            version: this.#version.value,
            mask: this.#mask,
            shelf: this.#shelf,
            isOverTime: this.#display.value.xy === undefined,
            recordCount: this.#records.all.end - this.#records.all.start,
            exportAll: () => this.exportAll(),
            set: (id, value) => void this.#wishes.set(scope, id, value),
            resetStatistics: () => this.resetStatistics(),
          })}
        </div>
      </aside>`;
  }

  #ageWords(): string {
    const held = this.#records.held.value;
    if (held !== undefined) return `, number ${formatCount(held + 1)} shown`;
    const { ageS } = this.#watch;
    return ageS === undefined ? '' : `, newest ${ageText(ageS)}`;
  }

  #pictureWords(scope: ConnectedInstrument): string {
    const signals = this.#records.record.value?.signals;
    const { xy } = this.#display.value;
    const nameOf = (wanted: string) => signals?.find(({ id }) => id === wanted)?.name;
    const names = xy ? `${nameOf(xy.yId)} over ${nameOf(xy.xId)}` : signals?.map(({ name }) => name).join(', ');
    return signals === undefined ? `Screen of ${scope.label}, empty` : `Screen of ${scope.label}: ${names}`;
  }

  /** The pen of the mask stays in its tab. */
  #openTab(tab: SideTab): void {
    if (tab !== this.#tab.value) this.#mask.pen.value = undefined;
    this.#tab.value = tab;
  }

  #onDisplay(display: DisplayChoices): void {
    const isOther = display.meanOf !== this.#display.value.meanOf;
    this.#display.value = display;
    // a limit is drawn over time
    if (display.xy) this.#mask.pen.value = undefined;
    if (!isOther) return;
    this.#measured.reset();
    this.#records.average(display.meanOf);
  }

  #onChannel({ id, isHidden }: ChannelChoice): void {
    const others = this.#hiddenIds.value.filter((other) => other !== id);
    this.#hiddenIds.value = isHidden ? [...others, id] : others;
  }

  #onFrame(nowMs: number): void {
    const scope = this.#scope;
    if (!scope) return;
    if (scope.choice.id !== this.#instrumentId) this.#begin(scope);
    const shown = this.#records.record.value;
    const records = this.#records.look(scope.handle.traces);
    const newest = records.at(-1);
    this.#watch.look(scope.status.value, this.#records.count, newest);
    const isMean = this.#display.value.meanOf > 1;
    if (newest) {
      if (newest.signals !== shown?.signals) this.#measured.reset();
      if (!isMean) void this.#measure(records);
      void this.#mask.addAll(records, this.#records.count - records.length);
    }
    if (isMean) void this.#measureMean();
    if (nowMs - this.#writtenMs < FIGURES_MS) return;
    this.#writtenMs = nowMs;
    this.#version.value++;
  }

  /** What failed stays in sight. Only once: it is stopped from then on. */
  #stopAt({ record, number }: NumberedRecord): string | undefined {
    const scope = this.#scope;
    if (!scope || (scope.pending.value[RUN_MODE] ?? scope.status.value.values[RUN_MODE]) === 'stop') return undefined;
    this.setMode('stop');
    this.#records.hold(record, number);
    return scope.label;
  }

  async #measure(records: readonly ShownRecord[]): Promise<void> {
    try {
      await this.#measured.addAll(records);
    } catch (error) {
      this.app.toasts.fail('The records were not measured', error);
    }
  }

  async #measureMean(): Promise<void> {
    try {
      const mean = await this.#records.showMean();
      if (mean) await this.#measured.addAll([mean]);
    } catch (error) {
      this.app.toasts.fail('The mean of the records was not taken', error);
    }
  }

  #begin(scope: ConnectedInstrument): void {
    this.#instrumentId = scope.choice.id;
    this.#records.begin();
    this.#measured.reset();
    this.#wishes.forget();
    this.#mask.forget();
    this.#watch.begin();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-view': LabScopeView;
  }
}
