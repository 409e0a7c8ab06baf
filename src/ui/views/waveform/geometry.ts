// Geometry that drawing and gestures share, so that what is drawn is what can be grabbed.

import type { Rect } from '../../plot/painter.ts';
import { linearScale, logScale, type Scale } from '../../plot/scale.ts';
import type { ThemeColors } from '../../theme/theme.ts';
import type { Trace } from './lanes.ts';
import type { LaneBox, Layout } from './layout.ts';
import { DASHES, dashOf, type LegendLine } from './legend.ts';
import type { ShownFigures } from './screen-figures.ts';
import type { TimeRange, ValueRange, ViewState } from './state.ts';
import type { TimeReference } from './time-label.ts';

/** Everything that one picture of the view is made from. */
export interface Scene {
  readonly layout: Layout;
  readonly state: ViewState;
  readonly extent: TimeRange;
  readonly colors: ThemeColors;
  readonly reference: TimeReference;
  /** Shown range of each lane's value axis. */
  readonly ranges: ReadonlyMap<string, ValueRange>;
  /** Figures of what is on screen, of those traces that have them. */
  readonly figures: ReadonlyMap<Trace, ShownFigures>;
  /** Time of one sample of the fastest signal with a rate or of one pixel, whichever is longer. */
  readonly resolutionS: number;
  /** What a saved picture says below it; empty where one file is alone. */
  readonly legend?: readonly LegendLine[];
}

/** Narrowest drawn minimap window, so that it can be seen and grabbed. */
export const MIN_WINDOW_PX = 8;

export function timeScale({ layout, state }: Pick<Scene, 'layout' | 'state'>): Scale {
  const { x, width } = layout.plots;
  return linearScale(state.time.startS, state.time.endS, x, x + width);
}

export function valueScale(box: Pick<LaneBox, 'plot'>, range: ValueRange, isLog: boolean): Scale {
  const bottom = box.plot.y + box.plot.height - 2;
  const top = box.plot.y + 2;
  if (!isLog || range.max <= 0) return linearScale(range.min, range.max, bottom, top);
  return logScale(range.min > 0 ? range.min : range.max / 1e6, range.max, bottom, top);
}

/** The same scale for what is drawn `raise` higher than its values say. */
export function raisedScale(scale: Scale, raise: number): Scale {
  if (raise === 0) return scale;
  return { ...scale, toPx: (value) => scale.toPx(value + raise), fromPx: (px) => scale.fromPx(px) - raise };
}

export function minimapScale({ layout, extent }: Pick<Scene, 'layout' | 'extent'>): Scale {
  const { x, width } = layout.minimap;
  return linearScale(extent.startS, extent.endS > extent.startS ? extent.endS : extent.startS + 1, x, x + width);
}

export function traceColor(colors: ThemeColors, trace: Trace): string {
  return colors.traces[trace.colorIndex % colors.traces.length]!;
}

/** Dash of a trace: of its file where several lie over each other, else where the theme does without colours. */
export function traceDash({ name }: ThemeColors, { place, colorIndex }: Trace): readonly number[] {
  if (place !== undefined) return dashOf(place);
  return name === 'high-contrast' ? DASHES[colorIndex % DASHES.length]! : [];
}

/** The rectangle of what is on screen, in the minimap. */
export function minimapWindow(scene: Pick<Scene, 'layout' | 'state' | 'extent'>): Rect {
  const { minimap } = scene.layout;
  const scale = minimapScale(scene);
  const right = minimap.x + minimap.width;
  const from = Math.min(Math.max(scale.toPx(scene.state.time.startS), minimap.x), right - MIN_WINDOW_PX);
  const to = Math.min(Math.max(scale.toPx(scene.state.time.endS), from + MIN_WINDOW_PX), right);
  return { x: from, y: minimap.y, width: to - from, height: minimap.height };
}

/** Lane under a point, if any. */
export function laneAt(layout: Layout, y: number): LaneBox | undefined {
  return layout.lanes.find(({ plot }) => y >= plot.y && y < plot.y + plot.height);
}

/** The box of a lane that is shown. */
export function laneBox(layout: Layout, laneId: string | undefined): LaneBox | undefined {
  return layout.lanes.find((box) => box.lane.id === laneId);
}
