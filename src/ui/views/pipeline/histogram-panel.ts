// A histogram of a run: line, bars or steps; a region with its net area and a fitted peak; an energy scale.

import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { formatCount, formatUncertain } from '../../../base/si.ts';
import type { DecayFit } from '../../../model/decay-fit.ts';
import type { Uncertain } from '../../../model/poisson-fit.ts';
import { FIT_CHOICES, type FitChoice, fitRegion } from '../../../model/region-fit.ts';
import { findSpectrumPeaks, netArea, type PeakFit } from '../../../model/spectrum-peaks.ts';
import type { Picture } from '../../../pipeline/functions/template.ts';
import { controlStyles } from '../../elements/controls.ts';
import { pageTheme } from '../../theme/theme.ts';
import { shortName } from './figure-text.ts';
import { panelStyles } from './panel-styles.ts';
import './plot-canvas.ts';
import { drawHistogram, type HistogramScene, histogramFrame } from './histogram-scene.ts';
import type { LabPlotCanvas, PlotSurface } from './plot-canvas.ts';

type HistogramPicture = Extract<Picture, { readonly kind: 'histogram' }>;
export type PlotType = 'line' | 'bar' | 'step';

const TYPES: readonly PlotType[] = ['line', 'bar', 'step'];
/** Letters of the worker's name that fit beside the tools. */
const WORKER_CHARS = 9;
/** Rows of the peak list. */
const MAX_PEAKS = 6;

@customElement('lab-histogram-panel')
export class LabHistogramPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    panelStyles,
    css`
      header .worker {
        flex: 0 1 auto;
        min-inline-size: 32px;
        overflow: hidden;
        white-space: nowrap;
        text-overflow: ellipsis;
      }
      lab-plot-canvas {
        cursor: crosshair;
        touch-action: none;
      }
      footer {
        max-block-size: max(120px, 50%);
        overflow: auto;
        padding: 4px 8px;
        border-block-start: 1px solid var(--lab-line);
        font-size: var(--lab-size-small);
      }
      td,
      th {
        padding-block: 1px;
      }
      td,
      th {
        text-align: end;
        white-space: nowrap;
      }
      .scale {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
      }
      .scale input {
        inline-size: 76px;
        --lab-control-height: var(--lab-control-small);
      }
      .scale input.unit {
        inline-size: 52px;
      }
      label {
        display: inline-flex;
        gap: 4px;
        align-items: center;
      }
    `,
  ];

  @property() workerName = '';
  @property({ attribute: false }) histogram!: HistogramPicture;
  @property({ attribute: false }) initialType: PlotType = 'line';
  /** Unit of the values; empty when it is not known. */
  @property() dataUnit = '';
  @state() private type: PlotType | undefined;
  @state() private isLog = false;
  @state() private isScaleShown = false;
  @state() private arePeaksShown = false;
  /** The x axis reads bin · slope + offset in `unit`. */
  @state() private slope = 1;
  @state() private offset = 0;
  /** `undefined`: that of the values. */
  @state() private ownUnit: string | undefined;
  /** Bins [start, end) that the user marked. */
  @state() private region: readonly [start: number, end: number] | undefined;
  @state() private choice: FitChoice = 'automatic';
  @query('lab-plot-canvas') private readonly canvas!: LabPlotCanvas;
  #dragFromBin: number | undefined;
  #regionFit: PeakFit | DecayFit | undefined;
  #peaks: readonly PeakFit[] = [];

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('histogram');
    const { counts } = this.histogram;
    if (before && before.counts.length !== counts.length) this.region = undefined;
    this.#regionFit = this.region && fitRegion(counts, this.region, this.choice);
    this.#peaks = this.arePeaksShown ? findSpectrumPeaks(counts, MAX_PEAKS) : [];
  }

  get #unit(): string {
    return this.ownUnit ?? this.dataUnit;
  }

  override render(): TemplateResult {
    const { channel, counts } = this.histogram;
    const total = counts.reduce((sum, count) => sum + count, 0);
    const name = `${this.workerName}: ${channel}`;
    const toggle = (label: string, title: string, isOn: boolean, change: () => void) =>
      html`<button class="quiet small-button" title=${title} aria-pressed=${isOn} @click=${change}>${label}</button>`;
    return html`
      <header>
        <h2 title=${name}>${channel}</h2>
        <span class="worker dim small" title=${this.workerName}>${shortName(this.workerName, WORKER_CHARS)}</span>
        <span class="space"></span>
        <select
          aria-label="Drawing of ${name}"
          @change=${(event: Event) => (this.type = TYPES[(event.target as HTMLSelectElement).selectedIndex])}
        >
          ${TYPES.map((type) => html`<option .selected=${type === (this.type ?? this.initialType)}>${type}</option>`)}
        </select>
        ${toggle('log', 'Logarithmic counts', this.isLog, () => (this.isLog = !this.isLog))}
        ${toggle('scale', 'Calibrate the axis', this.isScaleShown, () => (this.isScaleShown = !this.isScaleShown))}
        ${toggle('region', 'Mark a region: a peak or a decay is fitted, or its net area told. Or drag over the picture.', this.region !== undefined, () => this.#toggleRegion())}
        ${toggle('peaks', 'List peaks with fitted positions and widths', this.arePeaksShown, () => (this.arePeaksShown = !this.arePeaksShown))}
      </header>
      <lab-plot-canvas
        label="Histogram ${name}: ${total} entries"
        .paint=${(surface: PlotSurface) => drawHistogram(surface, this.#scene())}
        @pointerdown=${this.#onPointerDown}
        @pointermove=${this.#onPointerMove}
        @pointerup=${this.#onPointerUp}
      ></lab-plot-canvas>
      <span class="corner number small">${formatCount(total)} entries</span>
      ${this.isScaleShown || this.arePeaksShown || this.region ? html`<footer>${this.#details()}</footer>` : nothing}
    `;
  }

  #details(): TemplateResult {
    return html`
      ${this.isScaleShown ? this.#scale() : nothing} ${this.region ? this.#regionText(this.region) : nothing}
      ${this.arePeaksShown ? this.#peakList() : nothing}
    `;
  }

  #scale(): TemplateResult {
    return html`<div class="scale">
      ${this.#number('value ×', this.slope, (value) => (this.slope = value === 0 ? 1 : value))}
      ${this.#number('+', this.offset, (value) => (this.offset = value))}
      <label>unit<input class="unit" .value=${this.#unit} @change=${(event: Event) => (this.ownUnit = (event.target as HTMLInputElement).value.trim())} /></label>
    </div>`;
  }

  #number(label: string, value: number, change: (value: number) => void): TemplateResult {
    return html`<label>${label}<input
      class="number"
      inputmode="decimal"
      .value=${String(value)}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const typed = Number(input.value.replace(',', '.'));
        if (Number.isFinite(typed) && input.value.trim() !== '') change(typed);
        else input.value = String(value);
      }}
    /></label>`;
  }

  #regionText([start, end]: readonly [number, number]): TemplateResult {
    const edge = (bin: number) => Number(this.#valueAt(bin).toPrecision(5));
    return html`<p class="scale">
      ${this.#number('from', edge(start), (value) => this.#mark(this.#binOf(value), end))}
      ${this.#number('to', edge(end), (value) => this.#mark(start, this.#binOf(value)))}
      <label>fit<select
        title="What is fitted to the region; automatic takes what tells the counts best"
        @change=${(event: Event) => (this.choice = FIT_CHOICES[(event.target as HTMLSelectElement).selectedIndex]!)}
      >
        ${FIT_CHOICES.map((choice) => html`<option ?selected=${choice === this.choice}>${choice}</option>`)}
      </select></label>
      <span>${this.#findings(start, end)}</span>
    </p>`;
  }

  #findings(start: number, end: number): TemplateResult {
    const { gross, net, uncertainty } = netArea(this.histogram.counts, start, end);
    const entries = html`<span class="number">${formatCount(gross)}</span> entries`;
    const fit = this.#regionFit;
    if (!fit) {
      const what =
        this.choice === 'automatic' ? 'no peak and no decay stands out' : `no ${this.choice} can be fitted here`;
      return html`${entries}, net area ${number(formatUncertain(net, uncertainty))}; ${what}`;
    }
    const quality = html`<span title="Pearson’s χ² over the degrees of freedom: near 1 when the curve tells the counts"
      >χ²/ndf ${number(`${fit.chiSquare.toFixed(1)}/${fit.freedomCount}`)}</span>`;
    if (fit.kind === 'decay') {
      const { meanLife, background } = fit;
      return html`${entries}; mean life ${number(this.#widthText(meanLife))}${
        background ? `, ${backgroundText(background)}` : ''
      }; ${quality}`;
    }
    return html`${entries}; peak at ${number(this.#placeText(fit.position))}, width (FWHM)
      ${number(this.#widthText(fit.fwhm))} = ${this.#resolution(fit)}, net area
      ${number(formatUncertain(fit.area.value, fit.area.uncertainty))}; ${quality}`;
  }

  #toggleRegion(): void {
    const { length } = this.histogram.counts;
    this.region = this.region ? undefined : [Math.floor(length / 3), Math.ceil((2 * length) / 3)];
  }

  #mark(start: number, end: number): void {
    if (start !== end) this.region = [Math.min(start, end), Math.max(start, end)];
  }

  /** Edge between bins nearest to a calibrated value. */
  #binOf(value: number): number {
    const place = (value - this.#valueAt(0)) / (this.#valueAt(1) - this.#valueAt(0));
    return Math.min(this.histogram.counts.length, Math.max(0, Math.round(place)));
  }

  #peakList(): TemplateResult {
    if (this.#peaks.length === 0) return html`<p class="dim">No peak stands out yet.</p>`;
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Position</th><th scope="col">FWHM</th><th scope="col">Resolution</th><th scope="col">Net area</th>
          <th scope="col">χ²/ndf</th>
        </tr>
      </thead>
      <tbody>
        ${this.#peaks.map(
          (peak) => html`<tr>
            <td class="number">${this.#placeText(peak.position)}</td>
            <td class="number">${this.#widthText(peak.fwhm)}</td>
            <td class="number">${this.#resolution(peak)}</td>
            <td class="number">${formatUncertain(peak.area.value, peak.area.uncertainty)}</td>
            <td class="number">${peak.chiSquare.toFixed(1)}/${peak.freedomCount}</td>
          </tr>`,
        )}
      </tbody>
    </table>`;
  }

  #scene(): HistogramScene {
    const { edges, counts, channel } = this.histogram;
    const { traces, warn } = pageTheme().colors;
    return {
      edges: edges.map((edge) => edge * this.slope + this.offset),
      counts,
      label: this.#unit === '' ? channel : `${channel} in ${this.#unit}`,
      isLog: this.isLog,
      type: this.type ?? this.initialType,
      color: traces[0]!,
      fitColor: warn,
      region: this.region,
      fits: this.#regionFit ? [this.#regionFit, ...this.#peaks] : this.#peaks,
    };
  }

  /** Calibrated value of a place between bins, such as 3.5 for the middle of bin 3. */
  #valueAt(place: number): number {
    const { edges } = this.histogram;
    const step = (edges.at(-1)! - edges[0]!) / Math.max(1, edges.length - 1);
    return (edges[0]! + place * step) * this.slope + this.offset;
  }

  #widthOf(bins: number): number {
    return Math.abs(this.#valueAt(bins) - this.#valueAt(0));
  }

  #placeText({ value, uncertainty }: Uncertain): string {
    return formatUncertain(this.#valueAt(value), this.#widthOf(uncertainty), this.#unit);
  }

  #widthText({ value, uncertainty }: Uncertain): string {
    return formatUncertain(this.#widthOf(value), this.#widthOf(uncertainty), this.#unit);
  }

  /** Width over position. */
  #resolution({ fwhm, position }: PeakFit): string {
    return `${((100 * this.#widthOf(fwhm.value)) / Math.abs(this.#valueAt(position.value))).toFixed(1)}\u202f%`;
  }

  #binAt(event: PointerEvent): number {
    const { left, width, height } = this.canvas.getBoundingClientRect();
    const { x } = histogramFrame(this.#scene(), width, height).frame;
    const part = (x.fromPx(event.clientX - left) - x.min) / (x.max - x.min);
    return Math.min(this.histogram.counts.length, Math.max(0, Math.round(part * this.histogram.counts.length)));
  }

  readonly #onPointerDown = (event: PointerEvent): void => {
    this.canvas.setPointerCapture(event.pointerId);
    this.#dragFromBin = this.#binAt(event);
    this.region = undefined;
  };

  readonly #onPointerMove = (event: PointerEvent): void => {
    const from = this.#dragFromBin;
    if (from === undefined) return;
    const bin = this.#binAt(event);
    this.region = bin === from ? undefined : [Math.min(from, bin), Math.max(from, bin)];
  };

  readonly #onPointerUp = (): void => {
    this.#dragFromBin = undefined;
  };
}

/** One that came out at 0, the least there can be, has no uncertainty. */
function backgroundText({ value, uncertainty }: Uncertain): string {
  return uncertainty > 0 ? `background ${formatUncertain(value, uncertainty)} per bin` : 'no background';
}

function number(text: string): TemplateResult {
  return html`<span class="number">${text}</span>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-histogram-panel': LabHistogramPanel;
  }
}
