import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import { LatestOnly } from '../../../base/latest.ts';
import { formatCount, formatPercent, formatSiText } from '../../../base/si.ts';
import { axisOf, isCounted, lengthText, reciprocalUnit } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { WINDOW_NAMES, type WindowName } from '../../../model/spectrum.ts';
import { isGone, samplesIn } from '../../../model/timing.ts';
import { controlStyles } from '../../elements/controls.ts';
import { CanvasPainter } from '../../plot/canvas-painter.ts';
import { observePixels } from '../../plot/pixel-size.ts';
import { pageTheme } from '../../theme/theme.ts';
import { analyseHistogram, analyseSpectrum, type Span } from './analysis.ts';
import { type Chart, chartReadout, drawChart } from './chart.ts';
import { traceColor } from './geometry.ts';
import type { Lane, Trace } from './lanes.ts';
import type { TimeRange } from './state.ts';

const KINDS = {
  histogram: 'Histogram',
  cdf: 'Distribution (CDF)',
  ccdf: 'Complementary (CCDF)',
  spectrum: 'Spectrum (FFT)',
} as const;
type Kind = keyof typeof KINDS;

const BIN_COUNT = 256;

/** Histogram, distribution or spectrum of one signal over a span. */
@customElement('lab-analysis-panel')
export class LabAnalysisPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-inline-size: 0;
        border-block-start: 1px solid var(--lab-line);
        background: var(--lab-ground-1);
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 3px 6px;
        overflow-x: auto;
      }
      .bar > * {
        flex: none;
      }
      .note {
        flex: 1;
        text-align: end;
        color: var(--lab-text-dim);
        font-size: var(--lab-size-small);
      }
      label {
        display: inline-flex;
        gap: 4px;
        align-items: center;
      }
      input[type='checkbox'] {
        inline-size: 16px;
        block-size: 16px;
        accent-color: var(--lab-accent);
      }
      .chart {
        flex: 1;
        min-block-size: 0;
        position: relative;
      }
      canvas {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
      }
    `,
  ];

  @property({ attribute: false }) lanes: readonly Lane[] = [];
  /** What is analysed: the pair of markers, the selection, or what is on screen. */
  @property({ attribute: false }) span: TimeRange = { startS: 0, endS: 0 };
  /** Where the span came from, in words. */
  @property() spanName = '';

  @state() private kind: Kind = 'histogram';
  @state() private traceIndex = 0;
  @state() private windowName: WindowName = 'hann';
  @state() private isLogY = false;
  @state() private isLogX = false;
  @state() private note = '';
  @state() private readout = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.chart') private readonly area!: HTMLElement;

  readonly #latest = new LatestOnly();
  #wanted = '';
  #chart: Chart | undefined;
  #cleanups: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#cleanups = [pageTheme().onChange(() => this.#draw())];
    void this.updateComplete.then(() => {
      if (this.isConnected) this.#cleanups.push(observePixels(this.area, () => this.#draw()));
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanup of this.#cleanups) cleanup();
  }

  get #traces(): { lane: Lane; trace: Trace }[] {
    const lanes = this.lanes.filter(({ isCompanion }) => !isCompanion);
    return lanes.flatMap((lane) => lane.traces.map((trace) => ({ lane, trace })));
  }

  override render(): TemplateResult {
    const traces = this.#traces;
    return html`
      <div class="bar" role="toolbar" aria-label="Analysis">
        <select aria-label="Kind of analysis" @change=${this.#onKind}>
          ${Object.entries(KINDS).map(([kind, name]) => html`<option value=${kind} .selected=${kind === this.kind}>${name}</option>`)}
        </select>
        <select aria-label="Signal" @change=${(event: Event) => (this.traceIndex = (event.target as HTMLSelectElement).selectedIndex)}>
          ${traces.map(({ lane, trace }, i) => html`<option .selected=${i === this.traceIndex}>${lane.traces.length > 1 ? `${lane.name} (${trace.shown.label})` : lane.name}</option>`)}
        </select>
        ${
          this.kind === 'spectrum'
            ? html`<select aria-label="Window" @change=${this.#onWindow}>
                  ${WINDOW_NAMES.map((name) => html`<option .selected=${name === this.windowName}>${name}</option>`)}
                </select>
                ${this.#check('log frequency', this.isLogX, (isOn) => (this.isLogX = isOn))}`
            : ''
        }
        ${this.#check('log', this.isLogY, (isOn) => (this.isLogY = isOn))}
        <span class="note">${this.readout || this.note}</span>
      </div>
      <div class="chart" @pointermove=${this.#onPointerMove} @pointerleave=${() => (this.readout = '')}>
        <canvas role="img" aria-label="${KINDS[this.kind]}. ${this.note}"></canvas>
      </div>
    `;
  }

  override updated(changed: PropertyValues): void {
    const isOwn = ['kind', 'traceIndex', 'windowName', 'isLogX', 'isLogY', 'span', 'lanes'].some((key) =>
      changed.has(key),
    );
    if (isOwn) this.#analyse();
  }

  #check(label: string, isOn: boolean, onChange: (isOn: boolean) => void): TemplateResult {
    return html`<label>
      <input type="checkbox" .checked=${isOn} @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)} />${label}
    </label>`;
  }

  readonly #onKind = (event: Event): void => {
    this.kind = (event.target as HTMLSelectElement).value as Kind;
    this.isLogY = this.kind === 'spectrum' || this.kind === 'ccdf';
  };

  readonly #onWindow = (event: Event): void => {
    this.windowName = WINDOW_NAMES[(event.target as HTMLSelectElement).selectedIndex]!;
  };

  readonly #onPointerMove = (event: PointerEvent): void => {
    const { width, height, left } = this.area.getBoundingClientRect();
    this.readout = this.#chart ? chartReadout(this.#chart, width, height, event.clientX - left) : '';
  };

  #analyse(): void {
    const chosen = this.#traces[this.traceIndex] ?? this.#traces[0];
    if (!chosen) return;
    const { signal, shown } = chosen.trace;
    const startS = this.span.startS - shown.shiftS;
    const endS = this.span.endS - shown.shiftS;
    const wanted = [this.kind, this.traceIndex, this.windowName, this.isLogX, this.isLogY, startS, endS].join(' ');
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    const isStale = () => this.#wanted !== wanted;
    this.#latest.offer(async () => {
      try {
        const { start, end } = await samplesIn(shown.store, signal, startS, endS);
        if (isStale()) return;
        if (end <= start)
          this.#show(
            undefined,
            isGone(signal, startS)
              ? 'The single samples of this time are no longer in memory. Choose a later span.'
              : 'The span holds no samples of this signal.',
          );
        else await this.#run({ store: shown.store, signal, start, end, isStale }, chosen.lane, chosen.trace);
      } catch (thrown) {
        this.#show(undefined, toError(thrown).message);
      }
    });
  }

  async #run(span: Span, lane: Lane, trace: Trace): Promise<void> {
    const color = traceColor(pageTheme().colors, trace);
    const lengthS =
      span.signal.timing === 'steady'
        ? (span.end - span.start) / span.signal.sampleRateHz
        : this.span.endS - this.span.startS;
    const gone = isGone(span.signal, this.span.startS - trace.shown.shiftS) ? ' that are still in memory' : '';
    const axis = axisOf(span.signal);
    const over = `${this.spanName}: ${lengthText(axis, lengthS)}${gone}`;
    const { kind, isLogX, isLogY } = this;
    if (kind === 'spectrum') {
      const result = await analyseSpectrum(span, this.windowName);
      if (!result) {
        const why =
          span.signal.timing === 'steady' ? '16 samples or more' : 'one rate: these samples have times of their own';
        if (!span.isStale()) this.#show(undefined, `A spectrum needs ${why}.`);
        return;
      }
      const perUnit = perUnitOf(axis);
      const { amplitudes, stepHz, segmentCount, skippedCount } = result.spectrum;
      const skipped = skippedCount > 0 ? `, ${formatCount(skippedCount)} left out for missing samples` : '';
      // Bin 0 is the mean; it would dwarf the rest.
      const xs = Float64Array.from({ length: amplitudes.length - 1 }, (_, k) => (k + 1) * stepHz);
      const chart: Chart = {
        kind: 'line',
        xs,
        ys: amplitudes.subarray(1),
        stepX: stepHz,
        x: { label: perUnit.label, unit: perUnit.unit, isLog: isLogX },
        y: { label: 'RMS', unit: lane.unit, isLog: isLogY },
        color,
      };
      const resolution = formatSiText(stepHz, perUnit.unit, { significantDigits: 4 });
      this.#show(
        chart,
        `${over}, ${formatCount(segmentCount)} segments, ${resolution} per bin${skipped}${partText(result.part)}`,
      );
      return;
    }
    const result = await analyseHistogram(span, BIN_COUNT);
    if (!result) return;
    const { histogram } = result;
    const isHeld = span.signal.timing === 'stamped';
    const counted = isHeld ? { label: `${axis.name} held`, unit: axis.unit } : { label: 'samples', unit: '' };
    const ys =
      kind === 'histogram' ? histogram.counts : kind === 'cdf' ? histogram.cumulative() : histogram.complementary();
    const chart: Chart = {
      kind: kind === 'histogram' ? 'bars' : 'line',
      xs: Float64Array.from(ys, (_, i) => histogram.min + (i + (kind === 'cdf' ? 1 : 0)) * histogram.binWidth),
      ys,
      stepX: histogram.binWidth,
      x: { label: lane.name, unit: lane.unit, isLog: false },
      y: {
        label: kind === 'histogram' ? counted.label : 'part',
        unit: kind === 'histogram' ? counted.unit : '',
        isLog: isLogY,
      },
      color,
    };
    const missing = histogram.missing > 0 ? `, ${formatCount(histogram.missing)} missing` : '';
    const total = isHeld
      ? `${formatCount(span.end - span.start)} samples weighed by ${axis.name}`
      : `${formatCount(histogram.total)} samples`;
    this.#show(chart, `${over}, ${total}${missing}${partText(result.part)}`);
  }

  #show(chart: Chart | undefined, note: string): void {
    this.#chart = chart;
    this.note = note;
    this.#draw();
  }

  #draw(): void {
    const context = this.canvas?.getContext('2d');
    if (!context) return;
    const { width, height } = this.area.getBoundingClientRect();
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    if (!this.#chart) return;
    const { colors } = pageTheme();
    const painter = new CanvasPainter(context, devicePixelRatio, { ui: colors.fontUi, mono: colors.fontMono });
    drawChart(painter, this.#chart, width, height, colors);
  }
}

/** What a spectrum along the axis counts: periods in a second, in a millimetre, in a sample. */
function perUnitOf(axis: SignalAxis): { readonly label: string; readonly unit: string } {
  if (isCounted(axis)) return { label: `periods per ${axis.name}`, unit: '' };
  const unit = reciprocalUnit(axis);
  return unit === 'Hz'
    ? { label: 'frequency', unit }
    : { label: `periods per ${axis.unit}`, unit: unit ?? `1/${axis.unit}` };
}

function partText(part: number): string {
  return part < 1 ? `, from ${formatPercent(part)} of the span` : '';
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-analysis-panel': LabAnalysisPanel;
  }
}
