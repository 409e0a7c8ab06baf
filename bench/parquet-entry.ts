// What the benchmarks of Parquet and of opening files time: a file read with the exact figures of its columns, and one
// written. Node only.

import { createWorkspace } from '../src/core/workspace.ts';
import { openFile } from '../src/formats/detect.ts';
import type { AppendSink, RandomAccess } from '../src/formats/source.ts';
import { exportFile } from '../src/formats/writers.ts';

const WORKSPACE_BYTES = 64 * 2 ** 20;

/** Seconds to open a file and know the figures of every signal, and what was found of the first. */
export async function readWithFigures(source: RandomAccess, module: WebAssembly.Module) {
  const startMs = performance.now();
  const reader = await openFile(source, createWorkspace(module, WORKSPACE_BYTES));
  const figures = [];
  for (const { id, endSample } of reader.store.signals()) figures.push(await reader.store.statistics(id, 0, endSample));
  const seconds = (performance.now() - startMs) / 1000;
  reader.close();
  return { seconds, count: figures[0]!.count, mean: figures[0]!.mean };
}

/** Seconds to write all of a file as Parquet. */
export async function writeAsParquet(source: RandomAccess, sink: AppendSink, module: WebAssembly.Module) {
  const reader = await openFile(source, createWorkspace(module, WORKSPACE_BYTES));
  const startMs = performance.now();
  await exportFile(reader, 'parquet', sink, createWorkspace(module, WORKSPACE_BYTES));
  sink.flush();
  const seconds = (performance.now() - startMs) / 1000;
  reader.close();
  return seconds;
}

export { NodeFile, NodeSink } from '../src/cli/node-file.ts';
