// What is recorded and replayed, here or by the paint thread, is the picture that the canvas painter paints.

import { expect, test } from 'vitest';
import { CanvasPainter } from '../../../src/ui/plot/canvas-painter.ts';
import { CanvasSurface } from '../../../src/ui/plot/canvas-surface.ts';
import { RecordingSurface } from '../../../src/ui/plot/recording-surface.ts';
import { Replay } from '../../../src/ui/plot/replay.ts';
import type { Surface } from '../../../src/ui/plot/surface.ts';
import { PaintClient } from '../../../src/workers/paint/client.ts';
import { differentCount, HEIGHT, PEN, paintEverything, pixelsOf, WIDTH } from './scenery.ts';

const COLORS = ['#246', '#b31'];

function newSurface() {
  const canvas = new OffscreenCanvas(1, 1);
  return { canvas, surface: new CanvasSurface(canvas.getContext('2d')!) };
}

/** The pixels that painting on a canvas gives after each picture. */
function expectedPictures(): Uint8ClampedArray[] {
  const { canvas, surface } = newSurface();
  return COLORS.map((color) => {
    paintEverything(surface, color);
    return pixelsOf(canvas);
  });
}

/** Says which methods are called. */
function watched<T extends object>(target: T, called: Set<string>): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        called.add(String(name));
        const result: unknown = value.apply(object, parameters);
        return result instanceof CanvasPainter ? watched(result, called) : result;
      };
    },
  });
}

const methodsOf = ({ prototype }: { readonly prototype: object }) =>
  Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');

test('a replayed picture has the same pixels, with every primitive in it', () => {
  const expected = expectedPictures();
  const { canvas, surface } = newSurface();
  const called = new Set<string>();
  const replay = new Replay(watched<Surface>(surface, called));
  const recorder = new RecordingSurface();
  for (const [index, color] of COLORS.entries()) {
    paintEverything(recorder, color);
    const recording = recorder.take();
    replay.run(recording);
    recorder.giveBack(recording.data);
    expect(differentCount(pixelsOf(canvas), expected[index]!)).toBe(0);
  }
  expect(differentCount(expected[0]!, expected[1]!)).toBeGreaterThan(500);
  // a recording measures by itself, and takes no images
  const all = new Set([...methodsOf(CanvasSurface), ...methodsOf(CanvasPainter)]);
  all.delete('measure');
  all.delete('image');
  expect(called).toEqual(all);
});

test('a picture that is larger than the memory for it is whole', () => {
  const ys = Float64Array.from({ length: 100_000 }, (_, i) => 100 + 90 * Math.sin(i / 5000));
  const points = { xs: ys.map((_, i) => (i * WIDTH) / ys.length), ys, count: ys.length };
  const paint = (surface: Surface) => {
    surface.resize(WIDTH, HEIGHT);
    surface.painter(PEN).polyline(points, { color: '#000', widthPx: 3 });
  };
  const [direct, replayed] = [newSurface(), newSurface()];
  paint(direct.surface);
  const recorder = new RecordingSurface();
  paint(recorder);
  new Replay(replayed.surface).run(recorder.take());
  expect(differentCount(pixelsOf(replayed.canvas), pixelsOf(direct.canvas))).toBe(0);
});

test('the memory of a recording is used again, and what was named once is not named again', () => {
  const recorder = new RecordingSurface();
  paintEverything(recorder, '#246');
  const first = recorder.take();
  expect(first.names).toContain('#246');
  recorder.giveBack(first.data);
  paintEverything(recorder, '#246');
  const second = recorder.take();
  expect(second.data).toBe(first.data);
  expect(second.names).toEqual([]);
  expect(second.texts).toEqual(first.texts);
});

test('what throws while it draws leaves a recording that can be replayed', () => {
  const recorder = new RecordingSurface();
  recorder.resize(WIDTH, HEIGHT);
  const painter = recorder.painter(PEN);
  expect(() =>
    painter.clip({ x: 0, y: 0, width: 9, height: 9 }, () => {
      throw new Error('in the middle');
    }),
  ).toThrow('in the middle');
  painter.fillRect({ x: 100, y: 100, width: 100, height: 50 }, '#000');
  const { canvas, surface } = newSurface();
  new Replay(surface).run(recorder.take());
  expect(pixelsOf(canvas).some((value) => value > 0)).toBe(true);
});

test('the paint thread paints the same pixels', async () => {
  const expected = expectedPictures();
  const client = new PaintClient();
  await new Promise<void>((resolve) => {
    client.onChange(resolve);
  });
  expect(client.isReady).toBe(true);
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  const recorder = new RecordingSurface();
  const painted = client.adopt(canvas.transferControlToOffscreen(), (data) => recorder.giveBack(data));
  paintEverything(recorder, COLORS[0]!);
  painted.paint(recorder.take());
  await expect.poll(() => differentCount(pixelsOf(canvas), expected[0]!)).toBe(0);
  paintEverything(recorder, COLORS[1]!);
  painted.paint(recorder.take());
  await expect.poll(() => differentCount(pixelsOf(canvas), expected[1]!)).toBe(0);
  painted.release();
  canvas.remove();
});
