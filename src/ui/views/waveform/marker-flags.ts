// Where the lines and flags of markers are. Drawing and gestures share it, so that what is drawn is what can be grabbed.
// No flag lies on another: one that finds no room goes without its position, then stays away; its line stands.

import { formatCount, formatSiText } from '../../../base/si.ts';
import type { Rect, TextStyle } from '../../plot/painter.ts';
import { laneBox, type Scene, timeScale, valueScale } from './geometry.ts';
import type { Marker, TimeRange } from './state.ts';
import { formatPosition, formatSpan } from './time-label.ts';
import { type MarkerEnd, orderOfMarkers, type TimeOrder } from './time-order.ts';

export type MarkerPart = 'first' | 'second' | 'both';

/** A flag that can be grabbed: one end of a marker, or the bar that moves both. */
export interface Flag {
  readonly marker: Marker;
  readonly part: MarkerPart;
  readonly rect: Rect;
  readonly text: string;
  readonly color: string;
}

/** The line of one end of a marker: at a time from top to bottom, at a value over its lane. */
export interface MarkerLine {
  readonly marker: Marker;
  readonly part: 'first' | 'second';
  /** Pixels along the marker's axis. */
  readonly at: number;
  readonly color: string;
}

export interface MarkerMarks {
  readonly lines: readonly MarkerLine[];
  readonly flags: readonly Flag[];
  /** Times of markers that are too many for lines, as pixels, with what says so. */
  readonly crowd: { readonly xs: readonly number[]; readonly text: string } | undefined;
}

export const FLAG_HEIGHT_PX = 17;
export const FLAG_PADDING_PX = 5;
/** More lines than these would hide the data: they stand as ticks in the row of the flags. */
const MOST_LINES = 100;
/** Height of a crowd's ticks on the minimap. */
const CROWD_HEIGHT_PX = 6;
/** Ticks of a crowd are not drawn closer together. */
const TICK_APART_PX = 2;
/** Bars of pairs that began before the screen lie on each other: the last of them will do. */
const MOST_OPEN_PAIRS = 16;
const GLYPH_WIDTH_PX = 6.7; // advance of the 11 px monospace face, rounded up

export const flagText = (color: string): TextStyle => ({ color, sizePx: 11, isMono: true });

export const flagWidth = (text: string): number => Math.ceil(text.length * GLYPH_WIDTH_PX) + 2 * FLAG_PADDING_PX;

/** Everything of markers that is on screen. */
export function markerMarks(scene: Scene): MarkerMarks {
  const timed = timeMarks(scene);
  const valued = valueMarks(scene);
  return {
    lines: [...timed.lines, ...valued.lines],
    flags: [...timed.flags, ...valued.flags],
    crowd: timed.crowd,
  };
}

/** Where markers stand on the minimap, no closer together than it can show; a crowd keeps to its lower edge. */
export function minimapMarks(markers: readonly Marker[], extent: TimeRange, { y, width, height }: Rect) {
  const { ends } = orderOfMarkers(markers);
  const apartS = ((extent.endS - extent.startS) / width) * TICK_APART_PX;
  const shown = { startS: extent.startS, endS: extent.endS + apartS };
  return {
    timesS: ends.thinned(shown, apartS).map(({ timeS }) => timeS),
    top: ends.countIn(shown) > MOST_LINES ? y + height - CROWD_HEIGHT_PX : y,
  };
}

function timeMarks(scene: Scene): MarkerMarks {
  const { flags: row } = scene.layout;
  const { markers, selectedMarkerId, time } = scene.state;
  const scale = timeScale(scene);
  const pixelS = (time.endS - time.startS) / row.width;
  const { ends, pairs } = orderOfMarkers(markers);
  // A marker on the last pixel is on screen.
  const shown = { startS: time.startS - pixelS / 2, endS: time.endS + pixelS / 2 };
  const count = ends.countIn(shown);
  const isCrowd = count > MOST_LINES;
  const own = markers.find(({ id }) => id === selectedMarkerId);
  const selected = own?.axis === 'time' ? own : undefined;
  const listed = isCrowd ? [] : ends.thinned(shown, 0);
  const isOnScreen = ({ timeS }: MarkerEnd) => timeS >= shown.startS && timeS <= shown.endS;
  const first = selected ? endsOf(selected).filter(isOnScreen) : [];
  const inOrder = [...first, ...listed.filter(({ marker }) => marker !== selected)];

  const places = new Row();
  const crowd = isCrowd
    ? {
        xs: ends.thinned(shown, TICK_APART_PX * pixelS).map(({ timeS }) => scale.toPx(timeS)),
        text: `${formatCount(count)} marker ends: zoom in`,
      }
    : undefined;
  const named = inOrder.flatMap((end) => {
    const place = places.take(namePlaces(end, scale.toPx(end.timeS)));
    return place ? [{ end, place }] : [];
  });
  // Names first: positions take what is left.
  const flags = named.map(({ end, place }): Flag => {
    const { text, left } = places.widen(place, positionPlaces(scene, end, scale.toPx(end.timeS)));
    return { ...colored(scene, end), rect: rowRect(scene, left, flagWidth(text)), text };
  });
  const open = isCrowd ? [] : pairsOnScreen(pairs, shown, listed);
  const bars = (selected?.second === undefined || open.includes(selected) ? open : [...open, selected]).flatMap(
    (marker): Flag[] => {
      const [low, high] = span(marker);
      const from = Math.max(scale.toPx(low), row.x);
      const to = Math.min(scale.toPx(high), row.x + row.width);
      if (to < from) return [];
      const text = `Δ ${formatSpan(scene.reference.axis, high - low, scene.resolutionS)}`;
      const width = flagWidth(text);
      const hasRoom = width <= to - from && places.take([{ text, left: (from + to - width) / 2 }]) !== undefined;
      return [{ marker, part: 'both', rect: rowRect(scene, from, to - from), text: hasRoom ? text : '', color: '' }];
    },
  );
  const lines = inOrder.map((end) => ({ ...colored(scene, end), at: scale.toPx(end.timeS) }));
  // Ends lie over the bars between them.
  return { lines, flags: [...bars, ...flags], crowd };
}

/** Pairs with an end on screen, and the last of those that reach over all of it. */
function pairsOnScreen(pairs: TimeOrder<Marker>, { startS, endS }: TimeRange, ends: readonly MarkerEnd[]): Marker[] {
  const found = new Set(ends.filter(({ marker }) => marker.second !== undefined).map(({ marker }) => marker));
  for (let i = pairs.indexAt(startS) - 1, left = MOST_OPEN_PAIRS; i >= 0 && left > 0; i--) {
    const pair = pairs.items[i]!;
    if (span(pair)[1] <= endS) continue;
    found.add(pair);
    left--;
  }
  return [...found];
}

const span = ({ first, second }: Marker): [number, number] => {
  const other = second ?? first;
  return first <= other ? [first, other] : [other, first];
};

function endsOf(marker: Marker): MarkerEnd[] {
  const first = { marker, part: 'first', timeS: marker.first } as const;
  return marker.second === undefined ? [first] : [first, { marker, part: 'second', timeS: marker.second }];
}

function colored(scene: Scene, { marker, part }: Pick<MarkerEnd, 'marker' | 'part'>) {
  return { marker, part, color: scene.colors.markers[part === 'first' ? 0 : 1] };
}

function rowRect({ layout }: Scene, x: number, width: number): Rect {
  return { x, y: layout.flags.y + 2, width, height: FLAG_HEIGHT_PX };
}

/** A text in the row of the flags, by its left edge. */
interface Place {
  readonly text: string;
  readonly left: number;
}

const beside = (text: string, x: number, isLeft: boolean): Place => ({ text, left: isLeft ? x - flagWidth(text) : x });

/** Where the name of an end may stand, the best first. */
function namePlaces({ marker, part, timeS }: MarkerEnd, x: number): Place[] {
  if (marker.second === undefined) return [beside(marker.name, x, false), beside(marker.name, x, true)];
  const text = `${marker.name}${part === 'first' ? 'a' : 'b'}`;
  // The left end's flag stands to the left of its line, the right end's to the right: the bar stays free.
  const isLeft = timeS === span(marker)[0];
  return [beside(text, x, isLeft), beside(text, x, !isLeft)];
}

/** The same with the position of a single marker. */
function positionPlaces(scene: Scene, { marker, timeS }: MarkerEnd, x: number): Place[] {
  if (marker.second !== undefined) return [];
  const { flags: row } = scene.layout;
  const text = `${marker.name} ${formatPosition(scene.reference, timeS, scene.resolutionS)}`;
  return [{ text, left: Math.min(x, row.x + row.width - flagWidth(text)) }, beside(text, x, true)];
}

/** What is taken of a row of flags. */
class Row {
  readonly #taken: Place[] = [];

  /** The first of the places where nothing else is; `undefined` where none is free. */
  take(places: readonly Place[]): Place | undefined {
    const place = places.find((wanted) => this.#isFree(wanted));
    if (place) this.#taken.push(place);
    return place;
  }

  /** A larger place instead of one that was taken, or that one where there is no room. */
  widen(taken: Place, places: readonly Place[]): Place {
    const wider = places.find((wanted) => this.#isFree(wanted, taken));
    if (wider) this.#taken[this.#taken.indexOf(taken)] = wider;
    return wider ?? taken;
  }

  #isFree({ text, left }: Place, except?: Place): boolean {
    const right = left + flagWidth(text);
    return !this.#taken.some(
      (other) => other !== except && left < other.left + flagWidth(other.text) && other.left < right,
    );
  }
}

function valueMarks(scene: Scene): Pick<MarkerMarks, 'lines' | 'flags'> {
  const lines: MarkerLine[] = [];
  const flags: Flag[] = [];
  /** Flags of each pixel row of a lane take their places side by side. */
  const taken = new Map<string, Rect[]>();
  const seen = new Set<string>();
  const levels = scene.state.markers.filter(({ axis }) => axis === 'value');
  const isCrowd = levels.length > MOST_LINES;
  for (const marker of levels) {
    const box = laneBox(scene.layout, marker.laneId);
    const range = box && scene.ranges.get(box.lane.id);
    if (!box || !range) continue;
    const { plot, lane } = box;
    const scale = valueScale(box, range, scene.state.lanes[lane.id]?.isLog === true);
    for (const part of ['first', 'second'] as const) {
      const value = marker[part];
      if (value === undefined) continue;
      const y = scale.toPx(value);
      const key = `${lane.id} ${Math.round(y)} ${part}`;
      if (y < plot.y || y > plot.y + plot.height || (isCrowd && seen.has(key))) continue;
      seen.add(key);
      lines.push({ ...colored(scene, { marker, part }), at: y });
      const others = taken.get(lane.id) ?? [];
      taken.set(lane.id, others);
      const text = valueText(marker, part, lane.unit);
      const top = Math.min(Math.max(y - FLAG_HEIGHT_PX / 2, plot.y), plot.y + plot.height - FLAG_HEIGHT_PX);
      const rect = freeRect(others, { y: top, height: FLAG_HEIGHT_PX, width: flagWidth(text) }, plot);
      if (!rect) continue;
      others.push(rect);
      flags.push({ ...colored(scene, { marker, part }), rect, text });
    }
  }
  return { lines, flags };
}

function valueText(marker: Marker, part: 'first' | 'second', unit: string): string {
  const digits = { significantDigits: 5 };
  const end = marker.second === undefined ? '' : part === 'first' ? 'a' : 'b';
  const text = `${marker.name}${end} ${formatSiText(marker[part]!, unit, digits)}`;
  return part === 'first' ? text : `${text}  Δ ${formatSiText(marker.second! - marker.first, unit, digits)}`;
}

/** At the right edge of the plot, else to the left of what is there; none where the row is full. */
function freeRect(taken: readonly Rect[], size: Omit<Rect, 'x'>, plot: Rect): Rect | undefined {
  const beside = taken.filter(({ y, height }) => y < size.y + size.height && size.y < y + height);
  const x = Math.min(plot.x + plot.width, ...beside.map((rect) => rect.x - 2)) - size.width;
  return x < plot.x ? undefined : { ...size, x };
}
