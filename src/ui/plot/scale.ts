// Mapping between values and pixels. Scales are immutable; a change of view makes new ones.

export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Pixel position of a value, in CSS pixels. */
  toPx(value: number): number;
  fromPx(px: number): number;
}

/** `min` lands on `startPx`, `max` on `endPx`; for a y axis `startPx` is the lower edge (the larger number). */
export function linearScale(min: number, max: number, startPx: number, endPx: number): Scale {
  const pxPerUnit = (endPx - startPx) / (max - min);
  return {
    min,
    max,
    // Subtracting first keeps the precision of times that are large compared with the span on screen.
    toPx: (value) => startPx + (value - min) * pxPerUnit,
    fromPx: (px) => min + (px - startPx) / pxPerUnit,
  };
}

/** Decades. `min` must be > 0; values ≤ 0 map to the lower edge. */
export function logScale(min: number, max: number, startPx: number, endPx: number): Scale {
  const low = Math.log10(min);
  const pxPerDecade = (endPx - startPx) / (Math.log10(max) - low);
  return {
    min,
    max,
    toPx: (value) => (value > 0 ? startPx + (Math.log10(value) - low) * pxPerDecade : value <= 0 ? startPx : value),
    fromPx: (px) => 10 ** (low + (px - startPx) / pxPerDecade),
  };
}

/** Edges of a one-device-pixel line around `px`, so that it fills whole pixels at any devicePixelRatio. */
export function snapLine(px: number, widthPx: number, devicePixelRatio: number): number {
  const width = Math.max(1, Math.round(widthPx * devicePixelRatio));
  const offset = width % 2 === 1 ? 0.5 : 0;
  return (Math.round(px * devicePixelRatio - offset) + offset) / devicePixelRatio;
}

/** `px` moved to the nearest edge between device pixels. */
export function snapEdge(px: number, devicePixelRatio: number): number {
  return Math.round(px * devicePixelRatio) / devicePixelRatio;
}
