// Runs one function of a pipeline on the events of a .mimo file, in this thread: all events are in the source before
// the function starts and the sinks have room for everything, so nothing ever waits.

import type { PythonMap, PythonValue } from '../../src/base/yaml/python-value.ts';
import { type EventReader, EventRing } from '../../src/core/event-ring.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { packedStruct, type StructDtype } from '../../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../../src/formats/numpy/type-names.ts';
import type { BufferEnd, ThreadMessage } from '../../src/pipeline/engine/job.ts';
import { runThread } from '../../src/pipeline/engine/thread.ts';
import { THREAD_TIMES_BYTES } from '../../src/pipeline/engine/thread-times.ts';
import { eventBytes, METADATA_BYTES } from '../../src/pipeline/event-view.ts';
import { loadFunction } from '../../src/pipeline/functions/load.ts';
import type { BufferInfo } from '../../src/pipeline/functions/template.ts';
import { createTestCore } from './core.ts';

export interface TestBuffer {
  readonly name: string;
  readonly data_length: number;
  readonly data_dtype: Readonly<Record<string, string>>;
}

export interface FunctionRun {
  /** Files of the run directory by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Per sink: data and metadata bytes of every event, as a .mimo file holds them. */
  readonly sinks: readonly Uint8Array[];
  readonly printed: readonly string[];
  readonly failure: string | undefined;
}

/** Configuration from JSON: whole numbers are Python ints. */
export function pythonFromJson(value: unknown): PythonValue {
  if (Array.isArray(value)) return value.map(pythonFromJson);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]): [PythonValue, PythonValue] => [key, pythonFromJson(item)]));
  }
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return value as PythonValue;
}

function bufferInfo({ name, data_length: dataLength, data_dtype }: TestBuffer): BufferInfo {
  const fields = Object.entries(data_dtype).map(([field, type]) => ({ name: field, dtype: dtypeFromName(type) }));
  return { name, dataLength, dtype: packedStruct(fields) as StructDtype };
}

export async function runFunction(options: {
  readonly functionName: string;
  readonly config: unknown;
  readonly source: TestBuffer;
  readonly sinks: readonly TestBuffer[];
  readonly input: Uint8Array<ArrayBuffer>;
}): Promise<FunctionRun> {
  const file = new MemoryFile(options.input);
  const events = new MimoEvents(file, await readMimoHeader(file));
  const { core, arena } = createTestCore(256 * 2 ** 20);
  const slotCount = events.eventCount + 1;
  const createRing = (info: BufferInfo): EventRing =>
    EventRing.create(core, arena, {
      slotCount,
      metadataBytes: METADATA_BYTES,
      dataBytes: eventBytes(info),
      writerCount: 1,
    });

  const sourceInfo = bufferInfo(options.source);
  const sourceRing = createRing(sourceInfo);
  const writer = sourceRing.writer(0);
  const dataBytes = eventBytes(sourceInfo);
  for (let i = 0; i < events.eventCount; i++) {
    const record = await events.readRecords(i, 1);
    const slot = writer.tryClaim();
    if (typeof slot === 'string') throw new Error(slot);
    slot.data.set(record.subarray(0, dataBytes));
    new Uint8Array(core.memory.buffer, slot.metadataAddress, METADATA_BYTES).set(record.subarray(dataBytes));
    writer.commit(slot);
  }
  writer.close();

  const sinkInfos = options.sinks.map(bufferInfo);
  const sinkRings = sinkInfos.map(createRing);
  const end = (buffer: BufferInfo, ring: EventRing): BufferEnd => ({ buffer, ring: ring.descriptor, index: 0 });
  const files = new Map<string, MemoryFile>();
  const messages: ThreadMessage[] = [];
  await runThread(
    {
      workerName: 'worker',
      processIndex: 0,
      source: { kind: 'builtin', name: options.functionName },
      config: pythonFromJson(options.config) as PythonMap,
      sources: [end(sourceInfo, sourceRing)],
      sinks: sinkInfos.map((info, i) => end(info, sinkRings[i]!)),
      observes: [],
      seed: core,
      timesAddress: arena.reserve('times', THREAD_TIMES_BYTES).address,
      beginAddress: arena.reserve('begin', 4).address,
      randomSeed: 1,
    },
    {
      files: {
        create: (path) => {
          const created = new MemoryFile();
          files.set(path, created);
          return Promise.resolve(created);
        },
        open: () => Promise.reject(new Error('no files beside the setup')),
        closeAll: () => {},
      },
      now: () => 0,
      loadFunction: ({ source }) => loadFunction(source),
      connect: () => Promise.reject(new Error('no network')),
      instruments: [],
      post: (message) => messages.push(message),
    },
  );
  const failed = messages.find((message) => message.type === 'failed');
  return {
    files: new Map([...files].map(([path, memory]) => [path, memory.bytes])),
    sinks: sinkRings.map((ring, i) => drainRecords(ring.reader(0), eventBytes(sinkInfos[i]!) + METADATA_BYTES)),
    printed: messages.flatMap((message) => (message.type === 'print' ? [message.text] : [])),
    failure: failed?.type === 'failed' ? failed.message : undefined,
  };
}

function drainRecords(reader: EventReader, recordBytes: number): Uint8Array {
  const records = new MemoryFile();
  for (let slot = reader.tryRead(); typeof slot !== 'string'; slot = reader.tryRead()) {
    const record = new Uint8Array(recordBytes);
    record.set(slot.data);
    record.set(new Uint8Array(slot.data.buffer, slot.metadataAddress, METADATA_BYTES), slot.data.length);
    records.append(record);
    reader.release(slot);
  }
  return records.bytes.slice();
}
