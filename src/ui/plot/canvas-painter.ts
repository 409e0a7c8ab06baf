import type { Area, Fonts, Painter, Points, Rect, StrokeStyle, TextStyle } from './painter.ts';
import { snapEdge, snapLine } from './scale.ts';

export type Canvas2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const NO_DASH: readonly number[] = [];

/** Paints on a 2D canvas whose transform is set to `devicePixelRatio`. */
export class CanvasPainter implements Painter {
  readonly #context: Canvas2d;
  readonly #ratio: number;
  readonly #fonts: Fonts;

  constructor(context: Canvas2d, devicePixelRatio: number, fonts: Fonts) {
    this.#context = context;
    this.#ratio = devicePixelRatio;
    this.#fonts = fonts;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.lineJoin = 'round';
  }

  fillRect({ x, y, width, height }: Rect, color: string): void {
    const left = snapEdge(x, this.#ratio);
    const top = snapEdge(y, this.#ratio);
    this.#context.fillStyle = color;
    this.#context.fillRect(left, top, snapEdge(x + width, this.#ratio) - left, snapEdge(y + height, this.#ratio) - top);
  }

  strokeRect({ x, y, width, height }: Rect, style: StrokeStyle): void {
    const inset = style.widthPx / 2;
    const left = snapLine(x + inset, style.widthPx, this.#ratio);
    const top = snapLine(y + inset, style.widthPx, this.#ratio);
    this.#stroke(style);
    this.#context.strokeRect(
      left,
      top,
      snapLine(x + width - inset, style.widthPx, this.#ratio) - left,
      snapLine(y + height - inset, style.widthPx, this.#ratio) - top,
    );
  }

  horizontalLine(y: number, x1: number, x2: number, style: StrokeStyle): void {
    const snapped = snapLine(y, style.widthPx, this.#ratio);
    this.#straight(x1, snapped, x2, snapped, style);
  }

  verticalLine(x: number, y1: number, y2: number, style: StrokeStyle): void {
    const snapped = snapLine(x, style.widthPx, this.#ratio);
    this.#straight(snapped, y1, snapped, y2, style);
  }

  polyline({ xs, ys, count }: Points, style: StrokeStyle): void {
    const context = this.#context;
    this.#stroke(style);
    context.beginPath();
    let isDown = false;
    for (let i = 0; i < count; i++) {
      const y = ys[i]!;
      if (Number.isNaN(y)) {
        isDown = false;
      } else if (isDown) {
        context.lineTo(xs[i]!, y);
      } else {
        context.moveTo(xs[i]!, y);
        // A point alone between two gaps still shows: a line of one pixel.
        if (i + 1 >= count || Number.isNaN(ys[i + 1]!)) context.lineTo(xs[i]! + 1 / this.#ratio, y);
        isDown = true;
      }
    }
    context.stroke();
  }

  area({ xs, tops, bottoms, count }: Area, color: string, alpha: number): void {
    const context = this.#context;
    context.fillStyle = color;
    context.globalAlpha = alpha;
    context.beginPath();
    for (let start = 0; start < count; ) {
      if (Number.isNaN(tops[start]!)) {
        start++;
        continue;
      }
      let end = start;
      while (end < count && !Number.isNaN(tops[end]!)) end++;
      context.moveTo(xs[start]!, tops[start]!);
      for (let i = start + 1; i < end; i++) context.lineTo(xs[i]!, tops[i]!);
      for (let i = end - 1; i >= start; i--) context.lineTo(xs[i]!, bottoms[i]!);
      context.closePath();
      start = end;
    }
    context.fill();
    context.globalAlpha = 1;
  }

  dots({ xs, ys, count }: Points, radiusPx: number, color: string): void {
    const context = this.#context;
    context.fillStyle = color;
    context.beginPath();
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(ys[i]!)) continue;
      context.moveTo(xs[i]! + radiusPx, ys[i]!);
      context.arc(xs[i]!, ys[i]!, radiusPx, 0, 2 * Math.PI);
    }
    context.fill();
  }

  polygon(corners: readonly number[], color: string): void {
    const context = this.#context;
    context.fillStyle = color;
    context.beginPath();
    for (let i = 0; i < corners.length; i += 2) context.lineTo(corners[i]!, corners[i + 1]!);
    context.closePath();
    context.fill();
  }

  text(text: string, x: number, y: number, style: TextStyle): void {
    this.#font(style);
    this.#context.fillStyle = style.color;
    this.#context.textAlign = style.align ?? 'left';
    this.#context.textBaseline = style.baseline ?? 'middle';
    this.#context.fillText(text, snapEdge(x, this.#ratio), snapEdge(y, this.#ratio));
  }

  measure(text: string, style: TextStyle): number {
    this.#font(style);
    return this.#context.measureText(text).width;
  }

  clip({ x, y, width, height }: Rect, draw: () => void): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    draw();
    context.restore();
  }

  #straight(x1: number, y1: number, x2: number, y2: number, style: StrokeStyle): void {
    this.#stroke(style);
    this.#context.beginPath();
    this.#context.moveTo(x1, y1);
    this.#context.lineTo(x2, y2);
    this.#context.stroke();
  }

  #stroke(style: StrokeStyle): void {
    this.#context.strokeStyle = style.color;
    this.#context.lineWidth = Math.max(style.widthPx, 1 / this.#ratio);
    this.#context.setLineDash((style.dash ?? NO_DASH) as number[]);
  }

  #font(style: TextStyle): void {
    const family = style.isMono ? this.#fonts.mono : this.#fonts.ui;
    this.#context.font = `${style.isBold ? '600 ' : ''}${style.sizePx}px ${family}`;
  }
}
