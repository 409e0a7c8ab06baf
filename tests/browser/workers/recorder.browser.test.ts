// Recordings with real workers, private files and the browser's own quota; the instrument is a ring that the test
// feeds.

import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { systemClock } from '../../../src/base/clock.ts';
import type { ChannelSet, HasChannelSet } from '../../../src/core/channel-set.ts';
import { instantiateCore } from '../../../src/core/core.ts';
import { loadCoreModule } from '../../../src/core/load.ts';
import { Arena, createMemory } from '../../../src/core/memory.ts';
import type { StreamSignal } from '../../../src/model/channel.ts';
import type { OpenFile, RecordingEntry } from '../../../src/model/ports.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { RecordingsClient } from '../../../src/workers/recorder/client.ts';
import type { RecorderApi } from '../../../src/workers/recorder/protocol.ts';
import { installRpc } from '../../../src/workers/rpc.ts';
import { WorkerLink } from '../../../src/workers/worker-link.ts';
import { FakeInstrument, SIM_CHOICE } from '../../support/fake-instruments.ts';
import { RING_RATE_HZ, RING_SIGNALS, RingSource, ringValue } from '../../support/ring-source.ts';
import { steadySignals } from '../../support/steady.ts';

let coreModule: WebAssembly.Module;
let recordings: RecordingsClient;
let files: FilesClient;
let source: RingSource;
let instrument: FakeInstrument & HasChannelSet;

beforeAll(async () => {
  installRpc();
  coreModule = await loadCoreModule();
});

beforeEach(async () => {
  recordings = new RecordingsClient(Promise.resolve(coreModule), systemClock);
  files = new FilesClient(Promise.resolve(coreModule));
  for (const { id } of await recordings.list()) await recordings.remove(id);
  [source, instrument] = streamingInstrument('000001', RING_SIGNALS);
});

/** An instrument whose rings the test feeds. */
function streamingInstrument(
  serialNumber: string,
  signals: readonly StreamSignal[],
): [RingSource, FakeInstrument & HasChannelSet] {
  const seed = { module: coreModule, memory: createMemory(64 * 2 ** 20) };
  const core = instantiateCore(seed);
  const ring = new RingSource(core, new Arena(core.memory, core.exports.heapBase()), 2 ** 18, signals);
  ring.setStart(Date.UTC(2026, 2, 4));
  const channelSet: ChannelSet = {
    seed,
    streams: [{ channel: { kind: 'stream', id: 'samples', signals }, ring: ring.ring.descriptor }],
    values: [],
    traces: [],
  };
  const choice = { ...SIM_CHOICE, serialNumber, label: `Simulated JS110 ${serialNumber}` };
  const handle = Object.assign(new FakeInstrument(choice), { channelSet });
  handle.report({ identity: { model: 'JS110', vendor: 'Jetperch LLC', serialNumber, firmware: '' } });
  return [ring, handle];
}

afterEach(async () => {
  for (const { id, state } of await recordings.list()) if (state === 'recording') await recordings.stop(id);
});

/** Resolves with the entry once it is as asked; the recorder reports every half second. */
function entryWhen(id: string, isAsAsked: (entry: RecordingEntry) => boolean): Promise<RecordingEntry> {
  return new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      const entry = (await recordings.list()).find((candidate) => candidate.id === id);
      if (!entry || !isAsAsked(entry)) return;
      stopListening();
      resolve(entry);
    };
    const stopListening = recordings.onChanged(() => void look().catch(reject));
    void look().catch(reject);
  });
}

async function currentOf(file: OpenFile): Promise<number[]> {
  const signal = file.store.signals().find(({ name }) => name === 'current');
  if (!signal) throw new Error('no current');
  return Array.from((await file.store.samples(signal.id, signal.startSample, signal.endSample)).values, Number);
}

const expected = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => ringValue(0, from + i));

test('a recording is listed, stopped, opened, renamed and removed', async () => {
  source.append(80);
  const started = await recordings.start({ sources: [{ instrument }] });
  expect(started).toMatchObject({
    state: 'recording',
    isElsewhere: false,
    sources: ['Simulated JS110 000001'],
    missingSampleCount: 0,
    recorderLostSampleCount: 0,
  });
  expect(started.fileName).toMatch(/^\d{8}_\d{6}_JS110-000001\.jls$/);
  source.append(5000);
  await entryWhen(started.id, ({ durationS }) => durationS === 5);
  await expect(recordings.remove(started.id)).rejects.toMatchObject({ code: 'run/state' });
  await expect(recordings.file(started.id)).rejects.toMatchObject({ code: 'run/state' });
  source.append(123);
  const stopped = await recordings.stop(started.id);
  // it ends on a whole byte of its one-bit signal
  expect(stopped).toMatchObject({ state: 'finished', endedBy: 'stop', durationS: 5.12, note: undefined });

  await recordings.rename(started.id, 'my run.jls');
  const stored = await recordings.file(started.id);
  expect([stored.name, stored.size]).toEqual(['my run.jls', stopped.sizeBytes]);
  const file = await files.open(stored);
  expect(file).toMatchObject({ format: 'JLS v2', diagnostics: [] });
  expect(await currentOf(file)).toEqual(expected(80, 5200));
  file.close();

  await recordings.remove(started.id);
  expect(await recordings.list()).toEqual([]);
});

test('two recordings run side by side, one of them for a set time and one signal', async () => {
  const whole = await recordings.start({ sources: [{ instrument }] });
  const short = await recordings.start({ sources: [{ instrument, signalIds: ['current'] }], durationS: 1.5 });
  source.append(4000);
  const ended = await entryWhen(short.id, ({ state }) => state === 'finished');
  expect(ended.durationS).toBe(1.5);
  const file = await files.open(await recordings.file(short.id));
  expect(file.store.signals().map(({ name, endSample }) => [name, endSample])).toEqual([['current', 1500]]);
  file.close();
  expect(await recordings.stop(whole.id)).toMatchObject({ state: 'finished', durationS: 4 });
});

test('two instruments go into one file, which repair makes whole as well', async () => {
  const rated = (signal: StreamSignal): StreamSignal => ({ ...signal, sampleRateHz: 250 });
  const [other, second] = streamingInstrument('000002', RING_SIGNALS.slice(0, 1).map(rated));
  second.report({ identity: { model: 'JS220', vendor: 'Jetperch LLC', serialNumber: '002122', firmware: '1.2.0' } });
  source.append(80);
  other.append(20);
  const sources = [{ instrument }, { instrument: second }];
  await expect(recordings.start({ sources: [...sources, ...sources] })).rejects.toMatchObject({ code: 'run/state' });
  const started = await recordings.start({ sources, durationS: 2 });
  expect(started.fileName).toMatch(/_JS110-000001_JS220-002122\.jls$/);
  source.append(4000);
  other.append(1000);
  const ended = await entryWhen(started.id, ({ state }) => state === 'finished');
  expect(ended).toMatchObject({
    endedBy: 'duration',
    durationS: 2,
    sources: ['Simulated JS110 000001', 'Simulated JS110 000002'],
  });
  for (const isRepaired of [false, true]) {
    if (isRepaired) await recordings.repair(started.id);
    const file = await files.open(await recordings.file(started.id));
    expect(
      steadySignals(file.store).map(({ name, source: of, sampleRateHz, endSample }) => [
        of,
        name,
        sampleRateHz,
        endSample,
      ]),
    ).toEqual([
      ['JS110-000001', 'current', 1000, 2000],
      ['JS110-000001', 'current_range', 1000, 2000],
      ['JS110-000001', 'gpi[0]', 1000, 2000],
      ['JS220-002122', 'current', 250, 500],
    ]);
    file.close();
  }
});

test('a recording of another page is listed as such, and cannot be stopped here', async () => {
  const elsewhere = new RecordingsClient(Promise.resolve(coreModule), systemClock);
  const started = await elsewhere.start({ sources: [{ instrument }] });
  expect(await recordings.list()).toMatchObject([{ id: started.id, state: 'recording', isElsewhere: true }]);
  expect(await elsewhere.list()).toMatchObject([{ isElsewhere: false }]);
  await expect(recordings.stop(started.id)).rejects.toMatchObject({ code: 'run/state' });
  await elsewhere.stop(started.id);
  expect(await recordings.list()).toMatchObject([{ state: 'finished', isElsewhere: false }]);
});

test('a recorder that is killed leaves a recording that repair makes whole', async () => {
  const id = crypto.randomUUID();
  const worker = new Worker(new URL('../../../src/workers/recorder/worker.ts', import.meta.url), { type: 'module' });
  const link = new WorkerLink<RecorderApi>(() => worker, 'The recorder');
  await link.call((remote) =>
    remote.start({
      id,
      fileName: 'killed.jls',
      startedUnixMs: Date.now(),
      sources: [
        {
          label: 'Simulated JS110',
          identity: { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: '000001', firmware: '' },
          channelSet: instrument.channelSet,
          signalIds: ['current', 'gpi0'],
        },
      ],
      durationS: undefined,
    }),
  );
  source.append(200_000);
  await entryWhen(id, ({ durationS }) => durationS === 200);
  // As when the tab dies: nothing is closed. A page that was there sees it happen.
  const interrupted = entryWhen(id, ({ state }) => state !== 'recording');
  link[Symbol.dispose]();
  expect(await interrupted).toMatchObject({
    state: 'interrupted',
    endedBy: 'error',
    isElsewhere: false,
    note: 'It was cut off: its page, the browser or the computer ended without a word.',
  });

  const nextStart = new RecordingsClient(Promise.resolve(coreModule), systemClock);
  const repaired = await nextStart.repair(id);
  expect(repaired).toMatchObject({ id, state: 'finished', fileName: 'killed.jls' });
  const stored = await nextStart.file(id);
  expect(stored.size).toBe(repaired.sizeBytes);
  const file = await files.open(stored);
  expect(file.diagnostics.filter(({ severity }) => severity !== 'info')).toEqual([]);
  const values = await currentOf(file);
  // Whole chunks of 8192 samples were on the disk; the last second is at most one of them here.
  expect(values.length).toBeGreaterThanOrEqual(200_000 - 8192);
  expect(values).toEqual(expected(0, values.length));
  expect(repaired.durationS).toBeCloseTo(values.length / RING_RATE_HZ, 3);
  file.close();
  expect(await (await navigator.storage.getDirectory()).getDirectoryHandle('recordings').then(namesIn)).toEqual([
    `${id}.json`,
    `${id}.repaired.jls`,
  ]);
});

async function namesIn(folder: FileSystemDirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names.sort();
}

test('a recording for which there is no room does not start and leaves nothing; a short one does', async () => {
  // 60 s of these signals take 350 kB
  await withRoomFor(200_000, async () => {
    const refused = recordings.start({ sources: [{ instrument }] });
    await expect(refused).rejects.toMatchObject({ code: 'storage/quota' });
    expect(await recordings.list()).toEqual([]);
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('recordings');
    expect(await namesIn(folder)).toEqual([]);
  });
  await withRoomFor(20 * 2 ** 20, async () => {
    const short = await recordings.start({ sources: [{ instrument }], durationS: 0.1 });
    source.append(200);
    const ended = await entryWhen(short.id, ({ state }) => state === 'finished');
    expect(ended).toMatchObject({ endedBy: 'duration', durationS: 0.104 });
  });
});

/** While the browser says and gives no more than so many bytes beyond what is used. */
async function withRoomFor(bytes: number, use: () => Promise<void>): Promise<void> {
  const session = cdp() as unknown as { send(method: string, params: object): Promise<void> };
  const { origin } = location;
  const { usage = 0 } = await navigator.storage.estimate();
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + bytes });
  try {
    await use();
  } finally {
    await session.send('Storage.overrideQuotaForOrigin', { origin });
  }
}

test('when the storage fills up, the recording is closed cleanly and says why', async () => {
  const started = await recordings.start({ sources: [{ instrument }] });
  source.append(100_000);
  await entryWhen(started.id, ({ durationS }) => durationS === 100);
  await withRoomFor(4 * 2 ** 20, async () => {
    const hasEnded = entryWhen(started.id, ({ state }) => state !== 'recording');
    let isRunning = true;
    void hasEnded.then(() => {
      isRunning = false;
    });
    for (let seconds = 300; isRunning; seconds += 200) {
      source.append(200_000);
      await entryWhen(started.id, ({ state, durationS }) => state !== 'recording' || durationS === seconds);
    }
    expect(await hasEnded).toMatchObject({
      state: 'finished',
      endedBy: 'room',
      note: expect.stringMatching(/storage/),
    });
  });
  const file = await files.open(await recordings.file(started.id));
  expect(file.diagnostics).toEqual([]);
  const values = await currentOf(file);
  expect(values.length).toBeGreaterThan(300_000);
  expect(values).toEqual(expected(0, values.length));
  file.close();
});
