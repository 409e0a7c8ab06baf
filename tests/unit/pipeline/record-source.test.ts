// Records of an oscilloscope as a source of events: a store that a ring fills, fed into a ring of the source's own.

import { expect, test, vi } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import { skippedRecords, TraceFeed, waitingRecords } from '../../../src/core/trace-feed.ts';
import { TraceRing } from '../../../src/core/trace-ring.ts';
import { TraceStore } from '../../../src/core/trace-store.ts';
import { packedStruct, type StructDtype } from '../../../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../../../src/formats/numpy/type-names.ts';
import { WorkerConfig } from '../../../src/pipeline/config.ts';
import { createDetachedEvent } from '../../../src/pipeline/event-view.ts';
import { instrumentRecords } from '../../../src/pipeline/functions/record-source.ts';
import type { BufferInfo, SourceInstrument, WorkerContext } from '../../../src/pipeline/functions/template.ts';
import type { WorkerSetup } from '../../../src/pipeline/setup/setup.ts';
import { createFeeds, forThread } from '../../../src/workers/pipeline/record-feeds.ts';
import { coreBytes, createTestCore } from '../../support/core.ts';
import { pythonFromJson } from '../../support/pipeline.ts';

const COUNT = 16;

function createScope(mostBytes?: number) {
  const { core, arena } = createTestCore();
  const signals = ['CH1', 'CH2'].map((id) => ({ id, name: id, unit: 'V' }));
  const channel = { kind: 'trace', id: 'traces', signals, mostSamples: COUNT } as const;
  const ring = TraceRing.create(core, arena, { channel, waitingRecords: 8 });
  const store = new TraceStore(ring, mostBytes);
  const bring = (level: number, count = COUNT) =>
    ring.write({
      triggerUtc: utcFromUnixMs(1000 * level),
      startS: 0,
      stepS: 1,
      settings: '{}',
      samples: [new Float32Array(count).fill(level), new Float32Array(count).fill(-level)],
    });
  const feed = new TraceFeed(new WebAssembly.Module(coreBytes()), store);
  return { ring, store, bring, feed };
}

function createSource(instruments: readonly Partial<SourceInstrument>[], fields: readonly string[], config = {}) {
  const dtype = packedStruct(fields.map((name) => ({ name, dtype: dtypeFromName('f4') }))) as StructDtype;
  const sink: BufferInfo = { name: 'In', dataLength: COUNT, dtype };
  const printed: string[] = [];
  const times: number[] = [];
  const importer = instrumentRecords({
    processIndex: 0,
    config: new WorkerConfig(pythonFromJson(config) as ConstructorParameters<typeof WorkerConfig>[0]),
    sinks: [sink],
    instruments,
    print: (text: string) => printed.push(text),
  } as unknown as WorkerContext);
  const event = createDetachedEvent(sink);
  const next = (): 'waiting' | 'end' | number[] => {
    let hasSlept = false;
    const sleep = () => {
      hasSlept = true;
    };
    if (importer.next(sleep, () => hasSlept) !== true) return hasSlept ? 'waiting' : 'end';
    importer.write(event);
    times.push(importer.eventTimeS!());
    return fields.map((name) => {
      const values = new Float32Array(COUNT);
      event.readChannel(name, values);
      return values[COUNT - 1]!;
    });
  };
  return { next, printed, times, finish: () => importer.finish?.() };
}

/** Of the error that it throws; empty without one. */
function messageOf(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const asSource = (label: string, feed?: TraceFeed) => ({
  label,
  model: label,
  serialNumber: '',
  ...(feed ? { records: feed.home } : {}),
});

test('records from the start on are events, in order, while the view keeps its own; an end is said', async () => {
  const { ring, store, bring, feed } = createScope();
  await bring(1);
  const running = feed.run();
  const { next, printed, times } = createSource([asSource('JS110'), asSource('DHO804', feed)], ['CH2', 'CH1']);
  expect(next()).toBe('waiting');
  for (let level = 2; level <= 9; level++) await bring(level);
  for (let level = 2; level <= 9; level++) await expect.poll(next).toEqual([-level, level]);
  expect(times).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  expect(store.eventCount).toBe(9);
  ring.end('ended');
  await running;
  expect(next()).toBe('end');
  expect(printed[0]).toMatch(/^Takes records from DHO804\. .* may be of neighbouring triggers/);
  expect(printed.at(-1)).toMatch(/^DHO804 was disconnected.* after 8 events: the source has ended/);
});

test('a record that is the one before it again is no event, and counted', async () => {
  const { ring, bring, feed } = createScope();
  const running = feed.run();
  const { next, printed, finish } = createSource([asSource('DHO804', feed)], ['CH1']);
  for (const level of [1, 1, 1, 2, 2, 1]) await bring(level);
  for (const level of [1, 2, 1]) await expect.poll(next).toEqual([level]);
  ring.end('ended');
  await running;
  expect(next()).toBe('end');
  finish();
  expect(printed.join(' ')).toContain('3 records were the one before them again');
});

test('no timer is needed: in a hidden tab one may take a minute', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  try {
    const { bring, feed } = createScope();
    const running = feed.run();
    const { next } = createSource([asSource('DHO804', feed)], ['CH1']);
    for (let level = 1; level <= 3; level++) {
      await bring(level);
      await expect.poll(next).toEqual([level]);
    }
    feed.stop();
    await running;
  } finally {
    vi.useRealTimers();
  }
});

test('only the scope that a source means is fed, and long records wait one at a time', () => {
  const module = new WebAssembly.Module(coreBytes());
  const stores = [createScope().store, createScope().store];
  const scopes = ['DHO804', 'DHO914'].map((label, index) => ({
    ...(asSource(label) as unknown as SourceInstrument),
    traces: stores[index]!,
  }));
  const meter = asSource('DM3058') as unknown as SourceInstrument;
  const worker = (name: string, config = {}) =>
    ({ name, file: '', function: 'importers.instrument.records', config: pythonFromJson(config) }) as WorkerSetup;
  const none = { name: 'save', file: '', function: 'data.export', config: new Map() } as unknown as WorkerSetup;
  const instruments = [meter, ...scopes];
  const feeds = createFeeds(module, instruments, [
    worker('first'),
    worker('named', { instrument: 'dho914' }),
    worker('wrong', { instrument: 'DM3058' }),
    none,
  ]);
  expect([...feeds].map(([name, { traces }]) => [name, stores.indexOf(traces as TraceStore)])).toEqual([
    ['first', 0],
    ['named', 1],
  ]);
  const sent = forThread(instruments, feeds.get('named'));
  expect(sent.map(({ records }) => records)).toEqual([undefined, undefined, feeds.get('named')!.home]);
  expect(sent.some((instrument) => 'traces' in instrument)).toBe(false);

  const channel = { kind: 'trace', id: 'traces', signals: [{ id: '1', name: 'CH1', unit: 'V' }] } as const;
  const counts = [1000, 2 ** 24, 2 ** 25, 2 ** 27].map((mostSamples) => waitingRecords({ ...channel, mostSamples }));
  expect(counts).toEqual([4, 4, 2, 1]);
});

test('what the store let go meanwhile is counted', async () => {
  // room for one record
  const { store, bring, feed } = createScope(1);
  const running = feed.run();
  const { next, printed, finish } = createSource([asSource('DHO804', feed)], ['CH1']);
  for (let level = 1; level <= 20; level++) {
    await bring(level);
    // as a view does
    store.take();
  }
  let count = 0;
  const seen = () => {
    if (next() !== 'waiting') count++;
    return count + skippedRecords(feed.home);
  };
  await expect.poll(seen).toBe(20);
  finish();
  expect(printed.at(-1)).toBe(`${20 - count} records passed before there was room for them.`);
  // four wait in the feed, one on its way there, one in the store
  expect(count).toBeLessThanOrEqual(6);
  feed.stop();
  await running;
});

test('what does not fit is said: no scope, no record yet, another channel, another length', async () => {
  const { bring, feed } = createScope();
  void feed.run();
  expect(() => createSource([], ['CH1'])).toThrow(/No instrument is connected/);
  expect(() => createSource([asSource('JS110')], ['CH1'])).toThrow(/has not brought a record of a trigger/);
  expect(() => createSource([asSource('DHO804', feed)], ['CH1', 'CH3'])).toThrow(
    /has no channel CH3. Its records have CH1, CH2/,
  );
  const { next, printed } = createSource([asSource('DHO804', feed)], ['CH1'], { instrument: 'dho804' });
  expect(printed).toContain('No field of In takes CH2.');
  await bring(1, COUNT - 1);
  await expect
    .poll(() => messageOf(next))
    .toMatch(/a record of 15 samples, and an event of the sink has 16. Set data_length: 15/);
  feed.stop();
});
