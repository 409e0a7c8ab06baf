// From a summary (or single samples) to the points that a painter draws. Buffers are reused from frame to
// frame; nothing is allocated once they have their size.

import type { Summary } from '../../model/signal-store.ts';
import type { Columns, Painter, Points, StrokeStyle } from './painter.ts';
import type { Scale } from './scale.ts';

/** Opacity of the min/max band and width of the mean line (35 %, 1.25 px: a spike stays visible, the mean on top of it too). */
export const BAND_ALPHA = 0.35;
export const LINE_WIDTH_PX = 1.25;
/** Samples at least this far apart are drawn as dots. */
export const DOT_SPACING_PX = 5;
const DOT_RADIUS_PX = 2.25;

/** Where sample `originSample` lies on screen and how far apart samples are. */
export interface SampleAxis {
  readonly originSample: number;
  readonly originPx: number;
  readonly pxPerSample: number;
}

export interface TraceStyle {
  readonly color: string;
  readonly dash?: readonly number[];
  /** Hold each value until the next (digital signals) instead of joining them. */
  readonly isStepped: boolean;
}

/** Draws one signal. One instance per trace on screen. */
export class TraceRenderer {
  #xs = new Float64Array(0);
  #means = new Float64Array(0);
  /** The band is drawn in columns: a spike of one bin fills its whole pixel column. */
  #edges = new Float64Array(0);
  #tops = new Float64Array(0);
  #bottoms = new Float64Array(0);

  /** Draws the bins of `summary` that touch [leftPx, rightPx]. */
  draw(
    painter: Painter,
    summary: Summary,
    axis: SampleAxis,
    y: Scale,
    range: { readonly leftPx: number; readonly rightPx: number },
    style: TraceStyle,
  ): void {
    const isSingle = summary.increment === 1;
    const first = this.#binAt(summary, axis, range.leftPx) - 1;
    const last = this.#binAt(summary, axis, range.rightPx) + 2;
    const start = Math.max(0, first);
    const end = Math.min(summary.mean.length, last);
    if (end <= start) return;
    const spacingPx = summary.increment * axis.pxPerSample;
    const line: StrokeStyle = { color: style.color, widthPx: LINE_WIDTH_PX, ...(style.dash && { dash: style.dash }) };
    if (isSingle && style.isStepped) {
      painter.polyline(this.#steps(summary, axis, y, start, end), line);
      return;
    }
    const count = this.#bins(summary, axis, y, start, end);
    const band: Columns = { xs: this.#edges, tops: this.#tops, bottoms: this.#bottoms, count };
    const points: Points = { xs: this.#xs, ys: this.#means, count };
    if (!isSingle) painter.columns(band, style.color, BAND_ALPHA);
    painter.polyline(points, line);
    if (isSingle && spacingPx >= DOT_SPACING_PX) painter.dots(points, DOT_RADIUS_PX, style.color);
  }

  /** Index of the bin at a pixel (may lie outside the summary). */
  #binAt(summary: Summary, axis: SampleAxis, px: number): number {
    const sample = axis.originSample + (px - axis.originPx) / axis.pxPerSample;
    return Math.floor((sample - summary.start) / summary.increment);
  }

  #bins(summary: Summary, axis: SampleAxis, y: Scale, start: number, end: number): number {
    this.#reserve(end - start + 1);
    // A bin is drawn at its middle, a single sample at its own time.
    const middle = summary.increment === 1 ? 0 : summary.increment / 2;
    const { increment } = summary;
    for (let i = start; i < end; i++) {
      const at = i - start;
      const left = axis.originPx + (summary.start + i * increment - axis.originSample) * axis.pxPerSample;
      this.#xs[at] = left + middle * axis.pxPerSample;
      this.#means[at] = y.toPx(summary.mean[i]!);
      this.#edges[at] = left;
      this.#tops[at] = y.toPx(summary.max[i]!);
      this.#bottoms[at] = y.toPx(summary.min[i]!);
    }
    this.#edges[end - start] = axis.originPx + (summary.start + end * increment - axis.originSample) * axis.pxPerSample;
    return end - start;
  }

  #steps(summary: Summary, axis: SampleAxis, y: Scale, start: number, end: number): Points {
    this.#reserve(2 * (end - start));
    let at = 0;
    for (let i = start; i < end; i++) {
      const x = axis.originPx + (summary.start + i - axis.originSample) * axis.pxPerSample;
      const px = y.toPx(summary.mean[i]!);
      this.#xs[at] = x;
      this.#means[at++] = px;
      this.#xs[at] = x + axis.pxPerSample;
      this.#means[at++] = px;
    }
    return { xs: this.#xs, ys: this.#means, count: at };
  }

  #reserve(count: number): void {
    if (this.#xs.length >= count) return;
    const size = Math.ceil(count * 1.25);
    this.#xs = new Float64Array(size);
    this.#means = new Float64Array(size);
    this.#edges = new Float64Array(size);
    this.#tops = new Float64Array(size);
    this.#bottoms = new Float64Array(size);
  }
}
