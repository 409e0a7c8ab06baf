// Threads of a run that end as they should not, in Chromium, where a thread that was ended runs on for a while: the run
// keeps its slots, names the end, and "Shut down roots" ends it.

import { expect, test } from 'vitest';
import { loadCoreModule } from '../../src/core/load.ts';
import { loadSetup } from '../../src/pipeline/setup/load.ts';
import { Runs } from '../../src/workers/pipeline/runs.ts';

const SLOT_COUNT = 4;

/** The first process of the source does `fault` with its third event; the second delivers an event every 2 ms. */
const FUNCTIONS = `
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
function busy(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
const FAULTS = {
  close: () => self.close(),
  reject: () => void Promise.reject(new Error('boom')),
  // The page hears of the error while the thread is busy with an event in its hands, which it then commits.
  failAndCommit: () => () => { reportError(new Error('boom')); busy(1000); },
  failAndHang: () => () => { reportError(new Error('boom')); busy(1e9); },
};
export function source({ config, processIndex }) {
  let count = 0;
  let hold = () => {};
  return {
    template: 'Importer',
    next: async () => {
      if (processIndex === 0 && ++count === 3) hold = FAULTS[config.text('fault')]() ?? hold;
      await sleep(2);
      return true;
    },
    write: () => hold(),
  };
}
export const closingFilter = ({ processIndex }) => ({
  template: 'Filter',
  accept: () => {
    if (processIndex === 0) {
      self.close();
      throw new Error('closed');
    }
    return true;
  },
});
`;

async function start(workers: string) {
  const buffer = `{slot_count: ${SLOT_COUNT}, data_length: 1, data_dtype: {x: i2}}`;
  const files = new Map([['own.js', new Blob([FUNCTIONS])]]);
  const { setup, diagnostics } = await loadSetup(`Buffers: {In: ${buffer}, Out: ${buffer}}\nWorkers:\n${workers}`, {
    readText: async (path) => files.get(path)?.text(),
  });
  if (!setup) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const runs = new Runs(loadCoreModule());
  const run = await runs.start(setup, files);
  const logs: string[] = [];
  run.engine.onLog.on(({ text }) => logs.push(text));
  return { runs, run, logs };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test.each([
  ['close', 'its thread ended'],
  ['reject', 'boom'],
  ['failAndCommit', 'boom'],
  ['failAndHang', 'boom'],
])('a source that does %s: its brother goes on with all slots, and the run ends', async (fault, why) => {
  const { runs, run, logs } = await start(`
  source: {file: own.js, function: source, sinks: [In], number_of_processes: 2, config: {fault: ${fault}}}
  pass: {function: misc.copy, sources: [In], sinks: [Out]}
  last: {function: exporters.drain, sources: [Out]}
`);
  const { engine } = run;
  await until(() => logs.length > 0);
  expect(logs).toEqual([expect.stringContaining(`source stopped unexpectedly: `)]);
  expect(logs[0]).toContain(why);
  const { eventCount } = engine.status.buffers[1]!;
  await until(() => engine.status.buffers[1]!.eventCount > eventCount + 20);
  engine.shutdown('roots');
  await run.finished;
  const [input, output] = engine.status.buffers;
  for (const buffer of [input, output]) {
    expect(buffer).toMatchObject({ emptyCount: SLOT_COUNT, filledCount: 0, inWorkCount: 0, isFlushed: true });
  }
  expect(output!.eventCount).toBe(input!.eventCount);
  expect(engine.status.workers[0]!.threads).toEqual(['crashed', 'done']);
  await runs.remove(run.name);
});

test('a filter that closes its worker in the middle of an event gives the event up and is named', async () => {
  const { runs, run, logs } = await start(`
  source: {file: own.js, function: source, sinks: [In], number_of_processes: 2, config: {fault: close}}
  pass: {file: own.js, function: closingFilter, sources: [In], sinks: [Out], number_of_processes: 2}
  last: {function: exporters.drain, sources: [Out]}
`);
  const { engine } = run;
  await until(() => engine.status.workers.flatMap(({ ends }) => ends).length === 2);
  engine.shutdown('roots');
  await run.finished;
  const pass = engine.status.workers[1]!;
  expect(pass.threads[1]).toBe('done');
  expect(pass.ends.find(({ processIndex }) => processIndex === 0)).toMatchObject({ lostEventCount: 1 });
  expect(logs).toHaveLength(2);
  const [input, output] = engine.status.buffers;
  expect(input!.eventCount).toBe(output!.eventCount + 1);
  expect(input).toMatchObject({ emptyCount: SLOT_COUNT, abandonedCount: 1 });
  await runs.remove(run.name);
});

test('a killed run is over when its threads are gone', async () => {
  const { runs, run, logs } = await start(`
  source: {file: own.js, function: source, sinks: [In], config: {fault: failAndHang}}
  last: {function: exporters.drain, sources: [In], sinks: [Out]}
  rest: {function: exporters.drain, sources: [Out]}
`);
  const { engine } = run;
  await until(() => engine.status.buffers[0]!.eventCount > 0);
  engine.kill();
  expect(engine.status.workers.flatMap(({ threads }) => threads)).toEqual(['killed', 'killed', 'killed']);
  await run.finished;
  expect(logs.every((text) => text.startsWith('It was killed.'))).toBe(true);
  expect(logs).toHaveLength(3);
  await runs.remove(run.name);
});
