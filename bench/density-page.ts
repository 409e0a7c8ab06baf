// The page of density.bench.mjs: the screen of the scope view over 10 000 noisy records that stay on it, while new ones come.

import type { Utc } from '../src/base/time.ts';
import '../src/ui/views/scope/scope-plot.ts';
import { DirectAnalysis } from '../src/model/trace-analysis.ts';
import type { ShownRecord } from '../src/ui/views/scope/screen.ts';
import { seededRandom } from '../tests/support/random.ts';

const KEPT = 10_000;
const POINTS = 1200;
/** So many different ones; the same come again. */
const VARIANTS = 500;

const random = seededRandom(1);
const signals = [{ id: 'CH1', name: 'CH1', unit: 'V' }];
const settings = JSON.stringify({ timeScale: 1e-4, timeDelay: 0, '1.scale': 0.5, '1.offset': 0 });

/** A sine with noise of a twentieth, at an amplitude of its own. */
const records: readonly ShownRecord[] = Array.from({ length: VARIANTS }, () => {
  const amplitude = 1 + 0.3 * random();
  const samples = Float32Array.from(
    { length: POINTS },
    (_, i) => amplitude * Math.sin((2 * Math.PI * i) / 240) + 0.1 * random(),
  );
  return { signals, triggerUtc: 0n as Utc, startS: -5e-4, stepS: 1e-3 / POINTS, settings, samples: [samples] };
});
const record = (number: number) => records[number % VARIANTS]!;

const plot = document.createElement('lab-scope-plot');
plot.analysis = new DirectAnalysis();
plot.style.cssText = 'position:absolute;inset:0;width:1282px;height:650px';
document.body.append(plot);

const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
const quantile = (values: number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
let end = KEPT;

function show(): void {
  plot.record = record(end - 1);
  plot.kept = { start: end - KEPT, end, record };
}

/** Seconds until all records are counted anew, as after each change of the picture. */
export async function recount(): Promise<number> {
  show();
  plot.zoom(1.001);
  await plot.updateComplete;
  const startMs = performance.now();
  while (!plot.isDensityDone) await nextFrame();
  return (performance.now() - startMs) / 1000;
}

/** Frames per second while `perSecond` records come, the oldest leaving for each, and what the picture lags behind. */
export async function live(durationMs: number, perSecond: number) {
  let longTaskCount = 0;
  const observer = new PerformanceObserver((list) => {
    longTaskCount += list.getEntries().length;
  });
  observer.observe({ type: 'longtask' });
  const intervals: number[] = [];
  const startMs = await nextFrame();
  const first = end;
  let last = startMs;
  while (last - startMs < durationMs) {
    const now = await nextFrame();
    intervals.push(now - last);
    last = now;
    end = first + Math.floor(((now - startMs) * perSecond) / 1000);
    show();
    await plot.updateComplete;
  }
  observer.disconnect();
  return {
    framesPerSecond: (1000 * intervals.length) / (last - startMs),
    p95Ms: quantile(intervals, 0.95),
    longTaskCount,
    isDone: plot.isDensityDone,
  };
}

declare global {
  interface Window {
    densityBench: { recount: typeof recount; live: typeof live };
  }
}
window.densityBench = { recount, live };
