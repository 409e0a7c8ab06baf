// Tables of text in tests: opened, with what is told of their signals.

import { openFile } from '../../src/formats/detect.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { FormatReader } from '../../src/formats/reader.ts';
import type { ReadChoice } from '../../src/model/read-choice.ts';
import { createTestCore } from './core.ts';

/** Opens text (as UTF-8) or bytes as any file is opened. */
export function openTable(
  content: string | Uint8Array,
  choice: ReadChoice = {},
  { name = '', beside = {} }: { readonly name?: string; readonly beside?: Readonly<Record<string, string>> } = {},
): Promise<FormatReader> {
  const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  const bytes = typeof content === 'string' ? bytesOf(content) : new Uint8Array(content);
  return openFile(new MemoryFile(bytes), createTestCore(), {
    name,
    choice,
    neighbour: (other) =>
      Promise.resolve(beside[other] === undefined ? undefined : new MemoryFile(bytesOf(beside[other]))),
  });
}

/** What a reader says of its signals: name, unit, rate (or `stamped`), first time, length. */
export function signalsOf({ store }: FormatReader): readonly (readonly (string | number)[])[] {
  return store
    .signals()
    .map((signal) => [
      signal.name,
      signal.unit,
      signal.timing === 'steady' ? Number(signal.sampleRateHz.toPrecision(9)) : 'stamped',
      Number((signal.timing === 'steady' ? signal.offsetS : signal.startS).toPrecision(9)),
      signal.endSample,
    ]);
}

/** All samples of a signal, missing ones as NaN. */
export async function valuesOf({ store }: FormatReader, id: string): Promise<number[]> {
  const { endSample } = store.signals().find((signal) => signal.id === id)!;
  return Array.from((await store.samples(id, 0, endSample)).values, Number);
}

export function codesOf({ diagnostics }: FormatReader): readonly string[] {
  return diagnostics.map(({ code }) => code.replace('csv/', ''));
}

/** Lines made for rows 0, 1, 2, …, each with its end. */
export function rowLines(count: number, line: (row: number) => string): string {
  return Array.from({ length: count }, (_, row) => `${line(row)}\n`).join('');
}
