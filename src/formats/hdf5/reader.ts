// Opens an HDF5 file: every one-dimensional numeric dataset is a signal. In NeXus groups the axis gives the rate, or
// each sample's time where it is not even, and is not a signal itself; elsewhere samples count at 1 per second.

import { FormatError, toError } from '../../base/errors.ts';
import type { Diagnostic, SampleType, SampleValues } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import {
  axisDiagnostics,
  type EvenTimes,
  inSeconds,
  stampedSignal,
  timeAxisOf,
  type UnevenTimes,
} from '../time-axis.ts';
import { secondsPerTimeUnit } from '../time-names.ts';
import { heapStarts, isHeapWhole } from './global-heap.ts';
import { type Hdf5, hdf5Error, loadHdf5, MAX_HDF5_BYTES, temporaryName } from './library.ts';

/** Bytes copied into the library at a time. */
const COPY_BYTES = 1 << 22;
/** Signals that are shown, at most. */
const MAX_SIGNALS = 1024;
/** Groups and datasets that are looked at, at most, and groups inside of each other. */
const MAX_OBJECTS = 16_384;
const MAX_DEPTH = 32;
/** Deflate cannot pack better than this. */
const MAX_INFLATION = 1032;
/** Bytes of an attribute's value. */
const MAX_ATTRIBUTE_BYTES = 4096;
/** Integers, floats and texts (H5T_INTEGER, H5T_FLOAT, H5T_STRING). */
const ATTRIBUTE_CLASSES: readonly number[] = [0, 1, 3];

type File = InstanceType<Hdf5['File']>;
type Dataset = InstanceType<Hdf5['Dataset']>;
type Group = InstanceType<Hdf5['Group']>;

/** Rejects with a FormatError when the file is too large for the library or has no numbers. */
export async function openHdf5(source: RandomAccess): Promise<FormatReader> {
  if (source.sizeBytes > MAX_HDF5_BYTES) {
    throw new FormatError(
      'format/unsupported',
      `HDF5 files of more than ${MAX_HDF5_BYTES / 2 ** 20} MiB are not read in a browser. Cut it with another program.`,
      0,
    );
  }
  const hdf5 = await loadHdf5();
  const name = temporaryName();
  const stream = hdf5.files.open(name, 'w');
  let canReadTexts = true;
  for (let offset = 0; offset < source.sizeBytes; offset += COPY_BYTES) {
    const bytes = await source.read(offset, Math.min(COPY_BYTES, source.sizeBytes - offset));
    hdf5.files.write(stream, bytes, 0, bytes.length, offset);
    for (const start of heapStarts(bytes)) canReadTexts &&= await isHeapWhole(source, offset + start);
  }
  hdf5.files.close(stream);
  const remove = () => hdf5.files.unlink(name);
  try {
    const file = new hdf5.File(name, 'r');
    const close = () => {
      file.close();
      remove();
    };
    try {
      return openContent(
        { hdf5, sizeBytes: source.sizeBytes, canReadTexts, diagnostics: [], axes: new Map() },
        file,
        close,
      );
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (error) {
    remove();
    throw hdf5Error(error);
  }
}

/** What an opened file is read with. */
interface Content {
  readonly hdf5: Hdf5;
  /** Of the file. */
  readonly sizeBytes: number;
  /** False when texts of any length could send the library round in circles. */
  readonly canReadTexts: boolean;
  readonly diagnostics: Diagnostic[];
  /** Of each group that was looked at. */
  readonly axes: Map<string, { readonly axis: Axis | undefined }>;
}

function openContent(content: Content, file: File, close: () => void): FormatReader {
  const { diagnostics } = content;
  if (!content.canReadTexts) {
    diagnostics.push({
      severity: 'warning',
      code: 'hdf5/texts',
      message: 'The texts of this file are damaged and not read: units and time axes may be missing.',
    });
  }
  const signals: PlainSignal[] = [];
  for (const dataset of datasets(content, file)) {
    if (signals.length >= MAX_SIGNALS) break;
    const dtype = sampleType(dataset);
    if (!dtype || dataset.shape?.length !== 1) continue;
    if (dataset.shape[0]! * dataset.metadata.size > MAX_INFLATION * content.sizeBytes) {
      const message = `"${dataset.path}" claims ${dataset.shape[0]} samples, more than this file can hold; it is left out.`;
      diagnostics.push({ severity: 'warning', code: 'hdf5/damaged', message });
      continue;
    }
    const group = dataset.parent;
    const axis = timeAxis(content, group);
    if (axis?.path === dataset.path) continue;
    signals.push(datasetSignal(content, dataset, dtype, axis));
  }
  if (signals.length === 0) {
    throw new FormatError('format/unsupported', 'The HDF5 file has no one-dimensional numeric datasets.', 0);
  }
  return createPlainReader({
    format: 'hdf5',
    label: 'HDF5',
    version: '',
    signals,
    diagnostics,
    metadata: metadataOf(content, file),
    isRecovered: diagnostics.some(({ severity }) => severity !== 'info'),
    close,
  });
}

/** What the file says of itself as a whole: its attributes, as far as they are short. */
function metadataOf(content: Content, file: File): Readonly<Record<string, unknown>> {
  const known = Object.keys(file.attrs).map((name) => [name, attribute(content, file, name)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

/**
 * All datasets, in the order of their paths. Walked here and not by the library, which goes round and round when a
 * group of a damaged file contains itself.
 */
function* datasets({ hdf5, diagnostics }: Content, file: Group): Generator<Dataset> {
  let left = MAX_OBJECTS;
  function readable<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      const message = `"${path}" is damaged and left out: ${toError(thrown).message}`;
      diagnostics.push({ severity: 'warning', code: 'hdf5/damaged', message });
      return undefined;
    }
  }
  function* visit(group: Group, depth: number): Generator<Dataset> {
    for (const name of readable(group.path, () => group.keys()) ?? []) {
      if (left-- <= 0) return;
      const child = readable(`${group.path}/${name}`, () => group.get(name));
      if (child instanceof hdf5.Dataset) yield child;
      else if (child instanceof hdf5.Group && depth < MAX_DEPTH) yield* visit(child, depth + 1);
    }
  }
  yield* visit(file, 0);
}

/** The axis of a group, as seconds; `count` values. */
interface Axis {
  readonly path: string;
  readonly times: EvenTimes | UnevenTimes;
  readonly count: number;
}

/** The axis of a NeXus group: in seconds unless it names another unit of time; undefined when its values are no times. */
function timeAxis(content: Content, group: Group): Axis | undefined {
  const known = content.axes.get(group.path);
  if (known) return known.axis;
  const axis = readAxis(content, group);
  content.axes.set(group.path, { axis });
  if (axis) content.diagnostics.push(...axisDiagnostics(axis.times, axis.path, 'hdf5'));
  return axis;
}

function readAxis(content: Content, group: Group): Axis | undefined {
  const axes = attribute(content, group, 'axes');
  const name = Array.isArray(axes) ? axes[0] : axes;
  const dataset = typeof name === 'string' ? group.get(name) : undefined;
  if (!(dataset instanceof content.hdf5.Dataset) || dataset.shape?.length !== 1 || !sampleType(dataset))
    return undefined;
  const { path } = dataset;
  const count = dataset.shape[0]!;
  if (count * dataset.metadata.size > MAX_INFLATION * content.sizeBytes) return undefined;
  const unit = attribute(content, dataset, 'units');
  const scale = secondsPerTimeUnit(typeof unit === 'string' && unit !== '' ? unit : 's');
  const stated = attribute(content, group, 'sample_rate');
  if (typeof stated === 'number' && stated > 0) {
    const offsetS = count > 0 ? inSeconds(Number(slice(dataset, 0, 1)[0]), scale ?? 1) : 0;
    return { path, count, times: { timing: 'steady', sampleRateHz: stated, offsetS, jitterS: 0 } };
  }
  const read = slice(dataset, 0, count) as ArrayLike<number | bigint>;
  const values = Float64Array.from(read, (value) => inSeconds(Number(value), scale ?? 1));
  const times = timeAxisOf(values, 0);
  if (times?.timing !== 'stamped' || scale !== undefined) return times && { path, times, count };
  const message = `"${path}" is in ${String(unit)}, not in time: what belongs to it is shown at 1 per second.`;
  content.diagnostics.push({ severity: 'info', code: 'hdf5/axis', message });
  return undefined;
}

function datasetSignal(content: Content, dataset: Dataset, dtype: SampleType, axis: Axis | undefined): PlainSignal {
  const id = dataset.path.replace(/^\//, '').replace(/^entry\/data\//, '');
  const source = attribute(content, dataset, 'source');
  const unit = attribute(content, dataset, 'units');
  const firstSample = attribute(content, dataset, 'first_sample');
  const count = dataset.shape![0]!;
  const base = {
    id,
    name: dataset.path.split('/').at(-1) ?? id,
    unit: typeof unit === 'string' ? unit : '',
    source: typeof source === 'string' ? source : '',
    dtype,
    startSample: 0,
    firstSampleId: typeof firstSample === 'string' && /^\d{1,19}$/.test(firstSample) ? BigInt(firstSample) : 0n,
  };
  const read = (start: number, end: number) => Promise.resolve(slice(dataset, start, end));
  if (axis?.times.timing === 'stamped' && axis.count === count) return stampedSignal(axis.times, base, axis.path, read);
  const even = axis?.times.timing === 'steady' ? axis.times : { sampleRateHz: 1, offsetS: 0 };
  const { sampleRateHz, offsetS } = even;
  return { info: { ...base, timing: 'steady', endSample: count, sampleRateHz, offsetS }, read };
}

function slice(dataset: Dataset, start: number, end: number): SampleValues {
  const values = dataset.slice([[start, end]]);
  if (
    values instanceof Float32Array ||
    values instanceof Float64Array ||
    values instanceof BigInt64Array ||
    values instanceof BigUint64Array
  ) {
    return values;
  }
  return Float64Array.from(values as ArrayLike<number>);
}

/** A short text or number, or a few; whatever else an attribute claims to be is not read. */
function attribute({ canReadTexts }: Content, of: Dataset | Group, name: string): unknown {
  const found = of.attrs[name];
  if (!found) return undefined;
  const { type, size, total_size: count, vlen } = found.metadata;
  if (vlen && !canReadTexts) return undefined;
  const isShort = size >= 1 && count >= 1 && size * count <= MAX_ATTRIBUTE_BYTES;
  return isShort && ATTRIBUTE_CLASSES.includes(type) ? found.value : undefined;
}

/** HDF5's integer and float classes (H5T_INTEGER 0, H5T_FLOAT 1). */
function sampleType(dataset: Dataset): SampleType | undefined {
  const { type, size, signed } = dataset.metadata;
  if (type === 1) return size === 4 ? 'f32' : size === 8 ? 'f64' : undefined;
  if (type !== 0 || ![1, 2, 4, 8].includes(size)) return undefined;
  return `${signed ? 'i' : 'u'}${(size * 8) as 8 | 16 | 32 | 64}`;
}
