// A picture with everything that a surface and a painter can do, and canvases to compare.

import type { Painter } from '../../../src/ui/plot/painter.ts';
import { CLEAR_LAYER, OPAQUE_LAYER, type Surface } from '../../../src/ui/plot/surface.ts';

export const WIDTH = 450;
export const HEIGHT = 300;
/** Such that hardly anything falls on a pixel by itself. */
export const PEN = { ratio: 1.5, fonts: { ui: 'system-ui, sans-serif', mono: 'monospace' } };

const wave = (count: number, of: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => of(i));

function paintShapes(painter: Painter, color: string): void {
  painter.fillRect({ x: 3.3, y: 4.7, width: 50.2, height: 20.6 }, color);
  painter.strokeRect({ x: 60.1, y: 5.2, width: 40, height: 20 }, { color: '#804020', widthPx: 1.25, dash: [4, 2] });
  painter.horizontalLine(30.3, 5, 150, { color, widthPx: 1 });
  painter.verticalLine(120.7, 5, 100, { color: 'rgb(20 200 90 / 0.5)', widthPx: 2, dash: [3, 1, 1, 1] });
  painter.polygon([150, 10, 170.5, 20, 155, 31], color);
}

function paintTraces(painter: Painter, color: string): void {
  const xs = wave(121, (i) => 10 + 2 * i);
  const ys = wave(120, (i) => (i % 50 === 7 ? Number.NaN : 70 + 25 * Math.sin(i / 9)));
  painter.columns({ xs, tops: ys.map((y) => y - 6.4), bottoms: ys.map((y) => y + 5.2), count: 120 }, color, 0.35);
  painter.polyline({ xs, ys, count: 120 }, { color, widthPx: 1.25 });
  painter.polyline({ xs, ys: ys.map((y) => y + 50), count: 100 }, { color, widthPx: 1.25, dash: [8, 3] });
  painter.dots({ xs, ys, count: 30 }, 2.25, '#c03');
}

function paintTexts(painter: Painter, color: string): void {
  const styles = [
    { color, sizePx: 12 },
    { color, sizePx: 11, align: 'center', baseline: 'top', isMono: true },
    { color: '#159', sizePx: 15, align: 'right', baseline: 'bottom', isBold: true },
  ] as const;
  for (const [i, style] of styles.entries()) {
    const text = `${i} – 1.25 mA, Größe`;
    painter.text(text, 200, 10 + 20 * i, style);
    painter.horizontalLine(20 + 20 * i, 200, 200 + painter.measure(text, style), { color, widthPx: 1 });
  }
}

/** Paints on an empty surface, or once more on one where this was painted before. */
export function paintEverything(surface: Surface, color: string): void {
  surface.resize(WIDTH, HEIGHT);
  surface.placeLayer(OPAQUE_LAYER, { left: 0, top: 0, width: WIDTH, height: HEIGHT });
  const ground = surface.layerPainter(OPAQUE_LAYER, PEN);
  ground.fillRect({ x: 0, y: 0, width: WIDTH, height: HEIGHT }, '#f4f4f8');
  paintShapes(ground, color);
  surface.placeLayer(CLEAR_LAYER, { left: 31, top: 62, width: 360, height: 200 });
  const traces = surface.layerPainter(CLEAR_LAYER, PEN);
  traces.clip({ x: 20, y: 40, width: 220, height: 90 }, () => {
    paintTraces(traces, color);
    traces.clip({ x: 60.4, y: 50, width: 40, height: 200 }, () =>
      traces.fillRect({ x: 0, y: 60, width: 300, height: 9 }, '#0a8'),
    );
    traces.fillRect({ x: 150, y: 120, width: 300, height: 40 }, '#a80');
  });
  surface.moveLayer(CLEAR_LAYER, 7);
  surface.clearLayer(CLEAR_LAYER, 330);
  surface.layerPainter(CLEAR_LAYER, PEN).fillRect({ x: 225, y: 80, width: 9, height: 30 }, color);
  const painter = surface.painter(PEN);
  surface.copyLayer(OPAQUE_LAYER);
  paintTexts(painter, color);
  surface.copyLayer(CLEAR_LAYER);
}

/** The pixels of any canvas, also of one that another thread paints. */
export function pixelsOf(canvas: HTMLCanvasElement | OffscreenCanvas): Uint8ClampedArray {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(Math.max(1, width), Math.max(1, height)).getContext('2d')!;
  if (width > 0 && height > 0) copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, copy.canvas.width, copy.canvas.height).data;
}

/** How many pixels are not the same; all of them where the sizes differ. */
export function differentCount(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  if (one.length !== other.length) return Math.max(one.length, other.length) / 4;
  let count = 0;
  for (let at = 0; at < one.length; at += 4) {
    if ([0, 1, 2, 3].some((channel) => one[at + channel] !== other[at + channel])) count++;
  }
  return count;
}
