// Runs on browser threads, each steered by a seeded sequence of pause, resume, shut down and kill at random
// moments: every run ends, and every event committed to the last buffer is in its file, except where kill cut it short.

import { expect, test } from 'vitest';
import { loadCoreModule } from '../../src/core/load.ts';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { loadSetup } from '../../src/pipeline/setup/load.ts';
import { BlobAccess } from '../../src/storage/blob-access.ts';
import { Runs } from '../../src/workers/pipeline/runs.ts';
import heightsUrl from '../golden/mimo/pipeline/heights.mimo?url';
import { seededRandom } from '../support/random.ts';

/** The suite steers a part; all thousand, in ten minutes: `VITE_STEERED_RUNS=1000` before the command. */
const RUN_COUNT = Number(import.meta.env['VITE_STEERED_RUNS'] ?? 100);
/** Runs at the same time; more would only wait for each other. */
const PARALLEL_COUNT = 4;
const MAX_PAUSE_MS = 12;

const CHAIN = `
Buffers:
  In: &b {slot_count: 4, data_length: 1, data_dtype: {peak_heights: i2}}
  Out: *b
Workers:
  imp: {function: data.clocked_importer, sinks: [In], config: {filename: heights.mimo, rate: 4000}}
  copy: {function: misc.copy, sources: [In], sinks: [Out]}
  save: {function: data.export, sources: [Out]}
`;

async function countersIn(file: File): Promise<bigint[]> {
  const access = new BlobAccess(file);
  const events = new MimoEvents(access, await readMimoHeader(access));
  const { metadata } = await events.read(0, events.eventCount);
  return Array.from(metadata.find(({ field }) => field.name === 'counter')!.values as ArrayLike<bigint>);
}

test(`${RUN_COUNT} random control sequences`, { timeout: 900_000 }, async () => {
  const files = new Map([['heights.mimo', await (await fetch(heightsUrl)).blob()]]);
  const { setup } = await loadSetup(CHAIN, { readText: () => Promise.resolve(undefined) });
  const runs = new Runs(loadCoreModule());
  const actions = ['pause', 'resume', 'shutdown', 'shutdown', 'kill'] as const;
  const names: string[] = [];
  let killedCount = 0;

  const runOne = async (seed: number): Promise<void> => {
    const random = seededRandom(seed);
    const run = await runs.start(setup!, files);
    const logs: string[] = [];
    run.engine.onLog.on(({ workerName, text }) => logs.push(`${workerName}: ${text}`));
    let isKilled = false;
    for (let step = 0; step < 3; step++) {
      await new Promise((resolve) => setTimeout(resolve, random() * MAX_PAUSE_MS));
      const action = actions[Math.floor(random() * actions.length)]!;
      if (action === 'kill') {
        isKilled = true;
        run.engine.kill();
      } else run.engine[action](random() < 0.5 ? 'roots' : 'all');
    }
    run.engine.resume('all');
    run.engine.shutdown('roots');
    await run.finished;
    const out = run.engine.status.buffers.find(({ name }) => name === 'Out')!;
    const file = (await runs.files(run.name)).get('Out.mimo');
    if (isKilled) killedCount++;
    else {
      expect(logs, `seed ${seed}`).toEqual([]);
      const counters = await countersIn(file!);
      expect(counters.length, `seed ${seed}`).toBe(out.eventCount);
      expect(out.abandonedCount).toBe(0);
      for (let i = 1; i < counters.length; i++)
        expect(counters[i]! > counters[i - 1]!, `order, seed ${seed}`).toBe(true);
    }
    names.push(run.name);
  };

  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < RUN_COUNT) await runOne(next++);
  };
  await Promise.all(Array.from({ length: PARALLEL_COUNT }, lane));
  // Not earlier: a name that is free again within its second would be taken while its folder is still being removed.
  for (const name of names) await runs.remove(name);
  // Both ways of ending must have been tried often.
  expect(killedCount).toBeGreaterThan(RUN_COUNT / 5);
  expect(killedCount).toBeLessThan((RUN_COUNT * 4) / 5);
});
