// Writes signals as a NumPy array: one signal as a plain array of its type, several as a structured one.

import type { SampleType, SampleValues, SignalInfo } from '../../model/signal-store.ts';
import {
  EXPORT_CHUNK_SAMPLES,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  lossNotes,
  selectTable,
} from '../export/selection.ts';
import { packedStruct, type ScalarDtype, scalarDtype } from '../numpy/dtype.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { packSamples } from '../stored.ts';
import { encodeNpyHeader } from './header.ts';

/** The type that a file of ours stores for a signal: NumPy has nothing below or between whole bytes, no fixed point. */
export function numpyTypeOf({ dtype, isScaled = false }: SignalInfo): {
  readonly scalar: ScalarDtype;
  readonly stored: SampleType;
} {
  const widened: Partial<Record<SampleType, SampleType>> = { i4: 'i8', i24: 'i32', u1: 'u8', u4: 'u8', u24: 'u32' };
  const stored = isScaled ? 'f64' : (widened[dtype] ?? dtype);
  return { scalar: scalarDtype(stored[0]!, Number(stored.slice(1)) / 8, '<')!, stored };
}

/** The signals must have one rate and length. Leaves `sink` open. */
export async function writeNpy(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { spans, notes: leftOut } = selectTable(reader, options, 'array');
  const first = spans[0]!;
  const count = first.end - first.start;
  const types = spans.map(({ info }) => numpyTypeOf(info));
  const struct = packedStruct(spans.map(({ info }, index) => ({ name: info.name, dtype: types[index]!.scalar })));
  sink.append(encodeNpyHeader(spans.length === 1 ? types[0]!.scalar : struct, [count]));
  const progress = new ExportProgress(options, count);
  for (let done = 0; done < count; ) {
    const step = Math.min(EXPORT_CHUNK_SAMPLES, count - done);
    const blocks = await Promise.all(
      spans.map(({ info, start }) => reader.store.samples(info.id, start + done, start + done + step)),
    );
    sink.append(
      interleave(
        blocks.map((block) => block.values),
        types.map((type) => type.stored),
      ),
    );
    done += step;
    progress.add(step);
  }
  const notes = [`An array of ${count} items with ${spans.length} ${spans.length === 1 ? 'signal' : 'fields'}.`];
  notes.push(...lossNotes(reader, spans));
  if (first.info.sampleRateHz !== 1) {
    notes.push(`NumPy files hold no sample rate; here it is ${first.info.sampleRateHz} per second.`);
  }
  return { notes: [...notes, ...leftOut] };
}

/** Packed records: the values of all columns, item after item. */
export function interleave(columns: readonly SampleValues[], types: readonly SampleType[]): Uint8Array<ArrayBuffer> {
  const packed = columns.map((values, index) => packSamples(values, types[index]!));
  if (packed.length === 1) return packed[0]!;
  const widths = types.map((type) => Number(type.slice(1)) / 8);
  const itemBytes = widths.reduce((sum, width) => sum + width, 0);
  const count = columns[0]?.length ?? 0;
  const bytes = new Uint8Array(count * itemBytes);
  let offset = 0;
  packed.forEach((source, column) => {
    const width = widths[column]!;
    for (let item = 0; item < count; item++) {
      for (let byte = 0; byte < width; byte++) bytes[item * itemBytes + offset + byte] = source[item * width + byte]!;
    }
    offset += width;
  });
  return bytes;
}
