// The page of plot.bench.mjs: a waveform view over noise, whose summaries come at once, so that what is measured
// is planning, geometry and drawing.

import type { SignalStore, Statistics, SteadySignal, Summary, SummaryRequest } from '../src/model/signal-store.ts';
import { CanvasPainter } from '../src/ui/plot/canvas-painter.ts';
import { pageTheme } from '../src/ui/theme/theme.ts';
import { drawScene } from '../src/ui/views/waveform/scene.ts';
import '../src/ui/views/waveform/waveform-view.ts';
import { seededRandom } from '../tests/support/random.ts';

const RATE_HZ = 2_000_000;
const NOISE_LENGTH = 65_536;
/** Lanes are 1600 CSS pixels wide beside the value axes and the figures. */
const VIEW_WIDTH_PX = 1600 + 92 + 138;

const random = seededRandom(1);
const noise = Float64Array.from({ length: NOISE_LENGTH }, () => random());

/** Every bin is noisy, so that the band and the line are as ragged as they can be. */
class NoiseStore implements SignalStore {
  readonly originUtc = undefined;
  endSample = 60 * RATE_HZ;
  requestCount = 0;

  signals(): readonly SteadySignal[] {
    return [
      ['current', 'A'],
      ['voltage', 'V'],
      ['power', 'W'],
    ].map(([name, unit]) => ({
      id: name!,
      name: name!,
      unit: unit!,
      source: '',
      dtype: 'f32',
      timing: 'steady' as const,
      sampleRateHz: RATE_HZ,
      startSample: 0,
      endSample: this.endSample,
      offsetS: 0,
      firstSampleId: 0n,
    }));
  }

  async summary({ start, increment, count }: SummaryRequest): Promise<Summary> {
    this.requestCount++;
    const first = start / increment;
    const at = (i: number) => noise[(first + i) % NOISE_LENGTH]!;
    const column = (map: (i: number) => number) => Float64Array.from({ length: count }, (_, i) => map(i));
    const mean = column((i) => at(i));
    return { start, increment, mean, std: mean, min: column((i) => at(i) - 1), max: column((i) => at(i) + 1) };
  }

  samples(): never {
    throw new Error('internal error: the view must not read samples');
  }

  statistics(): Promise<Statistics> {
    throw new Error('internal error: no markers here');
  }

  async annotations() {
    return [];
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const quantile = (values: number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

const store = new NoiseStore();
const view = document.createElement('lab-waveform-view');
view.isLive = true;
view.store = store;
view.style.cssText = `position:absolute;inset:0;width:${VIEW_WIDTH_PX}px;height:900px`;
document.body.append(view);

async function ready() {
  await view.updateComplete;
  const plot = view.shadowRoot!.querySelector('lab-waveform-plot')!;
  for (let i = 0; i < 30; i++) await nextFrame();
  return plot;
}

/** Milliseconds of one drawn scene: the calls alone, and until the pixels are there. */
export async function drawCost(repeats: number) {
  const plot = await ready();
  const { layout } = plot.scene!;
  const scene = plot.sceneOf(layout.widthPx, layout.heightPx);
  const canvas = new OffscreenCanvas(layout.widthPx, layout.heightPx);
  const context = canvas.getContext('2d')!;
  const { fontUi, fontMono } = pageTheme().colors;
  const callsMs: number[] = [];
  const pixelsMs: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const startMs = performance.now();
    drawScene(new CanvasPainter(context, 1, { ui: fontUi, mono: fontMono }), scene);
    callsMs.push(performance.now() - startMs);
    context.getImageData(0, 0, 1, 1);
    pixelsMs.push(performance.now() - startMs);
  }
  return { columns: layout.plots.width, callsMs: median(callsMs), pixelsMs: median(pixelsMs) };
}

/** Follows data that arrive at the full rate; time between frames and tasks over 50 ms. */
export async function live(durationMs: number) {
  await ready();
  let longTaskCount = 0;
  const observer = new PerformanceObserver((list) => {
    longTaskCount += list.getEntries().length;
  });
  observer.observe({ type: 'longtask' });
  const intervals: number[] = [];
  const requests = store.requestCount;
  const startMs = await nextFrame();
  let last = startMs;
  while (last - startMs < durationMs) {
    const now = await nextFrame();
    intervals.push(now - last);
    store.endSample += Math.round(((now - last) * RATE_HZ) / 1000);
    last = now;
  }
  observer.disconnect();
  return {
    p50Ms: quantile(intervals, 0.5),
    p95Ms: quantile(intervals, 0.95),
    worstMs: Math.max(...intervals),
    longTaskCount,
    requestsPerFrame: (store.requestCount - requests) / intervals.length,
  };
}

declare global {
  interface Window {
    bench: { drawCost: typeof drawCost; live: typeof live };
  }
}
window.bench = { drawCost, live };
