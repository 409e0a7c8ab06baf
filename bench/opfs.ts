// Files of a gigabyte on the browser's private file system, measured in a dedicated worker as the product uses them:
// written through a synchronous handle, read through the File.

import { createWorkspace, type Workspace } from '../src/core/workspace.ts';
import { openJlsV1 } from '../src/formats/jls/v1/reader.ts';
import { JlsV1Writer } from '../src/formats/jls/v1/writer.ts';
import { openJlsV2 } from '../src/formats/jls/v2/reader.ts';
import { JlsWriter } from '../src/formats/jls/v2/writer.ts';
import { openMimo } from '../src/formats/mimo/reader.ts';
import { encodeMimoHeader, STANDARD_METADATA } from '../src/formats/mimo/write-header.ts';
import { packedStruct } from '../src/formats/numpy/dtype.ts';
import { dtypeFromName } from '../src/formats/numpy/type-names.ts';
import type { FormatReader } from '../src/formats/reader.ts';
import type { AppendSink, RandomAccess } from '../src/formats/source.ts';
import { BlobAccess } from '../src/storage/blob-access.ts';
import { openSyncFile } from '../src/storage/sync-file.ts';

const FILE_BYTES = 2 ** 30;
const COLUMN_COUNT = 1000;
const REPEATS = 3;
const WORKSPACE_BYTES = 32 * 2 ** 20;
/** Browsers are fastest with reads of about this size. */
const READ_BYTES = 8 * 2 ** 20;
const RATE_HZ = 2_000_000;

interface Kind {
  readonly name: string;
  readonly signalId: string;
  write(workspace: Workspace, sink: AppendSink): void;
  open(source: RandomAccess, workspace: Workspace): Promise<FormatReader>;
}

function writeV2(workspace: Workspace, sink: AppendSink): void {
  const writer = new JlsWriter(workspace, sink);
  writer.defineSource({ sourceId: 1, name: 'bench' });
  for (const signalId of [1, 2]) {
    writer.defineSignal({
      signalId,
      sourceId: 1,
      dtype: 'f32',
      sampleRateHz: RATE_HZ,
      name: `s${signalId}`,
      unit: 'A',
    });
  }
  const wave = Float32Array.from({ length: 50_000 }, (_, i) => Math.sin(i * 0.01) + (i % 17) * 0.001);
  for (let at = 0; at * 8 < FILE_BYTES; at += wave.length) {
    for (const signalId of [1, 2]) writer.writeSamples(signalId, at, wave);
  }
  writer.close();
}

function writeV1(workspace: Workspace, sink: AppendSink): void {
  const writer = new JlsV1Writer(workspace, sink, { dataFormat: 'raw', sampleRateHz: RATE_HZ });
  const words = new Uint16Array(200_000);
  for (let i = 0; i < words.length; i += 2) {
    words[i] = ((4000 + (i % 997)) << 2) | ((i / 20_000) & 1);
    words[i + 1] = ((8000 + (i % 101)) << 2) | (i & 2 ? 2 : 0);
  }
  const bytes = new Uint8Array(words.buffer);
  for (let at = 0; at < FILE_BYTES; at += bytes.length) writer.writeWords(bytes, 0);
  writer.close();
}

function writeMimo(_workspace: Workspace, sink: AppendSink): void {
  const dataLength = 4250;
  const dataDtype = packedStruct(['chA', 'chB', 'chC', 'chD'].map((name) => ({ name, dtype: dtypeFromName('f4') })));
  sink.append(encodeMimoHeader({ dataDtype, dataLength, metadataDtype: STANDARD_METADATA, metadataLength: 1 }));
  const record = new Uint8Array(dataLength * dataDtype.itemBytes + 24);
  const samples = new Float32Array(record.buffer, 0, dataLength * 4);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.sin(i * 0.01);
  for (let at = 0; at < FILE_BYTES; at += record.length) sink.append(record);
}

const KINDS: readonly Kind[] = [
  { name: 'JLS v2', signalId: '1', write: writeV2, open: openJlsV2 },
  { name: 'JLS v1 raw', signalId: 'current', write: writeV1, open: openJlsV1 },
  { name: '.mimo', signalId: 'chA', write: writeMimo, open: openMimo },
];

export interface FileTimes {
  readonly name: string;
  readonly writeMBPerS: number;
  readonly openMs: number;
  /** All bytes once, two reads of 8 MB under way at a time. */
  readonly plainReadMs: number;
  readonly sampleCount: number;
  /** Per request: with a reader that was just opened, and the same again. */
  readonly requests: readonly { readonly what: string; readonly coldMs: number; readonly warmMs: number }[];
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function measure(module: WebAssembly.Module, { name, signalId, write, open }: Kind): Promise<FileTimes> {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle('bench', { create: true });
  const sink = await openSyncFile(handle);
  const writeStart = performance.now();
  write(createWorkspace(module, WORKSPACE_BYTES), sink);
  sink.flush();
  const writeMBPerS = sink.sizeBytes / 1e3 / (performance.now() - writeStart);
  sink.close();

  const file = await handle.getFile();
  const opens: number[] = [];
  const requests = [];
  let sampleCount = 0;
  for (const what of ['draft', 'full', 'mid', 'deep', 'quick', 'exact'] as const) {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const openStart = performance.now();
      const reader = await open(new BlobAccess(file), createWorkspace(module, WORKSPACE_BYTES));
      opens.push(performance.now() - openStart);
      const { store } = reader;
      const { endSample } = store.signals().find(({ id }) => id === signalId)!;
      sampleCount = endSample;
      const whole = Math.floor(endSample / COLUMN_COUNT);
      const increment = { draft: whole, full: whole, mid: 1250, deep: 12, quick: 0, exact: 0 }[what];
      const canBeDraft = what === 'draft';
      const start = increment === whole ? 0 : Math.floor(endSample / 3) + 7;
      const long = { start: 12_345, end: endSample - 6789 };
      for (const times of [cold, warm]) {
        const before = performance.now();
        if (what === 'exact') await store.statistics(signalId, long.start, long.end);
        else if (what === 'quick')
          await store.summary({ signalId, start: long.start, increment: long.end - long.start, count: 1 });
        else await store.summary({ signalId, start, increment, count: COLUMN_COUNT, canBeDraft });
        times.push(performance.now() - before);
      }
      reader.close();
    }
    requests.push({ what, coldMs: median(cold), warmMs: median(warm) });
  }
  const plain: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) plain.push(await readAll(file));
  await root.removeEntry('bench');
  return { name, writeMBPerS, openMs: median(opens), plainReadMs: median(plain), sampleCount, requests };
}

/** Milliseconds to read a file without looking at it. */
async function readAll(file: File): Promise<number> {
  const source = new BlobAccess(file);
  const before = performance.now();
  let pending: Promise<unknown> = Promise.resolve();
  for (let at = 0; at < file.size; at += READ_BYTES) {
    const next = source.read(at, READ_BYTES);
    await pending;
    pending = next;
  }
  await pending;
  return performance.now() - before;
}

export async function measureOpfs(module: WebAssembly.Module): Promise<readonly FileTimes[]> {
  const times: FileTimes[] = [];
  for (const kind of KINDS) times.push(await measure(module, kind));
  return times;
}
