// The golden cases of the prebuilt functions and of the muon filter, each on a real browser thread: the shipped worker
// runs the function between rings that the page fills and empties, and writes its files to the private file system.

import { expect, test } from 'vitest';
import type { PythonMap, PythonValue } from '../../src/base/yaml/python-value.ts';
import { instantiateCore } from '../../src/core/core.ts';
import { EventRing } from '../../src/core/event-ring.ts';
import { loadCoreModule } from '../../src/core/load.ts';
import { Arena, createMemory } from '../../src/core/memory.ts';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { packedStruct } from '../../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../../src/formats/numpy/type-names.ts';
import type { BufferEnd, ThreadMessage } from '../../src/pipeline/engine/job.ts';
import { THREAD_TIMES_BYTES } from '../../src/pipeline/engine/thread-times.ts';
import { eventBytes, METADATA_BYTES } from '../../src/pipeline/event-view.ts';
import type { BufferInfo } from '../../src/pipeline/functions/template.ts';
import { BlobAccess } from '../../src/storage/blob-access.ts';
import { openRunFolders } from '../../src/storage/run-folders.ts';
import type { PipelineThreadStart } from '../../src/workers/pipeline/protocol.ts';
import muon from '../golden/mimo/muon.json' with { type: 'json' };
import pipeline from '../golden/mimo/pipeline.json' with { type: 'json' };

const URLS = import.meta.glob<string>(['../golden/mimo/pipeline/**', '../golden/mimo/muon/**'], {
  query: '?url',
  import: 'default',
  eager: true,
});

interface TestBuffer {
  readonly name: string;
  readonly data_length: number;
  readonly data_dtype: Readonly<Record<string, string>>;
}

interface GoldenCase {
  readonly id: string;
  readonly function: string;
  readonly input: string;
  readonly source: TestBuffer;
  readonly config: unknown;
  readonly sinks: readonly TestBuffer[];
  readonly sinkEvents?: readonly { readonly file: string }[];
  readonly outputs: readonly string[];
  readonly error?: unknown;
}

async function golden(path: string): Promise<Blob> {
  return (await fetch(URLS[`../golden/mimo/${path}`]!)).blob();
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

/** Configuration from JSON: whole numbers are Python ints. */
function python(value: unknown): PythonValue {
  if (Array.isArray(value)) return value.map(python);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]): [PythonValue, PythonValue] => [key, python(item)]));
  }
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : (value as PythonValue);
}

function bufferInfo({ name, data_length: dataLength, data_dtype }: TestBuffer): BufferInfo {
  const fields = Object.entries(data_dtype).map(([field, type]) => ({ name: field, dtype: dtypeFromName(type) }));
  return { name, dataLength, dtype: packedStruct(fields) };
}

const module = await loadCoreModule();
const runFolders = await openRunFolders();

/** Runs the function on a thread; resolves with what came out of each sink, record after record, and the files. */
async function runOnThread(options: {
  readonly functionName: string;
  readonly config: unknown;
  readonly source: TestBuffer;
  readonly sinks: readonly TestBuffer[];
  readonly input: Blob;
}) {
  const access = new BlobAccess(options.input);
  const events = new MimoEvents(access, await readMimoHeader(access));
  const memory = createMemory(64 * 2 ** 20);
  const core = instantiateCore({ module, memory });
  const arena = new Arena(memory, core.exports.heapBase());
  const createRing = (info: BufferInfo): EventRing => {
    const shape = {
      slotCount: events.eventCount + 1,
      metadataBytes: METADATA_BYTES,
      dataBytes: eventBytes(info),
      writerCount: 1,
    };
    return EventRing.create(core, arena, shape);
  };
  const source = bufferInfo(options.source);
  const sourceRing = createRing(source);
  const writer = sourceRing.writer(0);
  for (let i = 0; i < events.eventCount; i++) {
    const record = await events.readRecords(i, 1);
    const slot = writer.tryClaim();
    if (typeof slot === 'string') throw new Error(slot);
    slot.data.set(record.subarray(0, slot.data.length));
    new Uint8Array(memory.buffer, slot.metadataAddress, METADATA_BYTES).set(record.subarray(slot.data.length));
    writer.commit(slot);
  }
  writer.close();

  const sinks = options.sinks.map(bufferInfo);
  const sinkRings = sinks.map(createRing);
  const end = (buffer: BufferInfo, ring: EventRing): BufferEnd => ({ buffer, ring: ring.descriptor, index: 0 });
  const folderName = `golden-${crypto.randomUUID()}`;
  const runFolder = await runFolders.getDirectoryHandle(folderName, { create: true });
  const start: PipelineThreadStart = {
    job: {
      workerName: 'worker',
      processIndex: 0,
      source: { kind: 'builtin', name: options.functionName },
      config: python(options.config) as PythonMap,
      sources: [end(source, sourceRing)],
      sinks: sinks.map((info, i) => end(info, sinkRings[i]!)),
      observes: [],
      seed: { module, memory },
      timesAddress: arena.reserve('times', THREAD_TIMES_BYTES).address,
      beginAddress: arena.reserve('begin', 4).address,
      randomSeed: 1,
    },
    runName: folderName,
    setupFiles: new Map(),
    instruments: [],
  };
  const thread = new Worker(new URL('../../src/workers/pipeline/worker.ts', import.meta.url), { type: 'module' });
  const last = await new Promise<ThreadMessage>((resolve, reject) => {
    thread.onerror = (event) => reject(new Error(event.message));
    thread.onmessage = ({ data }: MessageEvent<ThreadMessage>) => {
      if (data.type === 'done' || data.type === 'failed') resolve(data);
    };
    thread.postMessage(start);
  });
  thread.terminate();
  const file = async (path: string): Promise<Uint8Array> => {
    const parts = path.split('/');
    let folder = runFolder;
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
    return bytesOf(await (await folder.getFileHandle(parts.at(-1)!)).getFile());
  };
  const records = sinkRings.map((ring) => {
    const reader = ring.reader(0);
    const all: number[] = [];
    for (let slot = reader.tryRead(); typeof slot !== 'string'; slot = reader.tryRead()) {
      all.push(...slot.data, ...new Uint8Array(memory.buffer, slot.metadataAddress, METADATA_BYTES));
      reader.release(slot);
    }
    return new Uint8Array(all);
  });
  return { last, file, records, remove: () => runFolders.removeEntry(folderName, { recursive: true }) };
}

const cases = (pipeline.cases as unknown as GoldenCase[]).filter(({ error }) => !error);

test.each(cases.map((c) => [c.id, c] as const))('%s on a thread', async (_id, expected) => {
  const { source, sinks, config, input, function: functionName } = expected;
  const run = await runOnThread({ functionName, config, source, sinks, input: await golden(`pipeline/${input}`) });
  expect(run.last).toMatchObject({ type: 'done' });
  for (const output of expected.outputs) {
    expect(await run.file(output.slice(expected.id.length + 1)), output).toEqual(
      await bytesOf(await golden(`pipeline/${output}`)),
    );
  }
  for (const [i, { file }] of (expected.sinkEvents ?? []).entries()) {
    const access = new BlobAccess(await golden(`pipeline/${file}`));
    const events = new MimoEvents(access, await readMimoHeader(access));
    expect(run.records[i], file).toEqual(await events.readRecords(0, events.eventCount));
  }
  await run.remove();
});

test('the muon filter on a thread accepts the events that the reference accepts', async () => {
  const wave = { data_length: 1500, data_dtype: { chA: 'f4', chB: 'f4', chC: 'f4', chD: 'f4' } };
  const parameters = { data_length: 1, data_dtype: muon.sinkFields };
  const run = await runOnThread({
    functionName: 'lifetime_filter.py:calculate_decay_time',
    config: muon.config,
    source: { name: 'In', ...wave },
    sinks: [
      { name: 'Accepted', ...wave },
      { name: 'Up', ...parameters },
      { name: 'Down', ...parameters },
    ],
    input: await golden(muon.input),
  });
  expect(run.last).toMatchObject({ type: 'done' });
  const counters = (records: Uint8Array, dataBytes: number): number[] => {
    const view = new DataView(records.buffer);
    const count = records.length / (dataBytes + METADATA_BYTES);
    return Array.from({ length: count }, (_, i) =>
      Number(view.getBigInt64(i * (dataBytes + METADATA_BYTES) + dataBytes, true)),
    );
  };
  const parameterBytes = Object.keys(muon.sinkFields).length * 4;
  expect(counters(run.records[0]!, 1500 * 16)).toEqual(muon.accepted);
  expect(counters(run.records[1]!, parameterBytes)).toEqual(muon.up.map(({ counter }) => counter));
  expect(counters(run.records[2]!, parameterBytes)).toEqual(muon.down.map(({ counter }) => counter));
  await run.remove();
});
