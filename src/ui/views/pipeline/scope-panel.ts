// An oscilloscope of a run: the newest event of a buffer, with the traces before it fading behind.

import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { WorkerConfig } from '../../../pipeline/config.ts';
import type { Picture } from '../../../pipeline/functions/template.ts';
import type { WorkerSetup } from '../../../pipeline/setup/setup.ts';
import { controlStyles } from '../../elements/controls.ts';
import { panelStyles } from '../../elements/panel-styles.ts';
import { pageTheme } from '../../theme/theme.ts';
import '../../plot/plot-canvas.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import { drawAxes, type PlotAxis, type PlotFrame, plotFrame } from '../../plot/plot-frame.ts';
import { type ScopeScaling, scopeScaling } from './scope-scaling.ts';

type Trace = Extract<Picture, { readonly kind: 'trace' }>;

/** Traces that can be seen at once. */
const DEPTHS = [1, 8, 32] as const;
const GUARD = 0.06;

@customElement('lab-scope-panel')
export class LabScopePanel extends LitElement {
  static override readonly styles = [
    controlStyles,
    panelStyles,
    css`
      header .channels {
        display: flex;
        flex: 0 1 auto;
        min-inline-size: 0;
        overflow-x: auto;
        scrollbar-width: none;
      }
      .channel {
        flex: none;
        --lab-control-height: var(--lab-control-small);
        gap: 4px;
        padding-inline: 5px;
      }
      .swatch {
        inline-size: 10px;
        block-size: 3px;
      }
      .channel[aria-pressed='false'] {
        color: var(--lab-text-faint);
        text-decoration: line-through;
      }
      .channel[aria-pressed='true'] {
        background: none;
        border-color: transparent;
      }
    `,
  ];

  @property({ attribute: false }) worker!: WorkerSetup;
  @property({ attribute: false }) trace!: Trace;
  @state() private depth: number = 1;
  @state() private hiddenNames: readonly string[] = [];
  @state() private isAutomatic = false;
  /** Newest last. */
  #traces: readonly Trace[] = [];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trace') && this.#traces.at(-1) !== this.trace) {
      this.#traces = [...this.#traces, this.trace].slice(-DEPTHS.at(-1)!);
    }
  }

  override render(): TemplateResult {
    const scaling = scopeScaling(new WorkerConfig(this.worker.config));
    const palette = scaling.colors.length > 0 ? scaling.colors : pageTheme().colors.traces;
    return html`
      <header>
        <h2 title="Oscilloscope on ${this.worker.observes.join(', ')}">${this.worker.name}</h2>
        <span class="channels">${this.trace.channels.map(
          ({ name }, i) => html`<button
            class="quiet channel"
            title="Show or hide ${name}"
            aria-pressed=${!this.hiddenNames.includes(name)}
            @click=${() => this.#toggle(name)}
          >
            <span class="swatch" .style=${`background: ${palette[i % palette.length]}`}></span>${name}
          </button>`,
        )}</span>
        <span class="space"></span>
        <button
          class="quiet small-button"
          title="Fit the values, or use ylim of the setup"
          aria-pressed=${this.isAutomatic || !scaling.yLimits}
          @click=${() => (this.isAutomatic = !this.isAutomatic)}
        >
          Auto
        </button>
        <select
          aria-label="Traces of ${this.worker.name} seen at once"
          title="How many of the newest traces are seen at once"
          @change=${(event: Event) => (this.depth = Number((event.target as HTMLSelectElement).value))}
        >
          ${DEPTHS.map((depth) => html`<option value=${depth} .selected=${depth === this.depth}>×${depth}</option>`)}
        </select>
      </header>
      <lab-plot-canvas
        label="${this.worker.name}: event ${this.trace.counter}"
        .paint=${(surface: PlotSurface) => this.#paint(surface, scaling)}
      ></lab-plot-canvas>
      <span class="corner number small">event ${String(this.trace.counter)}</span>
    `;
  }

  #toggle(name: string): void {
    this.hiddenNames = this.hiddenNames.includes(name)
      ? this.hiddenNames.filter((other) => other !== name)
      : [...this.hiddenNames, name];
  }

  #paint(surface: PlotSurface, scaling: ScopeScaling): void {
    const { painter, widthPx, heightPx, colors } = surface;
    const shown = this.#traces.slice(-this.depth);
    const palette = scaling.colors.length > 0 ? scaling.colors : colors.traces;
    const length = this.trace.channels[0]?.values.length ?? 1;
    const atSample = (i: number) => i * scaling.xFactor + scaling.xOffset;
    const x: PlotAxis = { label: scaling.xLabel, unit: '', min: atSample(0), max: atSample(length - 1), isLog: false };
    const [min, max] = (this.isAutomatic ? undefined : scaling.yLimits) ?? this.#range(shown);
    const y: PlotAxis = { label: scaling.yLabel, unit: '', min, max, isLog: false };
    const frame = plotFrame(widthPx, heightPx, x, y);
    drawAxes(surface, frame, x, y);
    painter.clip(frame.plot, () => {
      for (const [age, trace] of shown.entries()) {
        const part = shown.length === 1 ? 100 : 15 + (85 * (age + 1)) / shown.length;
        for (const [i, { name, values }] of trace.channels.entries()) {
          if (this.hiddenNames.includes(name)) continue;
          const color = palette[i % palette.length]!;
          const faded = part > 99 ? color : `color-mix(in srgb, ${color} ${Math.round(part)}%, transparent)`;
          painter.polyline(tracePoints(values, atSample, frame), { color: faded, widthPx: 1.25 });
        }
      }
      if (scaling.triggerLevel !== undefined) {
        const level = frame.y.toPx(scaling.triggerLevel);
        painter.horizontalLine(level, frame.plot.x, frame.plot.x + frame.plot.width, {
          color: colors.warn,
          widthPx: 1,
          dash: [2, 4],
        });
        painter.text('trigger', frame.plot.x + 4, level - 8, { color: colors.warn, sizePx: 10 });
      }
    });
  }

  #range(shown: readonly Trace[]): readonly [number, number] {
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const { channels } of shown) {
      for (const { name, values } of channels) {
        if (this.hiddenNames.includes(name)) continue;
        for (const value of values) {
          if (value < min) min = value;
          if (value > max) max = value;
        }
      }
    }
    if (!(max >= min)) return [0, 1];
    const guard = GUARD * (max - min || 1);
    return [min - guard, max + guard];
  }
}

/** At most two points per pixel column: its lowest and its highest value. */
function tracePoints(values: Float32Array, atSample: (i: number) => number, { x, y, plot }: PlotFrame) {
  const perColumn = values.length / plot.width;
  if (perColumn <= 2) {
    return {
      xs: Float64Array.from(values, (_, i) => x.toPx(atSample(i))),
      ys: Float64Array.from(values, (value) => y.toPx(value)),
      count: values.length,
    };
  }
  const columns = Math.ceil(plot.width);
  const xs = new Float64Array(2 * columns);
  const ys = new Float64Array(2 * columns);
  for (let column = 0; column < columns; column++) {
    const start = Math.floor(column * perColumn);
    const end = Math.min(values.length, Math.max(start + 1, Math.floor((column + 1) * perColumn)));
    let low = start;
    let high = start;
    for (let i = start; i < end; i++) {
      if (values[i]! < values[low]!) low = i;
      if (values[i]! > values[high]!) high = i;
    }
    for (const [k, i] of (low < high ? [low, high] : [high, low]).entries()) {
      xs[2 * column + k] = x.toPx(atSample(i));
      ys[2 * column + k] = y.toPx(values[i]!);
    }
  }
  return { xs, ys, count: xs.length };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-panel': LabScopePanel;
  }
}
