// JLS v2 on the browser's private file system, measured in a dedicated worker as the product uses it: written through a
// synchronous handle, read through the File.

import { createWorkspace } from '../src/core/workspace.ts';
import { JLS_READER_WORKSPACE_BYTES, openJlsV2 } from '../src/formats/jls/v2/reader.ts';
import { JlsWriter } from '../src/formats/jls/v2/writer.ts';
import { BlobAccess } from '../src/storage/blob-access.ts';
import { openSyncFile } from '../src/storage/sync-file.ts';

/** 1.04 GB: two f32 signals with their summaries. */
const SAMPLE_COUNT = 125_000_000;
const CALL_SAMPLES = 50_000;
const COLUMN_COUNT = 1000;
const REPEATS = 7;
const FILE_NAME = 'bench.jls';

export interface OpfsTimes {
  readonly writeMBPerS: number;
  readonly fileBytes: number;
  readonly openMs: number;
  /** Per zoom: a reader that was just opened, and the same request again. */
  readonly zooms: readonly { readonly name: string; readonly coldMs: number; readonly warmMs: number }[];
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function write(module: WebAssembly.Module, file: FileSystemFileHandle): Promise<number> {
  const sink = await openSyncFile(file);
  const writer = new JlsWriter(createWorkspace(module, 8 * 2 ** 20), sink);
  writer.defineSource({ sourceId: 1, name: 'bench' });
  for (const signalId of [1, 2]) {
    writer.defineSignal({
      signalId,
      sourceId: 1,
      dtype: 'f32',
      sampleRateHz: 2_000_000,
      name: `s${signalId}`,
      unit: 'A',
    });
  }
  const wave = Float32Array.from({ length: CALL_SAMPLES }, (_, i) => Math.sin(i * 0.01) + (i % 17) * 0.001);
  const startMs = performance.now();
  for (let at = 0; at < SAMPLE_COUNT; at += CALL_SAMPLES) {
    writer.writeSamples(1, at, wave);
    writer.writeSamples(2, at, wave);
  }
  writer.close();
  sink.flush();
  const seconds = (performance.now() - startMs) / 1000;
  const megabytes = sink.sizeBytes / 1e6;
  sink.close();
  return megabytes / seconds;
}

/** Start and increment in samples of 1000 columns over the whole file, a hundredth and a ten-thousandth of it. */
const ZOOMS = [
  { name: 'full', start: 0, increment: SAMPLE_COUNT / COLUMN_COUNT },
  { name: 'mid', start: 40_000_003, increment: 1250 },
  { name: 'deep', start: 77_777_777, increment: 12 },
];

export async function measureOpfs(module: WebAssembly.Module): Promise<OpfsTimes> {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(FILE_NAME, { create: true });
  const writeMBPerS = await write(module, handle);
  const file = await handle.getFile();
  const opens: number[] = [];
  const zooms = [];
  for (const { name, start, increment } of ZOOMS) {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const workspace = createWorkspace(module, JLS_READER_WORKSPACE_BYTES);
      const openStart = performance.now();
      const reader = await openJlsV2(new BlobAccess(file), workspace);
      opens.push(performance.now() - openStart);
      for (const times of [cold, warm]) {
        const before = performance.now();
        await reader.store.summary({ signalId: '1', start, increment, count: COLUMN_COUNT });
        times.push(performance.now() - before);
      }
      reader.close();
    }
    zooms.push({ name, coldMs: median(cold), warmMs: median(warm) });
  }
  await root.removeEntry(FILE_NAME);
  return { writeMBPerS, fileBytes: file.size, openMs: median(opens), zooms };
}
