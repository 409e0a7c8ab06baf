// The spectra of the shown record, in decibels of one volt RMS (or of its unit), over the frequency.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatSiText } from '../../../base/si.ts';
import type { Spectrum } from '../../../model/spectrum.ts';
import type { TraceAnalysis } from '../../../model/trace-analysis.ts';
import { controlStyles } from '../../elements/controls.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import '../../plot/plot-canvas.ts';
import { strongestLine } from '../../../model/record-spectrum.ts';
import { drawAxes, type PlotAxis, plotFrame } from '../../plot/plot-frame.ts';
import { TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import { channelNumber, type ShownRecord } from './screen.ts';

/** Below the strongest line, as much as the noise of twelve bits. */
const RANGE_DB = 120;
const STEP_DB = 20;
/** A record comes more often than its spectrum can be read. */
const EVERY_MS = 200;

interface ChannelSpectrum {
  readonly name: string;
  readonly unit: string;
  readonly number: number;
  readonly spectrum: Spectrum;
}

@customElement('lab-scope-spectrum')
export class LabScopeSpectrum extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        gap: var(--lab-space-3);
      }
      lab-plot-canvas {
        block-size: 280px;
        border: 1px solid var(--lab-line);
      }
    `,
  ];

  @property({ attribute: false }) analysis!: Pick<TraceAnalysis, 'spectra'>;
  @property({ attribute: false }) record: ShownRecord | undefined;
  @property({ attribute: false }) hiddenIds: readonly string[] = [];
  @state() private channels: readonly ChannelSpectrum[] = [];
  #computed: ShownRecord | undefined;
  #computedMs = Number.NEGATIVE_INFINITY;
  #isBusy = false;
  /** Runs until the next record may be computed. */
  #wait: ReturnType<typeof setTimeout> | undefined;

  override render(): TemplateResult {
    const { channels } = this;
    if (channels.length === 0)
      return html`<p class="dim">A spectrum comes with a record of 16 points or more, without holes.</p>`;
    const names = channels.map(({ name }) => name).join(', ');
    const paint = (surface: PlotSurface) => this.#paint(surface);
    return html`
      <lab-plot-canvas label="Spectra of ${names}" .paint=${paint}></lab-plot-canvas>
      <dl>
        ${channels.map(({ name, unit, spectrum }) => {
          const line = strongestLine(spectrum);
          const text = line
            ? `${formatSiText(line.frequencyHz, 'Hz', { significantDigits: 4 })} ± ${formatSiText(spectrum.stepHz / 2, 'Hz', { significantDigits: 3 })}, ${formatSiText(line.rms, unit, { significantDigits: 4 })} RMS`
            : 'none';
          return html`<dt>Strongest line of ${name}</dt><dd>${text}</dd>`;
        })}
      </dl>
      <p class="small dim">
        Hann window, ${formatSiText(channels[0]!.spectrum.stepHz, 'Hz', { significantDigits: 4 })} from line to line
      </p>
    `;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#wait);
    this.#wait = undefined;
  }

  override updated(): void {
    void this.#compute();
  }

  /** One record after the other; while one is computed the picture of that before stays. */
  async #compute(): Promise<void> {
    const { record } = this;
    if (this.#isBusy || this.#wait !== undefined || record === this.#computed) return;
    const restMs = this.#computedMs + EVERY_MS - performance.now();
    if (restMs > 0) {
      this.#wait = setTimeout(() => {
        this.#wait = undefined;
        void this.#compute();
      }, restMs);
      return;
    }
    this.#computed = record;
    this.#computedMs = performance.now();
    this.#isBusy = true;
    try {
      const spectra = record ? await this.analysis.spectra(record) : [];
      this.channels = (record?.signals ?? []).flatMap((signal, index) => {
        const spectrum = spectra[index];
        const { name, unit } = signal;
        return spectrum ? [{ name, unit, number: channelNumber(signal, index), spectrum }] : [];
      });
    } catch (error) {
      this.#computed = undefined;
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  #paint(surface: PlotSurface): void {
    const { painter, widthPx, heightPx, colors } = surface;
    const shown = this.channels.filter(({ name }) => !this.hiddenIds.includes(name));
    const [first] = shown;
    if (!first) return;
    const strongest = Math.max(...shown.map(({ spectrum }) => strongestLine(spectrum)?.rms ?? 0));
    const max = strongest > 0 ? STEP_DB * Math.ceil(decibels(strongest) / STEP_DB) : 0;
    const lines = first.spectrum.amplitudes.length;
    const x: PlotAxis = {
      label: 'frequency',
      unit: 'Hz',
      min: 0,
      max: (lines - 1) * first.spectrum.stepHz,
      isLog: false,
    };
    const y: PlotAxis = { label: `dB of 1 ${first.unit} RMS`, unit: '', min: max - RANGE_DB, max, isLog: false };
    const frame = plotFrame(widthPx, heightPx, x, y);
    drawAxes(surface, frame, x, y);
    const perColumn = lines / frame.plot.width;
    const columns = Math.min(lines, Math.ceil(frame.plot.width));
    painter.clip(frame.plot, () => {
      for (const { number, spectrum } of shown) {
        const xs = new Float64Array(columns);
        const ys = new Float64Array(columns);
        for (let column = 0; column < columns; column++) {
          // the strongest line of a column: none is lost
          const from = Math.floor(column * Math.max(1, perColumn));
          const to = Math.max(from + 1, Math.min(lines, Math.floor((column + 1) * perColumn)));
          let high = from;
          for (let k = from; k < to; k++) if (spectrum.amplitudes[k]! > spectrum.amplitudes[high]!) high = k;
          xs[column] = frame.x.toPx(high * spectrum.stepHz);
          ys[column] = frame.y.toPx(Math.max(y.min, decibels(spectrum.amplitudes[high]!)));
        }
        const color = colors.traces[(number - 1) % TRACE_COLOR_COUNT]!;
        painter.polyline({ xs, ys, count: columns }, { color, widthPx: 1.25 });
      }
    });
  }
}

function decibels(rms: number): number {
  return 20 * Math.log10(rms);
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-spectrum': LabScopeSpectrum;
  }
}
