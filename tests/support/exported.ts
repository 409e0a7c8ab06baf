// Exports over memory: written, and read back by the project's own readers.

import { openFile } from '../../src/formats/detect.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import { type LiveInstrument, RingReader } from '../../src/workers/export/ring-reader.ts';
import { type ExportWork, writeExport } from '../../src/workers/export/write-export.ts';
import { jlsWorkspace } from './jls.ts';

export const NOW_MS = Date.UTC(2026, 2, 4, 12);

export interface ExportResult {
  readonly reader: FormatReader;
  readonly file: MemoryFile;
  readonly notes: readonly string[];
  readonly fractions: readonly number[];
}

export async function run(reader: FormatReader, change: Partial<ExportWork['job']>): Promise<ExportResult> {
  const file = new MemoryFile();
  const fractions: number[] = [];
  const notes = await writeExport({
    reader,
    job: {
      fileName: 'out.zip',
      format: 'jls',
      signalIds: reader.store.signals().map(({ id }) => id),
      rowBudget: 1_000_000,
      reduction: 'mean',
      annotations: [],
      nowUnixMs: NOW_MS,
      ...change,
    },
    sink: file,
    workspace: jlsWorkspace,
    scratch: async () => ({ file: new MemoryFile(), finish: async () => new Blob(), remove: async () => undefined }),
    onProgress: (fraction) => fractions.push(fraction),
  });
  return { reader: await openFile(file, jlsWorkspace()), file, notes, fractions };
}

export async function valuesOf(reader: FormatReader, index: number): Promise<number[]> {
  const { id, startSample, endSample } = reader.store.signals()[index]!;
  const { values } = await reader.store.samples(id, startSample, endSample);
  return Array.from(values, Number);
}

/** The memory of one instrument. */
export function alone(channels: LiveInstrument['channels']): RingReader {
  const identity = { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: '001636', firmware: '1.3.0' };
  return new RingReader([{ channels, identity, prefix: '', offsetS: 0 }]);
}
