import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { SignalStore } from '../../../model/signal-store.ts';
import { CanvasPainter } from '../../plot/canvas-painter.ts';
import { frameClock } from '../../plot/frame-clock.ts';
import { type PointerInput, wheelSteps, ZoneController } from '../../plot/zones.ts';
import { pageTheme } from '../../theme/theme.ts';
import { followRange, valuesOf } from './auto-range.ts';
import { type CommandContext, commandFor } from './commands.ts';
import type { Scene } from './geometry.ts';
import { Gestures, type RubberBand } from './gestures.ts';
import { drawOverlay, hoverAt } from './hover.ts';
import {
  buildLanes,
  extentOf,
  fastestRateHz,
  type Lane,
  refreshSignals,
  type ShownStore,
  snapToSample,
} from './lanes.ts';
import { layOut } from './layout.ts';
import { type Bounds, WaveformModel } from './model.ts';
import { sampleAt } from './request.ts';
import { drawScene } from './scene.ts';
import type { ValueRange } from './state.ts';
import { formatPosition, timeReference } from './time-label.ts';

/** A live overview is renewed this often; the view itself in every frame. */
const LIVE_OVERVIEW_INTERVAL_MS = 250;
/** A still view loads half a screen more on both sides, so that small pans need no request. */
const PAN_MARGIN = 0.5;
/** Narrowest span on screen, in samples of the fastest signal. */
const MIN_SPAN_SAMPLES = 8;
const FIRST_PINCH_COUNT = 2;

/**
 * The waveform viewer over any `SignalStore`: lanes with a shared time axis, minimap, markers.
 *
 * Set `store` and `isLive`; keep `model` to save and restore the view. Page only.
 */
@customElement('lab-waveform-view')
export class LabWaveformView extends LitElement implements CommandContext {
  static override readonly styles = css`
    :host {
      display: block;
      position: relative;
      min-height: 120px;
      contain: strict;
      background: var(--lab-ground-plot);
      color: var(--lab-text);
      font: var(--lab-size-small) var(--lab-font-ui);
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
      transition: opacity var(--lab-duration) 200ms;
    }
    .progress[data-busy] {
      opacity: 1;
    }
    .message {
      position: absolute;
      inset: auto 0 12px;
      margin: 0 auto;
      width: fit-content;
      max-width: 80%;
      padding: var(--lab-space-2) var(--lab-space-3);
      border-radius: var(--lab-radius);
      background: var(--lab-danger-ground);
      color: var(--lab-text);
    }
    .summary {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `;

  /** What is shown; `undefined` shows an empty view. */
  @property({ attribute: false }) store: SignalStore | undefined;
  /** The store grows: the view follows its end until the user moves away. */
  @property({ type: Boolean, attribute: 'is-live' }) isLive = false;
  /** Name of the data, for screen readers and exports. */
  @property() label = 'Waveforms';
  /** Recordings laid over the first one. */
  @property({ attribute: false }) compared: readonly ShownStore[] = [];

  @state() private message = '';
  @state() private spoken = '';

  @query('.plot') private readonly plot!: HTMLElement;
  @query('.base') private readonly base!: HTMLCanvasElement;
  @query('.overlay') private readonly overlay!: HTMLCanvasElement;
  @query('.progress') private readonly progress!: HTMLElement;

  readonly model = new WaveformModel(() => performance.now());
  readonly #zones = new ZoneController();
  readonly #gestures = new Gestures({
    model: this.model,
    snap: (timeS) => snapToSample(this.#lanes, timeS),
    showBand: (band) => {
      this.#band = band;
      this.#isOverlayDirty = true;
    },
  });
  #cleanups: (() => void)[] = [];
  #lanes: Lane[] = [];
  #ranges = new Map<string, ValueRange>();
  #scene: Scene | undefined;
  #needsReset = true;
  #isDirty = true;
  #overviewAtMs = Number.NEGATIVE_INFINITY;
  #isOverlayDirty = true;
  #widthPx = 0;
  #heightPx = 0;
  #ratio = 1;
  #hover: PointerInput | undefined;
  #band: RubberBand | undefined;
  #pendingMove: PointerInput | undefined;
  #pendingWheel: (PointerInput & { stepsX: number; stepsY: number }) | undefined;
  readonly #touches = new Map<number, { x: number; y: number }>();
  #pinch: { distancePx: number; middlePx: number } | undefined;

  /** Lanes on screen and hidden ones, in order. */
  get lanes(): readonly Lane[] {
    return this.#lanes;
  }

  /** What was drawn last; `undefined` before the first frame. */
  get scene(): Scene | undefined {
    return this.#scene;
  }

  /** Where the pointer is, in time; the middle of the view when it is elsewhere. */
  get focusS(): number {
    const { startS, endS } = this.model.state.time;
    const plots = this.#scene?.layout.plots;
    if (!plots || !this.#hover || this.#hover.x < plots.x || this.#hover.x > plots.x + plots.width) {
      return this.snap((startS + endS) / 2);
    }
    return this.snap(startS + ((this.#hover.x - plots.x) / plots.width) * (endS - startS));
  }

  get pointer(): PointerInput | undefined {
    return this.#hover;
  }

  snap(timeS: number): number {
    return snapToSample(this.#lanes, timeS);
  }

  cancelGesture(): boolean {
    return this.#zones.cancel();
  }

  announce(text: string): void {
    this.spoken = text;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const sizes = new ResizeObserver(([entry]) => this.#resize(entry!));
    sizes.observe(this);
    this.#cleanups = [
      frameClock().add(this, (nowMs) => this.#frame(nowMs)),
      () => sizes.disconnect(),
      this.model.onChange(() => this.#invalidate()),
      pageTheme().onChange(() => this.#invalidate()),
    ];
    this.#invalidate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanup of this.#cleanups) cleanup();
    this.#cleanups = [];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('store')) this.#needsReset = true;
    if (changed.has('store') || changed.has('compared')) {
      this.#load();
    }
    if (changed.has('isLive') && !changed.has('store')) this.#overviewAtMs = Number.NEGATIVE_INFINITY;
    this.#invalidate();
  }

  override firstUpdated(): void {
    this.plot.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
  }

  override render() {
    return html`
      <div
        class="plot"
        tabindex="0"
        role="group"
        aria-label=${this.label}
        aria-describedby="summary"
        @pointerdown=${this.#onPointerDown}
        @pointermove=${this.#onPointerMove}
        @pointerup=${this.#onPointerUp}
        @pointercancel=${this.#onPointerCancel}
        @pointerleave=${this.#onPointerLeave}
        @dblclick=${(event: MouseEvent) => this.#zones.doubleClick(this.#input(event))}
        @auxclick=${this.#onAuxClick}
        @keydown=${this.#onKeyDown}
      >
        <canvas class="base" role="img" aria-label=${`${this.label}, plot`}></canvas>
        <canvas class="overlay" aria-hidden="true"></canvas>
      </div>
      <div class="progress"></div>
      ${this.message === '' ? nothing : html`<div class="message" role="alert">${this.message}</div>`}
      <div id="summary" class="summary" aria-live="polite">${this.spoken}</div>
    `;
  }

  #load(): void {
    const shown = this.store ? [{ store: this.store, label: this.label, shiftS: 0 }, ...this.compared] : [];
    this.#lanes = buildLanes(shown, () => this.#invalidate());
    this.#ranges.clear();
  }

  #invalidate(): void {
    this.#isDirty = true;
  }

  #resize(entry: ResizeObserverEntry): void {
    const { width, height } = entry.contentRect;
    this.#widthPx = width;
    this.#heightPx = height;
    this.#ratio = devicePixelRatio;
    for (const canvas of [this.base, this.overlay]) {
      canvas.width = Math.round(width * this.#ratio);
      canvas.height = Math.round(height * this.#ratio);
    }
    this.#invalidate();
  }

  #frame(nowMs: number): void {
    this.#flushInput();
    const hasGrown = refreshSignals(this.#lanes);
    const bounds = this.#bounds();
    if (this.#needsReset && bounds.extent.endS > bounds.extent.startS) {
      this.#needsReset = false;
      this.model.reset(bounds);
    } else if (!this.#needsReset) {
      this.model.setBounds(bounds);
    }
    const isOverviewDue = this.#wantData(nowMs, hasGrown);
    if (this.#isDirty || isOverviewDue) {
      this.#isDirty = false;
      this.#isOverlayDirty = true;
      this.#draw();
    }
    if (this.#isOverlayDirty) {
      this.#isOverlayDirty = false;
      this.#drawOverlay();
    }
  }

  #bounds(): Bounds {
    const spanS = this.model.spanS;
    return {
      extent: extentOf(this.#lanes),
      minSpanS: MIN_SPAN_SAMPLES / fastestRateHz(this.#lanes),
      isLive: this.isLive,
      pixelS: this.#scene ? spanS / (this.#scene.layout.plots.width * this.#ratio) : 0,
    };
  }

  /** Asks for what the view shows; true when the minimap has to be drawn again. */
  #wantData(nowMs: number, hasGrown: boolean): boolean {
    const { time, isFollowing } = this.model.state;
    const width = this.#scene?.layout.plots.width ?? this.#widthPx;
    const columnCount = Math.max(1, Math.round(width * this.#ratio));
    const isOverviewDue = hasGrown && nowMs - this.#overviewAtMs >= LIVE_OVERVIEW_INTERVAL_MS;
    if (isOverviewDue) this.#overviewAtMs = nowMs;
    const { extent } = this.model.bounds;
    for (const { id, traces } of this.#lanes) {
      if (this.model.state.lanes[id]?.isHidden) continue;
      for (const { detail, overview, signal, shown } of traces) {
        const { shiftS } = shown;
        detail.want(signal, { time, columnCount, margin: isFollowing ? 0 : PAN_MARGIN, shiftS });
        if (isOverviewDue || !overview.summary) {
          overview.want(signal, { time: extent, columnCount: Math.round(width), margin: 0, shiftS });
        }
      }
    }
    return isOverviewDue;
  }

  #draw(): void {
    const context = this.base?.getContext('2d');
    if (!context || this.#widthPx === 0) return;
    const colors = pageTheme().colors;
    const scene = this.#makeScene();
    this.#scene = scene;
    this.#zones.setZones(this.#gestures.zones(scene));
    drawScene(new CanvasPainter(context, this.#ratio, { ui: colors.fontUi, mono: colors.fontMono }), scene);
    const loaders = this.#lanes.flatMap((lane) => lane.traces.map((trace) => trace.detail));
    this.progress.toggleAttribute('data-busy', !this.isLive && loaders.some((loader) => loader.isLoading));
    this.message = loaders.find((loader) => loader.error)?.error?.message ?? '';
  }

  #makeScene(): Scene {
    const { state: view, bounds } = this.model;
    const layout = layOut(this.#widthPx, this.#heightPx, this.#lanes, view.lanes);
    this.#followRanges();
    const ranges = new Map(this.#ranges);
    for (const [id, lane] of Object.entries(view.lanes)) if (lane.range) ranges.set(id, lane.range);
    const originUtc = this.store?.originUtc;
    return {
      layout,
      state: view,
      extent: bounds.extent,
      colors: pageTheme().colors,
      originUtc,
      reference: timeReference(view, bounds.extent, originUtc, zoneOffsetS),
      ranges,
      resolutionS: Math.max(1 / fastestRateHz(this.#lanes), this.model.spanS / layout.plots.width),
    };
  }

  #followRanges(): void {
    const { time } = this.model.state;
    for (const { id, traces } of this.#lanes) {
      let min = Number.POSITIVE_INFINITY;
      let max = Number.NEGATIVE_INFINITY;
      for (const { detail, overview, signal, shown } of traces) {
        const summary = detail.summary ?? overview.summary;
        const start = sampleAt(signal, time.startS, shown.shiftS);
        const end = sampleAt(signal, time.endS, shown.shiftS);
        const values = summary && valuesOf(summary, start, end);
        if (!values) continue;
        min = Math.min(min, values.min);
        max = Math.max(max, values.max);
      }
      const previous = this.model.state.isFollowing ? this.#ranges.get(id) : undefined;
      if (min <= max) this.#ranges.set(id, followRange(previous, { min, max }));
    }
  }

  #drawOverlay(): void {
    const context = this.overlay?.getContext('2d');
    if (!context || !this.#scene) return;
    const { colors } = this.#scene;
    const painter = new CanvasPainter(context, this.#ratio, { ui: colors.fontUi, mono: colors.fontMono });
    context.clearRect(0, 0, this.#widthPx, this.#heightPx);
    const at = this.#zones.isDragging ? undefined : this.#hover;
    drawOverlay(painter, this.#scene, hoverAt(this.#scene, at), this.#band);
  }

  // Input: collected, and handed on once per frame.

  #input(event: MouseEvent): PointerInput {
    const box = this.plot.getBoundingClientRect();
    return {
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      shift: event.shiftKey,
      ctrl: event.ctrlKey || event.metaKey,
      alt: event.altKey,
    };
  }

  #flushInput(): void {
    const move = this.#pendingMove;
    this.#pendingMove = undefined;
    if (move) this.#zones.move(move);
    const wheel = this.#pendingWheel;
    this.#pendingWheel = undefined;
    if (wheel) this.#zones.wheel(wheel);
  }

  #onWheel(event: WheelEvent): void {
    const at = this.#input(event);
    // A pinch on a trackpad arrives as a wheel with Ctrl; it zooms like the wheel, in its own fine steps.
    const steps = wheelSteps(event.ctrlKey ? { ...pickDeltas(event), deltaY: event.deltaY * 4 } : event);
    if (!this.#zones.zoneAt(at, (zone) => zone.onWheel !== undefined)) return;
    event.preventDefault();
    const pending = this.#pendingWheel;
    this.#pendingWheel = {
      ...at,
      stepsX: steps.stepsX + (pending?.stepsX ?? 0),
      stepsY: steps.stepsY + (pending?.stepsY ?? 0),
    };
  }

  #onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.plot.setPointerCapture(event.pointerId);
    const at = this.#input(event);
    if (event.pointerType === 'touch') {
      this.#touches.set(event.pointerId, at);
      if (this.#touches.size >= FIRST_PINCH_COUNT) {
        this.#zones.cancel();
        this.#pinch = undefined;
        return;
      }
    }
    this.#zones.down(at);
  }

  #onPointerMove(event: PointerEvent): void {
    const at = this.#input(event);
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, at);
    if (this.#touches.size >= FIRST_PINCH_COUNT) {
      this.#movePinch();
      return;
    }
    this.#hover = at;
    this.#pendingMove = at;
    this.plot.style.cursor = this.#zones.cursorAt(at);
    this.#isOverlayDirty = true;
  }

  #onPointerUp(event: PointerEvent): void {
    const wasPinching = this.#touches.size >= FIRST_PINCH_COUNT;
    this.#touches.delete(event.pointerId);
    this.#pinch = undefined;
    if (wasPinching || event.button !== 0) return;
    this.#pendingMove = undefined;
    this.#zones.up(this.#input(event));
    this.#invalidate();
  }

  #onPointerCancel(event: PointerEvent): void {
    this.#touches.delete(event.pointerId);
    this.#pinch = undefined;
    this.#zones.cancel();
  }

  #onPointerLeave(): void {
    this.#hover = undefined;
    this.#isOverlayDirty = true;
  }

  #movePinch(): void {
    const [a, b] = [...this.#touches.values()] as [PointerInput, PointerInput];
    const now = { distancePx: Math.max(Math.abs(a.x - b.x), 20), middlePx: (a.x + b.x) / 2 };
    const before = this.#pinch;
    this.#pinch = now;
    const plots = this.#scene?.layout.plots;
    if (!before || !plots) return;
    const perPx = this.model.spanS / plots.width;
    this.model.panTime((before.middlePx - now.middlePx) * perPx, 'wheel');
    const anchorS = this.model.state.time.startS + (now.middlePx - plots.x) * perPx;
    this.model.zoomTime(before.distancePx / now.distancePx, anchorS, 'wheel');
  }

  #onAuxClick(event: MouseEvent): void {
    if (event.button === 1) this.#zones.middleClick(this.#input(event));
    // The back and forward buttons of a mouse.
    if (event.button === 3) this.model.goBack();
    if (event.button === 4) this.model.goForward();
  }

  #onKeyDown(event: KeyboardEvent): void {
    const command = commandFor(event);
    if (!command) return;
    if (command.run(this) === false) return;
    event.preventDefault();
    event.stopPropagation();
    this.#speak();
  }

  /** The text alternative of the plot, renewed by key presses only: a running view would never stop talking. */
  #speak(): void {
    const scene = this.#makeScene();
    const { time, markers } = scene.state;
    const at = (timeS: number) => formatPosition(scene.reference, timeS, scene.resolutionS);
    const marks = markers.length === 0 ? 'no markers' : `${markers.length} markers`;
    this.spoken = `${at(time.startS)} to ${at(time.endS)}, ${marks}`;
  }
}

function pickDeltas({ deltaX, deltaMode, shiftKey }: WheelEvent) {
  return { deltaX, deltaMode, shiftKey };
}

/** Local time minus UTC at a moment, in seconds. */
function zoneOffsetS(unixMs: number): number {
  return -new Date(unixMs).getTimezoneOffset() * 60;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-waveform-view': LabWaveformView;
  }
}
