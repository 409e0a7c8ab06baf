// The screen: a record over its ghosts, magnified with the wheel, read off with the pointer or the arrow keys.

import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { formatSiText } from '../../../base/si.ts';
import { frameClock } from '../../plot/frame-clock.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import '../../plot/plot-canvas.ts';
import { wheelSteps } from '../../plot/zones.ts';
import { pageTheme, TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import { DensityPicture } from './density-picture.ts';
import type { XyChoice } from './display-choices.ts';
import { FittedRanges } from './fitted-ranges.ts';
import type { ChannelMask, MaskPen, MaskPoint, MaskStroke } from './mask-test.ts';
import { BinCache } from './record-bins.ts';
import { NO_RECORDS, type RecordWindow } from './record-density.ts';
import type { SceneMask } from './scope-mask-scene.ts';
import { drawScope, plotRect, type SceneCursor, type SceneTrace } from './scope-scene.ts';
import {
  channelNumber,
  numberIn,
  recordSettings,
  recordSpanS,
  type ShownRecord,
  sampleAt,
  sampleCount,
  type TimeScreen,
  timeScreen,
  valueScreen,
} from './screen.ts';
import { drawXy } from './xy-scene.ts';

/** One step of the wheel. */
const WHEEL_ZOOM = 1.25;
/** Samples on screen at the closest. */
const LEAST_SAMPLES = 8;
const GHOST_ALPHA = 0.4;
/** Of a frame, for counting where records went: half of one at 60 Hz. */
const DENSITY_BUDGET_MS = 8;

@customElement('lab-scope-plot')
export class LabScopePlot extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
      position: relative;
      touch-action: pan-y;
    }
    lab-plot-canvas {
      position: absolute;
      inset: 0;
      cursor: crosshair;
    }
    .said {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `;

  @property({ attribute: false }) record: ShownRecord | undefined;
  @property({ attribute: false }) ghosts: readonly ShownRecord[] = [];
  /** Records that stay on the screen as a density. */
  @property({ attribute: false }) kept: RecordWindow = NO_RECORDS;
  /** One channel against another instead of all over time. */
  @property({ attribute: false }) xy: XyChoice | undefined;
  /** At the upper right. */
  @property() note = '';
  @property({ attribute: false }) mask: ChannelMask | undefined;
  /** The pointer draws a limit instead of moving the picture: `lab-mask-drawn` (`MaskStroke`). */
  @property({ attribute: false }) pen: MaskPen | undefined;
  @property({ attribute: false }) hiddenIds: readonly string[] = [];
  /** Each channel fills the screen, whatever its scale at the instrument. */
  @property({ type: Boolean, attribute: 'is-fitted' }) isFitted = false;
  @property() label = '';
  @state() private zoomed: { readonly startS: number; readonly endS: number } | undefined;
  @state() private cursorS: number | undefined;
  @state() private said = '';
  readonly #bins = new BinCache();
  readonly #density = new DensityPicture();
  readonly #fits = new FittedRanges();
  #stopFrames: (() => void) | undefined;
  #stroke: MaskPoint | undefined;
  #drag: { readonly x: number; readonly time: TimeScreen } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopFrames = frameClock().add(this, () => {
      if (!this.xy && !this.isDensityDone) this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopFrames?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('isFitted') || this.kept.end === this.kept.start) this.#fits.forget();
  }

  /** Every record that stays on the screen is in the picture. */
  get isDensityDone(): boolean {
    return this.#density.isDone;
  }

  /** Shows what the scope's screen shows. */
  reset(): void {
    this.zoomed = undefined;
  }

  /** Shows everything that was fetched. */
  showAll(): void {
    if (!this.record) return;
    const { low, high } = recordSpanS(this.record);
    this.zoomed = { startS: low, endS: high };
  }

  /** `factor` > 1 magnifies, around a time or the middle. */
  zoom(factor: number, aroundS?: number): void {
    const { startS, endS } = this.#time();
    const middleS = aroundS ?? this.cursorS ?? (startS + endS) / 2;
    this.#show(middleS - (middleS - startS) / factor, middleS + (endS - middleS) / factor);
  }

  /** By a part of what is shown; positive is later. */
  pan(part: number): void {
    const { startS, endS } = this.#time();
    const by = part * (endS - startS);
    this.#show(startS + by, endS + by);
  }

  override render(): TemplateResult {
    // another function each time: the canvas draws again
    const paint = (surface: PlotSurface) => this.#paint(surface);
    return html`<lab-plot-canvas
        can-focus
        label=${this.label}
        .paint=${paint}
        @pointermove=${this.#onMove}
        @pointerdown=${this.#onDown}
        @pointerup=${this.#onUp}
        @pointercancel=${this.#onUp}
        @pointerleave=${this.#onLeave}
        @wheel=${this.#onWheel}
        @dblclick=${() => this.reset()}
        @keydown=${this.#onKey}
        @blur=${this.#onLeave}
      ></lab-plot-canvas>
      <span class="said" role="status">${this.said}</span>`;
  }

  #time(): TimeScreen {
    if (!this.record) return { startS: -5, endS: 5, divisionS: 1 };
    return this.zoomed ? { ...this.zoomed, divisionS: undefined } : timeScreen(this.record);
  }

  /** Within the record; the screen itself is no magnification. */
  #show(startS: number, endS: number): void {
    const { record } = this;
    if (!record || sampleCount(record) === 0) return;
    const all = recordSpanS(record);
    const least = LEAST_SAMPLES * record.stepS;
    const length = Math.min(all.high - all.low, Math.max(least, endS - startS));
    const middle = (startS + endS) / 2;
    const start = Math.min(all.high - length, Math.max(all.low, middle - length / 2));
    this.zoomed = { startS: start, endS: start + length };
  }

  #paint({ painter, widthPx, heightPx, colors }: PlotSurface): void {
    const { record } = this;
    const live = record ? this.#tracesOf(record, 1) : [];
    const ghosts = this.ghosts.flatMap((ghost) => this.#tracesOf(ghost, GHOST_ALPHA, live));
    const settings = record ? recordSettings(record) : {};
    const source = String(settings['triggerSource'] ?? '');
    const level = numberIn(settings, 'triggerLevel');
    const triggered = live[record?.signals.findIndex((signal, i) => String(channelNumber(signal, i)) === source) ?? -1];
    const shown = live.filter(({ signalId }) => !this.hiddenIds.includes(signalId));
    const time = this.#time();
    const plot = plotRect(widthPx, heightPx);
    const x = live.find(({ signalId }) => signalId === this.xy?.xId);
    const y = live.find(({ signalId }) => signalId === this.xy?.yId);
    if (x && y) {
      drawXy(painter, { widthPx, heightPx, plot, colors, x, y, time, note: this.note });
      return;
    }
    const view = { time, plot, ratio: devicePixelRatio, colors, traces: this.kept.end > this.kept.start ? shown : [] };
    const densities = this.#density.paint(this.kept, view, DENSITY_BUDGET_MS);
    drawScope(painter, {
      widthPx,
      heightPx,
      ratio: devicePixelRatio,
      time,
      densities,
      mask: this.#sceneMask(live),
      traces: [...ghosts, ...shown],
      active: shown[0],
      trigger: level !== undefined && triggered ? { level, trace: triggered } : undefined,
      cursor: this.#cursor(shown),
      note: this.note,
      colors,
      bins: this.#bins,
    });
  }

  /** A ghost lies on the scale of the live trace of its channel, so that both can be compared. */
  #tracesOf(record: ShownRecord, alpha: number, live: readonly SceneTrace[] = []): SceneTrace[] {
    const settings = recordSettings(record);
    const { traces } = pageTheme().colors;
    return record.signals.flatMap((signal, index) => {
      const number = channelNumber(signal, index);
      if (alpha < 1 && this.hiddenIds.includes(signal.id)) return [];
      const samples = record.samples[index]!;
      const told = this.isFitted ? undefined : valueScreen(settings, number);
      const { name, unit } = signal;
      const range = live.find((trace) => trace.name === name)?.range ?? told ?? this.#fits.get(signal.id, samples);
      const color = traces[(number - 1) % TRACE_COLOR_COUNT]!;
      return [
        { signalId: signal.id, name, unit, color, samples, startS: record.startS, stepS: record.stepS, range, alpha },
      ];
    });
  }

  #sceneMask(live: readonly SceneTrace[]): SceneMask | undefined {
    const { mask } = this;
    const trace = live.find(({ signalId }) => signalId === mask?.signalId);
    return mask && trace && { limits: mask.limits, range: trace.range };
  }

  /** On the scale of the channel that is drawn on. */
  #pointAt(event: MouseEvent, signalId: string): MaskPoint | undefined {
    const trace = this.record && this.#tracesOf(this.record, 1).find((other) => other.signalId === signalId);
    if (!trace) return undefined;
    const { low, high } = trace.range;
    const plot = plotRect(this.clientWidth, this.clientHeight);
    const part = (event.clientY - this.getBoundingClientRect().top - plot.y) / plot.height;
    return { timeS: this.#timeAt(event), value: high - part * (high - low) };
  }

  #cursor(shown: readonly SceneTrace[]): SceneCursor | undefined {
    const { record, cursorS } = this;
    const index = record && cursorS !== undefined ? sampleAt(record, cursorS) : undefined;
    if (index === undefined || !record) return undefined;
    const lines = shown.map(({ name, unit, samples, color }) => ({
      text: `${name} ${valueText(samples[index]!, unit)}`,
      color,
    }));
    return { timeS: record.startS + index * record.stepS, lines };
  }

  #timeAt(event: MouseEvent): number {
    const { startS, endS } = this.#time();
    const plot = plotRect(this.clientWidth, this.clientHeight);
    const x = event.clientX - this.getBoundingClientRect().left;
    return startS + ((x - plot.x) / plot.width) * (endS - startS);
  }

  readonly #onMove = (event: PointerEvent): void => {
    const drag = this.#drag;
    const from = this.#stroke;
    const to = from && this.pen && this.#pointAt(event, this.pen.signalId);
    if (to) {
      this.#stroke = to;
      const detail: MaskStroke = { ...this.pen!, from, to };
      this.dispatchEvent(new CustomEvent('lab-mask-drawn', { detail }));
      return;
    }
    if (!drag) {
      this.cursorS = this.#timeAt(event);
      return;
    }
    const plot = plotRect(this.clientWidth, this.clientHeight);
    const by = ((drag.x - event.clientX) / plot.width) * (drag.time.endS - drag.time.startS);
    if (by !== 0) this.#show(drag.time.startS + by, drag.time.endS + by);
  };

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    if (this.pen) this.#stroke = this.#pointAt(event, this.pen.signalId);
    else this.#drag = { x: event.clientX, time: this.#time() };
  };

  readonly #onUp = (): void => {
    this.#drag = undefined;
    this.#stroke = undefined;
  };

  readonly #onLeave = (): void => {
    this.cursorS = undefined;
    this.said = '';
  };

  readonly #onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const { stepsX, stepsY } = wheelSteps(event);
    if (stepsX !== 0) this.pan(-stepsX / 10);
    else this.zoom(WHEEL_ZOOM ** stepsY, this.#timeAt(event));
  };

  /** With Shift a tenth of the screen, else a sample or a pixel, whichever is more. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const { record } = this;
    if (direction === 0 || !record || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { startS, endS } = this.#time();
    const width = plotRect(this.clientWidth, this.clientHeight).width;
    const stepS = event.shiftKey ? (endS - startS) / 10 : Math.max(record.stepS, (endS - startS) / width);
    const at = (this.cursorS ?? (startS + endS) / 2) + direction * stepS;
    this.cursorS = Math.min(endS, Math.max(startS, at));
    const index = sampleAt(record, this.cursorS);
    this.said =
      index === undefined
        ? 'beyond the record'
        : record.signals
            .map(({ name, unit }, i) => `${name} ${valueText(record.samples[i]![index]!, unit)}`)
            .join(', ');
  };
}

/** Float32 has seven digits, of which six are sure. */
function valueText(value: number, unit: string): string {
  return Number.isNaN(value) ? 'no sample' : formatSiText(value, unit, { significantDigits: 6 });
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-plot': LabScopePlot;
  }
}
