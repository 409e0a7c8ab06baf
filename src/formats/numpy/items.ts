// Signals side by side as packed items of NumPy's types: what arrays, events and datasets of ours are made of.

import type { SampleType, SampleValues, SignalInfo } from '../../model/signal-store.ts';
import { EXPORT_CHUNK_SAMPLES, type ExportProgress, freeName, isSteady, type Span } from '../export/selection.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { inWholeBytes, packSamples } from '../stored.ts';
import { packedStruct, type ScalarDtype, type StructDtype, scalarDtype } from './dtype.ts';

/** The type that a file of ours stores for a signal: NumPy has nothing below or between whole bytes, no fixed point. */
export function numpyTypeOf({ dtype, isScaled = false }: SignalInfo): {
  readonly scalar: ScalarDtype;
  readonly stored: SampleType;
} {
  const stored = isScaled ? 'f64' : inWholeBytes(dtype);
  return { scalar: scalarDtype(stored[0]!, Number(stored.slice(1)) / 8, '<')!, stored };
}

/** An item with one field per signal; stamped signals have their time in seconds as the first field. */
export function itemOf(spans: readonly Span[]): StructDtype {
  const fields = spans.map(({ info }) => ({ name: info.name, dtype: numpyTypeOf(info).scalar }));
  if (spans.every(isSteady)) return packedStruct(fields);
  return packedStruct([{ name: freeName('time', spans), dtype: scalarDtype('f', 8, '<')! }, ...fields]);
}

/** Appends the samples of spans of one length and axis as packed items, piece by piece. */
export async function appendItems(
  reader: FormatReader,
  sink: AppendSink,
  spans: readonly Span[],
  progress: ExportProgress,
): Promise<void> {
  const types = spans.map(({ info }) => numpyTypeOf(info).stored);
  if (!spans.every(isSteady)) types.unshift('f64');
  const count = spans[0]!.end - spans[0]!.start;
  for (let done = 0; done < count; ) {
    const step = Math.min(EXPORT_CHUNK_SAMPLES, count - done);
    const blocks = await Promise.all(
      spans.map(({ info, start }) => reader.store.samples(info.id, start + done, start + done + step)),
    );
    const columns: SampleValues[] = blocks.map(({ values }) => values);
    const timesS = blocks[0]?.timesS;
    if (timesS) columns.unshift(timesS);
    sink.append(interleave(columns, types));
    done += step;
    progress.add(step);
  }
}

/** Packed records: the values of all columns, item after item. */
function interleave(columns: readonly SampleValues[], types: readonly SampleType[]): Uint8Array<ArrayBuffer> {
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
