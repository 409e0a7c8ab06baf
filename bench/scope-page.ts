// The page of scope.bench.mjs: the scope view over records of ten million points in two channels, which another thread brings.

import { App } from '../src/app/app.ts';
import { Settings } from '../src/app/settings.ts';
import { systemClock } from '../src/base/clock.ts';
import { attachChannels } from '../src/core/channel-set.ts';
import { loadCoreModule } from '../src/core/load.ts';
import { TraceStore } from '../src/core/trace-store.ts';
import { makeHomes } from '../src/devices/api/homes.ts';
import type { TraceChannel } from '../src/model/channel.ts';
import { StoredCaptures } from '../src/storage/captures.ts';
import '../src/ui/views/scope/scope-view.ts';
import { AnalysisClient } from '../src/workers/analysis/client.ts';
import { MemoryAddress, MemoryStore } from '../tests/support/fake-app.ts';
import { fakePorts } from '../tests/support/fake-ports.ts';
import { SCOPE_CHOICE, SCOPE_PARAMETERS, SCOPE_VALUES } from '../tests/support/fake-traces.ts';
import type { WriterTask } from './scope-writer.ts';

const POINTS = 10_000_000;
const CHANNEL: TraceChannel = {
  kind: 'trace',
  id: 'traces',
  signals: ['CH1', 'CH2'].map((name) => ({ id: name, name, unit: 'V' })),
  mostSamples: POINTS,
};

const { set } = makeHomes(await loadCoreModule(), {
  streams: [],
  values: [],
  traces: [{ channel: CHANNEL, waitingRecords: 2 }],
  scratchBytes: 0,
});
const writer = new Worker(new URL('./scope-writer.ts', import.meta.url), { type: 'module' });
const task: WriterTask = { channels: set, points: POINTS };
writer.postMessage(task);

const fakes = fakePorts();
const storage = new MemoryStore();
const app = new App({
  ports: {
    ...fakes,
    traceAnalysis: new AnalysisClient(),
    captures: async () => new StoredCaptures('pulsebench-scope-bench'),
  },
  settings: new Settings(storage),
  storage,
  session: new MemoryStore(),
  address: new MemoryAddress(),
  clock: systemClock,
});
await app.instruments.connect(SCOPE_CHOICE);
const [scope] = fakes.instruments.opened;
scope!.traces = new TraceStore(attachChannels(set).traces[0]!);
scope!.report({ parameters: SCOPE_PARAMETERS, values: SCOPE_VALUES, capabilities: [], channels: [CHANNEL] });

const view = document.createElement('lab-scope-view');
view.app = app;
view.style.cssText = 'position:absolute;inset:0';
document.body.append(view);

let longTasksMs: number[] = [];
let frameCount = 0;
let pictures = new Set<unknown>();
new PerformanceObserver((list) => {
  longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
}).observe({ type: 'longtask' });
requestAnimationFrame(function watch() {
  frameCount++;
  pictures.add(view.shadowRoot?.querySelector('lab-scope-plot')?.frame);
  requestAnimationFrame(watch);
});

/** What has been seen since it was asked last. */
export function seen() {
  const result = { longTasksMs, frameCount, pictureCount: pictures.size - 1 };
  longTasksMs = [];
  frameCount = 0;
  pictures = new Set();
  return result;
}

declare global {
  interface Window {
    scopeBench: { seen: typeof seen; bring(everyMs: number): void };
  }
}
window.scopeBench = { seen, bring: (everyMs) => writer.postMessage(everyMs) };
