import type { Columns, Fonts, ImagePainter, PaintedImage, Points, Rect, StrokeStyle, TextStyle } from './painter.ts';
import { snapEdge, snapLine } from './scale.ts';

/** What a context of the page and one of a worker have in common. */
export type Canvas2d = Omit<OffscreenCanvasRenderingContext2D, 'canvas'> & {
  readonly canvas: { width: number; height: number };
};

const NO_DASH: readonly number[] = [];
/**
 * Segments at least this steep and at most this wide are filled as upright bars: noise at one point per pixel
 * stroked as a path costs a software renderer a hundred times as much, and looks the same.
 */
const BAR_MIN_HEIGHT_PX = 3;
const BAR_MAX_WIDTH_PX = 1.5;
/** Points that leave a level line by no more than this are left out of it: nobody sees them, and each costs. */
const LEVEL_PX = 1 / 16;

/** As a canvas takes it. */
export function fontOf({ isBold, isMono, sizePx }: TextStyle, fonts: Fonts): string {
  return `${isBold ? '600 ' : ''}${sizePx}px ${isMono ? fonts.mono : fonts.ui}`;
}

/** A corner, in device pixels. */
export interface Corner {
  readonly left: number;
  readonly top: number;
}

/** Paints on a 2D canvas whose transform is set to `devicePixelRatio`. */
export class CanvasPainter implements ImagePainter {
  readonly #context: Canvas2d;
  readonly #ratio: number;
  readonly #fonts: Fonts;
  /** What the context has: to set a font takes longer than to write a number with it. */
  #font = '';

  /** The canvas begins at `corner` of what is painted. */
  constructor(context: Canvas2d, devicePixelRatio: number, fonts: Fonts, { left, top }: Corner = { left: 0, top: 0 }) {
    this.#context = context;
    this.#ratio = devicePixelRatio;
    this.#fonts = fonts;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, -left, -top);
    context.lineJoin = 'bevel';
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
    const ratio = this.#ratio;
    const barWidth = Math.max(1, Math.round(style.widthPx * ratio)) / ratio;
    this.#stroke(style);
    context.fillStyle = style.color;
    context.beginPath();
    let isDown = false;
    let drawnY = Number.NaN;
    for (let i = 0; i < count; i++) {
      const x = xs[i]!;
      const y = ys[i]!;
      if (Number.isNaN(y)) {
        isDown = false;
        continue;
      }
      const isLevel = (at: number) => at < count && Math.abs(ys[at]! - drawnY) <= LEVEL_PX;
      if (isDown && isLevel(i) && isLevel(i + 1)) continue;
      const isAfterGap = i === 0 || Number.isNaN(ys[i - 1]!);
      if (isAfterGap) {
        context.moveTo(x, y);
        // A point alone between two gaps still shows: a line of one pixel.
        if (i + 1 >= count || Number.isNaN(ys[i + 1]!)) context.lineTo(x + 1 / ratio, y);
      } else if (
        style.dash === undefined &&
        x - xs[i - 1]! <= BAR_MAX_WIDTH_PX &&
        Math.abs(y - ys[i - 1]!) >= BAR_MIN_HEIGHT_PX
      ) {
        const left = Math.round(((x + xs[i - 1]!) / 2 - barWidth / 2) * ratio) / ratio;
        context.fillRect(left, Math.min(y, ys[i - 1]!), barWidth, Math.abs(y - ys[i - 1]!));
        isDown = false;
        continue;
      } else {
        if (!isDown) context.moveTo(xs[i - 1]!, ys[i - 1]!);
        context.lineTo(x, y);
      }
      isDown = true;
      drawnY = y;
    }
    context.stroke();
  }

  columns({ xs, tops, bottoms, count }: Columns, color: string, alpha: number): void {
    const context = this.#context;
    const ratio = this.#ratio;
    context.fillStyle = color;
    context.globalAlpha = alpha;
    // Columns narrower than a pixel are joined until they fill one; equal neighbours become one rectangle.
    let left = Number.NaN;
    let right = Number.NaN;
    let top = Number.NaN;
    let bottom = Number.NaN;
    const flush = () => {
      if (Number.isNaN(left)) return;
      context.fillRect(left / ratio, top / ratio, Math.max(right - left, 1) / ratio, (bottom - top) / ratio);
    };
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(tops[i]!)) continue;
      const x1 = Math.round(xs[i]! * ratio);
      const x2 = Math.round(xs[i + 1]! * ratio);
      const y1 = Math.floor(tops[i]! * ratio);
      const y2 = Math.ceil(bottoms[i]! * ratio);
      if (x1 === left && right === left) {
        top = Math.min(top, y1);
        bottom = Math.max(bottom, y2);
        right = x2;
      } else if (x1 === right && y1 === top && y2 === bottom) {
        right = x2;
      } else {
        flush();
        left = x1;
        right = x2;
        top = y1;
        bottom = y2;
      }
    }
    flush();
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

  image(image: PaintedImage, { x, y, width, height }: Rect): void {
    const left = snapEdge(x, this.#ratio);
    const top = snapEdge(y, this.#ratio);
    const right = snapEdge(x + width, this.#ratio);
    this.#context.drawImage(image.source, left, top, right - left, snapEdge(y + height, this.#ratio) - top);
  }

  text(text: string, x: number, y: number, style: TextStyle): void {
    this.#setFont(style);
    this.#context.fillStyle = style.color;
    this.#context.textAlign = style.align ?? 'left';
    this.#context.textBaseline = style.baseline ?? 'middle';
    this.#context.fillText(text, snapEdge(x, this.#ratio), snapEdge(y, this.#ratio));
  }

  measure(text: string, style: TextStyle): number {
    this.#setFont(style);
    return this.#context.measureText(text).width;
  }

  clip({ x, y, width, height }: Rect, draw: () => void): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    const font = this.#font;
    draw();
    context.restore();
    this.#font = font;
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

  #setFont(style: TextStyle): void {
    const font = fontOf(style, this.#fonts);
    if (font === this.#font) return;
    this.#font = font;
    this.#context.font = font;
  }
}
