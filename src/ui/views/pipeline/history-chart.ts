// Lines over the last minute: rates of buffers, processor shares of workers.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { controlStyles } from '../../elements/controls.ts';
import { pageTheme } from '../../theme/theme.ts';
import '../../plot/plot-canvas.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import { drawAxes, type PlotAxis, plotFrame } from '../../plot/plot-frame.ts';

export interface HistorySeries {
  readonly name: string;
  /** One value per entry of `timesS`. */
  readonly values: readonly number[];
  /** The newest value in words. */
  readonly text: string;
}

const SPAN_S = 60;
/** Range of the reference's rate plot; higher rates raise the upper end. */
const LOWEST_RATE_HZ = 0.1;
const HIGHEST_RATE_HZ = 5000;

@customElement('lab-history-chart')
export class LabHistoryChart extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: flex;
        min-block-size: 0;
        block-size: 100%;
      }
      lab-plot-canvas {
        flex: 1;
      }
      ul {
        flex: none;
        inline-size: 216px;
        margin: 0;
        padding: var(--lab-space-1);
        list-style: none;
        overflow: auto;
        border-inline-start: 1px solid var(--lab-line);
      }
      li button {
        inline-size: 100%;
        justify-content: flex-start;
        --lab-control-height: var(--lab-control-small);
        padding-inline: 4px;
      }
      .swatch {
        flex: none;
        inline-size: 12px;
        block-size: 3px;
      }
      .name {
        flex: 1;
        min-inline-size: 0;
        text-align: start;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      button[aria-pressed='false'] {
        color: var(--lab-text-faint);
        text-decoration: line-through;
      }
      button[aria-pressed='true'] {
        background: none;
        border-color: transparent;
      }
      @media (max-width: 720px) {
        :host {
          flex-direction: column;
        }
        ul {
          inline-size: auto;
          max-block-size: 96px;
        }
      }
    `,
  ];

  @property({ attribute: false }) timesS: readonly number[] = [];
  @property({ attribute: false }) series: readonly HistorySeries[] = [];
  /** `rate` has a logarithmic axis in Hz, `share` one from 0 to 100 %. */
  @property() kind: 'rate' | 'share' = 'rate';
  @state() private hiddenNames: readonly string[] = [];

  override render(): TemplateResult {
    const { traces } = pageTheme().colors;
    const what = this.kind === 'rate' ? 'Rates over the last minute' : 'Processor share over the last minute';
    return html`
      <lab-plot-canvas label=${what} .paint=${(surface: PlotSurface) => this.#paint(surface)}></lab-plot-canvas>
      <ul aria-label="Lines">
        ${this.series.map(
          ({ name, text }, i) => html`<li>
            <button
              class="quiet"
              title="Show or hide ${name}"
              aria-pressed=${!this.hiddenNames.includes(name)}
              @click=${() => this.#toggle(name)}
            >
              <span class="swatch" .style=${`background: ${traces[i % traces.length]}`}></span>
              <span class="name">${name}</span><span class="number small">${text}</span>
            </button>
          </li>`,
        )}
      </ul>
    `;
  }

  #toggle(name: string): void {
    this.hiddenNames = this.hiddenNames.includes(name)
      ? this.hiddenNames.filter((other) => other !== name)
      : [...this.hiddenNames, name];
  }

  #paint(surface: PlotSurface): void {
    const { painter, widthPx, heightPx, colors } = surface;
    const nowS = this.timesS.at(-1) ?? 0;
    const x: PlotAxis = { label: 'time', unit: 's', min: -SPAN_S, max: 0, isLog: false };
    const highest = this.series.reduce((max, { values }) => Math.max(max, ...values), HIGHEST_RATE_HZ);
    const y: PlotAxis =
      this.kind === 'rate'
        ? { label: 'rate', unit: 'Hz', min: LOWEST_RATE_HZ, max: highest, isLog: true }
        : { label: 'share', unit: '%', min: 0, max: 100, isLog: false };
    const frame = plotFrame(widthPx, heightPx, x, y);
    drawAxes(surface, frame, x, y);
    const xs = Float64Array.from(this.timesS, (timeS) => frame.x.toPx(timeS - nowS));
    painter.clip(frame.plot, () => {
      for (const [i, { name, values }] of this.series.entries()) {
        if (this.hiddenNames.includes(name)) continue;
        const ys = Float64Array.from(values, (value) => frame.y.toPx(value));
        painter.polyline(
          { xs, ys, count: ys.length },
          { color: colors.traces[i % colors.traces.length]!, widthPx: 1.5 },
        );
      }
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-history-chart': LabHistoryChart;
  }
}
