import { describe, expect, test } from 'vitest';
import type { Summary } from '../../../../src/model/signal-store.ts';
import { type Canvas2d, CanvasPainter } from '../../../../src/ui/plot/canvas-painter.ts';
import { linearScale } from '../../../../src/ui/plot/scale.ts';
import { SvgPainter } from '../../../../src/ui/plot/svg-painter.ts';
import { TraceRenderer } from '../../../../src/ui/plot/trace.ts';

const FONTS = { ui: 'sans-serif', mono: 'monospace' };
const STYLE = { color: 'blue', isStepped: false };

interface Filled {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Keeps the rectangles and the points of lines that a painter asks for. */
class RecordingContext {
  readonly rects: Filled[] = [];
  readonly points: (readonly [number, number])[] = [];
  dotCount = 0;
  fillRect(x: number, y: number, width: number, height: number): void {
    this.rects.push({ x, y, width, height });
  }
  moveTo(x: number, y: number): void {
    this.points.push([x, y]);
  }
  lineTo(x: number, y: number): void {
    this.points.push([x, y]);
  }
  arc(): void {
    this.dotCount++;
  }
  setTransform(): void {}
  setLineDash(): void {}
  beginPath(): void {}
  stroke(): void {}
  fill(): void {}
}

function summaryOf(increment: number, values: readonly number[], spread: readonly number[]): Summary {
  const mean = Float64Array.from(values);
  return {
    start: 0,
    increment,
    mean,
    std: new Float64Array(values.length),
    min: mean.map((value, i) => value - spread[i]!),
    max: mean.map((value, i) => value + spread[i]!),
  };
}

function drawn(summary: Summary, pxPerSample: number, ratio = 1, isStepped = false): RecordingContext {
  const context = new RecordingContext();
  const painter = new CanvasPainter(context as unknown as Canvas2d, ratio, FONTS);
  const axis = { originSample: 0, originPx: 0, pxPerSample };
  const range = { leftPx: 0, rightPx: 1000 };
  new TraceRenderer().draw(painter, summary, axis, linearScale(0, 100, 100, 0), range, { ...STYLE, isStepped });
  return context;
}

describe('the band', () => {
  test('covers each bin from its minimum to its maximum', () => {
    const { rects } = drawn(summaryOf(10, [50, 20, 50], [5, 10, 5]), 1);
    expect(rects).toEqual([
      { x: 0, y: 45, width: 10, height: 10 },
      { x: 10, y: 70, width: 10, height: 20 },
      { x: 20, y: 45, width: 10, height: 10 },
    ]);
  });

  test.each([1, 1.5, 2])('loses no spike when bins are narrower than a pixel, at a ratio of %s', (ratio) => {
    const values = Array.from({ length: 400 }, () => 50);
    const spread = values.map((_, i) => (i === 123 ? 40 : 1));
    const { rects } = drawn(summaryOf(2, values, spread), 0.05, ratio);
    const spike = rects.find(({ height }) => height >= 80)!;
    expect(spike.width).toBeCloseTo(1 / ratio, 9);
    expect(Math.abs(spike.x - 12.3)).toBeLessThanOrEqual(1 / ratio);
    expect(rects.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(40, 6);
  });

  test('leaves a gap where samples are missing', () => {
    const { rects } = drawn(summaryOf(10, [50, Number.NaN, 50], [5, 5, 5]), 1);
    expect(rects.map(({ x, width }) => [x, width])).toEqual([
      [0, 10],
      [20, 10],
    ]);
  });
});

describe('the line', () => {
  test('runs through the middles of bins and stops at gaps', () => {
    const { points } = drawn(summaryOf(10, [50, 49, Number.NaN, 48, 47], [0, 0, 0, 0, 0]), 1);
    expect(points).toEqual([
      [5, 50],
      [15, 51],
      [35, 52],
      [45, 53],
    ]);
  });

  test('is straight where nobody can see that it is not', () => {
    const values = Array.from({ length: 400 }, (_, i) => (i === 200 ? 60 : 50 + 0.03 * Math.sin(i)));
    const { points } = drawn(summaryOf(2, values, new Array<number>(400).fill(0)), 1);
    expect(points.length).toBeLessThan(10);
    for (const [x, y] of points) expect(y).toBeCloseTo(100 - values[Math.floor(x / 2)]!, 9);
    expect(points).toContainEqual([401, 40]);
    expect([points[0]![0], points.at(-1)![0]]).toEqual([1, 799]);
  });

  test('steep parts of a dense line are upright bars that join their neighbours', () => {
    const { rects } = drawn(summaryOf(2, [10, 90, 10], [0, 0, 0]), 0.5);
    const bars = rects.filter(({ height }) => height === 80);
    expect(bars).toHaveLength(2);
    for (const bar of bars) expect(bar.y).toBe(10);
  });

  test('single samples stand at their own time, with dots when there is room', () => {
    const spread = [0, 0, 0];
    const wide = drawn(summaryOf(1, [10, 20, 30], spread), 10);
    expect(wide.points.slice(0, 3)).toEqual([
      [0, 90],
      [10, 80],
      [20, 70],
    ]);
    expect(wide.dotCount).toBe(3);
    expect(drawn(summaryOf(1, [10, 20, 30], spread), 4).dotCount).toBe(0);
    expect(wide.rects).toEqual([]);
  });

  test('digital samples hold their value until the next', () => {
    expect(drawn(summaryOf(1, [0, 100, 0], [0, 0, 0]), 10, 1, true).points).toEqual([
      [0, 100],
      [10, 100],
      [10, 0],
      [20, 0],
      [20, 100],
      [30, 100],
    ]);
  });
});

test('SVG holds the same band and line', () => {
  const painter = new SvgPainter(FONTS);
  const axis = { originSample: 0, originPx: 0, pxPerSample: 1 };
  const range = { leftPx: 0, rightPx: 1000 };
  const summary = summaryOf(10, [50, 20, Number.NaN, 50], [5, 10, 0, 5]);
  new TraceRenderer().draw(painter, summary, axis, linearScale(0, 100, 100, 0), range, STYLE);
  painter.text('a < b & "c"', 1, 2, { color: 'red', sizePx: 10 });
  const svg = painter.toSvg(40, 100);
  expect(svg).toContain('d="M0 55V45H10V70H20V90H10V55H0ZM30 55V45H40V55H30Z"');
  expect(svg).toContain('d="M5 50L15 80M35 50h1"');
  expect(svg).toContain('a &lt; b &amp; &quot;c&quot;');
});

test('levels in bins are steps: every line is level or upright, and holds over its bin', () => {
  const { points } = drawn(summaryOf(10, [0, 0, 100, 25, 0], [0, 0, 0, 25, 0]), 1, 1, true);
  expect(points.map(([x, y]) => [x, y])).toEqual([
    [0, 100],
    [20, 100],
    [20, 0],
    [30, 0],
    [30, 75],
    [40, 75],
    [40, 100],
    [50, 100],
  ]);
});
