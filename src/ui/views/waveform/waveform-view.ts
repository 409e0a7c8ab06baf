import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import type { SignalStore } from '../../../model/signal-store.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import type { IconName } from '../../elements/icon.ts';
import './analysis-panel.ts';
import './axes-panel.ts';
import { type CommandContext, commandFor, WAVEFORM_COMMANDS, type WaveformCommand } from './commands.ts';
import './compare-panel.ts';
import './context-menu.ts';
import type { LabContextMenu, MenuItem } from './context-menu.ts';
import { download, sceneToPng, sceneToSvg } from './export-image.ts';
import type { ComparedStore, Lane } from './lanes.ts';
import './marker-panel.ts';
import { type MeasuredMarker, markersAsText } from './marker-text.ts';
import { Measurer } from './measure.ts';
import { WaveformModel } from './model.ts';
import './notes-panel.ts';
import { plotMenu } from './plot-menu.ts';
import { TIME_MODES, type TimeMode, type TimeRange } from './state.ts';
import { formatPosition, formatSpan } from './time-label.ts';
import './waveform-plot.ts';
import type { LabWaveformPlot, MenuRequest } from './waveform-plot.ts';

/** Tables and the spoken summary are renewed at most this often while data stream in. */
const PANEL_INTERVAL_MS = 100;
/** An analysis of a view that follows live data is renewed this often. */
const LIVE_ANALYSIS_INTERVAL_MS = 1000;

const TIME_MODE_LABELS: Readonly<Record<TimeMode, string>> = {
  relative: 'From start',
  local: 'Local time',
  utc: 'UTC',
  marker: 'From marker',
  end: 'To the end',
};

/**
 * The waveform viewer over any `SignalStore`: lanes with a shared time axis, minimap, markers with exact figures.
 *
 * Set `store`, and `is-live` while it grows. `model.save()` and `model.restore()` keep the view in a workspace.
 * Its keys work while the focus is in it; `WAVEFORM_COMMANDS` lets the page offer them everywhere. Page only.
 */
@customElement('lab-waveform-view')
export class LabWaveformView extends LitElement implements CommandContext {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr) auto;
        min-block-size: 160px;
        background: var(--lab-ground-0);
        color: var(--lab-text);
        font: var(--lab-size-body) var(--lab-font-ui);
      }
      .bar {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: 2px;
        padding: 3px 6px;
        border-block-end: 1px solid var(--lab-line);
        overflow-x: auto;
      }
      .bar hr {
        inline-size: 1px;
        block-size: 18px;
        border: none;
        margin: 0 4px;
        background: var(--lab-line);
        flex: none;
      }
      .bar button {
        flex: none;
      }
      .bar .span {
        margin-inline: auto 8px;
        color: var(--lab-text-dim);
        font-size: var(--lab-size-small);
        white-space: nowrap;
      }
      .bar select {
        flex: none;
      }
      lab-waveform-plot {
        min-block-size: 120px;
      }
      lab-analysis-panel {
        grid-area: 3 / 1;
        block-size: 240px;
      }
      aside {
        grid-area: 2 / 2 / 4 / 3;
        inline-size: 352px;
        overflow: auto;
        padding: 8px;
        border-inline-start: 1px solid var(--lab-line);
      }
      aside h3 {
        margin-block: 4px 6px;
      }
      .message {
        position: absolute;
        inset: auto 0 12px;
        margin: 0 auto;
        inline-size: fit-content;
        max-inline-size: 80%;
        padding: 8px 12px;
        border-radius: var(--lab-radius);
        background: var(--lab-danger-ground);
      }
      .place {
        grid-area: 2 / 1;
        position: relative;
        display: grid;
        min-inline-size: 0;
        min-block-size: 0;
      }
      @media (max-width: 720px) {
        aside {
          grid-area: auto / 1 / auto / -1;
          inline-size: auto;
          max-block-size: 40vh;
        }
      }
    `,
  ];

  /** What is shown; `undefined` shows an empty view. */
  @property({ attribute: false }) store: SignalStore | undefined;
  /** The store grows: the view follows its end until the user moves away. */
  @property({ type: Boolean, attribute: 'is-live' }) isLive = false;
  /** Name of the data, for screen readers and file names. */
  @property() label = 'Waveforms';
  /** Recordings laid over the first one. */
  @property({ attribute: false }) compared: readonly ComparedStore[] = [];

  @state() private isInspectorOpen = false;
  @state() private isAnalysisOpen = false;
  @state() private message = '';
  @state() private spoken = '';

  @query('lab-waveform-plot') private readonly plot!: LabWaveformPlot;
  @query('lab-context-menu') private readonly menu!: LabContextMenu;

  readonly model = new WaveformModel(() => performance.now());
  readonly #measurer = new Measurer(() => this.requestUpdate());
  #stopListening: (() => void) | undefined;
  #panelTimer: ReturnType<typeof setTimeout> | undefined;
  #hadMarkers = false;
  #liveSpan: { readonly atMs: number; readonly span: TimeRange } = { atMs: 0, span: { startS: 0, endS: 0 } };

  // CommandContext.

  get lanes(): readonly Lane[] {
    return this.plot?.lanes ?? [];
  }

  get focusS(): number {
    const { startS, endS } = this.model.state.time;
    const plots = this.plot.scene?.layout.plots;
    const { pointer } = this.plot;
    if (!plots || !pointer || pointer.x < plots.x || pointer.x > plots.x + plots.width) {
      return this.snap((startS + endS) / 2);
    }
    return this.snap(startS + ((pointer.x - plots.x) / plots.width) * (endS - startS));
  }

  snap(timeS: number): number {
    return this.plot.snap(timeS);
  }

  cancelGesture(): boolean {
    return this.plot.cancelGesture();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.#onKeyDown);
    const stopModel = this.model.onChange(() => this.#onModelChanged());
    this.#stopListening = () => {
      clearTimeout(this.#panelTimer);
      this.#panelTimer = undefined;
      stopModel();
      this.removeEventListener('keydown', this.#onKeyDown);
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopListening?.();
  }

  override updated(changed: PropertyValues<this>): void {
    // Lanes are made by the plot in its own update; the panels need them.
    if (changed.has('store') || changed.has('compared')) void this.plot.updateComplete.then(() => this.requestUpdate());
  }

  override render(): TemplateResult {
    return html`
      ${this.#bar()}
      <div class="place">
        <lab-waveform-plot
          .store=${this.store}
          .compared=${this.compared}
          .isLive=${this.isLive}
          .model=${this.model}
          .label=${this.label}
          .summary=${`${this.label}, ${this.lanes.length} signals`}
          @lab-plot-changed=${this.#onPlotChanged}
          @lab-menu-requested=${(event: CustomEvent<MenuRequest>) => this.#showMenu(event.detail)}
        ></lab-waveform-plot>
        ${this.message === '' ? nothing : html`<div class="message" role="alert">${this.message}</div>`}
      </div>
      ${this.isAnalysisOpen ? this.#analysis() : nothing} ${this.isInspectorOpen ? this.#inspector() : nothing}
      <lab-context-menu></lab-context-menu>
      <div class="hidden-visually" aria-live="polite">${this.spoken}</div>
    `;
  }

  #bar(): TemplateResult {
    const { model } = this;
    const { isFollowing, timeMode } = model.state;
    const scene = this.plot?.scene;
    const command = (id: string, icon: IconName, isOff?: string) => this.#commandButton(id, icon, isOff);
    return html`<div class="bar" role="toolbar" aria-label="View">
      ${
        this.isLive
          ? html`<button aria-pressed=${isFollowing} title="Pause or follow the newest data (Space)" @click=${() => this.run('waveform.pause')}>
              <lab-icon name=${isFollowing ? 'pause' : 'play'}></lab-icon>${isFollowing ? 'Pause view' : 'Follow'}
            </button>
            <hr />`
          : nothing
      }
      ${command('waveform.view-back', 'arrow-left', model.canGoBack ? undefined : 'There is no earlier view.')}
      ${command('waveform.view-forward', 'arrow-right', model.canGoForward ? undefined : 'There is no later view.')}
      ${command('waveform.zoom-in', 'zoom-in')} ${command('waveform.zoom-out', 'zoom-out')}
      ${command('waveform.fit', 'maximize')} ${command('waveform.fit-values', 'fit-values')}
      <hr />
      ${command('waveform.marker-single', 'marker')} ${command('waveform.marker-dual', 'marker-pair')}
      <hr />
      <select aria-label="Time axis" title="What the time axis counts" @change=${this.#onTimeMode}>
        ${TIME_MODES.map((mode) => {
          const isOff = (mode === 'local' || mode === 'utc') && this.store?.originUtc === undefined;
          const why = isOff ? ' (the data carry no UTC)' : '';
          return html`<option value=${mode} ?selected=${mode === timeMode} ?disabled=${isOff}>${TIME_MODE_LABELS[mode]}${why}</option>`;
        })}
      </select>
      <span class="span number">${scene ? formatSpan(model.spanS, scene.resolutionS) : ''}</span>
      <button
        class="quiet icon"
        aria-pressed=${this.isAnalysisOpen}
        title="Histogram and spectrum"
        aria-label="Histogram and spectrum"
        @click=${() => {
          this.isAnalysisOpen = !this.isAnalysisOpen;
        }}
      >
        <lab-icon name="chart-column"></lab-icon>
      </button>
      <button title="Save or copy what is on screen" aria-haspopup="menu" @click=${this.#showExportMenu}>
        <lab-icon name="download"></lab-icon>Export…
      </button>
      <button
        class="quiet icon"
        aria-pressed=${this.isInspectorOpen}
        title="Markers and axes"
        aria-label="Markers and axes"
        @click=${this.toggleInspector}
      >
        <lab-icon name="panel-right"></lab-icon>
      </button>
    </div>`;
  }

  #commandButton(id: string, icon: IconName, isOff: string | undefined): TemplateResult {
    const { label, keys } = commandOf(id);
    return html`<button
      class="quiet icon"
      title=${isOff ?? `${label} (${keys[0]})`}
      aria-label=${label}
      aria-disabled=${isOff !== undefined}
      @click=${() => this.run(id)}
    >
      <lab-icon name=${icon}></lab-icon>
    </button>`;
  }

  #inspector(): TemplateResult {
    const measured = this.#measured();
    return html`<aside aria-label="Markers and axes" tabindex="0">
      <h3>Markers</h3>
      <lab-marker-panel
        .model=${this.model}
        .lanes=${this.lanes}
        .markers=${measured}
        @lab-copy-requested=${(event: CustomEvent<MeasuredMarker[]>) => void this.#copy(markersAsText(event.detail))}
      ></lab-marker-panel>
      ${
        measured.length > 1
          ? html`<button @click=${() => void this.#copy(markersAsText(measured))}>
              <lab-icon name="copy"></lab-icon>Copy all markers
            </button>`
          : nothing
      }
      ${
        this.compared.length > 0
          ? html`<h3>Compared</h3>
              <lab-compare-panel .model=${this.model} .state=${this.model.state} .compared=${this.compared}></lab-compare-panel>`
          : nothing
      }
      <h3>Notes</h3>
      <lab-notes-panel .model=${this.model} .state=${this.model.state}></lab-notes-panel>
      <h3>Axes</h3>
      <lab-axes-panel .model=${this.model} .lanes=${this.lanes} .scene=${this.plot?.scene}></lab-axes-panel>
    </aside>`;
  }

  #analysis(): TemplateResult {
    const { name, span } = this.#analysisSpan();
    return html`<lab-analysis-panel
      .lanes=${this.lanes}
      .span=${span}
      .spanName=${name}
    ></lab-analysis-panel>`;
  }

  /** The span that analyses and exports mean: a pair of markers, else the selection, else what is on screen. */
  #analysisSpan(): { readonly name: string; readonly span: TimeRange } {
    const { selection, time, isFollowing } = this.model.state;
    const between = this.#betweenMarkers();
    if (between) return { name: 'Between the markers', span: between };
    if (selection) return { name: 'Selection', span: selection };
    const nowMs = performance.now();
    if (!isFollowing || nowMs - this.#liveSpan.atMs > LIVE_ANALYSIS_INTERVAL_MS)
      this.#liveSpan = { atMs: nowMs, span: time };
    return { name: 'On screen', span: this.#liveSpan.span };
  }

  #betweenMarkers(): TimeRange | undefined {
    const { markers, selectedMarkerId } = this.model.state;
    const pairs = markers.filter((marker) => marker.axis === 'time' && marker.second !== undefined);
    const pair = pairs.find(({ id }) => id === selectedMarkerId) ?? pairs[0];
    return pair && { startS: Math.min(pair.first, pair.second!), endS: Math.max(pair.first, pair.second!) };
  }

  #measured(): MeasuredMarker[] {
    const { markers, lanes: states } = this.model.state;
    return markers.map((marker) => {
      const lane = this.lanes.find(({ id }) => id === marker.laneId);
      const measurements = marker.axis === 'time' ? this.#measurer.measure(marker, this.lanes, states) : [];
      return { marker, unit: marker.axis === 'time' ? 's' : (lane?.unit ?? ''), measurements };
    });
  }

  /** Runs one of `WAVEFORM_COMMANDS` by id; false when it had nothing to do. */
  run(id: string): boolean {
    const hasRun = commandOf(id).run(this) !== false;
    if (hasRun) this.#speak();
    return hasRun;
  }

  readonly toggleInspector = (): void => {
    this.isInspectorOpen = !this.isInspectorOpen;
  };

  /** The first marker opens the inspector: its figures are why it was set. */
  #onModelChanged(): void {
    const hasMarkers = this.model.state.markers.length > 0;
    if (hasMarkers && !this.#hadMarkers) this.isInspectorOpen = true;
    this.#hadMarkers = hasMarkers;
    if (this.model.state.isFollowing) this.#renewPanelsLater();
    else this.requestUpdate();
  }

  readonly #onPlotChanged = (): void => {
    this.message = this.plot.problem;
    this.#renewPanelsLater();
  };

  #renewPanelsLater(): void {
    this.#panelTimer ??= setTimeout(() => {
      this.#panelTimer = undefined;
      this.requestUpdate();
    }, PANEL_INTERVAL_MS);
  }

  readonly #onTimeMode = (event: Event): void => {
    this.model.setTimeMode((event.target as HTMLSelectElement).value as TimeMode);
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || isForControl(event)) return;
    const command = commandFor(event);
    if (command && this.run(command.id)) event.preventDefault();
  };

  /** The text alternative of the plot, renewed by commands only: a running view would never stop talking. */
  #speak(): void {
    const scene = this.plot.scene;
    if (!scene) return;
    const { time, markers } = this.model.state;
    const at = (timeS: number) => formatPosition(scene.reference, timeS, scene.resolutionS);
    const count = markers.length === 1 ? '1 marker' : `${markers.length} markers`;
    this.spoken = `${at(time.startS)} to ${at(time.endS)}, ${count}`;
  }

  // Menus and exports.

  #showMenu({ at }: MenuRequest): void {
    const { scene } = this.plot;
    if (!scene) return;
    const items = plotMenu({
      model: this.model,
      scene,
      at,
      snap: (timeS) => this.snap(timeS),
      command: (id) => this.#menuItem(id),
      onNote: () => {
        this.isInspectorOpen = true;
      },
    });
    const origin = this.plot.getBoundingClientRect();
    this.#openMenu([...items, ...this.#exportItems()], origin.left + at.x, origin.top + at.y);
  }

  #menuItem(id: string): MenuItem {
    const { label, keys } = commandOf(id);
    return { label, ...(keys[0] && { keys: keys[0] }), run: () => void this.run(id) };
  }

  #exportItems(): MenuItem[] {
    return [
      { label: 'Export data…', startsGroup: true, run: () => this.#requestExport() },
      { label: 'Save image as PNG', run: () => void this.#guard(() => this.#savePng()) },
      { label: 'Save image as SVG', run: () => void this.#guard(() => this.#saveSvg()) },
      { label: 'Copy image', run: () => void this.#guard(() => this.#copyPng()) },
    ];
  }

  readonly #showExportMenu = (event: Event): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.#openMenu(this.#exportItems(), box.left, box.bottom + 2);
  };

  #openMenu(items: readonly MenuItem[], x: number, y: number): void {
    this.menu.items = items;
    void this.menu.showAt(x, y);
  }

  /** The owner knows where files go: it gets the visible range and that between the markers. */
  #requestExport(): void {
    const detail: ExportRequest = { visible: this.model.state.time, between: this.#betweenMarkers() };
    this.dispatchEvent(new CustomEvent('lab-export-requested', { detail, bubbles: true, composed: true }));
  }

  #exportScene() {
    const { layout } = this.plot.scene!;
    return this.plot.sceneOf(layout.widthPx, layout.heightPx);
  }

  async #savePng(): Promise<void> {
    download(await sceneToPng(this.#exportScene()), `${this.label}.png`);
  }

  async #saveSvg(): Promise<void> {
    download(new Blob([sceneToSvg(this.#exportScene())], { type: 'image/svg+xml' }), `${this.label}.svg`);
  }

  async #copyPng(): Promise<void> {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': sceneToPng(this.#exportScene()) })]);
    this.spoken = 'Image copied';
  }

  async #copy(text: string): Promise<void> {
    await this.#guard(() => navigator.clipboard.writeText(text));
    this.spoken = 'Copied';
  }

  async #guard(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this.message = '';
    } catch (thrown) {
      this.message = `That did not work: ${toError(thrown).message}. Nothing was changed; try again.`;
    }
  }
}

/** Detail of `lab-export-requested`: time ranges that the user may mean, in seconds of the store. */
export interface ExportRequest {
  readonly visible: TimeRange;
  readonly between: TimeRange | undefined;
}

function commandOf(id: string): WaveformCommand {
  const command = WAVEFORM_COMMANDS.find((candidate) => candidate.id === id);
  if (!command) throw new Error(`internal error: no command ${id}`);
  return command;
}

/** Keys typed into a field, or that press a button. */
function isForControl(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return false;
  return target.matches('input, select') || (target.matches('button') && (event.key === ' ' || event.key === 'Enter'));
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-waveform-view': LabWaveformView;
  }
}
