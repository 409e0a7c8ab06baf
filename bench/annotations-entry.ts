// Bundled for Node by annotations.bench.mjs: JLS v2 files with many annotations.

import { createWorkspace } from '../src/core/workspace.ts';
import { JlsWriter, jlsWriterWorkspaceBytes } from '../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../src/formats/memory-file.ts';
import type { Annotation } from '../src/model/signal-store.ts';

const RATE_HZ = 100_000;
const SAMPLE_COUNT = 10_000_000;
const BLOCK = 100_000;

type Kind = 'notes' | 'pairs' | 'none';

/** 100 s of a sawtooth of 1 mA with `count` annotations spread evenly: texts, or the ends of pairs of markers. */
export function annotatedFile(module: WebAssembly.Module, kind: Kind, count: number): Uint8Array {
  const file = new MemoryFile();
  const writer = new JlsWriter(createWorkspace(module, jlsWriterWorkspaceBytes(1)), file);
  writer.defineSource({ sourceId: 1, name: 'bench' });
  writer.defineSignal({ signalId: 1, sourceId: 1, name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: RATE_HZ });
  for (let start = 0; start < SAMPLE_COUNT; start += BLOCK) {
    const samples = Float32Array.from({ length: BLOCK }, (_, i) => (i % 1000) * 1e-6);
    writer.writeSamples(1, BigInt(start), new Uint8Array(samples.buffer), BLOCK);
  }
  for (let i = 0; kind !== 'none' && i < count; i++) {
    const timestamp = BigInt(Math.floor((i / count) * SAMPLE_COUNT));
    writer.annotation(
      1,
      kind === 'notes' ? { ...NOTE, timestamp, data: `note ${i}` } : { ...END, timestamp, data: endName(i) },
    );
  }
  writer.close();
  return file.bytes;
}

const NOTE = { kind: 'text', storage: 'string', groupId: 0, y: 0.5e-3 } satisfies Partial<Annotation>;
const END = { kind: 'vertical-marker', storage: 'string', groupId: 0, y: Number.NaN } satisfies Partial<Annotation>;

const endName = (i: number): string => `${i >> 1}${i % 2 === 0 ? 'a' : 'b'}`;
