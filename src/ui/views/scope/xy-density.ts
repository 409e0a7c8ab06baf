// How many records go through each pixel, one channel over the other. A record is the straight lines between its points; it
// counts once in each pixel, however often it comes by, so that it can be taken away as exactly as it came. Pure.

import type { ShownRecord, Span } from './screen.ts';
import { xyPoints } from './xy-points.ts';

export interface XyArea {
  readonly xId: string;
  readonly yId: string;
  /** In pixels of the screen, whole. */
  readonly width: number;
  readonly height: number;
  /** Values at the left and the right edge. */
  readonly xRange: Span;
  /** Values at the bottom and the top edge. */
  readonly yRange: Span;
  /** The part of the records that is shown. */
  readonly startS: number;
  readonly endS: number;
}

/** Pixels and points of one part; some 1 ms. */
const PART_COST = 2 ** 17;

export class XyDensity {
  readonly area: XyArea;
  readonly #counts: Int32Array;
  /** Of each pixel the last record that was counted there. */
  readonly #marks: Uint32Array;
  #mark = 0;

  constructor(area: XyArea) {
    this.area = area;
    this.#counts = new Int32Array(area.width * area.height);
    this.#marks = new Uint32Array(area.width * area.height);
  }

  /** Counts a part of a record once more or less, from `from` on; the next one, or `undefined` when it has all of it. */
  countPart(record: ShownRecord, by: 1 | -1, from: number): number | undefined {
    const { xId, yId, width, height, xRange, yRange } = this.area;
    const samplesOf = (wanted: string) => record.samples[record.signals.findIndex(({ id }) => id === wanted)];
    const xs = samplesOf(xId);
    const ys = samplesOf(yId);
    if (!xs || !ys) return undefined;
    if (from === 0) this.#mark++;
    const { start, end } = xyPoints(xs.length, record, this.area);
    const perX = width / (xRange.high - xRange.low);
    const perY = height / (yRange.high - yRange.low);
    const pxOf = (i: number) => (xs[i]! - xRange.low) * perX;
    const pyOf = (i: number) => (yRange.high - ys[i]!) * perY;
    let next = start + from;
    for (let cost = 0; next < end && cost < PART_COST; next++) {
      const before = Math.max(start, next - 1);
      cost += this.#line(pxOf(before), pyOf(before), pxOf(next), pyOf(next), by);
    }
    return next < end ? next - start : undefined;
  }

  /** Writes `colors[count]` into each pixel, row after row; `colors` has one for every count that there can be. */
  paint(pixels: Uint32Array, colors: Uint32Array): void {
    for (let at = 0; at < this.#counts.length; at++) pixels[at] = colors[this.#counts[at]!]!;
  }

  /** Its pixels that are on the screen, and what that costs. Of a line with a hole at an end there are none. */
  #line(x1: number, y1: number, x2: number, y2: number, by: 1 | -1): number {
    const { width, height } = this.area;
    const dx = x2 - x1;
    const dy = y2 - y1;
    // the part of the way that lies within
    const [fromX, toX] = within(x1, dx, width);
    const [fromY, toY] = within(y1, dy, height);
    const from = Math.max(0, fromX, fromY);
    const to = Math.min(1, toX, toY);
    if (!(from <= to)) return 1;
    const steps = Math.ceil((to - from) * Math.max(Math.abs(dx), Math.abs(dy)));
    for (let step = 0; step <= steps; step++) {
      const part = steps === 0 ? from : from + ((to - from) * step) / steps;
      const column = Math.min(width - 1, Math.trunc(x1 + part * dx));
      const row = Math.min(height - 1, Math.trunc(y1 + part * dy));
      const at = row * width + column;
      if (this.#marks[at] === this.#mark) continue;
      this.#marks[at] = this.#mark;
      this.#counts[at]! += by;
    }
    return steps + 1;
  }
}

/** The parts of a way from `at` on between which it lies in [0, size]; empty where it never does. */
function within(at: number, way: number, size: number): readonly [number, number] {
  if (way === 0) return at >= 0 && at <= size ? [0, 1] : [1, 0];
  const a = -at / way;
  const b = (size - at) / way;
  return a < b ? [a, b] : [b, a];
}
