// One channel against another: x is the first, y the second, each on its own scale, the graticule's divisions those
// of the scope. Samples are joined in their order; captures lie below, and where earlier records went.

import { formatCount, formatSiText } from '../../../base/si.ts';
import type { ImagePainter, PaintedImage, Painter, Rect } from '../../plot/painter.ts';
import { linearScale, type Scale } from '../../plot/scale.ts';
import type { ThemeColors } from '../../theme/theme.ts';
import type { FrameTrace } from './scope-frame.ts';
import { faded } from './scope-scene.ts';
import { ROWS, type Span } from './screen.ts';
import { xyPoints } from './xy-points.ts';

/** Divisions from left to right: two more than upwards, one at either side. */
const COLUMNS = 10;

/** The two channels of one record. */
export interface XyPair {
  readonly x: FrameTrace;
  readonly y: FrameTrace;
}

export interface XyScene extends XyPair {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly plot: Rect;
  readonly colors: ThemeColors;
  /** Of the y channel. */
  readonly color: string;
  readonly xColor: string;
  /** Where earlier records went, as large as the plot. */
  readonly densities: readonly PaintedImage[];
  readonly ghosts: readonly XyPair[];
  /** The part of the records that is shown. */
  readonly time: { readonly startS: number; readonly endS: number };
  /** What is said at the upper right. */
  readonly notes: readonly string[];
}

/** The range of the x channel over all columns. */
export function xySpan({ low, high }: Span): Span {
  const spare = ((high - low) * (COLUMNS - ROWS)) / ROWS / 2;
  return { low: low - spare, high: high + spare };
}

function drawGraticule(painter: Painter, { plot, x, y, color, xColor, colors }: XyScene): void {
  const right = plot.x + plot.width;
  const bottom = plot.y + plot.height;
  const grid = { color: colors.grid, widthPx: 1 };
  const middle = { color: colors.axisLine, widthPx: 1 };
  const label = { color: colors.axisText, sizePx: 11, isMono: true } as const;
  const span = xySpan(x.range);
  const text = (value: number, step: number, unit: string) =>
    formatSiText(Math.abs(value) < 1e-6 * step ? 0 : value, unit, { significantDigits: 3 });
  for (let column = 0; column <= COLUMNS; column++) {
    const at = plot.x + (column * plot.width) / COLUMNS;
    painter.verticalLine(at, plot.y, bottom, column === COLUMNS / 2 ? middle : grid);
    const step = (span.high - span.low) / COLUMNS;
    if (column % 2 === 1) {
      painter.text(text(span.low + column * step, step, x.unit), at, bottom + 12, { ...label, align: 'center' });
    }
  }
  for (let row = 0; row <= ROWS; row++) {
    const at = plot.y + (row * plot.height) / ROWS;
    painter.horizontalLine(at, plot.x, right, row === ROWS / 2 ? middle : grid);
    const step = (y.range.high - y.range.low) / ROWS;
    painter.text(text(y.range.high - row * step, step, y.unit), plot.x - 4, at, { ...label, align: 'right' });
  }
  painter.text(`${y.name} in ${y.unit}`, 8, plot.y - 15, { color, sizePx: 11 });
  painter.text(`${x.name} in ${x.unit}`, 8, bottom + 12, { color: xColor, sizePx: 11 });
}

export function drawXy(painter: ImagePainter, scene: XyScene): void {
  const { widthPx, heightPx, plot, colors, x, y, time } = scene;
  painter.fillRect({ x: 0, y: 0, width: widthPx, height: heightPx }, colors.ground);
  drawGraticule(painter, scene);
  const span = xySpan(x.range);
  const toX = linearScale(span.low, span.high, plot.x, plot.x + plot.width);
  const toY = linearScale(y.range.low, y.range.high, plot.y + plot.height, plot.y);
  painter.clip(plot, () => {
    for (const density of scene.densities) painter.image(density, plot);
    for (const pair of [...scene.ghosts, scene]) drawPair(painter, pair, toX, toY, scene);
  });
  painter.strokeRect(plot, { color: colors.axisLine, widthPx: 1 });
  const words = [`${y.name} over ${x.name}`, ...scene.notes];
  const { start, end, allCount } = xyPoints(x.samples.length, x, time);
  if (end - start < allCount) words.push(`the first ${formatCount(end - start)} of ${formatCount(allCount)} points`);
  const style = { color: colors.textDim, sizePx: 11, align: 'right' } as const;
  painter.text(words.join(', '), plot.x + plot.width, plot.y - 15, style);
}

function drawPair(painter: Painter, { x, y }: XyPair, toX: Scale, toY: Scale, { time, color }: XyScene): void {
  const { start, end } = xyPoints(Math.min(x.samples.length, y.samples.length), x, time);
  const count = end - start;
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    xs[i] = toX.toPx(x.samples[start + i]!);
    // a hole in either is one of the line
    ys[i] = Number.isNaN(xs[i]!) ? Number.NaN : toY.toPx(y.samples[start + i]!);
  }
  painter.polyline({ xs, ys, count }, { color: faded(color, y.alpha), widthPx: 1.25 });
}
