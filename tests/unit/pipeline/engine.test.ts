// Whole runs on real threads: nothing committed is lost, order is kept, every run ends.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { MimoEvents } from '../../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../../src/formats/mimo/header.ts';
import { seededRandom } from '../../support/random.ts';
import { startSetup } from '../../support/run-setup.ts';

const GOLDEN = fileURLToPath(new URL('../../golden/mimo/', import.meta.url));

async function counters(path: string): Promise<number[]> {
  const file = new MemoryFile(new Uint8Array(readFileSync(path)));
  const events = new MimoEvents(file, await readMimoHeader(file));
  const block = await events.read(0, events.eventCount);
  const column = block.metadata.find(({ field }) => field.name === 'counter')!;
  return Array.from(column.values as ArrayLike<bigint>, Number);
}

const CHAIN = `
Buffers:
  In: &b {slot_count: 8, data_length: 1, data_dtype: {peak_heights: i2}}
  A: *b
  B: *b
Workers:
  imp: {function: data.clocked_importer, sinks: [In], config: {filename: pipeline/heights.mimo, rate: 100000}}
  split: {function: misc.copy, sources: [In], sinks: [A, B], number_of_processes: 2}
  saveA: {function: data.export, sources: [A]}
  saveB: {function: data.export, sources: [B]}
  look: {function: observers.oscilloscope, observes: [In], config: {update_interval: 0.01}}
`;

test('every event of the source reaches both files, and the run ends by itself', async () => {
  const { engine, runDirectory, logs } = await startSetup(CHAIN, GOLDEN);
  await engine.finished;
  expect(logs).toEqual([]);
  const expected = Array.from({ length: 60 }, (_, i) => i);
  for (const name of ['A.mimo', 'B.mimo']) {
    const seen = await counters(join(runDirectory, name));
    // Two copies race each other, so only the set is sure.
    expect(seen.sort((a, b) => a - b)).toEqual(expected);
  }
  expect(engine.status.workers.flatMap(({ threads }) => threads)).toEqual(Array(6).fill('done'));
  expect(engine.status.buffers.every(({ isFlushed }) => isFlushed)).toBe(true);
});

test('with one thread per worker the order is kept', async () => {
  const { engine, runDirectory } = await startSetup(CHAIN.replace('number_of_processes: 2', ''), GOLDEN);
  await engine.finished;
  expect(await counters(join(runDirectory, 'A.mimo'))).toEqual(Array.from({ length: 60 }, (_, i) => i));
});

test('a worker that fails says why, and the rest of the run ends', async () => {
  const { engine, logs } = await startSetup(
    CHAIN.replace('observers.oscilloscope, observes: [In]', 'exporters.csv, sources: [In]').replace(
      'data.export, sources: [B]',
      'exporters.histogram, sources: [B], config: {bins: {nope: [0, 1, 2]}}',
    ),
    GOLDEN,
  );
  await engine.finished;
  expect(logs.map(({ workerName, severity }) => [workerName, severity])).toContainEqual(['saveB', 'error']);
  expect(logs.find(({ severity }) => severity === 'error')!.text).toContain('nope');
});

test('a crashed thread is named and does not hold up the others', async () => {
  const folder = (await startSetup('Buffers: {}\nWorkers: {}', GOLDEN)).runDirectory;
  writeFileSync(
    join(folder, 'functions.js'),
    'export const crash = () => ({ template: "Filter", accept: () => process.exit(3) });\n',
  );
  const text = CHAIN.replaceAll('filename: pipeline/', `filename: ${GOLDEN}pipeline/`).replace(
    'split: {function: misc.copy,',
    'split: {file: functions.js, function: crash,',
  );
  const { engine, logs } = await startSetup(text, folder);
  await engine.finished;
  expect(logs.filter(({ severity }) => severity === 'error').map(({ workerName }) => workerName)).toEqual([
    'split',
    'split',
  ]);
});

test('pause discards and counts, resume goes on, shutdown drains', async () => {
  const slow = CHAIN.replace('rate: 100000', 'rate: 100');
  const { engine, runDirectory } = await startSetup(slow, GOLDEN);
  await until(() => engine.status.buffers[0]!.eventCount > 5);
  engine.pause('roots');
  await until(() => engine.status.buffers[0]!.pausedCount > 5);
  engine.resume('roots');
  const { eventCount } = engine.status.buffers[0]!;
  await until(() => engine.status.buffers[0]!.eventCount > eventCount);
  engine.shutdown('roots');
  await engine.finished;
  const [root] = engine.status.buffers;
  expect(await counters(join(runDirectory, 'A.mimo'))).toHaveLength(root!.eventCount);
});

test('random sequences of control never lose a committed event and never hang', async () => {
  const random = seededRandom(20261120);
  for (let round = 0; round < 25; round++) {
    const { engine, runDirectory } = await startSetup(CHAIN.replace('rate: 100000', 'rate: 3000'), GOLDEN);
    for (let step = 0; step < 4; step++) {
      await new Promise((resolve) => setImmediate(resolve));
      const which = random() < 0.5 ? 'roots' : 'all';
      const action = (['pause', 'resume', 'shutdown'] as const)[Math.floor(random() * 3)]!;
      engine[action](which);
    }
    engine.resume('all');
    engine.shutdown('roots');
    await engine.finished;
    const { buffers } = engine.status;
    for (const [name, file] of [
      ['A', 'A.mimo'],
      ['B', 'B.mimo'],
    ] as const) {
      const { eventCount, abandonedCount } = buffers.find((buffer) => buffer.name === name)!;
      expect(abandonedCount).toBe(0);
      expect(await counters(join(runDirectory, file)), `round ${round}`).toHaveLength(eventCount);
    }
  }
});

test('kill ends a run at once', async () => {
  const { engine } = await startSetup(CHAIN.replace('rate: 100000', 'rate: 1'), GOLDEN);
  await until(() => engine.status.buffers[0]!.eventCount > 0);
  engine.kill();
  await engine.finished;
  expect(engine.status.aliveThreadCount).toBe(0);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

const OWN = `
export const wrongTemplate = () => ({ template: 'Nonsense' });
export const noTemplate = () => undefined;
export const wrongAnswer = () => ({ template: 'Filter', accept: () => 7 });
export const wrongConfig = (context) => { throw new Error('no key for ' + context.name); };
`;

test.each([
  ['wrongTemplate', 'returns no template'],
  ['noTemplate', 'returns no template'],
  ['wrongAnswer', 'true, false or a list'],
  ['wrongConfig', 'no key for own'],
])('a function of one’s own that does wrong (%s) is told so, and the run ends', async (name, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'pulsebench-setup-'));
  writeFileSync(join(folder, 'own.js'), OWN);
  const setup = CHAIN.replace('pipeline/heights.mimo', join(GOLDEN, 'pipeline/heights.mimo')).replace(
    'function: misc.copy, sources: [In], sinks: [A, B], number_of_processes: 2',
    `file: own.js, function: ${name}, sources: [In], sinks: [A, B]`,
  );
  const { engine, logs } = await startSetup(setup.replace('split:', 'own:'), folder);
  await engine.finished;
  expect(logs.filter(({ severity }) => severity === 'error')).toEqual([
    expect.objectContaining({ workerName: 'own', text: expect.stringContaining(message) }),
  ]);
  expect(engine.status.buffers.map(({ eventCount }) => eventCount)).toEqual([60, 0, 0]);
});
