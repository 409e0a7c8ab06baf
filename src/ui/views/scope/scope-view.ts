// An oscilloscope: its screen with every setting where it is read, what it does in words, measurements and captures.

import { signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
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
import { meanWords } from './averager.ts';
import type { ScopeActions } from './commands.ts';
import type { DisplayChoices } from './display-choices.ts';
import type { MaskStroke } from './mask-test.ts';
import { recordsAlike, saveRecords } from './record-export.ts';
import { type RunMode, scopeBar } from './scope-bar.ts';
import './scope-plot.ts';
import type { LabScopePlot } from './scope-plot.ts';
import { type ScopeSession, scopeSession } from './scope-session.ts';
import './scope-welcome.ts';
import './settings-bar.ts';
import type { ChannelChoice } from './settings-bar.ts';
import { SIDE_TABS, type SideTab, sideSheet } from './side-sheet.ts';
import { viewStyles } from './view-styles.ts';

const SIDE = 'scope.side';
/** On a narrow screen the plot comes first. */
const SIDE_START = { isOpen: window.innerWidth > 900, sizePx: 490 };
/** Figures change no faster than somebody can read them. */
const FIGURES_MS = 200;

@customElement('lab-scope-view')
export class LabScopeView extends AppElement implements ScopeActions {
  static override readonly styles = [controlStyles, columnStyles, viewStyles];

  @query('lab-scope-plot') private readonly plotElement!: LabScopePlot | null;
  /** Grows when figures and ages are to be written again. */
  readonly #version = signal(0);
  #writtenMs = 0;
  #stopFrames: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopFrames = frameClock().add(this, (nowMs) => this.#onFrame(nowMs));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopFrames?.();
    this.#session.leave();
  }

  get #session(): ScopeSession {
    return scopeSession(this.app);
  }

  get plot(): LabScopePlot | undefined {
    return this.#session.records.record.value && this.plotElement ? this.plotElement : undefined;
  }

  toggleRun(): boolean {
    return this.setMode(this.#session.scope?.status.value.values[RUN_MODE] === 'stop' ? 'run' : 'stop');
  }

  setMode(mode: RunMode): boolean {
    return this.#session.setMode(mode);
  }

  stepRecord(by: number): boolean {
    return this.#session.records.step(by);
  }

  pin(): boolean {
    const record = this.#session.records.record.value;
    const scope = this.#session.scope;
    if (!record || !scope) return false;
    this.#session.openTab('captures');
    void this.#session.shelf.pin(record, scope.label);
    return true;
  }

  exportRecord(): boolean {
    const record = this.#session.records.record.value;
    if (record) saveRecords(this.app, this.#session.scope?.label ?? 'record', [record]);
    return record !== undefined;
  }

  photograph(): boolean {
    const scope = this.#session.scope;
    if (!scope?.handle.screen) return false;
    this.#session.openTab('captures');
    // the picture is of now, whatever is shown
    void this.#session.shelf.photograph(scope, this.#session.records.newest);
    return true;
  }

  exportAll(): boolean {
    const { start, end, record } = this.#session.records.all;
    const records = Array.from({ length: end - start }, (_, i) => record(start + i) ?? []).flat();
    saveRecords(this.app, this.#session.scope?.label ?? 'record', recordsAlike(records));
    return end > 0;
  }

  toggleFit(): boolean {
    this.#session.isFitted.value = !this.#session.isFitted.value;
    return true;
  }

  resetStatistics(): boolean {
    this.#session.measured.reset();
    this.#version.value++;
    return true;
  }

  override render(): TemplateResult {
    const scope = this.#session.scope;
    if (!scope) return html`<lab-scope-welcome .app=${this.app}></lab-scope-welcome>`;
    void this.#version.value;
    const side = this.app.layout.panel(SIDE, SIDE_START);
    const record = this.#session.records.record.value;
    return html`
      ${scopeBar({
        scope,
        scopes: this.#session.scopes,
        words: this.#session.words(scope, record),
        counted: `${formatCount(this.#session.records.count)} records${this.#ageWords()}`,
        hasRecord: record !== undefined,
        isFitted: this.#session.isFitted.value,
        isSideOpen: side.isOpen,
        actions: this,
        choose: (id) => this.app.instruments.select(id),
        toggleSide: () => {
          this.#session.mask.pen.value = undefined;
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
            .ghosts=${this.#session.shelf.ghosts.value.map((ghost) => ghost.record)}
            .kept=${this.#session.records.kept(this.#session.display.value.persistence)}
            .mask=${this.#session.mask.test.mask.value}
            .pen=${this.#session.mask.pen.value}
            @lab-mask-drawn=${({ detail }: CustomEvent<MaskStroke>) => record && this.#session.mask.draw(record, detail)}
            .hiddenIds=${this.#session.hiddenIds.value}
            .xy=${this.#session.display.value.xy}
            note=${meanWords(record)}
            ?is-fitted=${this.#session.isFitted.value}
          ></lab-scope-plot>
          ${record ? nothing : this.#call(scope)}
          <lab-scope-settings
            .instrument=${scope}
            .wishes=${this.#session.wishes}
            .signals=${record?.signals ?? []}
            .hiddenIds=${this.#session.hiddenIds.value}
            .display=${this.#session.display.value}
            @lab-display-changed=${(event: CustomEvent<DisplayChoices>) => this.#session.choose(event.detail)}
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
      return html`<div class="call"><p>${this.#session.words(scope, undefined).text}…</p></div>`;
    }
    return html`<div class="call">
      <h2>${scope.label} is stopped</h2>
      <p class="dim">Its records come when it runs.</p>
      <button class="primary" @click=${() => this.setMode('run')}><lab-icon name="play"></lab-icon>Run</button>
    </div>`;
  }

  #side(scope: ConnectedInstrument, sizePx: number): TemplateResult {
    const tab = this.#session.tab.value;
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
          @lab-tab-selected=${(event: CustomEvent<SideTab>) => this.#session.openTab(event.detail)}
        ></lab-tab-list>
        <div class="sheet" role="tabpanel" aria-label=${SIDE_TABS.find(([id]) => id === tab)![1]} tabindex="0">
          ${sideSheet(tab, {
            app: this.app,
            scope,
            record: this.#session.records.record.value,
            hiddenIds: this.#session.hiddenIds.value,
            measured: this.#session.measured,
            version: this.#version.value,
            mask: this.#session.mask,
            shelf: this.#session.shelf,
            isOverTime: this.#session.display.value.xy === undefined,
            recordCount: this.#session.records.all.end - this.#session.records.all.start,
            exportAll: () => this.exportAll(),
            set: (id, value) => void this.#session.wishes.set(scope, id, value),
            resetStatistics: () => this.resetStatistics(),
          })}
        </div>
      </aside>`;
  }

  #ageWords(): string {
    const held = this.#session.records.held.value;
    if (held !== undefined) return `, number ${formatCount(held + 1)} shown`;
    const { ageS } = this.#session.watch;
    return ageS === undefined ? '' : `, newest ${ageText(ageS)}`;
  }

  #pictureWords(scope: ConnectedInstrument): string {
    const signals = this.#session.records.record.value?.signals;
    const { xy } = this.#session.display.value;
    const nameOf = (wanted: string) => signals?.find(({ id }) => id === wanted)?.name;
    const names = xy ? `${nameOf(xy.yId)} over ${nameOf(xy.xId)}` : signals?.map(({ name }) => name).join(', ');
    return signals === undefined ? `Screen of ${scope.label}, empty` : `Screen of ${scope.label}: ${names}`;
  }

  #onChannel({ id, isHidden }: ChannelChoice): void {
    const others = this.#session.hiddenIds.value.filter((other) => other !== id);
    this.#session.hiddenIds.value = isHidden ? [...others, id] : others;
  }

  #onFrame(nowMs: number): void {
    if (!this.#session.look() || nowMs - this.#writtenMs < FIGURES_MS) return;
    this.#writtenMs = nowMs;
    this.#version.value++;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-view': LabScopeView;
  }
}
