// A canvas that draws with a painter: right size, right pixels, again when the theme changes.

import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { pageTheme, type ThemeColors } from '../theme/theme.ts';
import { CanvasPainter } from './canvas-painter.ts';
import type { ImagePainter } from './painter.ts';
import { observePixels } from './pixel-size.ts';

export interface PlotSurface {
  readonly painter: ImagePainter;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colors: ThemeColors;
}

/** Draws again whenever `paint` is another function. */
@customElement('lab-plot-canvas')
export class LabPlotCanvas extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
      position: relative;
      min-block-size: 0;
      min-inline-size: 0;
      overflow: hidden;
    }
    canvas {
      position: absolute;
      inset: 0;
      inline-size: 100%;
      block-size: 100%;
    }
  `;

  @property({ attribute: false }) paint: (surface: PlotSurface) => void = () => {};
  /** What the picture shows, in words. */
  @property() label = '';
  /** Keys can reach it. */
  @property({ type: Boolean, attribute: 'can-focus' }) canFocus = false;
  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  #cleanups: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#cleanups = [observePixels(this, () => this.#draw()), pageTheme().onChange(() => this.#draw())];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanup of this.#cleanups) cleanup();
  }

  override render(): TemplateResult {
    return html`<canvas role="img" aria-label=${this.label} tabindex=${this.canFocus ? 0 : nothing}></canvas>`;
  }

  override updated(): void {
    this.#draw();
  }

  #draw(): void {
    const context = this.canvas?.getContext('2d');
    const { clientWidth: widthPx, clientHeight: heightPx } = this;
    if (!context || widthPx === 0 || heightPx === 0) return;
    this.canvas.width = Math.round(widthPx * devicePixelRatio);
    this.canvas.height = Math.round(heightPx * devicePixelRatio);
    const { colors } = pageTheme();
    const painter = new CanvasPainter(context, devicePixelRatio, { ui: colors.fontUi, mono: colors.fontMono });
    painter.fillRect({ x: 0, y: 0, width: widthPx, height: heightPx }, colors.ground);
    this.paint({ painter, widthPx, heightPx, colors });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-plot-canvas': LabPlotCanvas;
  }
}
