// The picture of an oscilloscope's screen: graticule, ghosts, traces, zero lines, trigger and cursor.

import { exponentOf, formatSi, formatSiText } from '../../../base/si.ts';
import type { ImagePainter, PaintedImage, Painter, Rect, TextStyle } from '../../plot/painter.ts';
import { linearScale, type Scale } from '../../plot/scale.ts';
import { valueTicks } from '../../plot/ticks.ts';
import { TraceRenderer } from '../../plot/trace.ts';
import type { ThemeColors } from '../../theme/theme.ts';
import type { FrameMask, FrameTrace } from './scope-frame.ts';
import { drawMask } from './scope-mask-scene.ts';
import { ROWS, type Span, type TimeScreen } from './screen.ts';

export interface SceneTrace extends FrameTrace {
  readonly color: string;
}

export interface SceneCursor {
  readonly timeS: number;
  /** What stands beside it: a line for each trace, in its colour. */
  readonly lines: readonly { readonly text: string; readonly color: string }[];
}

export interface ScopeScene {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly time: TimeScreen;
  /** Below the traces: where earlier records went, a picture for each channel, as large as the plot. */
  readonly densities: readonly PaintedImage[];
  readonly mask: FrameMask | undefined;
  /** From the lowest to the highest in the picture. */
  readonly traces: readonly SceneTrace[];
  /** Whose values stand at the left. */
  readonly active: SceneTrace | undefined;
  readonly trigger: { readonly level: number; readonly trace: SceneTrace } | undefined;
  readonly cursor: SceneCursor | undefined;
  /** At the upper right: what is drawn, if it is not a record as it came. */
  readonly note: string;
  readonly colors: ThemeColors;
}

const TOP_PX = 26;
const BOTTOM_PX = 24;
const RIGHT_PX = 24;
const LEFT_PX = 58;
/** Fifths of a division are ticks on the middle lines. */
const FIFTHS = 5;
const TICK_PX = 3;
const FLAG_PX = 14;
const LABEL_PX = 84;

export function plotRect(widthPx: number, heightPx: number): Rect {
  return {
    x: LEFT_PX,
    y: TOP_PX,
    width: Math.max(1, widthPx - LEFT_PX - RIGHT_PX),
    height: Math.max(1, heightPx - TOP_PX - BOTTOM_PX),
  };
}

export function drawScope(painter: ImagePainter, scene: ScopeScene): void {
  const plot = plotRect(scene.widthPx, scene.heightPx);
  const { colors, time } = scene;
  painter.fillRect({ x: 0, y: 0, width: scene.widthPx, height: scene.heightPx }, colors.ground);
  const x = linearScale(time.startS, time.endS, plot.x, plot.x + plot.width);
  drawGraticule(painter, plot, x, scene);
  const renderer = new TraceRenderer();
  painter.clip(plot, () => {
    for (const density of scene.densities) painter.image(density, plot);
    if (scene.mask) drawMask(painter, plot, scene.mask, scene);
    for (const trace of scene.traces) drawTrace(painter, renderer, plot, trace, scene);
  });
  painter.strokeRect(plot, { color: colors.axisLine, widthPx: 1 });
  drawZeros(painter, plot, scene);
  drawTrigger(painter, plot, x, scene);
  const right = { color: colors.textDim, sizePx: 11, align: 'right' } as const;
  if (scene.note !== '') painter.text(scene.note, plot.x + plot.width, plot.y - 15, right);
  if (scene.cursor) drawCursor(painter, plot, x, scene.cursor, scene);
}

function valueScale({ range }: { readonly range: Span }, plot: Rect): Scale {
  return linearScale(range.low, range.high, plot.y + plot.height, plot.y);
}

function drawGraticule(painter: Painter, plot: Rect, x: Scale, { time, active, colors }: ScopeScene): void {
  const right = plot.x + plot.width;
  const bottom = plot.y + plot.height;
  const grid = { color: colors.grid, widthPx: 1 };
  const middle = { color: colors.axisLine, widthPx: 1 };
  const label: TextStyle = { color: colors.axisText, sizePx: 11, isMono: true };
  const times = timeLines(time, plot.width / LABEL_PX);
  for (const { atS, text } of times.lines) {
    const at = x.toPx(atS);
    painter.verticalLine(at, plot.y, bottom, Math.abs(at - plot.x - plot.width / 2) < 1 ? middle : grid);
    if (text === '') continue;
    const half = painter.measure(text, label) / 2;
    if (at - half >= plot.x - 20 && at + half <= right + RIGHT_PX) {
      painter.text(text, at, bottom + 12, { ...label, align: 'center' });
    }
  }
  const unit: TextStyle = { color: colors.textDim, sizePx: 11 };
  painter.text(times.unit, 8, bottom + 12, unit);
  const step = plot.height / ROWS;
  for (let row = 0; row <= ROWS; row++) {
    const y = plot.y + row * step;
    painter.horizontalLine(y, plot.x, right, row === ROWS / 2 ? middle : grid);
  }
  for (let tick = 0; tick < ROWS * FIFTHS; tick++) {
    const y = plot.y + (tick * step) / FIFTHS;
    painter.horizontalLine(y, plot.x + plot.width / 2 - TICK_PX, plot.x + plot.width / 2 + TICK_PX, middle);
  }
  if (!active) return;
  const values = rowTexts(active);
  for (const [row, text] of values.texts.entries()) {
    painter.text(text, plot.x - 16, plot.y + row * step, { ...label, align: 'right' });
  }
  painter.text(`${active.name} in ${values.unit}`, 8, plot.y - 15, { ...unit, color: active.color });
}

interface TimeLine {
  readonly atS: number;
  readonly text: string;
}

/** Lines at divisions where they are known and the screen is not magnified; every so often one has its time. */
function timeLines(
  { startS, endS, divisionS }: TimeScreen,
  mostLabels: number,
): { readonly lines: readonly TimeLine[]; readonly unit: string } {
  if (divisionS === undefined) {
    const { major, common } = valueTicks(startS, endS, Math.max(2, Math.floor(mostLabels)), 's');
    return { lines: major.map(({ value, label }) => ({ atS: value, text: label })), unit: common };
  }
  const count = Math.round((endS - startS) / divisionS);
  const every = Math.max(1, Math.ceil((count + 1) / Math.max(1, mostLabels)));
  const { write, unit } = writer(Math.max(Math.abs(startS), Math.abs(endS)), 's');
  const lines = Array.from({ length: count + 1 }, (_, k) => {
    const atS = startS + k * divisionS;
    // counted from the middle, so that the trigger's own line keeps its label
    return { atS, text: (k - count / 2) % every === 0 ? write(atS, divisionS) : '' };
  });
  return { lines, unit };
}

function rowTexts({ range: { low, high }, unit }: SceneTrace): {
  readonly texts: readonly string[];
  readonly unit: string;
} {
  const { write, unit: prefixed } = writer(Math.max(Math.abs(low), Math.abs(high)), unit);
  const step = (high - low) / ROWS;
  return { texts: Array.from({ length: ROWS + 1 }, (_, row) => write(high - row * step, step)), unit: prefixed };
}

/** Numbers of one axis share a prefix; as many digits as the steps need. */
function writer(magnitude: number, unit: string): { write(value: number, step: number): string; unit: string } {
  const { prefix, unit: prefixed } = formatSi(magnitude, unit, { significantDigits: 3 });
  const factor = 10 ** exponentOf(prefix);
  return {
    unit: prefixed,
    write: (value, step) => {
      // what is left of a sum that should be nothing
      const clean = Math.abs(value) < 1e-6 * step ? 0 : value / factor;
      return String(Number(clean.toPrecision(5))).replace('-', '\u2212');
    },
  };
}

function drawTrace(
  painter: Painter,
  renderer: TraceRenderer,
  plot: Rect,
  trace: SceneTrace,
  { time }: ScopeScene,
): void {
  const pxPerSample = (plot.width / (time.endS - time.startS)) * trace.stepS;
  const from = (time.startS - trace.startS) / trace.stepS;
  const axis = { originSample: 0, originPx: plot.x - from * pxPerSample, pxPerSample };
  const range = { leftPx: plot.x, rightPx: plot.x + plot.width };
  const style = { color: faded(trace.color, trace.alpha), isStepped: false };
  renderer.draw(painter, trace.bins, axis, valueScale(trace, plot), range, style);
}

export function faded(color: string, alpha: number): string {
  return alpha === 1 ? color : `color-mix(in srgb, ${color} ${(100 * alpha).toFixed(0)}%, transparent)`;
}

/** A flag at the left for each trace's zero, at the edge where it lies beyond; those of one place stand side by side. */
function drawZeros(painter: Painter, plot: Rect, { traces, colors }: ScopeScene): void {
  const placed: number[] = [];
  for (const trace of traces) {
    if (trace.alpha < 1) continue;
    const y = within(valueScale(trace, plot).toPx(0), plot.y, plot.y + plot.height);
    const tip = plot.x - 1 - FLAG_PX * placed.filter((other) => Math.abs(other - y) < FLAG_PX).length;
    placed.push(y);
    painter.polygon([tip, y, tip - 5, y - 6, tip - 13, y - 6, tip - 13, y + 6, tip - 5, y + 6], trace.color);
    painter.text(shortName(trace.name), tip - 8.5, y + 0.5, {
      color: colors.ground,
      sizePx: 9,
      isBold: true,
      align: 'center',
    });
  }
}

/** The number of `CH2`, or the first letter. */
function shortName(name: string): string {
  return /(\d+)$/.exec(name)?.[1] ?? name.slice(0, 1);
}

function drawTrigger(painter: Painter, plot: Rect, x: Scale, { trigger, colors, traces }: ScopeScene): void {
  if (traces.length === 0) return;
  const at = within(x.toPx(0), plot.x, plot.x + plot.width);
  painter.polygon([at, plot.y, at - 5, plot.y - 8, at + 5, plot.y - 8], colors.warn);
  painter.text('T', at + 8, plot.y - 9, { color: colors.warn, sizePx: 11, isBold: true });
  if (x.toPx(0) === at)
    painter.verticalLine(at, plot.y, plot.y + plot.height, { color: colors.warn, widthPx: 1, dash: [2, 6] });
  if (!trigger) return;
  const right = plot.x + plot.width;
  const level = valueScale(trigger.trace, plot).toPx(trigger.level);
  const y = within(level, plot.y, plot.y + plot.height);
  if (y === level)
    painter.horizontalLine(y, plot.x, right, { color: faded(trigger.trace.color, 0.6), widthPx: 1, dash: [2, 6] });
  painter.polygon([right + 1, y, right + 8, y - 5, right + 8, y + 5], trigger.trace.color);
  painter.text('T', right + 12, y + 0.5, { color: trigger.trace.color, sizePx: 11, isBold: true });
}

function within(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

const BOX_LINE_PX = 16;

function drawCursor(painter: Painter, plot: Rect, x: Scale, cursor: SceneCursor, { colors }: ScopeScene): void {
  const at = x.toPx(cursor.timeS);
  if (at < plot.x || at > plot.x + plot.width) return;
  painter.verticalLine(at, plot.y, plot.y + plot.height, { color: colors.cursor, widthPx: 1 });
  const style: TextStyle = { color: colors.text, sizePx: 11, isMono: true };
  const lines = [
    { text: formatSiText(cursor.timeS, 's', { significantDigits: 6 }), color: colors.text },
    ...cursor.lines,
  ];
  const width = Math.max(...lines.map(({ text }) => painter.measure(text, style))) + 16;
  const height = lines.length * BOX_LINE_PX + 8;
  const left = at + 10 + width > plot.x + plot.width ? at - 10 - width : at + 10;
  const box = { x: left, y: plot.y + 8, width, height };
  painter.fillRect(box, colors.raised);
  painter.strokeRect(box, { color: colors.line, widthPx: 1 });
  for (const [row, { text, color }] of lines.entries()) {
    painter.text(text, left + 8, box.y + 4 + (row + 0.5) * BOX_LINE_PX, { ...style, color });
  }
}
