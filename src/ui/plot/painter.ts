// What a scene draws with. Three back ends implement it (a canvas, a recording for a canvas of another thread, SVG), so that
// an exported image is the same scene as the one on screen. Lengths are CSS pixels; colours are CSS colours.

export interface StrokeStyle {
  readonly color: string;
  readonly widthPx: number;
  /** Dash lengths; left out = solid. */
  readonly dash?: readonly number[];
}

export interface TextStyle {
  readonly color: string;
  readonly sizePx: number;
  readonly align?: 'left' | 'center' | 'right';
  readonly baseline?: 'top' | 'middle' | 'bottom';
  readonly isBold?: boolean;
  readonly isMono?: boolean;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One entry per point, in pixels; a NaN in `ys` breaks the line. Only the first `count` entries count. */
export interface Points {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly count: number;
}

/** Adjoining filled columns from `tops` to `bottoms`, column i from xs[i] to xs[i + 1]; a NaN top is a gap. */
export interface Columns {
  /** `count` + 1 edges, ascending. */
  readonly xs: Float64Array;
  readonly tops: Float64Array;
  readonly bottoms: Float64Array;
  readonly count: number;
}

export interface Painter {
  fillRect(rect: Rect, color: string): void;
  /** Outline inside the rectangle, crisp. */
  strokeRect(rect: Rect, style: StrokeStyle): void;
  /** A straight horizontal line from x1 to x2, snapped to device pixels. */
  horizontalLine(y: number, x1: number, x2: number, style: StrokeStyle): void;
  verticalLine(x: number, y1: number, y2: number, style: StrokeStyle): void;
  polyline(points: Points, style: StrokeStyle): void;
  columns(columns: Columns, color: string, alpha: number): void;
  /** Filled circles. */
  dots(points: Points, radiusPx: number, color: string): void;
  /** A filled closed polygon through x, y pairs. */
  polygon(corners: readonly number[], color: string): void;
  text(text: string, x: number, y: number, style: TextStyle): void;
  /** Width of the text in pixels. */
  measure(text: string, style: TextStyle): number;
  /** Everything that `draw` paints stays inside `rect`. */
  clip(rect: Rect, draw: () => void): void;
}

/** What was painted elsewhere. */
export interface PaintedImage {
  readonly source: CanvasImageSource;
  /** The same as a PNG in a `data:` address. */
  toDataURL(): string;
}

/** A painter of a whole picture at once, which can lay what was painted elsewhere into it. */
export interface ImagePainter extends Painter {
  /** Fills `rect`. On a screen its pixels are the screen's, if it has as many as there are between the snapped edges. */
  image(image: PaintedImage, rect: Rect): void;
}

export interface Fonts {
  readonly ui: string;
  readonly mono: string;
}
