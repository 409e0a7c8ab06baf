import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { LabError, toError } from '../../../base/errors.ts';
import { axisOfStore } from '../../../model/axis.ts';
import type { DifferenceOf } from '../../../model/difference.ts';
import type { Annotation, SignalAxis, SignalStore } from '../../../model/signal-store.ts';
import { copyText } from '../../clipboard.ts';
import { controlStyles } from '../../elements/controls.ts';
import './analysis-panel.ts';
import { annotationsOf } from './annotations.ts';
import { type CommandContext, commandFor, waveformCommand } from './commands.ts';
import { Comparison } from './comparison.ts';
import './context-menu.ts';
import type { LabContextMenu, MenuItem } from './context-menu.ts';
import { type ImageKind, saveImage } from './export-image.ts';
import type { ComparedStore, Lane, SourceColors } from './lanes.ts';
import { type MeasuredMarker, markersAsText } from './marker-text.ts';
import { type Measurement, Measurer } from './measure.ts';
import { WaveformModel } from './model.ts';
import { plotMenu } from './plot-menu.ts';
import { SIDE_PANEL_PX, type SideContext, type SidePanel, sidePanel } from './side-panel.ts';
import type { Marker, TimeRange } from './state.ts';
import { formatPosition, formatSpan } from './time-label.ts';
import { type BarContext, viewBar } from './view-bar.ts';
import { viewStyles } from './view-styles.ts';
import './waveform-plot.ts';
import type { LabWaveformPlot, MenuRequest } from './waveform-plot.ts';

/** Tables and the spoken summary are renewed at most this often while data stream in. */
const PANEL_INTERVAL_MS = 100;
/** `lab-view-saved` comes at most this often. */
const SAVE_INTERVAL_MS = 1000;
/** In a narrower view the side panel would take the plot's room: it opens when it is asked for. */
const ROOM_FOR_SIDE_PX = 720;
/** A word that something was done stays this long. */
const NOTE_MS = 2000;
/** An analysis of a view that follows live data is renewed this often. */
const LIVE_ANALYSIS_INTERVAL_MS = 1000;

/**
 * The waveform viewer over any `SignalStore`: lanes with a shared time axis, minimap, markers with exact figures.
 *
 * Set `store`, and `is-live` while it grows: `lab-following-changed` (detail: boolean) tells then whether the view runs
 * with it. Fires `lab-view-saved` (detail: JSON for `savedView`) after changes and
 * `lab-export-requested` (detail: ExportRequest) when the user asks for the data.
 * Its keys work while the focus is in it; `WAVEFORM_COMMANDS` lets the page offer them everywhere. What is in the slot
 * `side` becomes a tab of the side panel, named `side-title`. Page only.
 */
@customElement('lab-waveform-view')
export class LabWaveformView extends LitElement implements CommandContext {
  static override readonly styles = [controlStyles, viewStyles];

  /** What is shown; `undefined` shows an empty view. */
  @property({ attribute: false }) store: SignalStore | undefined;
  /** The store grows: the view follows its end until the user moves away. */
  @property({ type: Boolean, attribute: 'is-live' }) isLive = false;
  /** Name of the data, for screen readers and file names. */
  @property() label = 'Waveforms';
  /** Recordings laid over the first one. */
  @property({ attribute: false }) compared: readonly ComparedStore[] = [];
  /** Makes the differences of compared recordings. */
  @property({ attribute: false }) differenceOf: DifferenceOf | undefined;

  /** Groups and colours the lanes by what they come from; taken with the store. */
  @property({ attribute: false }) sourceColors: SourceColors = {};

  /** The owner answers `lab-export-requested`. */
  @property({ type: Boolean, attribute: 'can-export' }) canExport = false;
  /** What `lab-view-saved` carried for these data earlier: the view starts where it was. */
  @property({ attribute: false }) savedView: unknown;

  /** The panel beside the plot; `lab-side-changed` (detail: SidePanel) tells when the user changed it. */
  @property({ attribute: false }) side: SidePanel = { isOpen: false, sizePx: SIDE_PANEL_PX };
  @property({ attribute: 'side-title' }) sideTitle = '';

  /** Signals that are not shown unless the user asks for them, in the list of axes. */
  @property({ attribute: false }) hiddenSignalIds: readonly string[] = [];

  @state() private areMarkersShown = false;
  @state() private isAnalysisOpen = false;
  @state() private message = '';
  @state() private note = '';
  @state() private spoken = '';

  @query('lab-waveform-plot') private readonly plot!: LabWaveformPlot;
  @query('lab-context-menu') private readonly menu!: LabContextMenu;

  readonly model = new WaveformModel(() => performance.now());
  readonly #comparison = new Comparison(() => this.requestUpdate());
  readonly #measurer = new Measurer(() => this.requestUpdate());
  #stopListening: (() => void) | undefined;
  #panelTimer: ReturnType<typeof setTimeout> | undefined;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #noteTimer: ReturnType<typeof setTimeout> | undefined;
  #hadMarkers = false;
  #shownStores: readonly ComparedStore[] = [];
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
      clearTimeout(this.#saveTimer);
      clearTimeout(this.#noteTimer);
      this.#panelTimer = undefined;
      this.#saveTimer = undefined;
      stopModel();
      this.removeEventListener('keydown', this.#onKeyDown);
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#saveTimer !== undefined) this.#save();
    this.#measurer.measure([], [], {});
    this.#stopListening?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const isFirst = changed.get('compared')?.length === 0 && this.compared.length > 0;
    if (isFirst && this.clientWidth >= ROOM_FOR_SIDE_PX) this.#showMarkers();
    const { label, store, compared, differenceOf } = this;
    this.#comparison.renew({ label, store, compared, differenceOf, state: this.model.state });
  }

  override updated(changed: PropertyValues<this>): void {
    if (!this.#hasMarkerSheet) this.#measurer.measure([], [], {});
    // Lanes are made by the plot in its own update; the panels need them.
    const { stores } = this.#comparison;
    const hasOthers = stores !== this.#shownStores;
    this.#shownStores = stores;
    if (changed.has('store') || hasOthers) void this.plot.updateComplete.then(() => this.requestUpdate());
  }

  override render(): TemplateResult {
    return html`
      ${viewBar(this.#barContext())}
      <div class="place">
        <lab-waveform-plot
          .store=${this.store}
          .compared=${this.#comparison.stores}
          .sourceColors=${this.sourceColors}
          .isLive=${this.isLive}
          .model=${this.model}
          .savedView=${this.savedView}
          .hiddenSignalIds=${this.hiddenSignalIds}
          .label=${this.label}
          .summary=${`${this.label}, ${this.lanes.length} signals`}
          @lab-plot-changed=${this.#onPlotChanged}
          @lab-menu-requested=${(event: CustomEvent<MenuRequest>) => this.#showMenu(event.detail)}
        ></lab-waveform-plot>
        ${this.message === '' ? nothing : html`<div class="message" role="alert">${this.message}</div>`}
        <div class="note" role="status" ?hidden=${this.note === ''}>${this.note}</div>
      </div>
      ${this.isAnalysisOpen ? this.#analysis() : nothing} ${this.side.isOpen ? sidePanel(this.#sideContext()) : nothing}
      <lab-context-menu></lab-context-menu>
      <div class="hidden-visually" aria-live="polite">${this.spoken}</div>
    `;
  }

  get #axis(): SignalAxis {
    return axisOfStore(this.store);
  }

  /** Lanes that have room on screen, and those that there are; what marks others is not counted. */
  get #laneCounts(): { readonly shown: number; readonly all: number } {
    const own = (lanes: readonly Lane[]) => lanes.filter(({ isCompanion }) => !isCompanion).length;
    return { shown: own((this.plot?.scene?.layout.lanes ?? []).map(({ lane }) => lane)), all: own(this.lanes) };
  }

  #barContext(): BarContext {
    const scene = this.plot?.scene;
    return {
      model: this.model,
      isLive: this.isLive,
      hasUtc: this.store?.originUtc !== undefined,
      axis: this.#axis,
      lanes: this.#laneCounts,
      showSignals: () => this.#showMarkers(),
      extent: this.model.bounds.extent,
      span: scene ? formatSpan(this.#axis, this.model.spanS, scene.resolutionS) : '',
      isAnalysisOpen: this.isAnalysisOpen,
      isSideOpen: this.side.isOpen,
      run: (id) => void this.run(id),
      toggleAnalysis: () => {
        this.isAnalysisOpen = !this.isAnalysisOpen;
      },
      toggleSide: () => this.#setSide({ isOpen: !this.side.isOpen }),
      showExportMenu: (event) => this.#showExportMenu(event),
    };
  }

  /** The figures of markers are on screen. */
  get #hasMarkerSheet(): boolean {
    return this.side.isOpen && (this.sideTitle === '' || this.areMarkersShown);
  }

  #sideContext(): SideContext {
    return {
      side: this.side,
      slotTitle: this.sideTitle,
      areMarkersShown: this.#hasMarkerSheet,
      model: this.model,
      axis: this.#axis,
      lanes: this.lanes,
      scene: this.plot?.scene,
      comparison: this.#comparison,
      span: this.#analysisSpan(),
      label: this.label,
      measure: (markers) => this.#measured(markers),
      positions: (markers) => this.#inUnits(markers, new Map()),
      resize: (sizePx) => this.#setSide({ sizePx }),
      showMarkers: (areShown) => {
        this.areMarkersShown = areShown;
      },
      copy: (markers) => void this.#copy(markersAsText(markers)),
    };
  }

  #setSide(change: Partial<SidePanel>): void {
    this.side = { ...this.side, ...change };
    this.dispatchEvent(new CustomEvent('lab-side-changed', { detail: this.side }));
  }

  #showMarkers(): void {
    this.areMarkersShown = true;
    if (!this.side.isOpen) this.#setSide({ isOpen: true });
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

  #measured(markers: readonly Marker[]): MeasuredMarker[] {
    const { lanes: states } = this.model.state;
    const timed = markers.filter(({ axis }) => axis === 'time');
    return this.#inUnits(markers, this.#measurer.measure(timed, this.lanes, states));
  }

  /** Markers with what was measured at them, nothing where it was not asked for. */
  #inUnits(markers: readonly Marker[], measurements: ReadonlyMap<number, readonly Measurement[]>): MeasuredMarker[] {
    return markers.map((marker) => {
      const lane = this.lanes.find(({ id }) => id === marker.laneId);
      const axis = marker.axis === 'time' ? this.#axis : undefined;
      return { marker, axis, unit: axis?.unit ?? lane?.unit ?? '', measurements: measurements.get(marker.id) ?? [] };
    });
  }

  /** Runs one of `WAVEFORM_COMMANDS` by id; false when it had nothing to do. */
  run(id: string): boolean {
    const hasRun = waveformCommand(id).run(this) !== false;
    if (hasRun) this.#speak();
    return hasRun;
  }

  /** The first marker shows the panel: its figures are why it was set. */
  #onModelChanged(): void {
    const hasMarkers = this.model.state.markers.length > 0;
    if (hasMarkers && !this.#hadMarkers && this.clientWidth >= ROOM_FOR_SIDE_PX) this.#showMarkers();
    this.#hadMarkers = hasMarkers;
    if (this.model.state.isFollowing) this.#renewPanelsLater();
    else this.requestUpdate();
    this.#saveLater();
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

  /** Markers and notes as annotations, for writing them into a file. */
  annotations(): Annotation[] {
    return annotationsOf(this.model.state, this.lanes);
  }

  #saveLater(): void {
    this.#saveTimer ??= setTimeout(() => this.#save(), SAVE_INTERVAL_MS);
  }

  #save(): void {
    this.#saveTimer = undefined;
    this.dispatchEvent(new CustomEvent('lab-view-saved', { detail: this.model.save() }));
  }

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

  #showMenu({ at, isHeld }: MenuRequest): void {
    const { scene } = this.plot;
    if (!scene) return;
    const items = plotMenu({
      model: this.model,
      scene,
      at,
      snap: (timeS) => this.snap(timeS),
      command: (id) => this.#menuItem(id),
      onNote: () => void this.#editNote(),
    });
    const origin = this.plot.getBoundingClientRect();
    this.#openMenu([...items, ...this.#exportItems()], origin.left + at.x, origin.top + at.y, isHeld);
  }

  async #editNote(): Promise<void> {
    this.#showMarkers();
    await this.updateComplete;
    await this.renderRoot.querySelector('lab-notes-panel')?.editNewest();
  }

  #menuItem(id: string): MenuItem {
    const { label, keys } = waveformCommand(id);
    return { label, ...(keys[0] && { keys: keys[0] }), run: () => void this.run(id) };
  }

  #exportItems(): MenuItem[] {
    return [
      ...(this.canExport ? [{ label: 'Export data…', startsGroup: true, run: () => void this.requestExport() }] : []),
      { label: 'Save image as PNG', startsGroup: !this.canExport, run: () => void this.#saveImage('png') },
      { label: 'Save image as SVG', run: () => void this.#saveImage('svg') },
      { label: 'Copy image', run: () => void this.#saveImage('clipboard') },
    ];
  }

  #showExportMenu(event: Event): void {
    if (this.requestExport()) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    this.#openMenu(this.#exportItems(), box.left, box.bottom + 2);
  }

  #openMenu(items: readonly MenuItem[], x: number, y: number, isHeld = false): void {
    this.menu.items = items;
    void this.menu.showAt(x, y, isHeld);
  }

  /** `isWhole`: of everything, whatever is on screen. */
  requestExport(isWhole = false): boolean {
    if (!this.canExport) return false;
    const detail: ExportRequest = {
      visible: this.model.state.time,
      between: this.#betweenMarkers(),
      annotations: this.annotations(),
      isWhole,
      saveImage: (kind) => void this.#saveImage(kind),
    };
    this.dispatchEvent(new CustomEvent('lab-export-requested', { detail, bubbles: true, composed: true }));
    return true;
  }

  #saveImage(kind: ImageKind): Promise<void> {
    const save = async () => saveImage(kind, await this.plot.sceneWithFigures(), this.label);
    return this.#guard(save, kind === 'clipboard' ? 'Image copied' : '');
  }

  #copy(text: string): Promise<void> {
    return this.#guard(() => copyText(text), 'Copied');
  }

  /** Says `done` for a while, or why it failed. */
  async #guard(action: () => Promise<void>, done: string): Promise<void> {
    try {
      await action();
      this.message = '';
      this.note = done;
      clearTimeout(this.#noteTimer);
      this.#noteTimer = setTimeout(() => {
        this.note = '';
      }, NOTE_MS);
    } catch (thrown) {
      const { message } = toError(thrown);
      this.message =
        thrown instanceof LabError ? message : `That did not work: ${message}. Nothing was changed; try again.`;
    }
  }
}

/** Detail of `lab-export-requested`: time ranges that the user may mean, in seconds of the store, and what is in them. */
export interface ExportRequest {
  readonly visible: TimeRange;
  readonly between: TimeRange | undefined;
  readonly annotations: readonly Annotation[];
  /** The user means everything. */
  readonly isWhole: boolean;
  saveImage(kind: ImageKind): void;
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
