// Histograms with what is done with them: line, bars or steps, linear or logarithmic, a region with its net area and a
// fitted curve, a list of peaks, a cursor, zoom.

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatCount } from '../../../base/si.ts';
import type { DecayFit } from '../../../model/decay-fit.ts';
import { FIT_CHOICES, type FitChoice, fitRegion } from '../../../model/region-fit.ts';
import { findSpectrumPeaks, type PeakFit } from '../../../model/spectrum-peaks.ts';
import { controlStyles } from '../../elements/controls.ts';
import { panelStyles } from '../../elements/panel-styles.ts';
import '../../plot/plot-canvas.ts';
import type { ImagePainter } from '../../plot/painter.ts';
import type { LabPlotCanvas, PlotSurface } from '../../plot/plot-canvas.ts';
import { wheelSteps } from '../../plot/zones.ts';
import type { Drawing } from '../../save-picture.ts';
import { pageTheme } from '../../theme/theme.ts';
import { peakTable, regionFindings } from './findings.ts';
import {
  drawHistogram,
  type HistogramScene,
  type HistogramSeries,
  histogramFrame,
  type PlotType,
} from './histogram-scene.ts';
import { histogramStyles } from './histogram-styles.ts';
import { numberInput } from './number-input.ts';
import { panned, zoomed } from './shown-places.ts';

/** Rows of the peak list. */
const MAX_PEAKS = 12;
const TYPES: readonly PlotType[] = ['line', 'bar', 'step'];
/** Bin of the main histogram; undefined when the pointer is elsewhere. */
export interface CursorMove {
  readonly bin: number | undefined;
}

type Region = readonly [start: number, end: number];

/**
 * The owner's own tools go into the slots `head` (before the tools), `tools` (after the kind of drawing) and `details`
 * (below the picture, shown with `has-details`). `lab-cursor-moved` (detail: CursorMove)
 * follows the pointer. With `can-zoom` the wheel zooms, Shift and dragging move, double clicks show all. Page only.
 */
@customElement('lab-histogram')
export class LabHistogram extends LitElement {
  static override readonly styles = [controlStyles, panelStyles, histogramStyles];

  /** At least one. */
  @property({ attribute: false }) series!: readonly HistogramSeries[];
  /** Index of the one that is measured. */
  @property({ attribute: false }) main = 0;
  /** What the picture is, and of what, for screen readers. */
  @property() kind = 'Histogram';
  @property() subject = '';
  /** Of the axis, without the unit. */
  @property() axisLabel = '';
  @property() countWord = 'entries';
  @property({ attribute: false }) initialType: PlotType = 'line';
  @property({ attribute: false }) isLogAtFirst = false;
  /** What can be fitted to a region; the first unless the user takes another. At least one. */
  @property({ attribute: false }) fitChoices: readonly FitChoice[] = FIT_CHOICES;
  /** Time in which was counted: areas get rates; 0 when it is not known. */
  @property({ attribute: false }) liveS = 0;
  @property({ type: Boolean, attribute: 'can-zoom' }) canZoom = false;
  @property({ type: Boolean, attribute: 'has-details' }) hasDetails = false;
  /** What stands at the cursor. */
  @property({ attribute: false }) cursorText: (bin: number) => string = (bin) => this.#ownCursorText(bin);
  @state() private type: PlotType | undefined;
  @state() private ownIsLog: boolean | undefined;
  @state() private arePeaksShown = false;
  @state() private region: Region | undefined;
  @state() private ownChoice: FitChoice | undefined;
  /** Places of the main histogram that are on screen; all when undefined. */
  @state() private zoom: Region | undefined;
  @state() private cursor: number | undefined;
  @query('lab-plot-canvas') private readonly canvas!: LabPlotCanvas;
  #drag: { readonly kind: 'region' | 'pan'; readonly fromBin: number; lastPx: number } | undefined;
  #regionFit: PeakFit | DecayFit | undefined;
  #peaks: readonly PeakFit[] = [];
  /** A fit takes longer than a frame has; the cursor moves in every one. */
  readonly #fitOf = keepLast(fitRegion);
  readonly #peaksOf = keepLast((counts: Float64Array) => findSpectrumPeaks(counts, MAX_PEAKS));

  get #choice(): FitChoice {
    return this.ownChoice ?? this.fitChoices[0]!;
  }

  get #isLog(): boolean {
    return this.ownIsLog ?? this.isLogAtFirst;
  }

  get #main(): HistogramSeries {
    return this.series[this.main] ?? this.series[0]!;
  }

  /** Bins [start, end) that the user marked. */
  get marked(): Region | undefined {
    return this.region;
  }

  /** Marks bins [start, end); nothing when there are none. */
  mark(start: number, end: number): void {
    if (start !== end) this.region = [Math.min(start, end), Math.max(start, end)];
  }

  showAll(): void {
    this.zoom = undefined;
  }

  /** The picture as it is on screen, without the cursor, for a file. */
  drawing(): Drawing {
    const { colors } = pageTheme();
    const { clientWidth: widthPx, clientHeight: heightPx } = this.canvas;
    const draw = (painter: ImagePainter) => {
      painter.fillRect({ x: 0, y: 0, width: widthPx, height: heightPx }, colors.ground);
      drawHistogram({ painter, widthPx, heightPx, colors }, { ...this.#scene(), cursor: undefined });
    };
    return { widthPx, heightPx, fonts: { ui: colors.fontUi, mono: colors.fontMono }, draw };
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('series')?.[(changed.get('main') as number | undefined) ?? this.main];
    const { counts } = this.#main;
    if (before && before.counts.length !== counts.length) {
      this.region = undefined;
      this.zoom = undefined;
      this.cursor = undefined;
    }
    this.#regionFit = this.region && this.#fitOf(counts, this.region, this.#choice);
    this.#peaks = this.arePeaksShown ? this.#peaksOf(counts) : [];
  }

  override render(): TemplateResult {
    const toggle = (label: string, title: string, isOn: boolean, change: () => void) =>
      html`<button class="quiet small-button" title=${title} aria-pressed=${isOn} @click=${change}>${label}</button>`;
    const total = this.#main.counts.reduce((sum, count) => (count > 0 ? sum + count : sum), 0);
    const label = `${this.kind} ${this.subject}: ${total} ${this.countWord}`;
    return html`
      <header>
        <slot name="head"></slot>
        <span class="space"></span>
        <select
          aria-label="Drawing of ${this.subject}"
          @change=${(event: Event) => (this.type = TYPES[(event.target as HTMLSelectElement).selectedIndex])}
        >
          ${TYPES.map((type) => html`<option .selected=${type === (this.type ?? this.initialType)}>${type}</option>`)}
        </select>
        ${toggle('log', 'Logarithmic counts', this.#isLog, () => (this.ownIsLog = !this.#isLog))}
        <slot name="tools"></slot>
        ${toggle('region', 'Mark a region: a peak or a decay is fitted, or its net area told. Or drag over the picture.', this.region !== undefined, () => this.#toggleRegion())}
        ${toggle('peaks', 'List peaks with fitted positions and widths', this.arePeaksShown, () => (this.arePeaksShown = !this.arePeaksShown))}
        ${this.zoom ? toggle('all', 'Show the whole histogram again (double click)', false, () => this.showAll()) : nothing}
      </header>
      <lab-plot-canvas
        label=${label}
        ?can-focus=${this.canZoom}
        .paint=${(surface: PlotSurface) => drawHistogram(surface, this.#scene())}
        @pointerdown=${this.#onPointerDown}
        @pointermove=${this.#onPointerMove}
        @pointerup=${this.#onPointerUp}
        @pointerleave=${() => this.#moveCursor(undefined)}
        @wheel=${this.#onWheel}
        @dblclick=${() => this.showAll()}
        @keydown=${this.#onKeyDown}
      ></lab-plot-canvas>
      <span class="corner number small">${formatCount(total)} ${this.countWord}</span>
      ${this.hasDetails || this.arePeaksShown || this.region ? html`<footer>${this.#details()}</footer>` : nothing}
    `;
  }

  #details(): TemplateResult {
    const { axis } = this.#main;
    const markPeak = ({ start, end }: PeakFit) => this.mark(start, end);
    return html`
      <slot name="details"></slot>
      ${this.region ? this.#regionText(this.region) : nothing}
      ${this.arePeaksShown ? peakTable(axis, this.#peaks, markPeak) : nothing}
    `;
  }

  #regionText(region: Region): TemplateResult {
    const [start, end] = region;
    const { axis, counts } = this.#main;
    const digits = (value: number) => Number(value.toPrecision(6));
    const { countWord, fitChoices, liveS } = this;
    const choice = this.#choice;
    return html`<p class="fields">
      ${numberInput('from', digits(axis.startValue(start)), (value) => this.mark(axis.startOf(value), end))}
      ${numberInput('to', digits(axis.endValue(end)), (value) => this.mark(start, axis.endOf(value)))}
      ${fitChoices.length > 1 ? this.#fitChoice(fitChoices) : nothing}
      <span class="findings"
        >${regionFindings({ axis, counts, region, choice, fit: this.#regionFit, countWord, liveS })}</span
      >
    </p>`;
  }

  #fitChoice(choices: readonly FitChoice[]): TemplateResult {
    return html`<label>fit<select
        title="What is fitted to the region; automatic takes what tells the counts best"
        @change=${(event: Event) => (this.ownChoice = choices[(event.target as HTMLSelectElement).selectedIndex]!)}
      >
        ${choices.map((one) => html`<option ?selected=${one === this.#choice}>${one}</option>`)}
      </select></label>`;
  }

  #toggleRegion(): void {
    const [start, end] = this.#shown;
    const third = (end - start) / 3;
    if (this.region) this.region = undefined;
    else this.mark(Math.floor(start + third), Math.ceil(end - third));
  }

  get #shown(): Region {
    return this.zoom ?? [0, this.#main.axis.binCount];
  }

  #scene(): HistogramScene {
    const fit = this.#regionFit;
    const { unit } = this.#main.axis;
    return {
      series: this.series,
      main: this.#main,
      label: unit === '' ? this.axisLabel : `${this.axisLabel} in ${unit}`,
      countWord: this.countWord,
      isLog: this.#isLog,
      type: this.type ?? this.initialType,
      fitColor: pageTheme().colors.warn,
      shown: this.#shown,
      region: this.region,
      fits: fit ? [fit, ...this.#peaks] : this.#peaks,
      cursor: this.cursor === undefined ? undefined : { bin: this.cursor, text: this.cursorText(this.cursor) },
    };
  }

  #ownCursorText(bin: number): string {
    const { axis, counts } = this.#main;
    const value = Number(axis.valueAt(bin + 0.5).toPrecision(5));
    return `${value}${axis.unit === '' ? '' : `\u202f${axis.unit}`}: ${formatCount(counts[bin]!)}`;
  }

  #moveCursor(bin: number | undefined): void {
    if (bin === this.cursor) return;
    this.cursor = bin;
    this.dispatchEvent(new CustomEvent<CursorMove>('lab-cursor-moved', { detail: { bin } }));
  }

  /** Value on the axis below a pointer. */
  #valueUnder(event: MouseEvent): number {
    const { left, width, height } = this.canvas.getBoundingClientRect();
    return histogramFrame(this.#scene(), width, height).frame.x.fromPx(event.clientX - left);
  }

  #moveBy(part: number): void {
    this.zoom = this.zoom && panned(this.zoom, part, this.#main.axis.binCount);
  }

  #zoomAt(place: number, steps: number): void {
    this.zoom = zoomed(this.#shown, place, steps, this.#main.axis.binCount);
  }

  readonly #onPointerDown = (event: PointerEvent): void => {
    if (event.button > 1) return;
    this.canvas.setPointerCapture(event.pointerId);
    const isPan = this.canZoom && (event.shiftKey || event.button === 1);
    const fromBin = this.#main.axis.edgeOf(this.#valueUnder(event));
    this.#drag = { kind: isPan ? 'pan' : 'region', fromBin, lastPx: event.clientX };
    if (!isPan) this.region = undefined;
    if (event.button === 1) event.preventDefault();
  };

  readonly #onPointerMove = (event: PointerEvent): void => {
    const { axis } = this.#main;
    const value = this.#valueUnder(event);
    this.#moveCursor(axis.binOf(value));
    const drag = this.#drag;
    if (drag?.kind === 'pan') {
      this.#moveBy((drag.lastPx - event.clientX) / this.canvas.clientWidth);
      drag.lastPx = event.clientX;
    } else if (drag) {
      const bin = axis.edgeOf(value);
      this.region = bin === drag.fromBin ? undefined : [Math.min(drag.fromBin, bin), Math.max(drag.fromBin, bin)];
    }
  };

  readonly #onPointerUp = (): void => {
    this.#drag = undefined;
  };

  readonly #onWheel = (event: WheelEvent): void => {
    if (!this.canZoom) return;
    event.preventDefault();
    const { stepsX, stepsY } = wheelSteps(event);
    if (stepsY !== 0) this.#zoomAt(this.#main.axis.placeOf(this.#valueUnder(event)), stepsY);
    if (stepsX !== 0) this.#moveBy(-stepsX / 10);
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (!this.canZoom || event.ctrlKey || event.metaKey || event.altKey) return;
    const { binCount } = this.#main.axis;
    const [start, end] = this.#shown;
    const place = this.cursor === undefined ? (start + end) / 2 : this.cursor + 0.5;
    const step = (by: number) =>
      this.#moveCursor(Math.min(binCount - 1, Math.max(0, Math.floor(place) + (event.shiftKey ? 10 * by : by))));
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      '+': () => this.#zoomAt(place, 1),
      '-': () => this.#zoomAt(place, -1),
      '0': () => this.showAll(),
      Escape: () => {
        this.region = undefined;
      },
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
}

/** The last result as long as the arguments are the same. */
function keepLast<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    if (!last?.args.every((arg, i) => arg === args[i])) last = { args, result: compute(...args) };
    return last.result;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-histogram': LabHistogram;
  }
}
