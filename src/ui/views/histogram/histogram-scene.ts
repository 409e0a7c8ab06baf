// Draws histograms with the marked region, fitted curves and the cursor of one of them.

import type { RegionFit } from '../../../model/poisson-fit.ts';
import type { Points } from '../../plot/painter.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import { drawAxes, type PlotAxis, type PlotFrame, plotFrame } from '../../plot/plot-frame.ts';
import type { HistogramAxis } from './histogram-axis.ts';

export type PlotType = 'line' | 'bar' | 'step';

export interface HistogramSeries {
  readonly name: string;
  readonly axis: HistogramAxis;
  readonly counts: Float64Array;
  readonly color: string;
}

export interface HistogramScene {
  readonly series: readonly HistogramSeries[];
  /** The one that region, fits and cursor belong to; drawn last. */
  readonly main: HistogramSeries;
  readonly label: string;
  /** What is counted: `entries`. */
  readonly countWord: string;
  readonly isLog: boolean;
  readonly type: PlotType;
  readonly fitColor: string;
  /** Places on the main one's axis that are on screen. */
  readonly shown: readonly [start: number, end: number];
  /** Bins [start, end). */
  readonly region: readonly [start: number, end: number] | undefined;
  readonly fits: readonly RegionFit[];
  readonly cursor: { readonly bin: number; readonly text: string } | undefined;
}

/** Below one entry, so that a single one still shows on a logarithmic axis. */
const LOG_FLOOR = 0.5;
/** Where no bin on screen is empty, a logarithmic axis begins so many times below the lowest. */
const LOG_ROOM = 3;
const HEADROOM = 1.08;
const FIT_POINTS = 60;
const FLAG_HEIGHT_PX = 18;

interface Axes {
  readonly frame: PlotFrame;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
}

export function histogramFrame(scene: HistogramScene, widthPx: number, heightPx: number): Axes {
  const { axis } = scene.main;
  const [first, last] = scene.shown.map((place) => axis.valueAt(place)) as [number, number];
  const x: PlotAxis = {
    label: scene.label,
    unit: '',
    min: Math.min(first, last),
    max: Math.max(first, last),
    isLog: false,
  };
  const [lowest, top] = extremes(scene, x);
  const label = scene.countWord;
  const y: PlotAxis = scene.isLog
    ? { label, unit: '', min: Math.max(LOG_FLOOR, lowest / LOG_ROOM), max: Math.max(10, top * 1.5), isLog: true }
    : { label, unit: '', min: 0, max: top * HEADROOM, isLog: false };
  return { frame: plotFrame(widthPx, heightPx, x, y), x, y };
}

/** Least and most counts of a bin on screen; the most is at least 1. */
function extremes({ series }: HistogramScene, x: PlotAxis): readonly [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let top = 1;
  for (const { axis, counts } of series) {
    const [start, end] = binsWithin(axis, x.min, x.max);
    for (let bin = start; bin < end; bin++) {
      if (counts[bin]! > top) top = counts[bin]!;
      if (counts[bin]! < lowest) lowest = counts[bin]!;
    }
  }
  return [Math.min(lowest, top), top];
}

/** Bins [start, end) that a span of values shows part of. */
function binsWithin(axis: HistogramAxis, from: number, to: number): readonly [number, number] {
  const places = [axis.placeOf(from), axis.placeOf(to)];
  return [Math.floor(Math.min(...places)), Math.min(axis.binCount, Math.ceil(Math.max(...places)))];
}

export function drawHistogram(surface: PlotSurface, scene: HistogramScene): void {
  const { painter, widthPx, heightPx, colors } = surface;
  const { frame, x, y } = histogramFrame(scene, widthPx, heightPx);
  const { plot } = frame;
  const { axis } = scene.main;
  const bottom = plot.y + plot.height;
  const placePx = (place: number) => frame.x.toPx(axis.valueAt(place));
  drawAxes(surface, frame, x, y);
  painter.clip(plot, () => {
    if (scene.region) {
      const [start, end] = scene.region.map(placePx) as [number, number];
      const left = Math.min(start, end);
      const width = Math.max(1, Math.abs(end - start));
      painter.fillRect({ x: left, y: plot.y, width, height: plot.height }, colors.selection);
    }
    for (const series of scene.series) if (series !== scene.main) drawSeries(surface, scene, series, frame, x);
    drawSeries(surface, scene, scene.main, frame, x);
    for (const fit of scene.fits) drawFit(surface, scene, frame, fit);
    if (scene.cursor) {
      const px = placePx(scene.cursor.bin + 0.5);
      painter.verticalLine(px, plot.y, bottom, { color: colors.cursor, widthPx: 1 });
      drawFlag(surface, frame, px, scene.cursor.text);
    }
  });
}

function drawSeries(
  { painter }: PlotSurface,
  { type }: HistogramScene,
  { axis, counts, color }: HistogramSeries,
  { plot, x, y }: PlotFrame,
  shown: PlotAxis,
): void {
  const [start, end] = binsWithin(axis, shown.min, shown.max);
  const count = end - start;
  if (count <= 0) return;
  const edges = Float64Array.from({ length: count + 1 }, (_, i) => x.toPx(axis.valueAt(start + i)));
  const tops = counts.slice(start, end).map((value) => y.toPx(value));
  if (type === 'bar') {
    const bottoms = new Float64Array(count).fill(plot.y + plot.height);
    painter.columns({ xs: edges, tops, bottoms, count }, color, 0.8);
  } else {
    painter.polyline(type === 'line' ? linePoints(edges, tops) : stepPoints(edges, tops), { color, widthPx: 1.25 });
  }
}

function linePoints(edges: Float64Array, tops: Float64Array): Points {
  return { xs: tops.map((_, i) => (edges[i]! + edges[i + 1]!) / 2), ys: tops, count: tops.length };
}

function stepPoints(edges: Float64Array, tops: Float64Array): Points {
  const xs = new Float64Array(2 * tops.length);
  const ys = new Float64Array(2 * tops.length);
  for (let i = 0; i < tops.length; i++) {
    xs[2 * i] = edges[i]!;
    xs[2 * i + 1] = edges[i + 1]!;
    ys.fill(tops[i]!, 2 * i, 2 * i + 2);
  }
  return { xs, ys, count: xs.length };
}

function drawFit({ painter }: PlotSurface, scene: HistogramScene, { x, y }: PlotFrame, fit: RegionFit): void {
  const { axis } = scene.main;
  const places = Array.from({ length: FIT_POINTS + 1 }, (_, i) => fit.start + ((fit.end - fit.start) * i) / FIT_POINTS);
  painter.polyline(
    {
      xs: Float64Array.from(places, (place) => x.toPx(axis.valueAt(place))),
      ys: Float64Array.from(places, (place) => y.toPx(fit.expected(place - 0.5))),
      count: places.length,
    },
    { color: scene.fitColor, widthPx: 1.5 },
  );
}

/** Beside the cursor's line, on the side where there is room. */
function drawFlag({ painter, colors }: PlotSurface, { plot }: PlotFrame, px: number, text: string): void {
  const style = { color: colors.text, sizePx: 11, isMono: true } as const;
  const width = painter.measure(text, style) + 12;
  const isRight = px + width + 4 < plot.x + plot.width;
  const x = isRight ? px + 4 : px - 4 - width;
  const box = { x, y: plot.y + 4, width, height: FLAG_HEIGHT_PX };
  painter.fillRect(box, colors.raised);
  painter.strokeRect(box, { color: colors.line, widthPx: 1 });
  painter.text(text, x + 6, box.y + FLAG_HEIGHT_PX / 2, { ...style, baseline: 'middle' });
}
