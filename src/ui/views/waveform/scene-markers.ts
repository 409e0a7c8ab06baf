// Draws markers: their lines, the bars between pairs, and the flags.

import type { Painter, Rect } from '../../plot/painter.ts';
import { laneBox, type Scene, timeScale } from './geometry.ts';
import { FLAG_PADDING_PX, type Flag, flagText, flagWidth, type MarkerLine, markerMarks } from './marker-flags.ts';
import type { Marker } from './state.ts';

export function drawMarkers(painter: Painter, scene: Scene): void {
  const { plots, flags: row } = scene.layout;
  const { colors } = scene;
  const { lines, flags, crowd } = markerMarks(scene);
  const all: Rect = { x: plots.x, y: row.y, width: plots.width, height: plots.y + plots.height - row.y };
  painter.clip(all, () => {
    drawSelectedSpan(painter, scene);
    for (const x of crowd?.xs ?? []) {
      painter.verticalLine(x, row.y + 2, row.y + row.height, { color: colors.markers[0], widthPx: 1 });
    }
    for (const line of lines) drawLine(painter, scene, line);
  });
  painter.clip({ x: 0, y: row.y, width: scene.layout.widthPx, height: all.height }, () => {
    for (const flag of flags) drawFlag(painter, scene, flag);
    if (crowd) {
      const rect = { x: row.x, y: row.y + 2, width: flagWidth(crowd.text), height: row.height - 3 };
      painter.fillRect(rect, colors.raised);
      painter.text(crowd.text, rect.x + FLAG_PADDING_PX, rect.y + rect.height / 2, flagText(colors.text));
    }
  });
}

function drawSelectedSpan(painter: Painter, scene: Scene): void {
  const { markers, selectedMarkerId } = scene.state;
  const { plots } = scene.layout;
  const selected = markers.find(({ id }) => id === selectedMarkerId);
  if (selected?.axis !== 'time' || selected.second === undefined) return;
  const scale = timeScale(scene);
  const [a, b] = [scale.toPx(selected.first), scale.toPx(selected.second)];
  const rect = { x: Math.min(a, b), y: plots.y, width: Math.abs(b - a), height: plots.height };
  painter.fillRect(rect, scene.colors.grid);
}

const widthOf = (scene: Scene, marker: Marker): number => (marker.id === scene.state.selectedMarkerId ? 2 : 1);

function drawLine(painter: Painter, scene: Scene, { marker, at, color }: MarkerLine): void {
  const { plots, flags } = scene.layout;
  const style = { color, widthPx: widthOf(scene, marker) };
  if (marker.axis === 'time') {
    painter.verticalLine(at, flags.y + 2, plots.y + plots.height, style);
    return;
  }
  const box = laneBox(scene.layout, marker.laneId);
  if (box) painter.horizontalLine(at, box.plot.x, box.plot.x + box.plot.width, style);
}

function drawFlag(painter: Painter, scene: Scene, { part, rect, text, color }: Flag): void {
  const { colors } = scene;
  const middle = rect.y + rect.height / 2;
  if (part !== 'both') {
    painter.fillRect(rect, color);
    painter.text(text, rect.x + FLAG_PADDING_PX, middle, flagText(colors.ground));
    return;
  }
  painter.fillRect({ ...rect, y: rect.y + 2, height: rect.height - 4 }, colors.selection);
  if (text !== '') painter.text(text, rect.x + rect.width / 2, middle, { ...flagText(colors.text), align: 'center' });
}
