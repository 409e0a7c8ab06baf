import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import { axisOfStore } from '../../../model/axis.ts';
import type { SignalStore } from '../../../model/signal-store.ts';
import { CanvasPainter } from '../../plot/canvas-painter.ts';
import { frameClock } from '../../plot/frame-clock.ts';
import { observePixels, type PixelSize } from '../../plot/pixel-size.ts';
import { ScreenPicture } from '../../plot/screen-picture.ts';
import type { Surface } from '../../plot/surface.ts';
import { type PointerInput, ZoneController } from '../../plot/zones.ts';
import { pageTheme } from '../../theme/theme.ts';
import { marksOf } from './annotations.ts';
import { followRange, logRange, wholeNumbers } from './auto-range.ts';
import { FollowedScene } from './followed-scene.ts';
import type { Scene } from './geometry.ts';
import { Gestures, type RubberBand } from './gestures.ts';
import { drawOverlay, hoverAt } from './hover.ts';
import {
  buildLanes,
  type ComparedStore,
  extentOf,
  finestStepS,
  isLaneWanted,
  type Lane,
  lanesOnScreen,
  minimapLane,
  raiseOf,
  refreshSignals,
  type ShownStore,
  type SourceColors,
  snapToSample,
  type Trace,
} from './lanes.ts';
import { type Layout, layOut } from './layout.ts';
import { legendLines, letterOf } from './legend.ts';
import { LiveEdge } from './live-edge.ts';
import { type Bounds, WaveformModel } from './model.ts';
import { PlotInput } from './plot-input.ts';
import { drawScene } from './scene.ts';
import { figuresNow, ScreenFigures, type ShownFigures } from './screen-figures.ts';
import type { ValueRange } from './state.ts';
import { timeReference } from './time-label.ts';

/** A live overview is renewed this often; the view itself in every frame. */
const LIVE_OVERVIEW_INTERVAL_MS = 250;
/** A still view loads half a screen more on both sides, so that small pans need no request. */
const PAN_MARGIN = 0.5;
/** Narrowest span on screen: samples of the fastest signal; a time; steps of the doubles that times are. */
const MIN_SPAN_SAMPLES = 8;
const MIN_SPAN_S = 1e-9;
const MIN_SPAN_STEPS = 4096;
/** A stamped sample attracts marks from this far. */
const SNAP_REACH_PX = 5;

/** Lanes that are shown before the user chooses: what fits a small screen. */
const MOST_FIRST_LANES = 10;

/** Where the menu was asked for. */
export interface MenuRequest {
  readonly at: PointerInput;
  /** What asked for it is still pressed. */
  readonly isHeld: boolean;
}

/**
 * The canvas of the waveform viewer: draws what `model` says of what `store` holds. Fires `lab-menu-requested`
 * (detail: MenuRequest) and `lab-plot-changed` after each drawn change of data or lanes.
 */
@customElement('lab-waveform-plot')
export class LabWaveformPlot extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
      position: relative;
      contain: strict;
      background: var(--lab-ground-plot);
    }
    .plot {
      position: absolute;
      inset: 0;
      outline: none;
      touch-action: none;
      user-select: none;
    }
    .plot:focus-visible {
      outline: 2px solid var(--lab-focus);
      outline-offset: -2px;
    }
    canvas {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
    }
    .overlay {
      pointer-events: none;
    }
    .progress {
      position: absolute;
      inset: 0 0 auto 0;
      height: 2px;
      background: var(--lab-accent);
      opacity: 0;
    }
    .progress[data-busy] {
      opacity: 1;
      transition: opacity var(--lab-duration) 200ms;
    }
  `;

  @property({ attribute: false }) store: SignalStore | undefined;
  /** Taken with the store. */
  @property({ attribute: false }) sourceColors: SourceColors = {};
  @property({ attribute: false }) compared: readonly ComparedStore[] = [];
  @property({ type: Boolean, attribute: 'is-live' }) isLive = false;
  /** The store holds a part of what is to come: figures of it would be taken for those of the whole. */
  @property({ type: Boolean, attribute: 'is-part' }) isPart = false;
  /** What `model.save()` gave for these data earlier; taken when the store is first shown. */
  @property({ attribute: false }) savedView: unknown;
  /** Signals that are not shown unless the user asks for them. */
  @property({ attribute: false }) hiddenSignalIds: readonly string[] = [];
  @property() label = '';
  /** Text alternative of the picture. */
  @property() summary = '';
  @property({ attribute: false }) model = new WaveformModel(() => performance.now());

  @query('.plot') private readonly plot!: HTMLElement;
  @query('.base') private readonly base!: HTMLElement;
  @query('.overlay') private readonly overlay!: HTMLCanvasElement;
  @query('.progress') private readonly progress!: HTMLElement;

  readonly #zones = new ZoneController();
  #gestures!: Gestures;
  #input: PlotInput | undefined;
  #picture: ScreenPicture | undefined;
  #cleanups: (() => void)[] = [];
  #lanes: Lane[] = [];
  #shown: ShownStore[] = [];
  #ranges = new Map<string, ValueRange>();
  #scene: Scene | undefined;
  #needsReset = true;
  #wasFollowing: boolean | undefined;
  #annotationProblem = '';
  readonly #figures: ScreenFigures = new ScreenFigures(() => this.invalidate());
  #liveEdge = new LiveEdge();
  #followed: FollowedScene | undefined;
  #isDirty = true;
  #isOverlayDirty = true;
  #isOverlayEmpty = true;
  #overviewAtMs = Number.NEGATIVE_INFINITY;
  #widthPx = 0;
  #heightPx = 0;
  #ratio = 1;
  #hover: PointerInput | undefined;
  #band: RubberBand | undefined;

  /** All lanes, hidden ones too, in order. */
  get lanes(): readonly Lane[] {
    return this.#lanes;
  }

  /** What was drawn last; `undefined` before the first frame. */
  get scene(): Scene | undefined {
    return this.#scene;
  }

  get pointer(): PointerInput | undefined {
    return this.#hover;
  }

  /** Why the newest request failed, in words for the user; empty = it did not. */
  get problem(): string {
    return this.#loaders().find((loader) => loader.error)?.error?.message ?? this.#annotationProblem;
  }

  /** Gives up a drag under way; true if there was one. */
  cancelGesture(): boolean {
    return this.#zones.cancel();
  }

  snap(timeS: number): number {
    return snapToSample(this.#shownLanes, timeS, SNAP_REACH_PX * this.#secondsPerPx);
  }

  override focus(options?: FocusOptions): void {
    this.plot.focus(options);
  }

  /** Draws in the next frame. */
  invalidate(): void {
    this.#isDirty = true;
  }

  /** The picture as it would be drawn at a size, for exports. */
  sceneOf(widthPx: number, heightPx: number): Scene {
    const { state: view, bounds } = this.model;
    const layout = layOut(widthPx, heightPx, this.#lanes, view.lanes);
    const ranges = new Map(this.#ranges);
    for (const [id, lane] of Object.entries(view.lanes)) if (lane.range) ranges.set(id, lane.range);
    return {
      layout,
      state: view,
      extent: bounds.extent,
      colors: pageTheme().colors,
      reference: timeReference(axisOfStore(this.store), view, bounds.extent, this.store?.originUtc, zoneOffsetS),
      ranges,
      figures: this.#figuresOn(layout),
      resolutionS: Math.max(finestStepS(this.#shownLanes), this.model.spanS / layout.plots.width),
      legend: legendLines(this.#shown, axisOfStore(this.store)),
    };
  }

  /** What is on screen now, with figures of just that: for an image. */
  async sceneWithFigures(): Promise<Scene> {
    const scene = this.sceneOf(this.#widthPx, this.#heightPx);
    if (!scene.state.isFollowing) return scene;
    const lanes = scene.layout.lanes.map(({ lane }) => lane);
    return { ...scene, figures: await figuresNow(lanes, scene.state.time) };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#cleanups = [
      frameClock().add(this, (nowMs) => this.#frame(nowMs)),
      observePixels(this, (size) => this.#resize(size)),
      this.model.onChange(() => this.invalidate()),
      pageTheme().onChange(() => this.invalidate()),
      () => this.#input?.dispose(),
      () => this.#picture?.dispose(),
    ];
    if (this.hasUpdated) this.#listen();
    this.invalidate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanup of this.#cleanups) cleanup();
    this.#cleanups = [];
    this.#figures.clear();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('store')) this.#needsReset = true;
    if (changed.has('store') || changed.has('compared')) this.#load();
    this.#limitLanes();
    this.invalidate();
  }

  override firstUpdated(): void {
    this.#gestures = new Gestures({
      model: this.model,
      snap: (timeS) => this.snap(timeS),
      showBand: (band) => {
        this.#band = band;
        this.#isOverlayDirty = true;
      },
    });
    this.#listen();
  }

  override render(): TemplateResult {
    return html`
      <div class="plot" tabindex="0" role="group" aria-label=${this.label} aria-describedby="summary">
        <div class="base" id="summary" role="img" aria-label=${this.summary}></div>
        <canvas class="overlay" aria-hidden="true"></canvas>
      </div>
      <div class="progress"></div>
    `;
  }

  #listen(): void {
    const { model } = this;
    this.#picture = new ScreenPicture(this.base, () => this.#draw());
    this.#input = new PlotInput(this.plot, {
      zones: this.#zones,
      onHover: (at) => {
        this.#hover = at;
        this.#isOverlayDirty = true;
      },
      onPinch: (middlePx, movedPx, factor) => this.#pinch(middlePx, movedPx, factor),
      onMenu: (at, isHeld) =>
        this.dispatchEvent(new CustomEvent<MenuRequest>('lab-menu-requested', { detail: { at, isHeld } })),
      onChange: () => this.invalidate(),
      onBack: () => void model.goBack(),
      onForward: () => void model.goForward(),
    });
  }

  #load(): void {
    const first: ComparedStore[] = this.store ? [{ store: this.store, label: this.label }] : [];
    const stores = [...first, ...this.compared];
    const isAlone = this.compared.length === 0;
    this.#shown = stores.map((it, place) => ({
      ...it,
      shiftS: 0,
      ...(!isAlone && it.note === undefined && { letter: letterOf(place) }),
    }));
    this.#lanes = buildLanes(this.#shown, () => this.invalidate(), this.sourceColors);
    this.#ranges.clear();
    this.#figures.clear();
    this.#liveEdge = new LiveEdge();
    this.#annotationProblem = '';
  }

  #loaders() {
    return this.#lanes.flatMap((lane) => lane.traces.map((trace) => trace.detail));
  }

  #resize({ width, height }: PixelSize): void {
    this.#widthPx = width;
    this.#heightPx = height;
    this.#ratio = devicePixelRatio;
    this.overlay.width = Math.round(width * this.#ratio);
    this.overlay.height = Math.round(height * this.#ratio);
    this.invalidate();
    // Assigning a size clears a canvas; drawing before the browser paints avoids a blank flash.
    this.#draw();
  }

  #frame(nowMs: number): void {
    if (this.#widthPx === 0) return;
    // not every change of the screen is told
    if (devicePixelRatio !== this.#ratio) this.#resize({ width: this.#widthPx, height: this.#heightPx });
    this.#input?.flush();
    const { shifts, raises } = this.model.state;
    for (const shown of this.#shown.slice(1)) {
      // a difference lies where the view has it
      if (shown.note !== undefined) continue;
      const key = shown.key ?? shown.label;
      shown.shiftS = shifts[key] ?? 0;
      shown.raises = raises[key] ?? {};
    }
    const hasGrown = refreshSignals(this.#lanes);
    const bounds = this.#bounds(nowMs);
    if (!this.#needsReset) {
      this.model.setBounds(bounds);
    } else if (bounds.extent.endS > bounds.extent.startS) {
      this.#needsReset = false;
      this.model.reset(bounds);
      void this.#begin();
    }
    this.#tellFollowing();
    const isOverviewDue = this.#wantData(nowMs, hasGrown);
    if (!this.isPart) {
      this.#figures.renew(this.model.state, lanesOnScreen(this.#lanes, this.model.state.lanes), nowMs);
    }
    if (this.#isDirty || isOverviewDue) this.#draw();
    if (this.#isOverlayDirty) this.#drawOverlay();
  }

  /** `lab-following-changed`, detail: whether it follows; also once at the begin. */
  #tellFollowing(): void {
    const { isFollowing } = this.model.state;
    if (!this.isLive || this.#needsReset || isFollowing === this.#wasFollowing) return;
    this.#wasFollowing = isFollowing;
    this.dispatchEvent(
      new CustomEvent('lab-following-changed', { detail: isFollowing, bubbles: true, composed: true }),
    );
  }

  /** The view of an earlier visit, or else what the file brings along. */
  async #begin(): Promise<void> {
    const { store, savedView, model } = this;
    if (savedView !== undefined) model.restore(savedView);
    if (!store || !model.wantsMarks) return;
    try {
      const annotations = await store.annotations();
      if (store !== this.store) return;
      model.adopt(marksOf(annotations, this.#lanes, store.originUtc));
    } catch (thrown) {
      this.#annotationProblem = `The markers and notes of this file could not be read: ${toError(thrown).message}`;
      this.invalidate();
    }
  }

  /** Of a file with many signals the first are shown; the others when the user asks for them. */
  #limitLanes(): void {
    let count = 0;
    for (const lane of this.#lanes) {
      lane.isOptional = lane.isCompanion || this.#isHidden(lane);
      if (!this.isLive && !lane.isOptional && !lane.isAsked) lane.isOptional = ++count > MOST_FIRST_LANES;
    }
  }

  #isHidden({ traces }: Lane): boolean {
    return this.hiddenSignalIds.includes(traces[0]?.signal.id ?? '');
  }

  /** What the picture is about: a lane that is hidden says nothing about its length. All where nothing is shown. */
  get #shownLanes(): readonly Lane[] {
    const shown = lanesOnScreen(this.#lanes, this.#needsReset ? {} : this.model.state.lanes);
    return shown.length > 0 ? shown : this.#lanes;
  }

  #bounds(nowMs: number): Bounds {
    const lanes = this.#shownLanes;
    const extent = extentOf(lanes);
    const doubleStepS = Number.EPSILON * Math.max(Math.abs(extent.startS), Math.abs(extent.endS));
    const signals = lanes.flatMap(({ traces }) => traces.map(({ signal }) => signal));
    return {
      extent,
      edgeS: this.#liveEdge.at(signals, extent.endS, nowMs),
      minSpanS: Math.max(MIN_SPAN_SAMPLES * finestStepS(lanes), MIN_SPAN_S, doubleStepS * MIN_SPAN_STEPS),
      isLive: this.isLive,
      pixelS: this.#secondsPerPx / this.#ratio,
    };
  }

  get #secondsPerPx(): number {
    return this.#scene ? this.model.spanS / this.#scene.layout.plots.width : 0;
  }

  /** Asks for what the view shows; true when the minimap has to be drawn again. */
  #wantData(nowMs: number, hasGrown: boolean): boolean {
    const { time, isFollowing, lanes } = this.model.state;
    const width = this.#scene?.layout.plots.width ?? this.#widthPx;
    const columnCount = Math.max(1, Math.round(width * this.#ratio));
    const isOverviewDue = hasGrown && nowMs - this.#overviewAtMs >= LIVE_OVERVIEW_INTERVAL_MS;
    if (isOverviewDue) this.#overviewAtMs = nowMs;
    const { extent } = this.model.bounds;
    const inMinimap = minimapLane(lanesOnScreen(this.#lanes, lanes));
    for (const lane of this.#lanes) {
      if (!isLaneWanted(lane, lanes)) continue;
      for (const { detail, overview, signal, shown, limits } of lane.traces) {
        const { shiftS } = shown;
        const window = { time, columnCount, margin: isFollowing ? 0 : PAN_MARGIN, shiftS, isFollowing };
        detail.want(signal, window);
        for (const limit of limits) limit.detail.want(limit.signal, window);
        if ((isOverviewDue && lane === inMinimap) || !overview.picture || overview.picture.isDraft) {
          overview.want(signal, { time: extent, columnCount: Math.round(width), margin: 0, shiftS });
        }
      }
    }
    return isOverviewDue;
  }

  #draw(): void {
    if (this.#widthPx === 0 || !this.#picture) return;
    const width = Math.round(this.#widthPx * this.#ratio);
    const height = Math.round(this.#heightPx * this.#ratio);
    this.#isDirty = false;
    if (!this.#picture.draw(width, height, (surface) => this.#drawOn(surface))) this.#isDirty = true;
  }

  #drawOn(surface: Surface): void {
    this.#isOverlayDirty = true;
    this.#followRanges();
    const scene = this.sceneOf(this.#widthPx, this.#heightPx);
    const { colors } = scene;
    this.#scene = scene;
    this.#zones.setZones(this.#gestures.zones(scene));
    if (scene.state.isFollowing) {
      if (this.#followed?.surface !== surface) this.#followed = new FollowedScene(surface);
      this.#followed.draw(this.#ratio, scene);
    } else {
      drawScene(surface.painter({ ratio: this.#ratio, fonts: { ui: colors.fontUi, mono: colors.fontMono } }), scene);
    }
    const isBusy = this.isPart || (!this.isLive && this.#loaders().some((loader) => loader.isLoading));
    this.progress.toggleAttribute('data-busy', isBusy);
    this.dispatchEvent(new CustomEvent('lab-plot-changed'));
  }

  #figuresOn({ lanes }: Layout): ReadonlyMap<Trace, ShownFigures> {
    if (this.isPart) return new Map();
    const traces = lanes.flatMap(({ lane, figures }) => (lane.isDigital || figures.width === 0 ? [] : lane.traces[0]!));
    return new Map(
      traces.flatMap((trace) => {
        const figures = this.#figures.of(trace, this.model.state);
        return figures ? [[trace, figures] as const] : [];
      }),
    );
  }

  #followRanges(): void {
    const { time } = this.model.state;
    for (const { id, isDigital, traces } of this.#lanes) {
      let min = Number.POSITIVE_INFINITY;
      let max = Number.NEGATIVE_INFINITY;
      for (const trace of traces) {
        const { detail, overview, shown } = trace;
        const picture = detail.picture ?? overview.picture;
        const values = picture?.valuesIn({ startS: time.startS - shown.shiftS, endS: time.endS - shown.shiftS });
        if (!values) continue;
        min = Math.min(min, values.min + raiseOf(trace));
        max = Math.max(max, values.max + raiseOf(trace));
      }
      const { isFollowing, lanes } = this.model.state;
      const previous = isFollowing ? this.#ranges.get(id) : undefined;
      const isLog = lanes[id]?.isLog === true && max > 0;
      if (!(min <= max)) continue;
      const data = isDigital ? wholeNumbers({ min, max }) : { min, max };
      this.#ranges.set(id, isLog ? logRange(data) : followRange(previous, data));
    }
  }

  #drawOverlay(): void {
    const context = this.overlay.getContext('2d');
    if (!context || !this.#scene) return;
    this.#isOverlayDirty = false;
    const hover = hoverAt(this.#scene, this.#zones.isDragging ? undefined : this.#hover);
    const isEmpty = !hover && !this.#band;
    // Touching a canvas makes the browser paint all of it again.
    if (isEmpty && this.#isOverlayEmpty) return;
    this.#isOverlayEmpty = isEmpty;
    const { colors } = this.#scene;
    const painter = new CanvasPainter(context, this.#ratio, { ui: colors.fontUi, mono: colors.fontMono });
    context.clearRect(0, 0, this.#widthPx, this.#heightPx);
    drawOverlay(painter, this.#scene, hover, this.#band);
  }

  #pinch(middlePx: number, movedPx: number, factor: number): void {
    const plots = this.#scene?.layout.plots;
    if (!plots) return;
    const { model } = this;
    // What was between the fingers stays there: pan and zoom in one step, so that no limit cuts off one of them.
    const spanS = model.spanS / factor;
    const heldS = model.state.time.startS + ((middlePx - movedPx - plots.x) / plots.width) * model.spanS;
    const startS = heldS - ((middlePx - plots.x) / plots.width) * spanS;
    model.setTime({ startS, endS: startS + spanS }, 'wheel');
  }
}

/** Local time minus UTC at a moment, in seconds. */
function zoneOffsetS(unixMs: number): number {
  return -new Date(unixMs).getTimezoneOffset() * 60;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-waveform-plot': LabWaveformPlot;
  }
}
