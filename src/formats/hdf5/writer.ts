// Writes signals as HDF5 in the NeXus layout: an NXentry with one NXdata group per signal, each with its
// axis (manual.nexusformat.org, classes NXentry and NXdata).

import { FormatError } from '../../base/errors.ts';
import { utcToUnixMs } from '../../base/time.ts';
import { axisOf } from '../../model/axis.ts';
import type { SampleType } from '../../model/signal-store.ts';
import {
  asNumbers,
  EXPORT_CHUNK_SAMPLES,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  isAligned,
  lossNotes,
  type Span,
  selectSpans,
} from '../export/selection.ts';
import { numpyTypeOf } from '../numpy/items.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { packSamples } from '../stored.ts';
import { type Hdf5, hdf5Error, loadHdf5, MAX_HDF5_BYTES, temporaryName } from './library.ts';

/** Items per chunk of a dataset. */
const DATASET_CHUNK_SAMPLES = 16_384;
/** Bytes appended to the sink at a time. */
const COPY_BYTES = 1 << 22;

/** The library's letters for number types (those of Python's struct module). */
const TYPE_CODES: Partial<Record<SampleType, string>> = {
  f32: 'f',
  f64: 'd',
  i8: 'b',
  i16: 'h',
  i32: 'i',
  i64: 'q',
  u8: 'B',
  u16: 'H',
  u32: 'I',
  u64: 'Q',
};

/** Signals that share a time axis. */
type Table = readonly Span[];

/** Rejects with `format/range` when the span does not fit into memory. Leaves `sink` open. */
export async function writeHdf5(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const spans = await asNumbers(reader, await selectSpans(reader, options));
  const tables: readonly Table[] = isAligned(spans) ? [spans] : spans.map((span) => [span]);
  const total = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  const bytes = tables.reduce((sum, table) => sum + tableBytes(table), 0);
  if (bytes > MAX_HDF5_BYTES) {
    throw new FormatError(
      'format/range',
      `HDF5 is built in memory: ${Math.ceil(bytes / 2 ** 20)} MiB are more than ${MAX_HDF5_BYTES / 2 ** 20}. Choose a shorter span.`,
    );
  }
  const progress = new ExportProgress(options, total);
  const { File, files } = await loadHdf5();
  const name = temporaryName();
  try {
    const file = new File(name, 'w');
    try {
      await writeEntry(file, reader, tables, progress);
    } finally {
      file.close();
    }
    const content = files.readFile(name);
    for (let offset = 0; offset < content.length; offset += COPY_BYTES) {
      sink.append(content.subarray(offset, offset + COPY_BYTES));
    }
  } catch (error) {
    throw hdf5Error(error);
  } finally {
    if (files.analyzePath(name).exists) files.unlink(name);
  }
  const groups = tables.length === 1 ? 'one NXdata group' : `${tables.length} NXdata groups`;
  const losses = lossNotes(reader, spans);
  return { notes: [`${spans.length} signals with ${total} samples in all, in ${groups}.`, ...losses] };
}

type Group = InstanceType<Hdf5['Group']>;

async function writeEntry(
  file: Group,
  reader: FormatReader,
  tables: readonly Table[],
  progress: ExportProgress,
): Promise<void> {
  file.create_attribute('default', 'entry');
  const entry = file.create_group('entry');
  entry.create_attribute('NX_class', 'NXentry');
  entry.create_attribute('default', groupName(0));
  const origin = reader.store.originUtc;
  if (origin !== undefined) {
    entry.create_dataset({ name: 'start_time', data: new Date(utcToUnixMs(origin)).toISOString() });
  }
  for (const [name, text] of Object.entries(reader.about ?? {})) entry.create_dataset({ name, data: text });
  for (const [index, table] of tables.entries()) {
    await writeTable(reader, entry.create_group(groupName(index)), table, progress);
  }
}

async function writeTable(reader: FormatReader, group: Group, table: Table, progress: ExportProgress): Promise<void> {
  const first = table[0]!;
  const names = table.map(({ info }) => info.name.replaceAll('/', '_'));
  const [signal, ...others] = names.map((name, index) =>
    names.indexOf(name) === index ? name : `${name}_${index + 1}`,
  );
  group.create_attribute('NX_class', 'NXdata');
  group.create_attribute('signal', signal!);
  if (others.length > 0) group.create_attribute('auxiliary_signals', others);
  const axis = axisOf(first.info);
  const axisName = names.includes(axis.name) ? `${axis.name}_axis` : axis.name.replaceAll('/', '_');
  group.create_attribute('axes', [axisName]);
  if (first.info.timing === 'steady') group.create_attribute('sample_rate', first.info.sampleRateHz);
  const columns = [signal!, ...others];
  for (const [index, { info, start, end }] of table.entries()) {
    const { stored } = numpyTypeOf(info);
    const dataset = emptyDataset(group, columns[index]!, stored, end - start);
    dataset.create_attribute('units', info.unit);
    dataset.create_attribute('long_name', info.unit === '' ? info.name : `${info.name} (${info.unit})`);
    dataset.create_attribute('source', info.source);
    dataset.create_attribute('first_sample', String(info.firstSampleId + BigInt(start)));
    for (let done = 0; done < end - start; ) {
      const step = Math.min(EXPORT_CHUNK_SAMPLES, end - start - done);
      const { values } = await reader.store.samples(info.id, start + done, start + done + step);
      dataset.write_slice([[done, done + step]], typedArray(packSamples(values, stored), stored));
      done += step;
      progress.add(step);
    }
  }
  await writeAxis(reader, emptyDataset(group, axisName, 'f64', first.end - first.start), first);
}

async function writeAxis(
  { store }: FormatReader,
  places: InstanceType<Hdf5['Dataset']>,
  { info, start, end }: Span,
): Promise<void> {
  const count = end - start;
  places.create_attribute('units', axisOf(info).unit);
  for (let done = 0; done < count; ) {
    const step = Math.min(EXPORT_CHUNK_SAMPLES, count - done);
    const from = start + done;
    const axis =
      info.timing === 'steady'
        ? Float64Array.from({ length: step }, (_, index) => info.offsetS + (from + index) / info.sampleRateHz)
        : (await store.samples(info.id, from, from + step)).timesS!;
    places.write_slice([[done, done + step]], axis);
    done += step;
  }
}

/** A chunked dataset that grows to its size without its content in memory twice. */
function emptyDataset(group: Group, name: string, stored: SampleType, count: number): InstanceType<Hdf5['Dataset']> {
  const dataset = group.create_dataset({
    name,
    data: typedArray(new Uint8Array(0), stored),
    shape: [0],
    maxshape: [count],
    chunks: [Math.max(1, Math.min(count, DATASET_CHUNK_SAMPLES))],
    dtype: `<${TYPE_CODES[stored]}`,
  });
  dataset.resize([count]);
  return dataset;
}

function tableBytes(table: Table): number {
  const count = table[0]!.end - table[0]!.start;
  const widths = table.map(({ info }) => numpyTypeOf(info).scalar.itemBytes);
  return count * widths.reduce((sum, width) => sum + width, 8);
}

function groupName(index: number): string {
  return index === 0 ? 'data' : `data_${index + 1}`;
}

/** The packed values as the typed array that the library expects for their type. */
function typedArray({ buffer }: Uint8Array<ArrayBuffer>, stored: SampleType) {
  switch (stored) {
    case 'f32':
      return new Float32Array(buffer);
    case 'f64':
      return new Float64Array(buffer);
    case 'i8':
      return new Int8Array(buffer);
    case 'i16':
      return new Int16Array(buffer);
    case 'i32':
      return new Int32Array(buffer);
    case 'i64':
      return new BigInt64Array(buffer);
    case 'u16':
      return new Uint16Array(buffer);
    case 'u32':
      return new Uint32Array(buffer);
    case 'u64':
      return new BigUint64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}
