// Markers with their flags, and notes. The geometry is shared with the gestures, so that what is drawn is what
// can be grabbed.

import { formatSiText } from '../../../base/si.ts';
import type { Painter, Rect, TextStyle } from '../../plot/painter.ts';
import { laneBox, type Scene, timeScale, valueScale } from './geometry.ts';
import type { Marker } from './state.ts';
import { formatPosition, formatSpan } from './time-label.ts';

export type MarkerPart = 'first' | 'second' | 'both';

/** A flag that can be grabbed: one end of a marker, or the bar that moves both. */
export interface Flag {
  readonly marker: Marker;
  readonly part: MarkerPart;
  readonly rect: Rect;
  readonly text: string;
  readonly color: string;
}

const FLAG_HEIGHT_PX = 17;
const FLAG_PADDING_PX = 5;
/** Notes without a height of their own hang this far below the lane's upper edge. */
const NOTE_TOP_PX = 28;
const GLYPH_WIDTH_PX = 6.7; // advance of the 11 px monospace face, rounded up
const textOf = (color: string): TextStyle => ({ color, sizePx: 11, isMono: true });

const flagWidth = (text: string): number => Math.ceil(text.length * GLYPH_WIDTH_PX) + 2 * FLAG_PADDING_PX;

/** Flags of all markers that are on screen. */
export function markerFlags(scene: Scene): Flag[] {
  return scene.state.markers.flatMap((marker) =>
    marker.axis === 'time' ? timeFlags(scene, marker) : valueFlags(scene, marker),
  );
}

function timeFlags(scene: Scene, marker: Marker): Flag[] {
  const { flags } = scene.layout;
  const scale = timeScale(scene);
  const y = flags.y + 2;
  const right = flags.x + flags.width;
  const { first, second } = marker;
  if (second === undefined) {
    const x = scale.toPx(first);
    if (x < flags.x || x > right) return [];
    const text = `${marker.name} ${formatPosition(scene.reference, first, scene.resolutionS)}`;
    const rect = { x: Math.min(x, right - flagWidth(text)), y, width: flagWidth(text), height: FLAG_HEIGHT_PX };
    return [{ marker, part: 'first', rect, text, color: scene.colors.markers[0] }];
  }
  const list: Flag[] = [];
  const [low, high] = first <= second ? [first, second] : [second, first];
  const from = Math.max(scale.toPx(low), flags.x);
  const to = Math.min(scale.toPx(high), right);
  if (to >= from) {
    const text = `Δ ${formatSpan(Math.abs(second - first), scene.resolutionS)}`;
    list.push({
      marker,
      part: 'both',
      rect: { x: from, y, width: to - from, height: FLAG_HEIGHT_PX },
      text,
      color: '',
    });
  }
  for (const [part, at, suffix, color] of [
    ['first', first, 'a', scene.colors.markers[0]],
    ['second', second, 'b', scene.colors.markers[1]],
  ] as const) {
    const x = scale.toPx(at);
    if (x < flags.x || x > right) continue;
    const text = `${marker.name}${suffix}`;
    const width = flagWidth(text);
    // The left end's flag stands to the left of its line, the right end's to the right: the bar stays free.
    const rect = { x: at === low ? x - width : x, y, width, height: FLAG_HEIGHT_PX };
    list.push({ marker, part, rect, text, color });
  }
  return list;
}

function valueFlags(scene: Scene, marker: Marker): Flag[] {
  const box = laneBox(scene.layout, marker.laneId);
  const range = box && scene.ranges.get(box.lane.id);
  if (!box || !range) return [];
  const { plot, lane } = box;
  const scale = valueScale(box, range, scene.state.lanes[lane.id]?.isLog === true);
  const list: Flag[] = [];
  for (const [part, at, suffix, color] of [
    ['first', marker.first, marker.second === undefined ? '' : 'a', scene.colors.markers[0]],
    ['second', marker.second, 'b', scene.colors.markers[1]],
  ] as const) {
    if (at === undefined) continue;
    const y = scale.toPx(at);
    if (y < plot.y || y > plot.y + plot.height) continue;
    let text = `${marker.name}${suffix} ${formatSiText(at, lane.unit, { significantDigits: 5 })}`;
    if (part === 'second') text += `  Δ ${formatSiText(at - marker.first, lane.unit, { significantDigits: 5 })}`;
    const width = flagWidth(text);
    const top = Math.min(Math.max(y - FLAG_HEIGHT_PX / 2, plot.y), plot.y + plot.height - FLAG_HEIGHT_PX);
    const rect = { x: plot.x + plot.width - width, y: top, width, height: FLAG_HEIGHT_PX };
    list.push({ marker, part, rect, text, color });
  }
  return list;
}

export function drawMarkers(painter: Painter, scene: Scene): void {
  const { plots, flags } = scene.layout;
  const scale = timeScale(scene);
  const stripes = scene.state.markers.filter((marker) => marker.axis === 'time');
  const all: Rect = { x: plots.x, y: flags.y, width: plots.width, height: plots.y + plots.height - flags.y };
  painter.clip(all, () => {
    for (const marker of stripes) {
      if (marker.second !== undefined && marker.id === scene.state.selectedMarkerId) {
        const [from, to] = [scale.toPx(marker.first), scale.toPx(marker.second)].sort((a, b) => a - b) as [
          number,
          number,
        ];
        painter.fillRect({ x: from, y: plots.y, width: to - from, height: plots.height }, scene.colors.grid);
      }
      line(painter, scene, scale.toPx(marker.first), marker, scene.colors.markers[0]);
      if (marker.second !== undefined) line(painter, scene, scale.toPx(marker.second), marker, scene.colors.markers[1]);
    }
  });
  const list = markerFlags(scene);
  for (const flag of list) {
    if (flag.marker.axis !== 'value') continue;
    const box = laneBox(scene.layout, flag.marker.laneId)!;
    const y = valueScale(box, scene.ranges.get(box.lane.id)!, scene.state.lanes[box.lane.id]?.isLog === true).toPx(
      flag.part === 'second' ? flag.marker.second! : flag.marker.first,
    );
    const style = { color: flag.color, widthPx: widthOf(scene, flag.marker) };
    painter.horizontalLine(y, box.plot.x, box.plot.x + box.plot.width, style);
  }
  painter.clip({ x: 0, y: flags.y, width: scene.layout.widthPx, height: all.height }, () => {
    for (const flag of list) drawFlag(painter, scene, flag);
  });
}

const widthOf = (scene: Scene, marker: Marker): number => (marker.id === scene.state.selectedMarkerId ? 2 : 1);

function line(painter: Painter, scene: Scene, x: number, marker: Marker, color: string): void {
  const { plots, flags } = scene.layout;
  painter.verticalLine(x, flags.y + 2, plots.y + plots.height, { color, widthPx: widthOf(scene, marker) });
}

function drawFlag(painter: Painter, scene: Scene, { part, rect, text, color }: Flag): void {
  const { colors } = scene;
  const middle = rect.y + rect.height / 2;
  if (part !== 'both') {
    painter.fillRect(rect, color);
    painter.text(text, rect.x + FLAG_PADDING_PX, middle, textOf(colors.ground));
    return;
  }
  painter.fillRect({ ...rect, y: rect.y + 2, height: rect.height - 4 }, colors.selection);
  if (rect.width < flagWidth(text)) return;
  painter.text(text, rect.x + rect.width / 2, middle, { ...textOf(colors.text), align: 'center' });
}

/** Notes: a dot on the trace and the text beside it. */
export function drawNotes(painter: Painter, scene: Scene): void {
  for (const { note, rect, x, y } of noteBoxes(scene)) {
    painter.dots({ xs: new Float64Array([x]), ys: new Float64Array([y]), count: 1 }, 3.5, scene.colors.accent);
    painter.fillRect(rect, scene.colors.raised);
    painter.strokeRect(rect, { color: scene.colors.accent, widthPx: 1 });
    painter.text(note.text, rect.x + FLAG_PADDING_PX, rect.y + rect.height / 2, textOf(scene.colors.text));
  }
}

export function noteBoxes(scene: Scene) {
  const times = timeScale(scene);
  return scene.state.notes.flatMap((note) => {
    const box = laneBox(scene.layout, note.laneId);
    const range = box && scene.ranges.get(box.lane.id);
    if (!box || !range) return [];
    const x = times.toPx(note.timeS);
    const { plot } = box;
    if (x < plot.x || x > plot.x + plot.width) return [];
    const scale = valueScale(box, range, scene.state.lanes[box.lane.id]?.isLog === true);
    const raw = note.value === undefined ? plot.y + NOTE_TOP_PX : scale.toPx(note.value);
    const y = Math.min(Math.max(raw, plot.y), plot.y + plot.height);
    const width = flagWidth(note.text);
    const left = Math.min(x + 8, plot.x + plot.width - width);
    const top = Math.min(Math.max(y - 24, plot.y), plot.y + plot.height - 18);
    return [{ note, x, y, rect: { x: left, y: top, width, height: 18 } }];
  });
}
