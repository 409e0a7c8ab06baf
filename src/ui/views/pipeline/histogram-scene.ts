// Draws a histogram with its marked region and fitted curves.

import type { RegionFit } from '../../../model/poisson-fit.ts';
import type { PlotSurface } from './plot-canvas.ts';
import { drawAxes, type PlotAxis, type PlotFrame, plotFrame } from './plot-frame.ts';

export interface HistogramScene {
  /** Calibrated edges, one more than counts. */
  readonly edges: Float64Array;
  readonly counts: Float64Array;
  readonly label: string;
  readonly isLog: boolean;
  readonly type: 'line' | 'bar' | 'step';
  readonly color: string;
  readonly fitColor: string;
  /** Bins [start, end). */
  readonly region: readonly [start: number, end: number] | undefined;
  readonly fits: readonly RegionFit[];
}

/** Below one entry, so that a single one still shows on a logarithmic axis. */
const LOG_FLOOR = 0.5;
const HEADROOM = 1.08;
const FIT_POINTS = 60;

interface Axes {
  readonly frame: PlotFrame;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
}

export function histogramFrame(scene: HistogramScene, widthPx: number, heightPx: number): Axes {
  const [first, last] = [scene.edges[0] ?? 0, scene.edges.at(-1) ?? 1];
  let top = 1;
  for (const count of scene.counts) if (count > top) top = count;
  const x: PlotAxis = {
    label: scene.label,
    unit: '',
    min: Math.min(first, last),
    max: Math.max(first, last),
    isLog: false,
  };
  const y: PlotAxis = scene.isLog
    ? { label: 'entries', unit: '', min: LOG_FLOOR, max: Math.max(10, top * 1.5), isLog: true }
    : { label: 'entries', unit: '', min: 0, max: top * HEADROOM, isLog: false };
  return { frame: plotFrame(widthPx, heightPx, x, y), x, y };
}

export function drawHistogram(surface: PlotSurface, scene: HistogramScene): void {
  const { painter, widthPx, heightPx, colors } = surface;
  const { frame, x, y } = histogramFrame(scene, widthPx, heightPx);
  const { plot } = frame;
  const bottom = plot.y + plot.height;
  const edgePx = (bin: number) => frame.x.toPx(scene.edges[bin]!);
  drawAxes(surface, frame, x, y);
  painter.clip(plot, () => {
    if (scene.region) {
      const [start, end] = scene.region.map(edgePx) as [number, number];
      painter.fillRect({ x: start, y: plot.y, width: Math.max(1, end - start), height: plot.height }, colors.selection);
    }
    const count = scene.counts.length;
    if (scene.type === 'bar') {
      painter.columns(
        {
          xs: Float64Array.from(scene.edges, (edge) => frame.x.toPx(edge)),
          tops: scene.counts.map((value) => frame.y.toPx(value)),
          bottoms: new Float64Array(count).fill(bottom),
          count,
        },
        scene.color,
        0.8,
      );
    } else {
      painter.polyline(scene.type === 'line' ? linePoints(scene, frame) : stepPoints(scene, frame), {
        color: scene.color,
        widthPx: 1.25,
      });
    }
    for (const fit of scene.fits) drawFit(surface, scene, frame, fit);
  });
}

function linePoints({ edges, counts }: HistogramScene, { x, y }: PlotFrame) {
  return {
    xs: Float64Array.from(counts, (_, i) => x.toPx((edges[i]! + edges[i + 1]!) / 2)),
    ys: counts.map((value) => y.toPx(value)),
    count: counts.length,
  };
}

function stepPoints({ edges, counts }: HistogramScene, { x, y }: PlotFrame) {
  const xs = new Float64Array(2 * counts.length);
  const ys = new Float64Array(2 * counts.length);
  for (let i = 0; i < counts.length; i++) {
    xs[2 * i] = x.toPx(edges[i]!);
    xs[2 * i + 1] = x.toPx(edges[i + 1]!);
    ys.fill(y.toPx(counts[i]!), 2 * i, 2 * i + 2);
  }
  return { xs, ys, count: xs.length };
}

function drawFit({ painter }: PlotSurface, scene: HistogramScene, { x, y }: PlotFrame, fit: RegionFit): void {
  const [first, last] = [scene.edges[0]!, scene.edges.at(-1)!];
  const step = (last - first) / scene.counts.length;
  const places = Array.from({ length: FIT_POINTS + 1 }, (_, i) => fit.start + ((fit.end - fit.start) * i) / FIT_POINTS);
  painter.polyline(
    {
      xs: Float64Array.from(places, (place) => x.toPx(first + place * step)),
      ys: Float64Array.from(places, (place) => y.toPx(fit.expected(place - 0.5))),
      count: places.length,
    },
    { color: scene.fitColor, widthPx: 1.5 },
  );
}
