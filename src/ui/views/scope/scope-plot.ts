// The screen: a record over its ghosts, magnified with the wheel, read off with the pointer or the arrow keys.

import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toError } from '../../../base/errors.ts';
import type { TraceAnalysis } from '../../../model/trace-analysis.ts';
import { frameClock } from '../../plot/frame-clock.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import '../../plot/plot-canvas.ts';
import { wheelSteps } from '../../plot/zones.ts';
import type { XyChoice } from './display-choices.ts';
import { FrameKeeper } from './frame-keeper.ts';
import { FramePainter, valueText } from './frame-painter.ts';
import type { ChannelMask, MaskPen, MaskPoint, MaskStroke } from './mask-test.ts';
import { NO_RECORDS, type RecordWindow } from './record-density.ts';
import { EMPTY_FRAME, type ScopeFrame } from './scope-frame.ts';
import { plotRect } from './scope-scene.ts';
import { recordSpanS, type ShownRecord, sampleAt, sampleCount, type TimeScreen, timeScreen } from './screen.ts';

/** One step of the wheel. */
const WHEEL_ZOOM = 1.25;
/** Samples on screen at the closest. */
const LEAST_SAMPLES = 8;

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

  /** Prepares the pictures of long records; one for the life of the element. */
  @property({ attribute: false }) analysis!: Pick<TraceAnalysis, 'bins'>;
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
  readonly #painter = new FramePainter();
  #keeper: FrameKeeper | undefined;
  #columnCount = 0;
  #stopFrames: (() => void) | undefined;
  #stroke: MaskPoint | undefined;
  #drag: { readonly x: number; readonly time: TimeScreen } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopFrames = frameClock().add(this, () => {
      if (!this.isDensityDone) this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopFrames?.();
  }

  override willUpdate(_changed: PropertyValues<this>): void {
    this.#keeper ??= new FrameKeeper(this.analysis, {
      ready: () => this.requestUpdate(),
      failed: (error) => reportError(toError(error)),
    });
    this.#columnCount = this.#columns();
    const { record, ghosts, kept, mask, hiddenIds, xy, isFitted, note } = this;
    const time = this.#time();
    const columnCount = this.#columnCount;
    this.#keeper.wish({ record, ghosts, kept, mask, hiddenIds, xy, isFitted, note, time, columnCount });
  }

  /** What is shown: the last picture while the next one is prepared. */
  get frame(): ScopeFrame {
    return this.#keeper?.shown ?? EMPTY_FRAME;
  }

  /** Every record that stays on the screen is in the picture. */
  get isDensityDone(): boolean {
    return this.#painter.isDensityDone;
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

  /** What is to be shown. */
  #time(): TimeScreen {
    if (!this.record) return EMPTY_FRAME.time;
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

  #columns(): number {
    return Math.round(plotRect(this.clientWidth, this.clientHeight).width * devicePixelRatio);
  }

  #paint(surface: PlotSurface): void {
    this.#painter.paint(surface, this.frame, this.cursorS);
    // the size has changed: a picture with as many bins is to be prepared
    if (this.#columns() !== this.#columnCount) this.requestUpdate();
  }

  /** On the scale of the channel that is drawn on. */
  #pointAt(event: MouseEvent, signalId: string): MaskPoint | undefined {
    const trace = this.frame.live.find((other) => other.signalId === signalId);
    if (!trace) return undefined;
    const { low, high } = trace.range;
    const plot = plotRect(this.clientWidth, this.clientHeight);
    const part = (event.clientY - this.getBoundingClientRect().top - plot.y) / plot.height;
    return { timeS: this.#timeAt(event, this.frame.time), value: high - part * (high - low) };
  }

  #timeAt(event: MouseEvent, { startS, endS }: TimeScreen): number {
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
      // over another channel there is no time to be read off
      if (!this.xy) this.cursorS = this.#timeAt(event, this.frame.time);
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
    else this.zoom(WHEEL_ZOOM ** stepsY, this.#timeAt(event, this.#time()));
  };

  /** With Shift a tenth of the screen, else a sample or a pixel, whichever is more. */
  readonly #onKey = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const { record, time } = this.frame;
    if (direction === 0 || !record || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { startS, endS } = time;
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

declare global {
  interface HTMLElementTagNameMap {
    'lab-scope-plot': LabScopePlot;
  }
}
