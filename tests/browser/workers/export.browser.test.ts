// Exports through the worker, the private file system and a place that the user picked or the downloads.

import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChannelSet } from '../../../src/core/channel-set.ts';
import { instantiateCore } from '../../../src/core/core.ts';
import { loadCoreModule } from '../../../src/core/load.ts';
import { Arena, createMemory } from '../../../src/core/memory.ts';
import type { ExportJob, InstrumentHandle } from '../../../src/model/ports.ts';
import { ExportsClient } from '../../../src/workers/export/client.ts';
import { FilesClient } from '../../../src/workers/reader/client.ts';
import { installRpc } from '../../../src/workers/rpc.ts';
import { FakeInstrument, SIM_CHOICE } from '../../support/fake-instruments.ts';
import { RING_SIGNALS, RingSource, ringValue } from '../../support/ring-source.ts';

const NOW_MS = Date.UTC(2026, 2, 4, 12);
const PLACE = 'picked-place.bin';

let coreModule: Promise<WebAssembly.Module>;
let files: FilesClient;
let recording: File;

beforeAll(async () => {
  installRpc();
  coreModule = loadCoreModule();
  files = new FilesClient(coreModule);
  const response = await fetch(new URL('../../golden/jls-v2/js220_ui.jls', import.meta.url));
  recording = new File([await response.arrayBuffer()], 'js220_ui.jls');
});

beforeEach(async () => {
  for (const name of await scratchNames()) await (await scratch()).removeEntry(name);
});

async function scratch(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle('exports', { create: true });
}

async function scratchNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (await scratch()).keys()) names.push(name);
  return names;
}

function job(change: Partial<ExportJob> = {}): ExportJob {
  return {
    source: { kind: 'file', file: recording },
    fileName: 'out.csv',
    format: 'csv',
    signalIds: ['1'],
    span: { startS: 0.01, endS: 0.02 },
    rowBudget: 1_048_575,
    reduction: 'mean',
    annotations: [],
    nowUnixMs: NOW_MS,
    ...change,
  };
}

const never = (): AbortSignal => new AbortController().signal;

test('a download holds the samples of the span and opens again', async () => {
  const downloads: { content: Blob; fileName: string }[] = [];
  const port = new ExportsClient(coreModule, {
    download: (content, fileName) => downloads.push({ content, fileName }),
  });
  const fractions: number[] = [];
  const result = await port.run(job(), (fraction) => fractions.push(fraction), never());
  expect(result?.notes[0]).toContain('10000 rows');
  expect(downloads.map(({ fileName }) => fileName)).toEqual(['out.csv']);
  expect(fractions.at(-1)).toBe(1);
  const [again, before] = [await files.open(result!.file), await files.open(recording)];
  const [signal] = again.store.signals();
  const { values } = await again.store.samples(signal!.id, 0, 10_000);
  const source = await before.store.samples('1', 10_000, 20_000);
  expect(Array.from(values, Number).map(Math.fround)).toEqual(Array.from(source.values, Number));
  again.close();
  before.close();
});

test('HDF5, whose library is loaded on demand, is written in the worker', async () => {
  const port = new ExportsClient(coreModule, { download: () => undefined });
  const result = await port.run(job({ format: 'h5', fileName: 'out.h5' }), () => undefined, never());
  const opened = await files.open(result!.file);
  expect(opened.format).toBe('HDF5');
  expect(opened.store.signals()[0]).toMatchObject({ name: 'current', unit: 'A', endSample: 10_000 });
  opened.close();
});

test('a picked place gets the file; nothing is left in the private file system', async () => {
  const root = await navigator.storage.getDirectory();
  const place = await root.getFileHandle(PLACE, { create: true });
  const port = new ExportsClient(coreModule, { showSaveFilePicker: async () => place, download: () => undefined });
  const result = await port.run(job({ format: 'zip', fileName: 'out.zip' }), () => undefined, never());
  expect(result?.file.size).toBe((await place.getFile()).size);
  const opened = await files.open(result!.file);
  expect(opened.store.signals()[0]?.endSample).toBe(10_000);
  opened.close();
  expect(await scratchNames()).toEqual([]);
  await root.removeEntry(PLACE);
});

test('a closed picker does nothing', async () => {
  const port = new ExportsClient(coreModule, {
    showSaveFilePicker: () => Promise.reject(new DOMException('closed', 'AbortError')),
    download: () => undefined,
  });
  expect(await port.run(job(), () => undefined, never())).toBeUndefined();
  expect(await scratchNames()).toEqual([]);
});

test('a cancelled export rejects, and the place is as it was', async () => {
  const root = await navigator.storage.getDirectory();
  const place = await root.getFileHandle(PLACE, { create: true });
  const port = new ExportsClient(coreModule, { showSaveFilePicker: async () => place, download: () => undefined });
  const controller = new AbortController();
  const running = port.run(job({ span: undefined }), () => controller.abort(), controller.signal);
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect((await place.getFile()).size).toBe(0);
  await root.removeEntry(PLACE);
});

test('errors of the writers come through', async () => {
  const port = new ExportsClient(coreModule, { download: () => undefined });
  await expect(port.run(job({ span: { startS: 50, endS: 60 } }), () => undefined, never())).rejects.toMatchObject({
    code: 'format/range',
  });
});

test('the memory of an instrument is exported by a worker that attaches to it', async () => {
  const module = await coreModule;
  const core = instantiateCore({ module, memory: createMemory(16 * 2 ** 20) });
  const source = new RingSource(core, new Arena(core.memory, core.exports.heapBase()), 8192);
  source.setStart(NOW_MS);
  source.append(6000);
  const channelSet: ChannelSet = {
    seed: { module, memory: core.memory },
    streams: [
      { channel: { kind: 'stream', id: 'samples', signals: source.ring.signals }, ring: source.ring.descriptor },
    ],
    values: [],
    traces: [],
  };
  const instrument: InstrumentHandle = Object.assign(new FakeInstrument(SIM_CHOICE), { channelSet });
  const port = new ExportsClient(coreModule, { download: () => undefined });
  const order = job({
    source: { kind: 'instruments', instruments: [{ instrument, prefix: '', offsetS: 0 }] },
    format: 'npy',
    fileName: 'live.npy',
    signalIds: [RING_SIGNALS[0]!.id],
    span: { startS: 1, endS: 5 },
  });
  const result = await port.run(order, () => undefined, never());
  const opened = await files.open(result!.file);
  const [signal] = opened.store.signals();
  const { values } = await opened.store.samples(signal!.id, 0, signal!.endSample);
  expect(Array.from(values, Number)).toEqual(Array.from({ length: 4000 }, (_, i) => ringValue(0, 1000 + i)));
  opened.close();
});
