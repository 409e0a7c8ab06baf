// Triggered records from the thread of an instrument to the store of a viewer: none lost, none doubled, all in order.

import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { bundleForNode } from '../../../scripts/bundle.mjs';
import { attachChannels, channelsOf, endChannels } from '../../../src/core/channel-set.ts';
import { EventRing } from '../../../src/core/event-ring.ts';
import { MOST_SETTINGS_BYTES } from '../../../src/core/trace-ring.ts';
import { TraceStore } from '../../../src/core/trace-store.ts';
import { makeHomes } from '../../../src/devices/api/homes.ts';
import type { TraceChannel } from '../../../src/model/channel.ts';
import type { TraceRecord } from '../../../src/model/live-traces.ts';
import { coreBytes } from '../../support/core.ts';
import { MOST_SAMPLES, recordOf, type TraceTask } from './trace-ring.worker.ts';

const CHANNEL: TraceChannel = {
  kind: 'trace',
  id: 'scope',
  signals: [
    { id: 'scope.c1', name: 'C1', unit: 'V' },
    { id: 'scope.c2', name: 'C2', unit: 'A' },
  ],
  mostSamples: MOST_SAMPLES,
};
const WAITING_RECORDS = 4;

const workers: Worker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

function createInstrument(mostBytes?: number) {
  const homes = makeHomes(new WebAssembly.Module(coreBytes()), {
    streams: [],
    values: [],
    traces: [{ channel: CHANNEL, waitingRecords: WAITING_RECORDS }],
    scratchBytes: 0,
  });
  const attached = attachChannels(homes.set);
  return { homes, attached, trace: homes.traces[0]!, store: new TraceStore(attached.traces[0]!, mostBytes) };
}

/** Starts the thread; `written` is how many records it said to have written. */
async function startWriter(task: TraceTask) {
  const path = await bundleForNode('tests/unit/core/trace-ring.worker.ts', 'trace-ring.worker');
  const worker = new Worker(path, { workerData: task });
  workers.push(worker);
  const progress = { written: 0, isGone: false };
  worker.on('message', (written: number) => {
    progress.written = written;
  });
  worker.on('exit', () => {
    progress.isGone = true;
  });
  return progress;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(isSo: () => boolean, everyMs = 1): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > deadlineMs) throw new Error('It does not come.');
    await pause(everyMs);
  }
}

/** Takes until the store says that its channel is at its end. */
function untilTheEnd(store: TraceStore, everyMs: number): Promise<void> {
  return until(() => {
    store.take();
    return store.state !== 'live';
  }, everyMs);
}

/** The records [start, end) of a store as they are, padding and all, against those of the writer. */
async function expectRecords(store: TraceStore, start: number, end: number): Promise<void> {
  for (let number = start; number < end; number++) {
    const { metadata, data } = await store.read(number, 1);
    const { triggerUtc, startS, stepS, settings, samples } = recordOf(number);
    const { length } = samples[0]!;
    expect(metadata.map(({ field, values }) => [field.name, values[0]])).toEqual([
      ['trigger_utc', triggerUtc],
      ['start_s', startS],
      ['step_s', stepS],
      ['sample_count', length],
      ['settings', settings],
    ]);
    for (const [index, { values }] of data.entries()) {
      const all = values as Float32Array;
      expect(Buffer.from(all.slice(0, length).buffer).equals(Buffer.from(samples[index]!.buffer))).toBe(true);
      expect(all.slice(length).every(Number.isNaN)).toBe(true);
    }
  }
}

describe('from another thread', { timeout: 20_000 }, () => {
  test('all records arrive in order, over many blocks, and the end after them', async () => {
    const { homes, store } = createInstrument();
    // 1000 records of 2500 samples of two signals are 19 blocks of 2^18.
    await startWriter({ channelSet: homes.set, recordCount: 1000, diesAtWork: false });
    await untilTheEnd(store, 0);
    expect([store.state, store.eventCount, store.lostCount]).toEqual(['ended', 1000, 0]);
    await expectRecords(store, 0, 1000);
  });

  test('a slow reader holds the writer back and loses nothing', async () => {
    const { homes, store } = createInstrument();
    const progress = await startWriter({ channelSet: homes.set, recordCount: 20, diesAtWork: false });
    await until(() => progress.written === WAITING_RECORDS);
    await pause(100);
    expect([progress.written, store.eventCount]).toEqual([WAITING_RECORDS, 0]);
    await untilTheEnd(store, 5);
    expect([store.state, store.eventCount, store.lostCount]).toEqual(['ended', 20, 0]);
    await expectRecords(store, 0, 20);
  });

  test('of a thread that died at work, everything that it had written is read before the channel is lost', async () => {
    const { homes, attached, store } = createInstrument();
    const progress = await startWriter({ channelSet: homes.set, recordCount: 3, diesAtWork: true });
    await until(() => progress.isGone);
    expect([progress.written, store.state]).toEqual([3, 'live']);
    endChannels(attached, 'lost');
    expect(store.state).toBe('live');
    store.take();
    expect([store.state, store.eventCount, store.lostCount]).toEqual(['lost', 3, 0]);
    await expectRecords(store, 0, 3);
  });

  test('a writer that waits for room learns that its channel has ended', async () => {
    const { homes, attached, store } = createInstrument();
    const progress = await startWriter({ channelSet: homes.set, recordCount: 20, diesAtWork: false });
    await until(() => progress.written === WAITING_RECORDS);
    endChannels(attached, 'ended');
    await until(() => progress.isGone);
    store.take();
    expect([progress.written, store.eventCount, store.state]).toEqual([WAITING_RECORDS, WAITING_RECORDS, 'ended']);
  });
});

describe('on one thread', () => {
  test('the set names the channel, and its fields are those of its signals', () => {
    const { homes, store } = createInstrument();
    expect(channelsOf(homes.set)).toEqual([CHANNEL]);
    expect(store.dataFields.map(({ name }) => name)).toEqual(['C1', 'C2']);
    expect(store.dataLength).toBe(MOST_SAMPLES);
  });

  test('settings fill their room to the last byte; longer ones are refused and leave the ring as it was', async () => {
    const { trace, store } = createInstrument();
    const record = (settings: string): TraceRecord => ({ ...recordOf(0), settings });
    // Two bytes each in UTF-8.
    const longest = 'Ω'.repeat(MOST_SETTINGS_BYTES / 2);
    for (let turn = 0; turn < 2 * WAITING_RECORDS; turn++) {
      await expect(trace.write(record(`${longest}x`))).rejects.toMatchObject({ code: 'device/unsupported' });
    }
    expect(await trace.write(record(longest))).toBe(true);
    expect(await trace.write(record(''))).toBe(true);
    store.take();
    const { metadata } = await store.read(0, 2);
    expect(metadata.find(({ field }) => field.name === 'settings')!.values).toEqual([longest, '']);
  });

  test('a trace longer than announced is refused, one of no samples is kept', async () => {
    const { trace, store } = createInstrument();
    const record = (length: number): TraceRecord => ({
      ...recordOf(0),
      samples: [new Float32Array(length), new Float32Array(length)],
    });
    await expect(trace.write(record(MOST_SAMPLES + 1))).rejects.toMatchObject({ code: 'device/protocol' });
    expect(await trace.write(record(0))).toBe(true);
    store.take();
    expect(store.eventCount).toBe(1);
  });

  test('of its ends the first one stands, and nothing is written after it', async () => {
    const { homes, attached, trace, store } = createInstrument();
    await trace.write(recordOf(0));
    homes.end();
    endChannels(attached, 'lost');
    expect(await trace.write(recordOf(1))).toBe(false);
    expect([trace.state, attached.traces[0]!.state]).toEqual(['ended', 'ended']);
    store.take();
    expect([store.state, store.eventCount]).toEqual(['ended', 1]);
  });

  test('what a paused ring discards and what a dead reader held is counted as lost', async () => {
    const { homes, trace, store } = createInstrument();
    const ring = EventRing.attach(homes.core, trace.descriptor.ring);
    ring.pause();
    await trace.write(recordOf(0));
    await trace.write(recordOf(1));
    ring.resume();
    for (const number of [2, 3]) await trace.write(recordOf(number));
    ring.reader(1).tryRead();
    ring.recoverReader(1);
    store.take();
    expect([store.eventCount, store.lostCount]).toEqual([1, 3]);
    expect((await store.read(0, 1)).metadata[0]!.values).toEqual([recordOf(3).triggerUtc]);
  });

  test('what is not there is refused', async () => {
    const { trace, store } = createInstrument();
    await trace.write(recordOf(0));
    await expect(store.read(0, 1)).rejects.toMatchObject({ code: 'format/range' });
    store.take();
    await expect(store.read(0, 2)).rejects.toMatchObject({ code: 'format/range' });
    await expect(store.read(-1, 1)).rejects.toMatchObject({ code: 'format/range' });
    expect((await store.read(1, 0)).eventCount).toBe(0);
  });
});

describe('what does not fit any more', () => {
  /** What counts for a record of these samples per signal: 2048 bytes beside two signals of f32. */
  const bytesOf = (length: number) => 2048 + 2 * 4 * length;
  const record = (number: number, length: number): TraceRecord => {
    const samples = () => new Float32Array(length).fill(number);
    return { ...recordOf(number), samples: [samples(), samples()] };
  };

  /** Writes records of these lengths, numbered from 0, and takes each at once. */
  async function fill(mostBytes: number, lengths: readonly number[]): Promise<TraceStore> {
    const { trace, store } = createInstrument(mostBytes);
    for (const [number, length] of lengths.entries()) {
      await trace.write(record(number, length));
      store.take();
    }
    return store;
  }

  const levelsOf = async (store: TraceStore) => {
    const count = store.eventCount - store.forgottenCount;
    const { start, data } = await store.read(store.forgottenCount, count);
    const values = data[0]!.values as Float32Array;
    return [start, ...Array.from({ length: count }, (_, index) => values[index * MOST_SAMPLES])];
  };

  test('the oldest go, are counted, and the others keep their numbers', async () => {
    const full = await fill(3 * bytesOf(100), [100, 100, 100]);
    expect([full.eventCount, full.forgottenCount]).toEqual([3, 0]);
    const over = await fill(3 * bytesOf(100), [100, 100, 100, 100, 100]);
    expect([over.eventCount, over.forgottenCount]).toEqual([5, 2]);
    expect(await levelsOf(over)).toEqual([2, 2, 3, 4]);
    await expect(over.read(1, 1)).rejects.toMatchObject({
      code: 'format/range',
      message: expect.stringContaining('The first 2 were let go'),
    });
  });

  test('long ones are taken in parts, so that the thread that takes them is not kept', async () => {
    const mostSamples = 3_000_000;
    const homes = makeHomes(new WebAssembly.Module(coreBytes()), {
      streams: [],
      values: [],
      traces: [{ channel: { ...CHANNEL, mostSamples }, waitingRecords: 2 }],
      scratchBytes: 0,
    });
    // 4 ms pass from one look at the time to the next
    let nowMs = 0;
    const clock = () => (nowMs += 4);
    const store = new TraceStore(attachChannels(homes.set).traces[0]!, undefined, clock);
    const ramp = (more: number) => Float32Array.from({ length: mostSamples }, (_, i) => i + more);
    const samples = [ramp(0), ramp(0.5)];
    for (let number = 0; number < 2; number++) await homes.traces[0]!.write({ ...record(number, 0), samples });
    const counts: number[] = [];
    while (store.take()) counts.push(store.eventCount);
    // six million samples each, half a million at a time
    expect(counts.length).toBeGreaterThan(20);
    expect(counts.filter((count) => count === 0).length).toBeGreaterThan(10);
    expect(store.eventCount).toBe(2);
    for (const [signal, part] of store.record(1)!.samples.entries()) {
      expect(part.findIndex((value, i) => value !== samples[signal]![i])).toBe(-1);
    }
    // the slots are free again
    expect(await homes.traces[0]!.write({ ...record(2, 0), samples })).toBe(true);
  });

  test('a long one costs as many short ones as it takes', async () => {
    const store = await fill(4 * bytesOf(100), [100, 100, 100, 100, 300]);
    // 4448 bytes instead of 2848: beside it is room for two
    expect(store.forgottenCount).toBe(2);
    expect(await levelsOf(store)).toEqual([2, 2, 3, 4]);
  });

  test('the newest one is kept, however large; records without samples count, too', async () => {
    expect(await levelsOf(await fill(10, [100, 200]))).toEqual([1, 1]);
    const empty = await fill(2 * bytesOf(0), [0, 0, 0]);
    expect([empty.eventCount, empty.forgottenCount]).toEqual([3, 1]);
  });
});
