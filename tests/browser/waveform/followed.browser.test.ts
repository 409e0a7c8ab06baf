// A view that follows live data keeps what it drew: the picture must be the one that drawing all of it gives.

import { afterEach, expect, test } from 'vitest';
import { CanvasPainter } from '../../../src/ui/plot/canvas-painter.ts';
import { usePaintThread } from '../../../src/ui/plot/paint-thread.ts';
import { pageTheme } from '../../../src/ui/theme/theme.ts';
import { drawScene } from '../../../src/ui/views/waveform/scene.ts';
import { PaintClient } from '../../../src/workers/paint/client.ts';
import { beaconSignals, PeriodicStore } from '../../support/periodic-store.ts';
import { pixelsOf } from '../plot/scenery.ts';
import { nextFrames, type Shown, show } from './support.ts';

const RATE_HZ = 2_000_000;
/** Blending in two steps rounds once more; lines end at other points of the same straight. */
const TOLERANCE = 24;
const MAX_DIFFERENT_SHARE = 1e-3;

afterEach(() => {
  document.body.replaceChildren();
  usePaintThread(undefined);
  pageTheme().choose('system');
});

/** The share of pixels on screen that are not those of the scene, drawn anew. */
function differentShare({ plot, canvas }: Pick<Shown, 'plot' | 'canvas'>): number {
  const { width, height } = canvas;
  const scene = plot.scene!;
  const { fontUi, fontMono } = pageTheme().colors;
  const anew = new OffscreenCanvas(width, height).getContext('2d')!;
  drawScene(new CanvasPainter(anew, width / canvas.clientWidth, { ui: fontUi, mono: fontMono }), scene);
  const expected = anew.getImageData(0, 0, width, height).data;
  const shown = pixelsOf(canvas);
  let count = 0;
  for (let i = 0; i < shown.length; i += 4) {
    const isSame = [0, 1, 2].every((channel) => Math.abs(shown[i + channel]! - expected[i + channel]!) <= TOLERANCE);
    if (!isSame) count++;
  }
  return count / (width * height);
}

/** Lets data come in for so many frames; the largest share of pixels that differ when one has just been drawn. */
async function follow(shown: Shown, store: PeriodicStore, frameCount: number): Promise<number> {
  let worst = 0;
  const compare = () => {
    worst = Math.max(worst, differentShare(shown));
  };
  shown.plot.addEventListener('lab-plot-changed', compare);
  for (let frame = 0; frame < frameCount; frame++) {
    store.endSample += Math.round(RATE_HZ / 60);
    await nextFrames(1);
  }
  shown.plot.removeEventListener('lab-plot-changed', compare);
  expect(shown.plot.model.state.isFollowing).toBe(true);
  return worst;
}

test('a followed picture is the picture that drawing it anew gives, in every frame', async () => {
  const store = new PeriodicStore(beaconSignals(RATE_HZ), 30 * RATE_HZ);
  const shown = await show(store, true);
  expect(await follow(shown, store, 60)).toBeLessThan(MAX_DIFFERENT_SHARE);
});

test('so it is when value ranges, spans, lanes and marks change', async () => {
  const store = new PeriodicStore(beaconSignals(RATE_HZ), 30 * RATE_HZ);
  const shown = await show(store, true);
  const { model } = shown.plot;
  const changes = [
    () => model.setLane('current', { range: { min: 0, max: 0.02 } }),
    () => model.zoomCentered(0.5),
    () => model.setLane('voltage', { isHidden: true }),
    () => model.setLane('power', { isLog: true }),
    () => model.addMarker({ axis: 'time', first: model.state.time.endS - 1 }),
    () => model.select({ startS: model.state.time.endS - 2, endS: model.state.time.endS - 1.5 }),
    () => model.zoomCentered(0.01),
    () => model.zoomCentered(0.0005),
    () => model.zoomCentered(500),
  ];
  for (const change of changes) {
    change();
    await nextFrames(2);
    expect(await follow(shown, store, 8), String(change)).toBeLessThan(MAX_DIFFERENT_SHARE);
  }
});

test('so it is when the data begin anew, and reach where they were while nobody looked', async () => {
  const signals = beaconSignals(RATE_HZ);
  const store = new PeriodicStore(signals, 30 * RATE_HZ);
  const shown = await show(store, true);
  await follow(shown, store, 5);
  const other = new PeriodicStore(
    [...signals].reverse().map((it, i) => ({ ...it, name: signals[i]!.name })),
    0,
  );
  store.summary = (request) => {
    other.endSample = store.endSample;
    return other.summary(request);
  };
  expect(await follow(shown, store, 5)).toBeLessThan(MAX_DIFFERENT_SHARE);
});

test('only the new columns are drawn', async () => {
  const store = new PeriodicStore(beaconSignals(RATE_HZ), 30 * RATE_HZ);
  await show(store, true);
  for (let frame = 0; frame < 30; frame++) await nextFrames(1);
  const { prototype } = OffscreenCanvasRenderingContext2D;
  const { lineTo } = prototype;
  let pointCount = 0;
  prototype.lineTo = function (this: OffscreenCanvasRenderingContext2D, x: number, y: number) {
    pointCount++;
    lineTo.call(this, x, y);
  };
  try {
    for (let frame = 0; frame < 20; frame++) {
      store.endSample += Math.round(RATE_HZ / 60);
      await nextFrames(1);
    }
  } finally {
    prototype.lineTo = lineTo;
  }
  // Five lanes of some 700 columns would be 3500 points in each frame.
  expect(pointCount / 20).toBeLessThan(350);
});

test('the paint thread shows the same picture, whatever changes', async () => {
  usePaintThread(new PaintClient());
  const store = new PeriodicStore(beaconSignals(RATE_HZ), 30 * RATE_HZ);
  const { view, plot } = await show(store, true);
  const canvases = () => [...plot.shadowRoot!.querySelectorAll<HTMLCanvasElement>('.base canvas')];
  await expect.poll(() => canvases().map((canvas) => isOfThread(canvas))).toEqual([true]);
  const [canvas] = canvases();
  let drawnCount = 0;
  plot.addEventListener('lab-plot-changed', () => drawnCount++);
  const { model } = plot;
  const changes = [
    () => undefined,
    () => model.zoomCentered(0.1),
    () => pageTheme().choose(pageTheme().colors.name === 'light' ? 'dark' : 'light'),
    () => Object.assign(view.style, { width: '800px', height: '450px' }),
    () => model.setLane('voltage', { isHidden: true }),
    () => model.addMarker({ axis: 'time', first: model.state.time.endS - 0.1 }),
    () => model.setFollowing(false),
    () => model.setFollowing(true),
  ];
  for (const change of changes) {
    change();
    const before = drawnCount;
    for (let frame = 0; frame < 20; frame++) {
      store.endSample += Math.round(RATE_HZ / 60);
      await nextFrames(1);
    }
    if (model.state.isFollowing) expect(drawnCount - before).toBeGreaterThan(10);
    await expect
      .poll(() => differentShare({ plot, canvas: canvas! }), { message: String(change) })
      .toBeLessThan(MAX_DIFFERENT_SHARE);
  }
  expect(canvases()).toEqual([canvas]);
});

/** A canvas that was given away has no context for the page. */
function isOfThread(canvas: HTMLCanvasElement): boolean {
  try {
    return canvas.getContext('2d') === null;
  } catch {
    return true;
  }
}
