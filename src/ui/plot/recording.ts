// A picture as a list of what is to be painted, compact enough to go to another thread in every frame: numbers in one
// block that is given away and comes back, colours and fonts sent once and named by their number after that, and the
// texts. Written by recording-surface.ts, read by replay.ts; this file is what both must agree on.

export interface Recording {
  /** Operations, each with its numbers behind it; ends with `OP.end`. What lies behind that means nothing. */
  readonly data: Float64Array<ArrayBuffer>;
  /** Colours and fonts that are new; they have the numbers that follow the last one. */
  readonly names: readonly string[];
  /** What is written, in the order in which it is. */
  readonly texts: readonly string[];
}

/**
 * Operations and what follows them, in the order of the arguments. `pen` is the ratio and two fonts; `stroke` is a colour, a
 * width, a number of dashes and the dashes; `rect` is x, y, width and height. Those before `fillRect` are the surface's.
 */
export const OP = {
  end: 0,
  /** width, height */
  resize: 1,
  /** pen */
  painter: 2,
  /** layer, left, top, width, height */
  placeLayer: 3,
  /** layer, pen */
  layerPainter: 4,
  /** layer, pixels */
  moveLayer: 5,
  /** layer, pixels */
  clearLayer: 6,
  /** layer */
  copyLayer: 7,
  /** rect, colour */
  fillRect: 8,
  /** rect, stroke */
  strokeRect: 9,
  /** y, x1, x2, stroke */
  horizontalLine: 10,
  /** x, y1, y2, stroke */
  verticalLine: 11,
  /** count, xs, ys, stroke */
  polyline: 12,
  /** count, count + 1 xs, tops, bottoms, colour, alpha */
  columns: 13,
  /** count, xs, ys, radius, colour */
  dots: 14,
  /** count of numbers, the numbers, colour */
  polygon: 15,
  /** x, y, colour, size, place in ALIGNS, place in BASELINES, bold, mono; the text is the next one */
  text: 16,
  /** rect; holds until `unclip` */
  clip: 17,
  unclip: 18,
} as const;

export const ALIGNS = ['left', 'center', 'right'] as const;
export const BASELINES = ['top', 'middle', 'bottom'] as const;
