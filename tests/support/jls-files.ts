// JLS v2 files that our writer makes: of every sample type, and golden ones written again.

import type { JlsSignal } from '../../src/formats/jls/v2/definitions.ts';
import type { JlsV2Reader } from '../../src/formats/jls/v2/reader.ts';
import { bitsOf } from '../../src/formats/jls/v2/spec.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import type { SampleType } from '../../src/model/signal-store.ts';
import { jlsWorkspace } from './jls.ts';

export const WRITTEN_TYPES: SampleType[] = [
  'u1',
  'u4',
  'i4',
  'u8',
  'i8',
  'u16',
  'i16',
  'u32',
  'i32',
  'u64',
  'i64',
  'f32',
  'f64',
];

/** Chunks and summaries that a few hundred samples fill. */
export const SMALL = { samplesPerData: 64, sampleDecimateFactor: 16, entriesPerSummary: 20, summaryDecimateFactor: 10 };

export type PlainSignal = Omit<JlsSignal, 'signalId' | 'sourceId' | 'name' | 'unit' | 'sampleRateHz'>;

/** A file of one signal, number 1, with 1000 samples a second. */
export function writeJls(signal: PlainSignal, write: (writer: JlsWriter) => void): MemoryFile {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  writer.defineSource({ sourceId: 1, name: 'test' });
  writer.defineSignal({ signalId: 1, sourceId: 1, name: 's', unit: 'V', sampleRateHz: 1000, ...signal });
  write(writer);
  writer.close();
  return file;
}

/** Sample values that differ at every place, packed as a file holds them. */
export function pattern(dtype: SampleType, count: number): { packed: Uint8Array; values: number[] } {
  const bits = bitsOf(dtype);
  const packed = new Uint8Array(Math.ceil((count * bits) / 8));
  const view = new DataView(packed.buffer);
  const isSigned = dtype.startsWith('i');
  const values = Array.from({ length: count }, (_, i) => {
    const raw = (i * 7919 + (i >> 5)) % 1009;
    if (dtype === 'f32' || dtype === 'f64') return raw / 8 - 50;
    const range = 2 ** Math.min(bits, 9);
    return isSigned ? (raw % range) - range / 2 : raw % range;
  });
  values.forEach((value, i) => {
    if (dtype === 'f32') view.setFloat32(i * 4, value, true);
    else if (dtype === 'f64') view.setFloat64(i * 8, value, true);
    else if (bits === 64) view.setBigInt64(i * 8, BigInt(value), true);
    else if (bits === 32) view.setInt32(i * 4, value, true);
    else if (bits === 16) view.setInt16(i * 2, value, true);
    else if (bits === 8) view.setInt8(i, value);
    else packed[(i * bits) >> 3]! |= (value & (2 ** bits - 1)) << ((i * bits) & 7);
  });
  return { packed, values };
}

/** Golden files of the reference that come out the same when their definitions and samples are written again. */
export const SAME_AGAIN = ['writer_tail_fixed', 'writer_wide_fixed', 'fixed_point'] as const;

/** Definitions and samples of a file, written anew. */
export async function writeAgain(reader: JlsV2Reader): Promise<MemoryFile> {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  for (const { id, ...source } of reader.sources) if (id > 0) writer.defineSource({ sourceId: id, ...source });
  for (const { isFsr, ...signal } of reader.definitions) {
    if (signal.signalId > 0) writer.defineSignal({ ...signal, kind: isFsr ? 'fsr' : 'vsr' });
  }
  for (const { id, endSample, firstSampleId } of reader.store.signals()) {
    writer.writeSamples(Number(id), firstSampleId, await reader.storedSamples(id, 0, endSample));
  }
  writer.close();
  return file;
}
