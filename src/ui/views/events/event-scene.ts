// The picture of events: waveforms over the sample number, the newest on top.

import type { Painter, Rect, TextStyle } from '../../plot/painter.ts';
import { linearScale } from '../../plot/scale.ts';
import { valueTicks } from '../../plot/ticks.ts';
import type { ThemeColors } from '../../theme/theme.ts';
import { outline } from './event-traces.ts';

/** One waveform. */
export interface EventLine {
  readonly values: Float64Array;
  readonly color: string;
  /** 1 for the selected event, less for those below it. */
  readonly alpha: number;
}

export interface EventScene {
  readonly widthPx: number;
  readonly heightPx: number;
  /** From the lowest to the highest in the picture. */
  readonly lines: readonly EventLine[];
  readonly sampleCount: number;
  readonly low: number;
  readonly high: number;
  readonly colors: ThemeColors;
}

const LEFT_PX = 72;
const BOTTOM_PX = 34;
const TOP_PX = 10;
const RIGHT_PX = 14;
/** Room above and below the values, as a part of their range. */
const PAD = 0.05;
const LINE_PX = 1.25;

export function drawEvents(painter: Painter, scene: EventScene): void {
  const { widthPx, heightPx, colors } = scene;
  painter.fillRect({ x: 0, y: 0, width: widthPx, height: heightPx }, colors.ground);
  const pad = PAD * (scene.high - scene.low) || 1;
  const height = Math.max(1, heightPx - TOP_PX - BOTTOM_PX);
  const label: TextStyle = { color: colors.axisText, sizePx: 11, isMono: true };
  const ticks = valueTicks(scene.low - pad, scene.high + pad, Math.max(1, height / 40), '');
  const widestPx = Math.max(0, ...ticks.major.map((tick) => painter.measure(tick.label, label)));
  const left = Math.max(LEFT_PX, widestPx + 14);
  const plot: Rect = { x: left, y: TOP_PX, width: Math.max(1, widthPx - left - RIGHT_PX), height };
  const bottom = plot.y + plot.height;
  const x = linearScale(0, Math.max(1, scene.sampleCount - 1), plot.x, plot.x + plot.width);
  const y = linearScale(scene.low - pad, scene.high + pad, bottom, plot.y);
  for (const { value, label: text } of valueTicks(x.min, x.max, Math.max(1, plot.width / 110), '').major) {
    painter.verticalLine(x.toPx(value), plot.y, bottom, { color: colors.grid, widthPx: 1 });
    painter.text(text, x.toPx(value), bottom + 9, { ...label, align: 'center' });
  }
  for (const { value, label: text } of ticks.major) {
    painter.horizontalLine(y.toPx(value), plot.x, plot.x + plot.width, { color: colors.grid, widthPx: 1 });
    painter.text(text, plot.x - 7, y.toPx(value), { ...label, align: 'right' });
  }
  const title: TextStyle = { color: colors.textDim, sizePx: 12 };
  painter.text('sample', plot.x + plot.width, bottom + 25, { ...title, align: 'right' });
  if (ticks.common !== '') painter.text(`values in ${ticks.common}`, 6, bottom + 25, title);
  painter.clip(plot, () => {
    for (const { values, color, alpha } of scene.lines) {
      const points = outline(values, Math.ceil(plot.width));
      const count = points.xs.length;
      const line = { xs: points.xs.map((at) => x.toPx(at)), ys: points.ys.map((value) => y.toPx(value)), count };
      painter.polyline(line, { color: faded(color, alpha), widthPx: LINE_PX });
    }
  });
  painter.horizontalLine(bottom, plot.x, plot.x + plot.width, { color: colors.axisLine, widthPx: 1 });
  painter.verticalLine(plot.x, plot.y, bottom, { color: colors.axisLine, widthPx: 1 });
}

function faded(color: string, alpha: number): string {
  return alpha === 1 ? color : `color-mix(in srgb, ${color} ${(100 * alpha).toFixed(1)}%, transparent)`;
}
