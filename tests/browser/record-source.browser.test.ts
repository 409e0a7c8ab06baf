// An oscilloscope's records as events of a setup on real browser threads.

import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../src/base/time.ts';
import { instantiateCore } from '../../src/core/core.ts';
import { loadCoreModule } from '../../src/core/load.ts';
import { Arena, createMemory } from '../../src/core/memory.ts';
import { TraceRing } from '../../src/core/trace-ring.ts';
import { TraceStore } from '../../src/core/trace-store.ts';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { loadSetup } from '../../src/pipeline/setup/load.ts';
import { BlobAccess } from '../../src/storage/blob-access.ts';
import { Runs } from '../../src/workers/pipeline/runs.ts';

test('records become events of a file while the page keeps them', async () => {
  const module = await loadCoreModule();
  const memory = createMemory(2 ** 22);
  const core = instantiateCore({ module, memory });
  const signals = ['CH1', 'CH2'].map((id) => ({ id, name: id, unit: 'V' }));
  const channel = { kind: 'trace', id: 'traces', signals, mostSamples: 100 } as const;
  const ring = TraceRing.create(core, new Arena(memory, core.exports.heapBase()), { channel, waitingRecords: 2 });
  const traces = new TraceStore(ring);
  const channels = { seed: { module, memory }, streams: [], values: [], traces: [ring.descriptor] };
  const { setup } = await loadSetup(
    `
Buffers: {In: {slot_count: 4, data_length: 100, data_dtype: {CH1: f4, CH2: f4}}}
Workers:
  scope: {function: importers.instrument.records, sinks: [In]}
  save: {function: data.export, sources: [In]}
`,
    { readText: () => Promise.resolve(undefined) },
  );
  const source = { label: 'DHO804 1', model: 'DHO804', serialNumber: '1', channels, traces };
  const runs = new Runs(Promise.resolve(module), () => [source]);
  const run = await runs.start(setup!, new Map());
  const logs: string[] = [];
  run.engine.onLog.on(({ text }) => logs.push(text));
  const bring = (level: number) =>
    ring.write({
      triggerUtc: utcFromUnixMs(Date.now()),
      startS: -1e-6,
      stepS: 1e-8,
      settings: '{}',
      samples: [new Float32Array(100).fill(level), new Float32Array(100).fill(-level)],
    });
  const buffer = () => run.engine.status.buffers[0]!;
  for (let level = 1; level <= 40; level++) await bring(level);
  await expect.poll(() => buffer().eventCount).toBe(40);
  run.engine.shutdown('roots');
  await run.finished;
  expect(logs.join('\n')).toContain('Takes records from DHO804 1.');
  expect(traces.eventCount).toBe(40);
  const access = new BlobAccess((await runs.files(run.name)).get('In.mimo')!);
  const events = new MimoEvents(access, await readMimoHeader(access));
  expect(events.eventCount).toBe(40);
  const { data } = await events.read(0, 40);
  const levels = Array.from({ length: 40 }, (_, i) => Number(data[0]!.values[100 * i + 99]));
  expect(levels).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  await runs.remove(run.name);
});
