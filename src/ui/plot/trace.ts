// From a summary (or single samples) to the points that a painter draws. Buffers are reused from frame to
// frame; nothing is allocated once they have their size.

import type { BinFigures, TimeBins } from '../../model/signal-store.ts';
import type { Columns, Painter, Points, StrokeStyle } from './painter.ts';
import type { Scale } from './scale.ts';

/** Opacity of the min/max band and width of the mean line (35 %, 1.25 px: a spike stays visible, the mean on top of it too). */
export const BAND_ALPHA = 0.35;
export const LINE_WIDTH_PX = 1.25;
/** Samples at least this far apart are drawn as dots. */
export const DOT_SPACING_PX = 5;
const DOT_RADIUS_PX = 2.25;
/** Points so far outside of the plot are drawn at this distance. */
const FAR_PX = 1e6;

/** Bins side by side, from position `start` on, each `increment` positions long. */
export interface Bins extends Pick<BinFigures, 'mean' | 'min' | 'max'> {
  readonly start: number;
  readonly increment: number;
}

/** Samples at places of their own; `xs` do not fall. */
export interface PlacedSamples {
  readonly xs: Float64Array;
  readonly values: Float64Array;
  /** Where the last value ends to hold. */
  readonly endPx: number;
}

/** Where sample `originSample` lies on screen and how far apart samples are. */
export interface SampleAxis {
  readonly originSample: number;
  readonly originPx: number;
  readonly pxPerSample: number;
}

export interface PixelRange {
  readonly leftPx: number;
  readonly rightPx: number;
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
  draw(painter: Painter, summary: Bins, axis: SampleAxis, y: Scale, range: PixelRange, style: TraceStyle): void {
    this.#draw(painter, summary, summary.increment === 1, axis, y, range, style);
  }

  /** The same for bins of equal time; `axis` counts bins. */
  drawTimeBins(
    painter: Painter,
    { firstBin, ...figures }: TimeBins,
    axis: SampleAxis,
    y: Scale,
    range: PixelRange,
    style: TraceStyle,
  ): void {
    this.#draw(painter, { start: firstBin, increment: 1, ...figures }, false, axis, y, range, style);
  }

  /** Samples at their own times: held until the next, or joined, with a mark each when they are few. */
  drawSamples(
    painter: Painter,
    { xs, values, endPx }: PlacedSamples,
    y: Scale,
    { leftPx, rightPx }: PixelRange,
    style: TraceStyle,
  ): void {
    const line: StrokeStyle = { color: style.color, widthPx: LINE_WIDTH_PX, ...(style.dash && { dash: style.dash }) };
    const count = values.length;
    this.#reserve(2 * count);
    let at = 0;
    const put = (x: number, px: number) => {
      // Far beyond the edges a canvas loses precision, and nobody sees where a line really goes on.
      this.#xs[at] = Math.min(Math.max(x, leftPx - FAR_PX), rightPx + FAR_PX);
      this.#means[at++] = px;
    };
    for (let i = 0; i < count; i++) {
      const px = y.toPx(values[i]!);
      put(xs[i]!, px);
      if (style.isStepped) put(xs[i + 1] ?? endPx, px);
    }
    painter.polyline({ xs: this.#xs, ys: this.#means, count: at }, line);
    const visible = xs.reduce((sum, x) => (x >= leftPx && x <= rightPx ? sum + 1 : sum), 0);
    if (style.isStepped || visible * DOT_SPACING_PX > rightPx - leftPx) return;
    painter.dots({ xs: this.#xs, ys: this.#means, count }, DOT_RADIUS_PX, style.color);
  }

  #draw(
    painter: Painter,
    summary: Bins,
    isSingle: boolean,
    axis: SampleAxis,
    y: Scale,
    range: PixelRange,
    style: TraceStyle,
  ): void {
    const first = this.#binAt(summary, axis, range.leftPx) - 1;
    const last = this.#binAt(summary, axis, range.rightPx) + 2;
    const start = Math.max(0, first);
    const end = Math.min(summary.mean.length, last);
    if (end <= start) return;
    const spacingPx = summary.increment * axis.pxPerSample;
    const line: StrokeStyle = { color: style.color, widthPx: LINE_WIDTH_PX, ...(style.dash && { dash: style.dash }) };
    const count = this.#bins(summary, isSingle, axis, y, start, end);
    const band: Columns = { xs: this.#edges, tops: this.#tops, bottoms: this.#bottoms, count };
    if (!isSingle) painter.columns(band, style.color, BAND_ALPHA);
    if (style.isStepped) {
      // a level holds over its bin: nothing lies on the way to the next
      painter.polyline(this.#steps(summary, axis, y, start, end), line);
      return;
    }
    const points: Points = { xs: this.#xs, ys: this.#means, count };
    painter.polyline(points, line);
    if (isSingle && spacingPx >= DOT_SPACING_PX) painter.dots(points, DOT_RADIUS_PX, style.color);
  }

  /** Index of the bin at a pixel (may lie outside the summary). */
  #binAt(summary: Bins, axis: SampleAxis, px: number): number {
    const sample = axis.originSample + (px - axis.originPx) / axis.pxPerSample;
    return Math.floor((sample - summary.start) / summary.increment);
  }

  #bins(summary: Bins, isSingle: boolean, axis: SampleAxis, y: Scale, start: number, end: number): number {
    this.#reserve(end - start + 1);
    // A bin is drawn at its middle, a single sample at its own time.
    const middle = isSingle ? 0 : summary.increment / 2;
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

  #steps(summary: Bins, axis: SampleAxis, y: Scale, start: number, end: number): Points {
    this.#reserve(2 * (end - start));
    let at = 0;
    for (let i = start; i < end; i++) {
      const x = axis.originPx + (summary.start + i * summary.increment - axis.originSample) * axis.pxPerSample;
      const px = y.toPx(summary.mean[i]!);
      this.#xs[at] = x;
      this.#means[at++] = px;
      this.#xs[at] = x + summary.increment * axis.pxPerSample;
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
