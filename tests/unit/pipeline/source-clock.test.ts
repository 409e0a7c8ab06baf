// Event times of simulated sources come from the process, whenever the thread woke.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { MimoEvents } from '../../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../../src/formats/mimo/header.ts';
import { SourceClock } from '../../../src/pipeline/engine/source-clock.ts';
import { startSetup } from '../../support/run-setup.ts';

/** A clock on a machine that wakes late by `lateS`. */
function machine(lateS: number) {
  let nowS = 1.79e9;
  const waits: number[] = [];
  const clock = new SourceClock(
    () => nowS,
    (seconds) => {
      waits.push(seconds);
      nowS += seconds + lateS;
    },
  );
  return { clock, waits, busy: (seconds: number) => (nowS += seconds), nowS: () => nowS };
}

test('late waking moves no event, and is caught up', () => {
  const { clock, waits, nowS } = machine(0.004);
  const times: number[] = [];
  for (const wait of [0.01, 0.001, 0.001, 0.02]) {
    clock.sleep(wait);
    times.push(clock.eventTimeS - 1.79e9);
  }
  for (const [i, expected] of [0.01, 0.011, 0.012, 0.032].entries()) expect(times[i]).toBeCloseTo(expected, 6);
  // After the first wait the thread is 4 ms late: the next two events are there at once.
  expect(waits).toHaveLength(2);
  expect(nowS() - 1.79e9).toBeCloseTo(0.036, 6);
});

test('beyond 50 ms the clock stands still, and differences stay right', () => {
  const { clock, busy, nowS } = machine(0);
  clock.sleep(0.01);
  busy(3);
  clock.sleep(0.02);
  expect(clock.eventTimeS - 1.79e9).toBeCloseTo(0.03, 6);
  // 50 ms of the lag are left to catch up.
  for (let i = 0; i < 10; i++) clock.sleep(0.01);
  expect(nowS() - 1.79e9).toBeCloseTo(0.01 + 3 - 0.05 + 0.02 + 0.1, 6);
});

test('while a full buffer holds the source up the process goes on', () => {
  const { clock, busy } = machine(0);
  clock.sleep(0.01);
  busy(2);
  clock.pass(2);
  clock.sleep(0.03);
  expect(clock.eventTimeS - 1.79e9).toBeCloseTo(2.04, 6);
});

test('waits of a simulated source are exponential down to the shortest, on a machine that is loaded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulsebench-setup-'));
  // Each event keeps a processor busy for longer than the mean wait.
  writeFileSync(
    join(folder, 'burn.js'),
    `export const burn = () => ({
      template: 'Filter',
      accept: () => { const end = performance.now() + 1.5; while (performance.now() < end); return true; },
    });\n`,
  );
  const buffer = '{slot_count: 4096, data_length: 100, data_dtype: {ch1: f4}}';
  const text = `
Buffers: {In: ${buffer}, Out: ${buffer}}
Workers:
  source: {function: simulate_osc, file: functions.py, sinks: [In]}
  burn: {function: burn, file: burn.js, sources: [In], sinks: [Out], number_of_processes: 3}
  save: {function: data.export, sources: [Out]}
`;
  const { engine, runDirectory, logs } = await startSetup(text, folder);
  while (engine.status.buffers[0]!.eventCount < 3000) await new Promise((resolve) => setTimeout(resolve, 20));
  engine.shutdown('roots');
  await engine.finished;
  expect(logs).toEqual([]);
  const file = new MemoryFile(new Uint8Array(readFileSync(join(runDirectory, 'Out.mimo'))));
  const events = new MimoEvents(file, await readMimoHeader(file));
  const { metadata } = await events.read(0, events.eventCount);
  const column = metadata.find(({ field }) => field.name === 'timestamp')!.values as Float64Array;
  // Several threads took the events: back into their order.
  const times = Float64Array.from(column).sort();
  const waits = Array.from({ length: times.length - 1 }, (_, i) => 1000 * (times[i + 1]! - times[i]!)).sort(
    (a, b) => a - b,
  );
  // The greatest distance from 1 − exp(−t), after Kolmogorov: 1.95/√n is passed once in a thousand times. Times are
  // told to a quarter of a microsecond.
  const distance = waits.reduce(
    (max, wait, i) => Math.max(max, Math.abs((i + 0.5) / waits.length - (1 - Math.exp(-wait)))),
    0,
  );
  expect(distance).toBeLessThan(1.95 / Math.sqrt(waits.length));
  const shortest = waits.filter((wait) => wait < 0.02).length;
  const expected = waits.length * (1 - Math.exp(-0.02));
  expect(Math.abs(shortest - expected)).toBeLessThan(4 * Math.sqrt(expected));
});

test('a source that knows the times of its events gives them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulsebench-setup-'));
  writeFileSync(
    join(folder, 'known.js'),
    `export const known = () => {
      let count = 0;
      return { template: 'Importer', next: () => count++ < 3, eventTimeS: () => 1e9 + count, write: () => {} };
    };\n`,
  );
  const text = `
Buffers: {In: {slot_count: 4, data_length: 1, data_dtype: {x: i2}}}
Workers:
  source: {function: known, file: known.js, sinks: [In]}
  save: {function: data.export, sources: [In]}
`;
  const { engine, runDirectory } = await startSetup(text, folder);
  await engine.finished;
  const file = new MemoryFile(new Uint8Array(readFileSync(join(runDirectory, 'In.mimo'))));
  const events = new MimoEvents(file, await readMimoHeader(file));
  const { metadata } = await events.read(0, 3);
  const { values } = metadata.find(({ field }) => field.name === 'timestamp')!;
  expect(Array.from(values, Number)).toEqual([1e9 + 1, 1e9 + 2, 1e9 + 3]);
});
