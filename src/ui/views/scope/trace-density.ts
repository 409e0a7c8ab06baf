// How many traces go through each pixel. A trace is the straight lines between its samples; in each column of pixels it
// covers the rows from its lowest to its highest place there, each once. Kept as the changes of the count from row to row,
// so that a trace costs two numbers per column however high it is there, and can be taken away as exactly as it came. Pure.

import type { Span } from './screen.ts';

export interface DensityTrace {
  /** A hole (NaN) breaks the line. */
  readonly samples: Float32Array;
  readonly startS: number;
  readonly stepS: number;
}

export interface DensityArea {
  /** In pixels of the screen, whole. */
  readonly width: number;
  readonly height: number;
  /** Times at the left and the right edge. */
  readonly startS: number;
  readonly endS: number;
  /** Values at the bottom and the top edge. */
  readonly range: Span;
}

export class TraceDensity {
  readonly area: DensityArea;
  /** Of each pixel, row after row: count less that of the pixel above. A row more than there are, which ends the last. */
  readonly #steps: Int32Array;

  constructor(area: DensityArea) {
    this.area = area;
    this.#steps = new Int32Array((area.height + 1) * area.width);
  }

  /** Counts a trace once more (1) or once less (−1) in the columns [from, to). Values at an edge belong to both columns. */
  count({ samples, startS, stepS }: DensityTrace, by: 1 | -1, from = 0, to = this.area.width): void {
    const { width, height, range } = this.area;
    const steps = this.#steps;
    const perColumn = (this.area.endS - this.area.startS) / width / stepS;
    const first = (this.area.startS - startS) / stepS;
    const perUnit = height / (range.high - range.low);
    let edge = valueAt(samples, first + from * perColumn);
    let next = Math.max(0, Math.ceil(first + from * perColumn));
    for (let column = from; column < to; column++) {
      const right = first + (column + 1) * perColumn;
      const nextEdge = valueAt(samples, right);
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      if (edge < low) low = edge;
      if (edge > high) high = edge;
      if (nextEdge < low) low = nextEdge;
      if (nextEdge > high) high = nextEdge;
      for (const end = Math.min(samples.length, right); next < end; next++) {
        const value = samples[next]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      edge = nextEdge;
      const top = (range.high - high) * perUnit;
      const bottom = (range.high - low) * perUnit;
      // false of a column without a value, too
      if (!(bottom >= 0 && top < height && low <= high)) continue;
      steps[(top > 0 ? Math.trunc(top) : 0) * width + column]! += by;
      steps[(bottom < height ? Math.trunc(bottom) + 1 : height) * width + column]! -= by;
    }
  }

  /** Writes `colors[count]` into each pixel, row after row; `colors` has one for every count that there can be. */
  paint(pixels: Uint32Array, colors: Uint32Array): void {
    const { width, height } = this.area;
    const steps = this.#steps;
    const counts = new Int32Array(width);
    for (let row = 0, at = 0; row < height; row++) {
      for (let column = 0; column < width; column++, at++) {
        counts[column]! += steps[at]!;
        pixels[at] = colors[counts[column]!]!;
      }
    }
  }
}

/** On the straight line between the samples beside a place; NaN beyond the trace and beside a hole. */
function valueAt(samples: Float32Array, at: number): number {
  if (!(at >= 0 && at <= samples.length - 1)) return Number.NaN;
  const before = Math.floor(at);
  const value = samples[before]!;
  return at === before ? value : value + (at - before) * (samples[before + 1]! - value);
}
