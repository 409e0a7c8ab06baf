import type { Columns, Fonts, Painter, Points, Rect, StrokeStyle, TextStyle } from './painter.ts';
import { ALIGNS, BASELINES, OP, type Recording } from './recording.ts';
import type { DeviceBox, LayerName, Pen, Surface } from './surface.ts';
import { TextWidths } from './text-widths.ts';

/** Room for a picture of a followed view; one with more in it makes it larger. */
const FIRST_LENGTH = 2 ** 13;
const NO_DASH: readonly number[] = [];

/** Writes down what is to be painted. Any thread. */
export class RecordingSurface implements Surface, Painter {
  #data = new Float64Array(FIRST_LENGTH);
  #length = 0;
  readonly #names = new Map<string, number>();
  #newNames: string[] = [];
  #texts: string[] = [];
  readonly #widths = new TextWidths();
  #fonts: Fonts = { ui: '', mono: '' };

  /** What was written down since the last time; its data are the receiver's until they are given back. */
  take(): Recording {
    this.#begin(OP.end, 0);
    const recording = { data: this.#data, names: this.#newNames, texts: this.#texts };
    this.#data = new Float64Array(0);
    this.#length = 0;
    this.#newNames = [];
    this.#texts = [];
    return recording;
  }

  /** Nothing may be written down between `take` and this. */
  giveBack(data: Float64Array<ArrayBuffer>): void {
    this.#data = data;
  }

  resize(width: number, height: number): void {
    this.#begin(OP.resize, 2);
    this.#put(width);
    this.#put(height);
  }

  painter(pen: Pen): Painter {
    this.#begin(OP.painter, 3);
    return this.#pen(pen);
  }

  placeLayer(name: LayerName, { left, top, width, height }: DeviceBox): void {
    this.#begin(OP.placeLayer, 5);
    this.#put(name);
    this.#rect({ x: left, y: top, width, height });
  }

  layerPainter(name: LayerName, pen: Pen): Painter {
    this.#begin(OP.layerPainter, 4);
    this.#put(name);
    return this.#pen(pen);
  }

  moveLayer(name: LayerName, movedPx: number): void {
    this.#begin(OP.moveLayer, 2);
    this.#put(name);
    this.#put(movedPx);
  }

  clearLayer(name: LayerName, fromPx: number): void {
    this.#begin(OP.clearLayer, 2);
    this.#put(name);
    this.#put(fromPx);
  }

  copyLayer(name: LayerName): void {
    this.#begin(OP.copyLayer, 1);
    this.#put(name);
  }

  fillRect(rect: Rect, color: string): void {
    this.#begin(OP.fillRect, 5);
    this.#rect(rect);
    this.#name(color);
  }

  strokeRect(rect: Rect, style: StrokeStyle): void {
    this.#begin(OP.strokeRect, 4);
    this.#rect(rect);
    this.#stroke(style);
  }

  horizontalLine(y: number, x1: number, x2: number, style: StrokeStyle): void {
    this.#straight(OP.horizontalLine, y, x1, x2, style);
  }

  verticalLine(x: number, y1: number, y2: number, style: StrokeStyle): void {
    this.#straight(OP.verticalLine, x, y1, y2, style);
  }

  polyline(points: Points, style: StrokeStyle): void {
    this.#begin(OP.polyline, 0);
    this.#points(points);
    this.#stroke(style);
  }

  columns({ xs, tops, bottoms, count }: Columns, color: string, alpha: number): void {
    this.#begin(OP.columns, 1);
    this.#put(count);
    this.#numbers(xs, count + 1);
    this.#numbers(tops, count);
    this.#numbers(bottoms, count);
    this.#reserve(2);
    this.#name(color);
    this.#put(alpha);
  }

  dots(points: Points, radiusPx: number, color: string): void {
    this.#begin(OP.dots, 0);
    this.#points(points);
    this.#reserve(2);
    this.#put(radiusPx);
    this.#name(color);
  }

  polygon(corners: readonly number[], color: string): void {
    this.#begin(OP.polygon, 1);
    this.#put(corners.length);
    this.#numbers(corners, corners.length);
    this.#reserve(1);
    this.#name(color);
  }

  text(text: string, x: number, y: number, style: TextStyle): void {
    this.#begin(OP.text, 8);
    this.#put(x);
    this.#put(y);
    this.#name(style.color);
    this.#put(style.sizePx);
    this.#put(ALIGNS.indexOf(style.align ?? 'left'));
    this.#put(BASELINES.indexOf(style.baseline ?? 'middle'));
    this.#put(Number(style.isBold ?? false));
    this.#put(Number(style.isMono ?? false));
    this.#texts.push(text);
  }

  measure(text: string, style: TextStyle): number {
    return this.#widths.of(text, style, this.#fonts);
  }

  clip(rect: Rect, draw: () => void): void {
    this.#begin(OP.clip, 4);
    this.#rect(rect);
    try {
      draw();
    } finally {
      this.#begin(OP.unclip, 0);
    }
  }

  #begin(op: number, numberCount: number): void {
    this.#reserve(1 + numberCount);
    this.#put(op);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#data.length) return;
    const data = new Float64Array(Math.max(2 * this.#data.length, needed));
    data.set(this.#data.subarray(0, this.#length));
    this.#data = data;
  }

  /** Into room that is reserved. */
  #put(value: number): void {
    this.#data[this.#length++] = value;
  }

  #numbers(values: Float64Array | readonly number[], count: number): void {
    this.#reserve(count);
    for (let i = 0; i < count; i++) this.#data[this.#length + i] = values[i]!;
    this.#length += count;
  }

  #rect({ x, y, width, height }: Rect): void {
    this.#put(x);
    this.#put(y);
    this.#put(width);
    this.#put(height);
  }

  #points({ xs, ys, count }: Points): void {
    this.#reserve(1);
    this.#put(count);
    this.#numbers(xs, count);
    this.#numbers(ys, count);
  }

  #straight(op: number, at: number, from: number, to: number, style: StrokeStyle): void {
    this.#begin(op, 3);
    this.#put(at);
    this.#put(from);
    this.#put(to);
    this.#stroke(style);
  }

  #stroke({ color, widthPx, dash = NO_DASH }: StrokeStyle): void {
    this.#reserve(3);
    this.#name(color);
    this.#put(widthPx);
    this.#put(dash.length);
    this.#numbers(dash, dash.length);
  }

  #pen({ ratio, fonts }: Pen): Painter {
    this.#put(ratio);
    this.#name(fonts.ui);
    this.#name(fonts.mono);
    this.#fonts = fonts;
    return this;
  }

  #name(name: string): void {
    let number = this.#names.get(name);
    if (number === undefined) {
      number = this.#names.size;
      this.#names.set(name, number);
      this.#newNames.push(name);
    }
    this.#put(number);
  }
}
