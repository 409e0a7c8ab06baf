// A small x-y chart for the analyses: bars or a line, linear or logarithmic axes.

import { formatSiText } from '../../../base/si.ts';
import type { Painter, Rect, TextStyle } from '../../plot/painter.ts';
import { linearScale, logScale, type Scale } from '../../plot/scale.ts';
import { logTicks, type Ticks, valueTicks } from '../../plot/ticks.ts';
import type { ThemeColors } from '../../theme/theme.ts';

export interface ChartAxis {
  readonly label: string;
  readonly unit: string;
  readonly isLog: boolean;
}

export interface Chart {
  readonly kind: 'bars' | 'line';
  /** Left edges of bars, or positions of points; ascending. */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** Width of a bar. */
  readonly stepX: number;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly color: string;
}

const LEFT_PX = 84;
const BOTTOM_PX = 34;
const TOP_PX = 10;
const RIGHT_PX = 14;
/** A logarithmic y axis shows at most this much below the highest value. */
const LOG_DEPTH = 1e-8;

interface Frame {
  readonly plot: Rect;
  readonly x: Scale;
  readonly y: Scale;
}

export function chartFrame(chart: Chart, widthPx: number, heightPx: number): Frame {
  const plot = {
    x: LEFT_PX,
    y: TOP_PX,
    width: Math.max(1, widthPx - LEFT_PX - RIGHT_PX),
    height: Math.max(1, heightPx - TOP_PX - BOTTOM_PX),
  };
  const last = chart.xs.length - 1;
  const firstX = chart.x.isLog ? (chart.xs.find((x) => x > 0) ?? 1) : (chart.xs[0] ?? 0);
  const lastX = (chart.xs[last] ?? 1) + (chart.kind === 'bars' ? chart.stepX : 0);
  let top = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (const y of chart.ys) {
    if (y > top) top = y;
    if (y > 0 && y < lowest) lowest = y;
  }
  if (top === 0) top = 1;
  const right = plot.x + plot.width;
  const bottom = plot.y + plot.height;
  return {
    plot,
    x: (chart.x.isLog ? logScale : linearScale)(firstX, lastX > firstX ? lastX : firstX + 1, plot.x, right),
    y: chart.y.isLog
      ? logScale(Math.min(Math.max(lowest, top * LOG_DEPTH), top / 10) / 1.5, top * 1.5, bottom, plot.y)
      : linearScale(0, top * 1.05, bottom, plot.y),
  };
}

export function drawChart(
  painter: Painter,
  chart: Chart,
  widthPx: number,
  heightPx: number,
  colors: ThemeColors,
): void {
  painter.fillRect({ x: 0, y: 0, width: widthPx, height: heightPx }, colors.ground);
  const frame = chartFrame(chart, widthPx, heightPx);
  drawAxes(painter, chart, frame, colors);
  painter.clip(frame.plot, () => {
    if (chart.kind === 'bars') drawBars(painter, chart, frame);
    else drawLine(painter, chart, frame);
  });
}

function drawAxes(painter: Painter, chart: Chart, { plot, x, y }: Frame, colors: ThemeColors): void {
  const label: TextStyle = { color: colors.axisText, sizePx: 11, isMono: true };
  const bottom = plot.y + plot.height;
  const xTicks = ticksOf(chart.x, x, plot.width / 110);
  const yTicks = ticksOf(chart.y, y, plot.height / 40);
  for (const { value, label: text } of xTicks.major) {
    const at = x.toPx(value);
    painter.verticalLine(at, plot.y, bottom, { color: colors.grid, widthPx: 1 });
    painter.text(text, at, bottom + 9, { ...label, align: 'center' });
  }
  for (const { value, label: text } of yTicks.major) {
    const at = y.toPx(value);
    painter.horizontalLine(at, plot.x, plot.x + plot.width, { color: colors.grid, widthPx: 1 });
    painter.text(text, plot.x - 7, at, { ...label, align: 'right' });
  }
  const title: TextStyle = { color: colors.textDim, sizePx: 12 };
  const withUnit = (axis: ChartAxis, ticks: Ticks) =>
    ticks.common === '' ? axis.label : `${axis.label} in ${ticks.common}`;
  painter.text(withUnit(chart.x, xTicks), plot.x + plot.width, bottom + 25, { ...title, align: 'right' });
  painter.text(withUnit(chart.y, yTicks), 6, bottom + 25, title);
  painter.horizontalLine(bottom, plot.x, plot.x + plot.width, { color: colors.axisLine, widthPx: 1 });
  painter.verticalLine(plot.x, plot.y, bottom, { color: colors.axisLine, widthPx: 1 });
}

function ticksOf(axis: ChartAxis, scale: Scale, count: number): Ticks {
  const make = axis.isLog ? logTicks : valueTicks;
  return make(scale.min, scale.max, Math.max(1, Math.floor(count)), axis.unit);
}

function drawBars(painter: Painter, { xs, ys, stepX, color }: Chart, { plot, x, y }: Frame): void {
  const bottom = plot.y + plot.height;
  for (let i = 0; i < xs.length; i++) {
    if (!(ys[i]! > 0)) continue;
    const left = x.toPx(xs[i]!);
    const top = y.toPx(ys[i]!);
    painter.fillRect(
      { x: left, y: top, width: Math.max(x.toPx(xs[i]! + stepX) - left, 1), height: bottom - top },
      color,
    );
  }
}

/** Of many points in one pixel column the highest counts: a peak must not get lost. */
function drawLine(painter: Painter, { xs, ys, color }: Chart, { plot, x, y }: Frame): void {
  const pointXs: number[] = [];
  const pointYs: number[] = [];
  let column = Number.NaN;
  for (let i = 0; i < xs.length; i++) {
    const px = x.toPx(xs[i]!);
    if (Number.isNaN(px) || px < plot.x - 1) continue;
    const py = y.toPx(ys[i]!);
    if (Math.round(px) === column) {
      pointYs[pointYs.length - 1] = Math.min(pointYs.at(-1)!, py);
    } else {
      column = Math.round(px);
      pointXs.push(px);
      pointYs.push(py);
    }
  }
  const points = { xs: Float64Array.from(pointXs), ys: Float64Array.from(pointYs), count: pointXs.length };
  painter.polyline(points, { color, widthPx: 1.25 });
}

/** Value at a pixel, in words; empty outside. */
export function chartReadout(chart: Chart, widthPx: number, heightPx: number, px: number): string {
  const { plot, x } = chartFrame(chart, widthPx, heightPx);
  if (px < plot.x || px > plot.x + plot.width) return '';
  const wanted = x.fromPx(px);
  let index = chart.xs.findIndex((value) => value > wanted);
  index = index < 0 ? chart.xs.length - 1 : Math.max(0, index - 1);
  const digits = { significantDigits: 5 };
  const at = formatSiText(chart.xs[index]!, chart.x.unit, digits);
  return `${at}: ${formatSiText(chart.ys[index]!, chart.y.unit, digits)}`;
}
