// The asymmetry of decays upwards and downwards over the time of the decay.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatCount, formatUncertain } from '../../../base/si.ts';
import { type Asymmetry, asymmetryOf } from '../../../model/asymmetry.ts';
import type { Picture } from '../../../pipeline/functions/template.ts';
import { controlStyles } from '../../elements/controls.ts';
import { panelStyles } from '../../elements/panel-styles.ts';
import '../../plot/plot-canvas.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import { drawAxes, type PlotAxis, plotFrame } from '../../plot/plot-frame.ts';

type HistogramPicture = Extract<Picture, { readonly kind: 'histogram' }>;

/** Bins that are taken together: few decays spread far. */
const GROUPS = [1, 2, 4, 8] as const;
const GUARD = 1.1;
/** The axis reaches from minus to plus this at least, and to 1 at most: no asymmetry is larger. */
const LEAST_REACH = 0.1;

@customElement('lab-asymmetry-panel')
export class LabAsymmetryPanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    panelStyles,
    css`
      p {
        margin: 0;
        padding: 4px 8px;
        border-block-start: 1px solid var(--lab-line);
        font-size: var(--lab-size-small);
      }
    `,
  ];

  @property({ attribute: false }) up!: HistogramPicture;
  /** Of the same bins as `up`. */
  @property({ attribute: false }) down!: HistogramPicture;
  /** Unit of the values; empty when it is not known. */
  @property() dataUnit = '';
  @state() private groupSize: number = 4;

  override render(): TemplateResult {
    const asymmetry = asymmetryOf(this.up.counts, this.down.counts, this.groupSize);
    const { mean, chiSquare, freedomCount } = asymmetry;
    const text = formatUncertain(mean.value, mean.uncertainty);
    return html`
      <header>
        <h2 title="(up − down) / (up + down) of the decays">asymmetry</h2>
        <span class="space"></span>
        <select
          aria-label="Bins of the asymmetry taken together"
          title="How many bins are taken together"
          @change=${(event: Event) => (this.groupSize = GROUPS[(event.target as HTMLSelectElement).selectedIndex]!)}
        >
          ${GROUPS.map((size) => html`<option ?selected=${size === this.groupSize}>${size === 1 ? 'each bin' : `${size} bins`}</option>`)}
        </select>
      </header>
      <lab-plot-canvas
        label="Asymmetry of ${this.up.channel}, mean ${text}"
        .paint=${(surface: PlotSurface) => this.#paint(surface, asymmetry)}
      ></lab-plot-canvas>
      <p>
        <span class="number">${formatCount(sumOf(this.up.counts))}</span> up,
        <span class="number">${formatCount(sumOf(this.down.counts))}</span> down; mean asymmetry
        <span class="number">${text}</span>;
        <span title="Pearson’s χ² of the points around their mean, over the degrees of freedom: well above 1 when the asymmetry swings"
          >χ²/ndf <span class="number">${chiSquare.toFixed(1)}/${freedomCount}</span></span
        >
      </p>
    `;
  }

  #paint(surface: PlotSurface, { groups, mean }: Asymmetry): void {
    const { painter, widthPx, heightPx, colors } = surface;
    const { edges, channel } = this.up;
    const label = this.dataUnit === '' ? channel : `${channel} in ${this.dataUnit}`;
    const x: PlotAxis = { label, unit: '', min: edges[0] ?? 0, max: edges.at(-1) ?? 1, isLog: false };
    const reach = groups.reduce(
      (max, { value, uncertainty }) => (Number.isNaN(value) ? max : Math.max(max, Math.abs(value) + uncertainty)),
      LEAST_REACH,
    );
    const y: PlotAxis = {
      label: 'asymmetry',
      unit: '',
      min: -GUARD * Math.min(1, reach),
      max: GUARD * Math.min(1, reach),
      isLog: false,
    };
    const frame = plotFrame(widthPx, heightPx, x, y);
    const right = frame.plot.x + frame.plot.width;
    drawAxes(surface, frame, x, y);
    painter.clip(frame.plot, () => {
      painter.horizontalLine(frame.y.toPx(0), frame.plot.x, right, { color: colors.axisLine, widthPx: 1 });
      if (!Number.isNaN(mean.value)) {
        painter.horizontalLine(frame.y.toPx(mean.value), frame.plot.x, right, { color: colors.warn, widthPx: 1.5 });
      }
      const points = groups.flatMap(({ value, uncertainty }, g) => {
        if (Number.isNaN(value)) return [];
        const start = edges[g * this.groupSize]!;
        const end = edges[(g + 1) * this.groupSize]!;
        return [{ xPx: frame.x.toPx((start + end) / 2), value, uncertainty }];
      });
      for (const { xPx, value, uncertainty } of points) {
        const [top, bottom] = [frame.y.toPx(value + uncertainty), frame.y.toPx(value - uncertainty)];
        painter.verticalLine(xPx, top, bottom, { color: colors.traces[0]!, widthPx: 1 });
      }
      const xs = Float64Array.from(points, ({ xPx }) => xPx);
      const ys = Float64Array.from(points, ({ value }) => frame.y.toPx(value));
      painter.dots({ xs, ys, count: points.length }, 2.5, colors.traces[0]!);
    });
  }
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-asymmetry-panel': LabAsymmetryPanel;
  }
}
