// Draws the whole view with a painter: on screen, and the same into PNG and SVG. Draws only, decides nothing.

import { formatPercent, formatSiText } from '../../../base/si.ts';
import { endTimeOf, toldTimeOf } from '../../../model/timing.ts';
import type { Painter, TextStyle } from '../../plot/painter.ts';
import { linearScale, type Scale } from '../../plot/scale.ts';
import { LEAST_LABELS, logTicks, type Tick, type Ticks, valueTicks } from '../../plot/ticks.ts';
import {
  minimapScale,
  minimapWindow,
  raisedScale,
  type Scene,
  timeScale,
  traceColor,
  traceDash,
  valueScale,
} from './geometry.ts';
import { type Lane, minimapLane, raiseOf, type Trace } from './lanes.ts';
import type { LaneBox } from './layout.ts';
import { minimapMarks } from './marker-flags.ts';
import { drawLimits } from './scene-limits.ts';
import { drawMarkers } from './scene-markers.ts';
import { drawNotes } from './scene-notes.ts';
import type { TimeRange } from './state.ts';
import { axisTicks } from './time-label.ts';

const TICK_SPACING_X_PX = 110;
const TICK_SPACING_Y_PX = 36;
/** A low axis has this many ticks all the same, as far as their labels find room. */
const MIN_TICKS_Y = 3;
const MIN_TICK_SPACING_Y_PX = 12;
const NAME_ROW_PX = 16;
const UNIT_GAP_PX = 5;
const FIGURE_ROW_PX = 17;
const RUN_UP_PX = 4;
/** Between the texts in front of the ruler, the edge and the first label. */
const CORNER_MARGIN_PX = 30;

export function drawScene(painter: Painter, scene: Scene): void {
  drawFrame(painter, scene);
  drawUnderTraces(painter, scene);
  drawTraces(painter, scene);
  drawOverTraces(painter, scene);
}

/** What stands still while a view follows live data: ground, value axes and figures. */
export function drawFrame(painter: Painter, scene: Scene): void {
  const { layout, colors } = scene;
  painter.fillRect({ x: 0, y: 0, width: layout.widthPx, height: layout.heightPx }, colors.ground);
  for (const box of layout.lanes) drawLane(painter, scene, box);
}

/** What moves with the time, below the traces. */
export function drawUnderTraces(painter: Painter, scene: Scene): void {
  drawMinimap(painter, scene);
  drawTimeAxis(painter, scene);
  if (scene.state.selection) drawSelection(painter, scene, scene.state.selection);
}

/** The traces of all lanes, from `leftPx` on. */
export function drawTraces(painter: Painter, scene: Scene, leftPx = scene.layout.plots.x): void {
  for (const box of scene.layout.lanes) {
    const range = scene.ranges.get(box.lane.id);
    if (!range) continue;
    const y = valueScale(box, range, scene.state.lanes[box.lane.id]?.isLog === true);
    const { plot } = box;
    const part = { ...plot, x: leftPx, width: plot.x + plot.width - leftPx };
    painter.clip(part, () => {
      for (const trace of box.lane.traces) drawTrace(painter, scene, box, trace, y, leftPx);
    });
  }
}

/** Marks, above the traces. */
export function drawOverTraces(painter: Painter, scene: Scene): void {
  drawNotes(painter, scene);
  drawMarkers(painter, scene);
}

function drawMinimap(painter: Painter, scene: Scene): void {
  const { layout, state, colors } = scene;
  const { minimap } = layout;
  if (minimap.height === 0) return;
  const window = minimapWindow(scene);
  painter.fillRect(window, colors.selection);
  const scale = minimapScale(scene);
  const lane = minimapLane(layout.lanes.map((box) => box.lane));
  painter.clip(minimap, () => {
    for (const trace of lane?.traces ?? []) {
      const { picture } = trace.overview;
      const values = picture?.valuesIn({ startS: toldTimeOf(trace.signal), endS: endTimeOf(trace.signal) });
      if (!picture || !values) continue;
      const room = (values.max - values.min || 1) * 0.08;
      const y = linearScale(values.min - room, values.max + room, minimap.y + minimap.height, minimap.y);
      const style = { color: traceColor(colors, trace), isStepped: lane?.isDigital === true };
      const range = { leftPx: minimap.x, rightPx: minimap.x + minimap.width };
      picture.draw(trace.renderer, { painter, scale, shiftS: trace.shown.shiftS, y, range, style });
    }
    const marks = minimapMarks(state.markers, scene.extent, minimap);
    for (const timeS of marks.timesS) {
      const style = { color: colors.markers[0], widthPx: 1 };
      painter.verticalLine(scale.toPx(timeS), marks.top, minimap.y + minimap.height, style);
    }
    painter.strokeRect(window, { color: colors.accent, widthPx: 1 });
  });
  painter.strokeRect(minimap, { color: colors.line, widthPx: 1 });
}

function drawTimeAxis(painter: Painter, scene: Scene): void {
  const { layout, colors, state } = scene;
  const { ruler, plots } = layout;
  const scale = timeScale(scene);
  const ticks = axisTicks(scene.reference, state.time, Math.max(1, Math.floor(ruler.width / TICK_SPACING_X_PX)));
  const label: TextStyle = { color: colors.axisText, sizePx: 11, align: 'center', isMono: true };
  const bottom = ruler.y + ruler.height;
  painter.clip({ x: ruler.x - 30, y: ruler.y, width: ruler.width + 60, height: ruler.height + 1 }, () => {
    for (const value of ticks.minor) {
      painter.verticalLine(scale.toPx(value), bottom - 3, bottom, { color: colors.axisLine, widthPx: 1 });
    }
    for (const tick of ticks.major) {
      const x = scale.toPx(tick.value);
      painter.verticalLine(x, bottom - 6, bottom, { color: colors.axisLine, widthPx: 1 });
      const halfPx = painter.measure(tick.label, label) / 2;
      painter.text(tick.label, Math.min(x, layout.widthPx - halfPx - 2), ruler.y + 8, label);
    }
  });
  // What the labels count from, or their unit, stands beside the ruler; a date or the axis' name in the line above.
  const corner: TextStyle = { ...label, align: 'left', color: colors.textDim };
  const cornerPx = ruler.x - CORNER_MARGIN_PX;
  painter.text(shorten(painter, ticks.above, cornerPx, corner), 6, ruler.y - 10, corner);
  painter.text(shorten(painter, ticks.beside, cornerPx, corner), 6, ruler.y + 8, corner);
  painter.horizontalLine(bottom, ruler.x, ruler.x + ruler.width, { color: colors.axisLine, widthPx: 1 });
  for (const tick of ticks.major) {
    const x = scale.toPx(tick.value);
    if (x < plots.x || x > plots.x + plots.width) continue;
    for (const box of layout.lanes) {
      painter.verticalLine(x, box.plot.y, box.plot.y + box.plot.height, { color: colors.grid, widthPx: 1 });
    }
  }
}

function drawLane(painter: Painter, scene: Scene, box: LaneBox): void {
  const { colors, state } = scene;
  const { lane, plot, axis } = box;
  const range = scene.ranges.get(lane.id);
  const isLog = state.lanes[lane.id]?.isLog === true;
  const color = lane.traces[0] ? traceColor(colors, lane.traces[0]) : colors.text;
  painter.horizontalLine(plot.y + plot.height, axis.x + 4, plot.x + plot.width, { color: colors.line, widthPx: 1 });
  const name: TextStyle = { color, sizePx: 12, isBold: true };
  const room = { widthPx: axis.width - 8, rowCount: Math.max(1, Math.floor(axis.height / NAME_ROW_PX)) };
  const rows = nameRows(painter, lane, room, name);
  const titles: readonly Title[] = rows.map((text, row) => ({
    text,
    x: axis.x + 6,
    y: axis.y + 9 + row * NAME_ROW_PX,
    style: name,
  }));
  if (!range) {
    for (const { text, x, y, style } of titles) painter.text(text, x, y, style);
    return;
  }
  const y = valueScale(box, range, isLog);
  const unitStyle: TextStyle = { color: colors.textDim, sizePx: 12 };
  // Below the name, or behind it where there is no row left.
  const isBelow = rows.length < room.rowCount;
  const behindPx = isBelow ? 0 : painter.measure(rows.at(-1) ?? '', name) + UNIT_GAP_PX;
  const unitAt = { x: axis.x + 6 + behindPx, y: axis.y + 9 + (isBelow ? rows.length : rows.length - 1) * NAME_ROW_PX };
  const titlesOf = ({ common }: Ticks): readonly Title[] =>
    common === '' || behindPx + painter.measure(common, unitStyle) > room.widthPx
      ? titles
      : [...titles, { text: common, ...unitAt, style: unitStyle }];
  const label: TextStyle = { color: colors.axisText, sizePx: 11, align: 'right', isMono: true };
  /** Name and unit come first: a label that would run into them is left out, and one that the lane cuts. */
  const visibleOf = (ticks: Ticks): readonly Tick[] =>
    ticks.major.filter((tick) => {
      const at = y.toPx(tick.value);
      const left = plot.x - 7 - painter.measure(tick.label, label);
      const isHidden = titlesOf(ticks).some(
        (title) => Math.abs(title.y - at) < 13 && title.x + 4 + painter.measure(title.text, title.style) > left,
      );
      return !isHidden && at > axis.y + 5 && at < axis.y + axis.height - 5;
    });
  const makeTicks = isLog ? logTicks : valueTicks;
  const wanted = Math.max(MIN_TICKS_Y, plot.height / TICK_SPACING_Y_PX);
  const most = Math.max(1, Math.floor(plot.height / MIN_TICK_SPACING_Y_PX));
  let count = Math.floor(Math.min(wanted, most));
  let ticks = makeTicks(y.min, y.max, count, lane.unit);
  while (visibleOf(ticks).length < LEAST_LABELS && count < most) ticks = makeTicks(y.min, y.max, ++count, lane.unit);
  for (const { text, x, y: at, style } of titlesOf(ticks)) painter.text(text, x, at, style);
  if (!lane.isDigital || plot.height >= 36) {
    painter.clip({ x: axis.x, y: axis.y, width: axis.width + plot.width, height: axis.height }, () => {
      for (const { value } of ticks.major) {
        painter.horizontalLine(y.toPx(value), plot.x, plot.x + plot.width, { color: colors.grid, widthPx: 1 });
        painter.horizontalLine(y.toPx(value), plot.x - 4, plot.x, { color: colors.axisLine, widthPx: 1 });
      }
      for (const tick of visibleOf(ticks)) painter.text(tick.label, plot.x - 7, y.toPx(tick.value), label);
    });
  }
  painter.verticalLine(plot.x, plot.y, plot.y + plot.height, { color: colors.axisLine, widthPx: 1 });
  drawFigures(painter, scene, box);
}

function drawSelection(painter: Painter, scene: Scene, selection: TimeRange): void {
  const scale = timeScale(scene);
  const x = scale.toPx(selection.startS);
  for (const { lane, plot } of scene.layout.lanes) {
    if (!scene.ranges.has(lane.id)) continue;
    const band = { x, y: plot.y, width: scale.toPx(selection.endS) - x, height: plot.height };
    painter.clip(plot, () => painter.fillRect(band, scene.colors.selection));
  }
}

function drawTrace(painter: Painter, scene: Scene, box: LaneBox, trace: Trace, lane: Scale, leftPx: number): void {
  const { colors } = scene;
  const { plot } = box;
  const scale = timeScale(scene);
  const dash = traceDash(colors, trace);
  const style = {
    color: traceColor(colors, trace),
    isStepped: box.lane.isDigital,
    ...(dash.length > 0 && { dash }),
  };
  const { shiftS } = trace.shown;
  const y = raisedScale(lane, raiseOf(trace));
  const detail = trace.detail.picture;
  const overview = trace.overview.picture;
  const right = plot.x + plot.width;
  // Where the drawing begins does not show: bins before it are joined as they always are.
  const frame = { painter, scale, shiftS, y, range: { leftPx: leftPx - RUN_UP_PX, rightPx: right }, style };
  if (!detail) {
    overview?.draw(trace.renderer, frame);
    return;
  }
  const placeOf = (timeS: number) => Math.min(Math.max(scale.toPx(timeS + shiftS), leftPx), right);
  const detailLeft = placeOf(detail.startS);
  const detailRight = placeOf(detail.endS);
  // Where the detailed picture does not reach yet, the overview stands in.
  if (overview && trace.detail.isLoading) {
    for (const [fromPx, toPx] of [
      [leftPx, detailLeft],
      [detailRight, right],
    ] as const) {
      if (toPx - fromPx < 1) continue;
      painter.clip({ x: fromPx, y: plot.y, width: toPx - fromPx, height: plot.height }, () => {
        overview.draw(trace.renderer, { ...frame, range: { leftPx: fromPx, rightPx: toPx } });
      });
    }
  }
  drawLimits(painter, scene, { ...plot, x: leftPx, width: right - leftPx }, trace);
  detail.draw(trace.renderer, frame);
}

/** Letters of a unit that have room beside five digits. */
const MAX_UNIT_LETTERS = 4;

function drawFigures(painter: Painter, scene: Scene, { lane, figures }: LaneBox): void {
  const trace = lane.traces[0];
  const values = trace && scene.figures.get(trace);
  if (!values || figures.width === 0) return;
  const { colors } = scene;
  const valueText = (value: number) => {
    // a long unit stands in front of the lane
    const unit = lane.unit.length > MAX_UNIT_LETTERS ? '' : lane.unit;
    const text = formatSiText(value, unit, { significantDigits: 5 });
    return values.isApproximate ? `≈ ${text}` : text;
  };
  const rows: FigureRow[] = [
    { name: 'mean', text: valueText(values.mean) },
    { name: 'std', text: valueText(values.std) },
    { name: 'max', text: valueText(values.max) },
    { name: 'min', text: valueText(values.min) },
    { name: 'p-p', text: valueText(values.max - values.min) },
  ];
  // first of all: the others are not what they seem then
  if (values.saturated) rows.unshift({ name: 'limit', text: formatPercent(values.saturated), color: colors.warn });
  // of several files the first: the others stand in the side panel
  if (lane.traces.length > 1 && trace.shown.letter) rows.unshift({ name: 'file', text: trace.shown.letter });
  const room = Math.floor((figures.height - 4) / FIGURE_ROW_PX);
  for (const [index, { name, text, color }] of rows.slice(0, room).entries()) {
    const y = figures.y + 10 + index * FIGURE_ROW_PX;
    painter.text(name, figures.x + 12, y, { color: color ?? colors.textDim, sizePx: 12, isBold: color !== undefined });
    painter.text(text, figures.x + figures.width - 8, y, {
      color: color ?? colors.text,
      sizePx: 12,
      align: 'right',
      isMono: true,
    });
  }
}

interface FigureRow {
  readonly name: string;
  readonly text: string;
  /** Of both, where it stands out. */
  readonly color?: string;
}

/** A text in front of a lane. */
interface Title {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly style: TextStyle;
}

interface NameRoom {
  readonly widthPx: number;
  readonly rowCount: number;
}

/**
 * A name that is too wide goes on in a second row: what it comes from in the first, else from where one of its words
 * begins. In one row what is measured says more than of what, which the colour tells.
 */
function nameRows(painter: Painter, lane: Lane, { widthPx, rowCount }: NameRoom, style: TextStyle): string[] {
  const { name, source } = lane;
  if (painter.measure(name, style) <= widthPx) return [name];
  const own = source === '' ? name : name.slice(source.length + 1);
  const breaks = [...name.matchAll(/[._ -](?=.)|.(?=\[)/g)].map(({ index }) => index + 1);
  const at = breaks.findLast((index) => painter.measure(name.slice(0, index), style) <= widthPx);
  const rows = source !== '' ? [source, own] : at === undefined ? [name] : [name.slice(0, at), name.slice(at)];
  const shown = rowCount > 1 ? rows : [source === '' ? rows[0]! : own];
  return shown.map((row) => shorten(painter, row, widthPx, style));
}

/** `text` cut so that it fits, with an ellipsis in the middle: serial numbers differ at their ends. */
function shorten(painter: Painter, text: string, widthPx: number, style: TextStyle): string {
  let [head, tail] = [Math.ceil(text.length / 2), Math.floor(text.length / 2)];
  let shown = text;
  while (head > 1 && painter.measure(shown, style) > widthPx) {
    if (tail >= head) tail--;
    else head--;
    shown = `${text.slice(0, head)}…${text.slice(text.length - tail)}`;
  }
  return shown;
}
