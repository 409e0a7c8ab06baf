// Opens an HDF5 file: every one-dimensional numeric dataset is a signal. In NeXus groups the axis gives the rate
// and is not a signal itself; elsewhere samples count at 1 per second.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic, SampleType, SampleValues, SignalInfo } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import { createScanReader } from '../scan-reader.ts';
import type { ScanSignal } from '../scan-store.ts';
import type { RandomAccess } from '../source.ts';
import { type Hdf5, hdf5Error, loadHdf5, MAX_HDF5_BYTES, temporaryName } from './library.ts';

/** Bytes copied into the library at a time. */
const COPY_BYTES = 1 << 22;
/** Signals that are shown, at most. */
const MAX_SIGNALS = 1024;

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
  for (let offset = 0; offset < source.sizeBytes; offset += COPY_BYTES) {
    const bytes = await source.read(offset, Math.min(COPY_BYTES, source.sizeBytes - offset));
    hdf5.files.write(stream, bytes, 0, bytes.length, offset);
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
      return openContent(hdf5, file, close);
    } catch (error) {
      file.close();
      throw error;
    }
  } catch (error) {
    remove();
    throw hdf5Error(error);
  }
}

function openContent(hdf5: Hdf5, file: File, close: () => void): FormatReader {
  const diagnostics: Diagnostic[] = [];
  const signals: ScanSignal[] = [];
  for (const path of file.paths()) {
    const dataset = file.get(path);
    if (!(dataset instanceof hdf5.Dataset) || signals.length >= MAX_SIGNALS) continue;
    const dtype = sampleType(dataset);
    if (!dtype || dataset.shape?.length !== 1) continue;
    const group = dataset.parent;
    const axis = timeAxis(hdf5, group);
    if (axis?.path === dataset.path) continue;
    signals.push(datasetSignal(dataset, dtype, axis));
  }
  if (signals.length === 0) {
    throw new FormatError('format/unsupported', 'The HDF5 file has no one-dimensional numeric datasets.', 0);
  }
  return createScanReader({ format: 'hdf5', label: 'HDF5', version: '', signals, diagnostics, close });
}

interface Axis {
  readonly path: string;
  readonly sampleRateHz: number;
  readonly offsetS: number;
}

/** The axis of a NeXus group whose values rise evenly. */
function timeAxis(hdf5: Hdf5, group: Group): Axis | undefined {
  const axes = attribute(group, 'axes');
  const name = Array.isArray(axes) ? axes[0] : axes;
  const dataset = typeof name === 'string' ? group.get(name) : undefined;
  if (!(dataset instanceof hdf5.Dataset) || dataset.shape?.length !== 1 || !sampleType(dataset)) return undefined;
  const count = dataset.shape[0]!;
  const stated = attribute(group, 'sample_rate');
  const first = count > 0 ? Number(slice(dataset, 0, 1)[0]) : 0;
  if (typeof stated === 'number' && stated > 0) return { path: dataset.path, sampleRateHz: stated, offsetS: first };
  if (count < 2) return undefined;
  const sampleRateHz = (count - 1) / (Number(slice(dataset, count - 1, count)[0]) - first);
  if (!(sampleRateHz > 0) || !Number.isFinite(sampleRateHz)) return undefined;
  return { path: dataset.path, sampleRateHz, offsetS: first };
}

function datasetSignal(dataset: Dataset, dtype: SampleType, axis: Axis | undefined): ScanSignal {
  const id = dataset.path.replace(/^\//, '').replace(/^entry\/data\//, '');
  const source = attribute(dataset, 'source');
  const unit = attribute(dataset, 'units');
  const firstSample = attribute(dataset, 'first_sample');
  const info: SignalInfo = {
    id,
    name: dataset.path.split('/').at(-1) ?? id,
    unit: typeof unit === 'string' ? unit : '',
    source: typeof source === 'string' ? source : '',
    dtype,
    sampleRateHz: axis?.sampleRateHz ?? 1,
    startSample: 0,
    endSample: dataset.shape![0]!,
    offsetS: axis?.offsetS ?? 0,
    firstSampleId: typeof firstSample === 'string' && /^\d{1,19}$/.test(firstSample) ? BigInt(firstSample) : 0n,
  };
  return { info, read: (start, end) => Promise.resolve(slice(dataset, start, end)) };
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

function attribute(of: Dataset | Group, name: string): unknown {
  return of.attrs[name]?.value;
}

/** HDF5's integer and float classes (H5T_INTEGER 0, H5T_FLOAT 1). */
function sampleType(dataset: Dataset): SampleType | undefined {
  const { type, size, signed } = dataset.metadata;
  if (type === 1) return size === 4 ? 'f32' : size === 8 ? 'f64' : undefined;
  if (type !== 0 || ![1, 2, 4, 8].includes(size)) return undefined;
  return `${signed ? 'i' : 'u'}${(size * 8) as 8 | 16 | 32 | 64}`;
}
