// Where everything is on the canvas, in CSS pixels.

import type { Rect } from '../../plot/painter.ts';
import { type Lane, lanesOnScreen } from './lanes.ts';
import type { LaneState } from './state.ts';

export interface LaneBox {
  readonly lane: Lane;
  /** Labels and ticks of the value axis. */
  readonly axis: Rect;
  readonly plot: Rect;
  /** Figures of what is on screen; empty on narrow screens. */
  readonly figures: Rect;
}

export interface Layout {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Without height where the plot is low. */
  readonly minimap: Rect;
  readonly ruler: Rect;
  /** Flags of markers, and where a double click makes one. */
  readonly flags: Rect;
  /** All plots together. */
  readonly plots: Rect;
  readonly lanes: readonly LaneBox[];
}

const AXIS_WIDTH_PX = 114;
const NARROW_AXIS_WIDTH_PX = 88;
const FIGURES_WIDTH_PX = 138;
/** From this width on there is room for the figures and for names as long as “Current range”. */
const WIDE_FROM_PX = 720;
const MINIMAP_HEIGHT_PX = 34;
/** A lower plot keeps its room for the lanes. */
const MINIMAP_FROM_PX = 260;
const RULER_HEIGHT_PX = 22;
const FLAGS_HEIGHT_PX = 20;
const LANE_GAP_PX = 6;
const RIGHT_MARGIN_PX = 8;
const BOTTOM_MARGIN_PX = 6;
const BIT_LANE_PX = 26;
const WORD_LANE_PX = 48;
/** Digital lanes give way before analog ones become thinner than this. */
const MIN_LANE_PX = 40;
/** Thinner lanes cannot be read: the last ones are left out instead, those that nobody asked for first. */
const MIN_DIGITAL_PX = 18;

export function layOut(
  widthPx: number,
  heightPx: number,
  lanes: readonly Lane[],
  states: Readonly<Record<string, LaneState>>,
): Layout {
  const isWide = widthPx >= WIDE_FROM_PX;
  const figuresWidth = isWide ? FIGURES_WIDTH_PX : 0;
  const x = isWide ? AXIS_WIDTH_PX : NARROW_AXIS_WIDTH_PX;
  const width = Math.max(1, widthPx - x - Math.max(figuresWidth, RIGHT_MARGIN_PX));
  const minimap = { x, y: 4, width, height: heightPx < MINIMAP_FROM_PX ? 0 : MINIMAP_HEIGHT_PX };
  const ruler = { x, y: minimap.y + minimap.height + 4, width, height: RULER_HEIGHT_PX };
  const flags = { x, y: ruler.y + ruler.height, width, height: FLAGS_HEIGHT_PX };
  const top = flags.y + flags.height;
  const shown = fitting(lanesOnScreen(lanes, states), states, heightPx - top - BOTTOM_MARGIN_PX);
  const available = Math.max(0, heightPx - top - BOTTOM_MARGIN_PX - LANE_GAP_PX * Math.max(0, shown.length - 1));
  const analogCount = shown.filter((lane) => !lane.isDigital).length;
  const wantedDigital = shown.reduce((sum, lane) => sum + (lane.isDigital ? digitalHeight(lane) : 0), 0);
  const digitalRoom = analogCount > 0 ? Math.max(0, available - analogCount * MIN_LANE_PX) : available;
  const digitalFactor = wantedDigital > 0 ? Math.min(1, digitalRoom / wantedDigital) : 1;
  const analogHeight = analogCount > 0 ? (available - wantedDigital * digitalFactor) / analogCount : 0;
  let y = top;
  const boxes = shown.map((lane): LaneBox => {
    const height = lane.isDigital ? digitalHeight(lane) * digitalFactor : analogHeight;
    const box = {
      lane,
      axis: { x: 0, y, width: x, height },
      plot: { x, y, width, height },
      figures: { x: x + width, y, width: figuresWidth, height },
    };
    y += height + LANE_GAP_PX;
    return box;
  });
  const plots = { x, y: top, width, height: Math.max(0, heightPx - BOTTOM_MARGIN_PX - top) };
  return { widthPx, heightPx, minimap, ruler, flags, plots, lanes: boxes };
}

/**
 * `lanes` without those for which `heightPx` has no room, from the end: what nobody asked for first, digital ones before
 * others. One stays.
 */
function fitting(
  lanes: readonly Lane[],
  states: Readonly<Record<string, LaneState>>,
  heightPx: number,
): readonly Lane[] {
  const leastPx = lanes.reduce((sum, lane) => sum + (lane.isDigital ? MIN_DIGITAL_PX : MIN_LANE_PX) + LANE_GAP_PX, 0);
  if (leastPx - LANE_GAP_PX <= heightPx || lanes.length <= 1) return lanes;
  const unasked = lanes.filter(({ id, isAsked }) => !isAsked && states[id]?.isHidden === undefined);
  const candidates = unasked.length > 0 ? unasked : lanes;
  const last = candidates.findLast(({ isDigital }) => isDigital) ?? candidates.at(-1)!;
  return fitting(
    lanes.filter((lane) => lane !== last),
    states,
    heightPx,
  );
}

function digitalHeight(lane: Lane): number {
  return lane.traces[0]?.signal.dtype === 'u1' ? BIT_LANE_PX : WORD_LANE_PX;
}
