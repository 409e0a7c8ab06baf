// The readout under the pointer and the rubber band: drawn on a layer of their own, so that moving the pointer
// does not redraw the traces.

import { formatSiText } from '../../../base/si.ts';
import type { Painter, TextStyle } from '../../plot/painter.ts';
import type { PointerInput } from '../../plot/zones.ts';
import { type Scene, timeScale, traceColor, valueScale } from './geometry.ts';
import type { RubberBand } from './gestures.ts';
import { raiseOf, type Trace } from './lanes.ts';
import type { LaneBox } from './layout.ts';
import { AT_LIMIT, isAtLimit } from './scene-limits.ts';
import { formatPosition } from './time-label.ts';

export interface HoverValue {
  readonly box: LaneBox;
  readonly trace: Trace;
  /** Mean of the bin under the pointer, or the nearest sample; of a stamped signal the value in force. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly isSample: boolean;
  readonly isAtLimit: boolean;
  /** The pointer jumps to it. */
  readonly attracts: boolean;
  readonly x: number;
  readonly y: number;
}

export interface Hover {
  readonly timeS: number;
  readonly x: number;
  readonly values: readonly HoverValue[];
}

/** Samples at least this many pixels apart attract the pointer. */
const SNAP_FROM_PX = 3;
const LABEL_HEIGHT_PX = 18;
const LABEL_PADDING_PX = 6;

/** What the pointer stands on; `undefined` outside the plots. */
export function hoverAt(scene: Scene, at: PointerInput | undefined): Hover | undefined {
  const { plots, ruler } = scene.layout;
  if (!at || at.x < plots.x || at.x > plots.x + plots.width || at.y < ruler.y || at.y > plots.y + plots.height) {
    return undefined;
  }
  const scale = timeScale(scene);
  const timeS = scale.fromPx(at.x);
  const secondsPerPx = (scene.state.time.endS - scene.state.time.startS) / plots.width;
  const values: HoverValue[] = [];
  for (const box of scene.layout.lanes) {
    const range = scene.ranges.get(box.lane.id);
    if (!range) continue;
    const y = valueScale(box, range, scene.state.lanes[box.lane.id]?.isLog === true);
    for (const trace of box.lane.traces) {
      const { shiftS } = trace.shown;
      const found = trace.detail.picture?.at(timeS - shiftS, SNAP_FROM_PX * secondsPerPx);
      if (!found) continue;
      const { value, min, max, sampleS, attracts } = found;
      // A level holds up to the pointer; a point stands where it is.
      const isHeld = sampleS === undefined || (trace.signal.timing === 'stamped' && box.lane.isDigital);
      const x = isHeld ? at.x : scale.toPx(sampleS + shiftS);
      const isSample = sampleS !== undefined;
      const isLimited = isAtLimit(trace, sampleS === undefined ? timeS : sampleS + shiftS);
      values.push({
        box,
        trace,
        value,
        min,
        max,
        isSample,
        isAtLimit: isLimited,
        attracts,
        x,
        y: y.toPx(value + raiseOf(trace)),
      });
    }
  }
  const snapped = values.find(({ attracts }) => attracts);
  return snapped ? { timeS: scale.fromPx(snapped.x), x: snapped.x, values } : { timeS, x: at.x, values };
}

export function drawOverlay(
  painter: Painter,
  scene: Scene,
  hover: Hover | undefined,
  band: RubberBand | undefined,
): void {
  if (band?.kind === 'box' && band.box) {
    const rect = {
      x: Math.min(band.x1, band.x2),
      y: Math.min(band.y1, band.y2),
      width: Math.abs(band.x2 - band.x1),
      height: Math.abs(band.y2 - band.y1),
    };
    painter.fillRect(rect, scene.colors.selection);
    painter.strokeRect(rect, { color: scene.colors.accent, widthPx: 1 });
  }
  if (hover) drawHover(painter, scene, hover);
}

function drawHover(painter: Painter, scene: Scene, hover: Hover): void {
  const { layout, colors } = scene;
  const { ruler, plots } = layout;
  painter.verticalLine(hover.x, ruler.y + ruler.height, plots.y + plots.height, {
    color: colors.cursor,
    widthPx: 1,
    dash: [3, 3],
  });
  const text = formatPosition(scene.reference, hover.timeS, scene.resolutionS);
  label(painter, scene, text, hover.x, ruler.y + 1, 'center', colors.text);
  for (const { box, trace, value, min, max, isSample, isAtLimit: isLimited, x, y } of hover.values) {
    const { plot, lane } = box;
    if (y >= plot.y && y <= plot.y + plot.height) {
      painter.dots({ xs: new Float64Array([x]), ys: new Float64Array([y]), count: 1 }, 3, traceColor(colors, trace));
    }
    const digits = { significantDigits: lane.isDigital ? 2 : 5 };
    // The mean of a bin is what the picture has of it; a sample is what it is.
    const mark = isSample || max === min ? '' : '≈ ';
    const own = lane.isDigital && max === min ? String(min) : mark + formatSiText(value, lane.unit, digits);
    const range =
      isSample || !(max > min)
        ? ''
        : `  ${formatSiText(min, lane.unit, digits)} … ${formatSiText(max, lane.unit, digits)}`;
    const row = hover.values.filter((other) => other.box === box).findIndex((other) => other.trace === trace);
    const top = plot.y + 3 + row * (LABEL_HEIGHT_PX + 2);
    const limit = isLimited ? `  ${AT_LIMIT}` : '';
    const letter = trace.shown.letter ? `${trace.shown.letter}  ` : '';
    label(painter, scene, letter + own + range + limit, hover.x, top, 'beside', traceColor(colors, trace));
  }
}

function label(
  painter: Painter,
  scene: Scene,
  text: string,
  x: number,
  top: number,
  place: 'center' | 'beside',
  color: string,
): void {
  const { plots } = scene.layout;
  const style: TextStyle = { color, sizePx: 12, isMono: true };
  const width = painter.measure(text, style) + 2 * LABEL_PADDING_PX;
  const right = plots.x + plots.width;
  const wanted = place === 'center' ? x - width / 2 : x + 10 + width > right ? x - 10 - width : x + 10;
  const left = Math.min(Math.max(wanted, plots.x), right - width);
  const rect = { x: left, y: top, width, height: LABEL_HEIGHT_PX };
  painter.fillRect(rect, scene.colors.raised);
  painter.strokeRect(rect, { color: scene.colors.line, widthPx: 1 });
  painter.text(text, left + LABEL_PADDING_PX, top + LABEL_HEIGHT_PX / 2, style);
}
