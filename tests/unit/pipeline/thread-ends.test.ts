// Every way in which a thread of a run can end: what it held comes back, its brothers go on, and the run says what it
// was. On real Node threads, and on a host that lets a thread run on after it was ended.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { instantiateCore } from '../../../src/core/core.ts';
import { EventRing } from '../../../src/core/event-ring.ts';
import { Engine, type LogLine, type ThreadListener } from '../../../src/pipeline/engine/engine.ts';
import type { ThreadJob, ThreadMessage } from '../../../src/pipeline/engine/job.ts';
import { runThread } from '../../../src/pipeline/engine/thread.ts';
import { THREAD_TIMES_BYTES } from '../../../src/pipeline/engine/thread-times.ts';
import { loadSetup } from '../../../src/pipeline/setup/load.ts';
import { coreBytes, createTestCore } from '../../support/core.ts';
import { startSetup } from '../../support/run-setup.ts';

/** The first process of a worker does `what` with an event in its hands; the second works, and slowly. */
const FUNCTIONS = `
const FAULTS = {
  throw: () => { throw new Error('no luck'); },
  fill: () => { for (const all = []; ; ) all.push(new Array(1e6).fill(0)); },
};
const work = ({ config, processIndex }) => processIndex === 0
  ? FAULTS[config.text('what')]
  : () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
const endless = (write) => ({ template: 'Importer', next: (sleep) => { sleep(0.002); return true; }, write });
export const source = () => endless(() => {});
export const Importer = (context) => endless(work(context));
export function Filter(context) {
  const doIt = work(context);
  return { template: 'Filter', accept: () => { doIt(); return true; } };
}
export function Processor(context) {
  const doIt = work(context);
  return { template: 'Processor', process: (event, outputs, emit) => { doIt(); emit(0); } };
}
export const Exporter = (context) => ({ template: 'Exporter', consume: work(context) });
export const stuckNext = () => ({ template: 'Importer', next: () => new Promise(() => {}), write: () => {} });
export const stuckFactory = () => new Promise(() => {});
`;

function folderWithFunctions(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pulsebench-setup-'));
  writeFileSync(join(folder, 'own.js'), FUNCTIONS);
  return folder;
}

const BUFFER = '{slot_count: 1, data_length: 1, data_dtype: {x: i2}}';

/** A run in which two threads of one template share buffers of a single slot, and the first of them fails. */
function faultyRun(template: string, what: string): string {
  const faulty = `file: own.js, function: ${template}, number_of_processes: 2, config: {what: ${what}}`;
  if (template === 'Importer') {
    return `
Buffers: {A: ${BUFFER}}
Workers:
  faulty: {${faulty}, sinks: [A]}
  last: {function: exporters.drain, sources: [A]}
`;
  }
  return `
Buffers: {In: ${BUFFER}, A: ${BUFFER}}
Workers:
  source: {file: own.js, function: source, sinks: [In]}
  faulty: {${faulty}, sources: [In], sinks: [A]}
  last: {function: exporters.drain, sources: [A]}
`;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

test.each([
  ['Importer', 'throw', 'failed', 'no luck', 0],
  ['Filter', 'throw', 'failed', 'no luck', 1],
  ['Processor', 'throw', 'failed', 'no luck', 1],
  ['Exporter', 'throw', 'failed', 'no luck', 1],
  ['Importer', 'fill', 'crashed', 'it took more than the 512 MB of a thread', 0],
  ['Filter', 'fill', 'crashed', 'it took more than the 512 MB of a thread', 1],
  ['Exporter', 'fill', 'crashed', 'it took more than the 512 MB of a thread', 1],
])('%s that does %s: its brother goes on and the end is told', async (template, what, state, reason, lost) => {
  const { engine, logs } = await startSetup(faultyRun(template, what), folderWithFunctions());
  const faulty = () => engine.status.workers.find(({ name }) => name === 'faulty')!;
  const lastCount = () => engine.status.buffers.at(-1)!.eventCount;
  await until(() => logs.length > 0);
  const countAtEnd = lastCount();
  await until(() => lastCount() > countAtEnd + 5);
  engine.shutdown('roots');
  await engine.finished;
  expect(faulty().threads).toEqual([state, 'done']);
  expect(faulty().ends[0]).toMatchObject({
    processIndex: 0,
    state,
    reason: expect.stringContaining(reason),
    lostEventCount: lost,
  });
  expect(logs).toEqual([{ workerName: 'faulty', severity: 'error', text: expect.stringContaining(reason) }]);
  if (lost > 0) expect(logs[0]!.text).toContain('lost');
  for (const buffer of engine.status.buffers) {
    expect(buffer).toMatchObject({ emptyCount: 1, filledCount: 0, inWorkCount: 0 });
  }
  const abandoned = engine.status.buffers.map(({ abandonedCount }) => abandonedCount);
  expect(abandoned.reduce((sum, count) => sum + count, 0)).toBe(lost);
});

test.each(['stuckNext', 'stuckFactory'])('a source that waits for ever (%s) ends with its roots', async (name) => {
  const text = `
Buffers: {A: ${BUFFER}}
Workers:
  stuck: {file: own.js, function: ${name}, sinks: [A]}
  last: {function: exporters.drain, sources: [A]}
`;
  const { engine, logs } = await startSetup(text, folderWithFunctions());
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(engine.status.aliveThreadCount).toBe(2);
  engine.shutdown('roots');
  await engine.finished;
  expect(logs).toEqual([]);
  expect(engine.status.workers.flatMap(({ threads }) => threads)).toEqual(['done', 'done']);
});

/** A run whose threads are the test's: they do nothing by themselves, and are gone when the test says so. */
async function startByHand(text: string) {
  const { setup } = await loadSetup(text, { readText: () => Promise.resolve('') });
  const threads: { readonly job: ThreadJob; readonly listener: ThreadListener; isEnded: boolean }[] = [];
  const engine = new Engine(setup!, {
    module: new WebAssembly.Module(coreBytes()),
    now: () => performance.now() / 1000,
    resolveFunction: ({ function: name }) => ({ kind: 'builtin', name }),
    startThread: (job, listener) => {
      const thread = { job, listener, isEnded: false };
      threads.push(thread);
      return {
        terminate: () => {
          thread.isEnded = true;
        },
      };
    },
  });
  const logs: LogLine[] = [];
  engine.onLog.on((line) => logs.push(line));
  const thread = (workerName: string) => threads.find(({ job }) => job.workerName === workerName)!;
  const ring = ({ job }: ReturnType<typeof thread>) => {
    const [end] = [...job.sinks, ...job.sources];
    return { ring: EventRing.attach(instantiateCore(job.seed), end!.ring), index: end!.index };
  };
  return { engine, logs, thread, ring };
}

const BY_HAND = `
Buffers: {A: {slot_count: 4, data_length: 1, data_dtype: {x: i2}}}
Workers:
  first: {function: data.clocked_importer, sinks: [A], config: {rate: 1}}
  second: {function: data.clocked_importer, sinks: [A], config: {rate: 1}}
  last: {function: exporters.drain, sources: [A]}
`;

test('the clock starts and sources go when the last thread is ready', async () => {
  const { engine, thread } = await startByHand(BY_HAND);
  const { seed, beginAddress } = thread('first').job;
  const hasBegun = () => Atomics.load(new Int32Array(seed.memory.buffer, beginAddress, 1), 0) === 1;
  thread('first').listener.onMessage({ type: 'ready' });
  thread('last').listener.onMessage({ type: 'ready' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([hasBegun(), engine.status.activeS]).toEqual([false, 0]);
  // one that ended will never be
  thread('second').listener.onGone('its script did not load');
  expect(hasBegun()).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(engine.status.activeS).toBeGreaterThan(0);
  engine.kill();
});

test('a thread that hangs while it starts holds the others up for ten seconds only', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { engine, logs, thread } = await startByHand(BY_HAND);
  const { seed, beginAddress } = thread('first').job;
  const hasBegun = () => Atomics.load(new Int32Array(seed.memory.buffer, beginAddress, 1), 0) === 1;
  vi.advanceTimersByTime(9_000);
  for (const name of ['first', 'last']) thread(name).listener.onMessage({ type: 'ready' });
  vi.advanceTimersByTime(9_999);
  expect(hasBegun()).toBe(false);
  vi.advanceTimersByTime(1);
  expect(hasBegun()).toBe(true);
  expect(logs).toEqual([
    { workerName: 'second', severity: 'error', text: 'Not ready after 10 s: the run begins without it.' },
  ]);
  engine.kill();
});

test('what a thread holds is taken from it only when it is gone', async () => {
  const { engine, logs, thread, ring } = await startByHand(BY_HAND);
  const first = thread('first');
  const writing = ring(first);
  const writer = writing.ring.writer(writing.index);
  const slots = [writer.tryClaim(), writer.tryClaim()];
  first.listener.onMessage({
    type: 'failed',
    message: 'no luck',
    code: 'run/failed',
    lostEventCount: 0,
    unreadCount: 0,
    refusedCounts: [],
  });
  // It was ended, but it runs on for a while, as a busy thread of a browser does.
  expect(first.isEnded).toBe(true);
  expect(engine.status.buffers[0]).toMatchObject({ emptyCount: 2, inWorkCount: 2, isFlushed: false });
  for (const slot of slots) {
    if (typeof slot === 'string') throw new Error(slot);
    writer.commit(slot);
  }
  first.listener.onGone('');
  expect(engine.status.buffers[0]).toMatchObject({ emptyCount: 2, filledCount: 2, inWorkCount: 0 });
  expect(logs).toEqual([{ workerName: 'first', severity: 'error', text: 'no luck.' }]);
  // Four tokens in four cells: the other writer fills the ring, a reader empties it, and the run ends.
  const second = thread('second');
  const filling = ring(second);
  const other = filling.ring.writer(filling.index);
  for (let slot = other.tryClaim(); typeof slot !== 'string'; slot = other.tryClaim()) other.commit(slot);
  expect(engine.status.buffers[0]).toMatchObject({ filledCount: 4, eventCount: 4 });
  engine.shutdown('roots');
  other.close();
  second.listener.onMessage({ type: 'done', refusedCounts: [0] });
  second.listener.onGone('');
  const reading = ring(thread('last'));
  const reader = reading.ring.reader(reading.index);
  let readCount = 0;
  for (let slot = reader.tryRead(); typeof slot !== 'string'; slot = reader.tryRead(), readCount++)
    reader.release(slot);
  expect([readCount, reader.tryRead()]).toEqual([4, 'end']);
  thread('last').listener.onMessage({ type: 'done', refusedCounts: [0] });
  thread('last').listener.onGone('');
  await engine.finished;
  expect(engine.status.buffers[0]).toMatchObject({ emptyCount: 4, filledCount: 0, inWorkCount: 0 });
});

test('a thread that ends without a word is told with its reason and what was lost', async () => {
  const { engine, logs, thread, ring } = await startByHand(BY_HAND);
  const writing = ring(thread('first'));
  const writer = writing.ring.writer(writing.index);
  for (let i = 0; i < 2; i++) {
    const slot = writer.tryClaim();
    if (typeof slot !== 'string') writer.commit(slot);
  }
  const reading = ring(thread('last'));
  const reader = reading.ring.reader(reading.index);
  reader.tryRead();
  reader.tryRead();
  thread('last').listener.onGone('its thread ended');
  expect(logs).toEqual([
    {
      workerName: 'last',
      severity: 'error',
      text: 'last stopped unexpectedly: its thread ended. 2 events that it had taken are lost.',
    },
  ]);
  const last = engine.status.workers.find(({ name }) => name === 'last')!;
  expect(last.threads).toEqual(['crashed']);
  expect(last.ends[0]).toMatchObject({ state: 'crashed', lostEventCount: 2 });
  expect(engine.status.buffers[0]!.abandonedCount).toBe(2);
});

test('events that come when nobody reads any more are told', async () => {
  const { engine, logs, thread, ring } = await startByHand(BY_HAND);
  thread('last').listener.onMessage({ type: 'done', refusedCounts: [0] });
  thread('last').listener.onGone('');
  const writing = ring(thread('first'));
  const writer = writing.ring.writer(writing.index);
  for (let i = 0; i < 2; i++) {
    const slot = writer.tryClaim();
    if (typeof slot !== 'string') writer.commit(slot);
  }
  engine.shutdown('roots');
  for (const name of ['first', 'second']) {
    thread(name).listener.onMessage({ type: 'done', refusedCounts: [0] });
    thread(name).listener.onGone('');
  }
  await engine.finished;
  expect(logs).toEqual([
    { workerName: 'last', severity: 'info', text: 'Nobody read A any more: 2 events were discarded.' },
  ]);
});

test('killed threads are told with what they held, and the run is over when they are gone', async () => {
  const { engine, logs, thread, ring } = await startByHand(BY_HAND);
  const writing = ring(thread('first'));
  const writer = writing.ring.writer(writing.index);
  const slot = writer.tryClaim();
  if (typeof slot !== 'string') writer.commit(slot);
  const reading = ring(thread('last'));
  reading.ring.reader(reading.index).tryRead();
  let isOver = false;
  void engine.finished.then(() => {
    isOver = true;
  });
  engine.kill();
  expect(engine.status.workers.flatMap(({ threads }) => threads)).toEqual(['killed', 'killed', 'killed']);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isOver).toBe(false);
  for (const name of ['first', 'second', 'last']) thread(name).listener.onGone('');
  await engine.finished;
  expect(logs.map(({ severity, text }) => [severity, text])).toEqual([
    ['info', 'It was killed.'],
    ['info', 'It was killed.'],
    ['info', 'It was killed. The event that it had taken is lost.'],
  ]);
});

/** One thread of a worker without buffers, run here; the result is what it said. */
async function runAlone(change: Partial<ThreadJob>, closeAll: () => void): Promise<readonly ThreadMessage[]> {
  const { core, arena } = createTestCore(2 ** 20);
  const said: ThreadMessage[] = [];
  const timesAddress = arena.reserve('times', THREAD_TIMES_BYTES).address;
  await runThread(
    {
      workerName: 'alone',
      processIndex: 0,
      source: { kind: 'builtin', name: 'exporters.drain' },
      config: new Map(),
      sources: [],
      sinks: [],
      observes: [],
      seed: core,
      timesAddress,
      beginAddress: arena.reserve('begin', 4).address,
      randomSeed: 1,
      ...change,
    },
    {
      files: {
        create: () => Promise.reject(new Error('no files')),
        open: () => Promise.reject(new Error('no files')),
        closeAll,
      },
      now: () => 0,
      loadFunction: () => Promise.resolve(() => ({ template: 'Exporter', consume: () => {} })),
      connect: () => Promise.reject(new Error('no network')),
      instruments: [],
      post: (message) => said.push(message),
    },
  );
  return said;
}

test('files that cannot be closed are a failure with a last word', async () => {
  const { core, arena } = createTestCore(2 ** 20);
  const shape = { slotCount: 2, metadataBytes: 24, dataBytes: 8, writerCount: 1 };
  const ring = EventRing.create(core, arena, shape);
  ring.writer(0).close();
  const source = { buffer: { name: 'A', dataLength: 1, dtype: { type: 'struct', fields: [], itemBytes: 8 } } };
  const said = await runAlone(
    {
      seed: core,
      timesAddress: arena.reserve('times', THREAD_TIMES_BYTES).address,
      sources: [{ ...source, ring: ring.descriptor, index: 0 } as unknown as ThreadJob['sources'][number]],
    },
    () => {
      throw new Error('the disk is full');
    },
  );
  expect(said).toEqual([
    { type: 'ready' },
    {
      type: 'failed',
      message: 'the disk is full',
      code: 'run/failed',
      lostEventCount: 0,
      unreadCount: 0,
      refusedCounts: [],
    },
  ]);
});

test('a thread whose core cannot be made says so', async () => {
  let isClosed = false;
  const { core } = createTestCore(2 ** 20);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const said = await runAlone({ seed: { module: core.module, memory } }, () => {
    isClosed = true;
  });
  expect(said).toEqual([expect.objectContaining({ type: 'failed' })]);
  expect(isClosed).toBe(true);
});
