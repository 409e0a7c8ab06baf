// One channel against another: x is the first, y the second, each on its own scale, the graticule's divisions those
// of the scope. Samples are joined in their order.

import { formatCount, formatSiText } from '../../../base/si.ts';
import type { Painter, Rect } from '../../plot/painter.ts';
import { linearScale } from '../../plot/scale.ts';
import type { ThemeColors } from '../../theme/theme.ts';
import { ROWS, type Span } from './screen.ts';

/** Divisions from left to right: two more than upwards, one at either side. */
const COLUMNS = 10;
/** More would take longer than a frame; the time that is shown can be made shorter. */
const MOST_POINTS = 2 ** 16;

export interface XyTrace {
  readonly name: string;
  readonly unit: string;
  readonly color: string;
  readonly samples: Float32Array;
  readonly range: Span;
  readonly startS: number;
  readonly stepS: number;
}

export interface XyScene {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly plot: Rect;
  readonly colors: ThemeColors;
  readonly x: XyTrace;
  readonly y: XyTrace;
  /** The part of the record that is shown. */
  readonly time: { readonly startS: number; readonly endS: number };
  readonly note: string;
}

/** The range of the x channel over all columns. */
function xySpan({ low, high }: Span): Span {
  const spare = ((high - low) * (COLUMNS - ROWS)) / ROWS / 2;
  return { low: low - spare, high: high + spare };
}

function drawGraticule(painter: Painter, plot: Rect, x: XyTrace, y: XyTrace, colors: ThemeColors): void {
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
  painter.text(`${y.name} in ${y.unit}`, 8, plot.y - 15, { color: y.color, sizePx: 11 });
}

export function drawXy(painter: Painter, { widthPx, heightPx, plot, colors, x, y, time, note }: XyScene): void {
  painter.fillRect({ x: 0, y: 0, width: widthPx, height: heightPx }, colors.ground);
  drawGraticule(painter, plot, x, y, colors);
  const span = xySpan(x.range);
  const toX = linearScale(span.low, span.high, plot.x, plot.x + plot.width);
  const toY = linearScale(y.range.low, y.range.high, plot.y + plot.height, plot.y);
  const start = Math.max(0, Math.ceil((time.startS - x.startS) / x.stepS));
  const end = Math.min(x.samples.length, Math.floor((time.endS - x.startS) / x.stepS) + 1);
  const count = Math.max(0, Math.min(end - start, MOST_POINTS));
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    xs[i] = toX.toPx(x.samples[start + i]!);
    // a hole in either is one of the line
    ys[i] = Number.isNaN(xs[i]!) ? Number.NaN : toY.toPx(y.samples[start + i]!);
  }
  painter.clip(plot, () => painter.polyline({ xs, ys, count }, { color: y.color, widthPx: 1.25 }));
  painter.strokeRect(plot, { color: colors.axisLine, widthPx: 1 });
  const words = [`${y.name} over ${x.name}`];
  if (note !== '') words.push(note);
  if (count < end - start) words.push(`the first ${formatCount(count)} of ${formatCount(end - start)} points`);
  const style = { color: colors.textDim, sizePx: 11, align: 'right' } as const;
  painter.text(words.join(', '), plot.x + plot.width, plot.y - 15, style);
}
