// A picture on the screen is there whoever paints it: before the paint thread has started, with it, and after its death.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { usePaintThread } from '../../../src/ui/plot/paint-thread.ts';
import { ScreenPicture } from '../../../src/ui/plot/screen-picture.ts';
import type { Surface } from '../../../src/ui/plot/surface.ts';
import { PaintClient } from '../../../src/workers/paint/client.ts';
import { PEN, pixelsOf } from './scenery.ts';

const RealWorker = globalThis.Worker;
const RED = [255, 0, 0, 255];
const BLUE = [0, 0, 255, 255];

let holder: HTMLElement;
let picture: ScreenPicture;
let started: Worker[];
let dueCount: number;
let color: string;

beforeEach(() => {
  started = [];
  globalThis.Worker = class extends RealWorker {
    constructor(...parameters: ConstructorParameters<typeof Worker>) {
      super(...parameters);
      started.push(this);
    }
  };
  holder = document.createElement('div');
  document.body.append(holder);
  dueCount = 0;
  color = '#f00';
});

afterEach(() => {
  picture.dispose();
  holder.remove();
  usePaintThread(undefined);
  globalThis.Worker = RealWorker;
});

const paint = (surface: Surface) => {
  surface.painter(PEN).fillRect({ x: 0, y: 0, width: 1000, height: 1000 }, color);
};

function draw(width = 60, height = 40): boolean {
  return picture.draw(width, height, paint);
}

/** Draws whenever that is due, as a plot does. */
function newPicture(): void {
  picture = new ScreenPicture(holder, () => {
    dueCount++;
    draw();
  });
}

const canvases = () => [...holder.querySelectorAll('canvas')];
const shown = () => canvases().map((canvas) => [...pixelsOf(canvas).subarray(0, 4)]);
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

async function untilOfThread(): Promise<void> {
  await expect.poll(() => canvases().map((canvas) => isOfThread(canvas))).toEqual([true]);
}

/** A canvas that was given away has no context for the page. */
function isOfThread(canvas: HTMLCanvasElement): boolean {
  try {
    return canvas.getContext('2d') === null;
  } catch {
    return true;
  }
}

test('without a thread the page paints at once', () => {
  newPicture();
  expect(draw()).toBe(true);
  expect(shown()).toEqual([RED]);
  expect(isOfThread(canvases()[0]!)).toBe(false);
});

test('the page paints until the thread is there; the picture of before stays until the new one is on the screen', async () => {
  usePaintThread(new PaintClient());
  newPicture();
  expect(draw()).toBe(true);
  expect(shown()).toEqual([RED]);
  const seen: boolean[] = [];
  while (!(canvases().length === 1 && isOfThread(canvases()[0]!))) {
    await nextFrame();
    seen.push(shown().some((pixel) => String(pixel) === String(RED)));
  }
  expect(seen).not.toContain(false);
  expect(dueCount).toBeGreaterThan(0);
  expect(shown()).toEqual([RED]);
});

test('while a drawing is under way there is no other, and the newest one comes when it is done', async () => {
  usePaintThread(new PaintClient());
  newPicture();
  draw();
  await untilOfThread();
  await expect.poll(() => draw()).toBe(true);
  const before = dueCount;
  color = '#0f0';
  expect([draw(), draw()]).toEqual([false, false]);
  color = '#00f';
  await expect.poll(() => shown()).toEqual([BLUE]);
  expect(dueCount).toBe(before + 1);
});

test('a new size comes with the picture of that size', async () => {
  usePaintThread(new PaintClient());
  newPicture();
  draw();
  await untilOfThread();
  await expect.poll(() => draw(90, 70)).toBe(true);
  await expect.poll(() => [canvases()[0]!.width, canvases()[0]!.height]).toEqual([90, 70]);
  expect(shown()).toEqual([RED]);
});

test('when the thread dies the page paints, and says so', async () => {
  const said = vi.fn<(event: ErrorEvent) => void>((event) => event.preventDefault());
  window.addEventListener('error', said);
  try {
    usePaintThread(new PaintClient());
    newPicture();
    draw();
    await untilOfThread();
    // an end that the page does not know of
    started[0]!.terminate();
    await expect.poll(() => canvases().map(isOfThread)).toEqual([false]);
    expect(shown()).toEqual([RED]);
    color = '#00f';
    expect(draw()).toBe(true);
    expect(shown()).toEqual([BLUE]);
    await expect.poll(() => said.mock.calls.length).toBe(1);
    expect(said.mock.calls[0]![0].message).toContain('its thread ended. The page paints them itself now.');
    expect(started.length).toBe(1);
  } finally {
    window.removeEventListener('error', said);
  }
});

test('so it does when the thread dies at work', async () => {
  const said = vi.fn<(event: ErrorEvent) => void>((event) => event.preventDefault());
  window.addEventListener('error', said);
  try {
    const client = new PaintClient();
    usePaintThread(client);
    newPicture();
    draw();
    await untilOfThread();
    const names = { names: [], texts: [] };
    const other = client.adopt(new OffscreenCanvas(1, 1), () => undefined);
    other.paint({ data: Float64Array.of(2, 1, 0, 0, 99), ...names });
    await expect.poll(() => canvases().map(isOfThread)).toEqual([false]);
    expect(shown()).toEqual([RED]);
    await expect.poll(() => said.mock.calls.length).toBe(1);
    expect(said.mock.calls[0]![0].message).toContain('no operation 99');
  } finally {
    window.removeEventListener('error', said);
  }
});

test('a browser that lets no thread have a canvas is painted by the page', async () => {
  const { transferControlToOffscreen } = HTMLCanvasElement.prototype;
  // @ts-expect-error not every browser has it
  delete HTMLCanvasElement.prototype.transferControlToOffscreen;
  try {
    usePaintThread(new PaintClient());
    newPicture();
    expect(draw()).toBe(true);
    expect(started).toEqual([]);
    expect(shown()).toEqual([RED]);
  } finally {
    HTMLCanvasElement.prototype.transferControlToOffscreen = transferControlToOffscreen;
  }
});

test('a picture that is gone is forgotten', async () => {
  usePaintThread(new PaintClient());
  newPicture();
  draw();
  await untilOfThread();
  const told = vi.spyOn(started[0]!, 'postMessage');
  await expect.poll(() => draw()).toBe(true);
  picture.dispose();
  expect(told.mock.calls.at(-1)![0]).toMatchObject({ kind: 'release' });
  const before = dueCount;
  await nextFrame();
  await nextFrame();
  expect(dueCount).toBe(before);
  expect(canvases()).toEqual([]);
});
