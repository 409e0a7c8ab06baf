// Axes of the small plots: where the plot lies, its scales, grid and labels.

import type { Rect, TextStyle } from './painter.ts';
import type { PlotSurface } from './plot-canvas.ts';
import { linearScale, logScale, type Scale } from './scale.ts';
import { logTicks, type Ticks, valueTicks } from './ticks.ts';

export interface PlotAxis {
  readonly label: string;
  /** With a unit the labels take SI prefixes. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly isLog: boolean;
}

export interface PlotFrame {
  readonly plot: Rect;
  readonly x: Scale;
  readonly y: Scale;
}

const LEFT_PX = 58;
const BOTTOM_PX = 32;
/** Room for the title of the value axis, above it. */
const TOP_PX = 22;
const RIGHT_PX = 20;

export function plotFrame(widthPx: number, heightPx: number, x: PlotAxis, y: PlotAxis): PlotFrame {
  const plot = {
    x: LEFT_PX,
    y: TOP_PX,
    width: Math.max(1, widthPx - LEFT_PX - RIGHT_PX),
    height: Math.max(1, heightPx - TOP_PX - BOTTOM_PX),
  };
  return {
    plot,
    x: scaleOf(x, plot.x, plot.x + plot.width),
    y: scaleOf(y, plot.y + plot.height, plot.y),
  };
}

/** Grid, ticks, numbers and titles. */
export function drawAxes(
  { painter, colors }: PlotSurface,
  { plot, x, y }: PlotFrame,
  xAxis: PlotAxis,
  yAxis: PlotAxis,
) {
  const label: TextStyle = { color: colors.axisText, sizePx: 11, isMono: true };
  const right = plot.x + plot.width;
  const bottom = plot.y + plot.height;
  const xTicks = ticksOf(xAxis, plot.width / 90);
  const yTicks = ticksOf(yAxis, plot.height / 28);
  for (const { value, label: text } of xTicks.major) {
    painter.verticalLine(x.toPx(value), plot.y, bottom, { color: colors.grid, widthPx: 1 });
    painter.text(text, x.toPx(value), bottom + 9, { ...label, align: 'center' });
  }
  for (const { value, label: text } of yTicks.major) {
    painter.horizontalLine(y.toPx(value), plot.x, right, { color: colors.grid, widthPx: 1 });
    painter.text(text, plot.x - 6, y.toPx(value), { ...label, align: 'right' });
  }
  const title: TextStyle = { color: colors.textDim, sizePx: 11 };
  painter.text(titleOf(xAxis, xTicks), right, bottom + 23, { ...title, align: 'right' });
  painter.text(titleOf(yAxis, yTicks), 8, plot.y - 12, title);
  painter.horizontalLine(bottom, plot.x, right, { color: colors.axisLine, widthPx: 1 });
  painter.verticalLine(plot.x, plot.y, bottom, { color: colors.axisLine, widthPx: 1 });
}

function scaleOf({ min, max, isLog }: PlotAxis, startPx: number, endPx: number): Scale {
  return (isLog ? logScale : linearScale)(min, max > min ? max : min + 1, startPx, endPx);
}

function ticksOf({ min, max, isLog, unit }: PlotAxis, count: number): Ticks {
  return (isLog ? logTicks : valueTicks)(min, max > min ? max : min + 1, Math.max(2, Math.floor(count)), unit);
}

function titleOf({ label }: PlotAxis, { common }: Ticks): string {
  return common === '' ? label : `${label} in ${common}`;
}
