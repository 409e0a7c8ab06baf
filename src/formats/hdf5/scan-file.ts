// A file of scans in the NeXus layout of the standard writer of BLISS (doc/docs/data_nexus.md of its repository): an entry
// `NUMBER.1` per scan, in it each channel as a device of the instrument, links to all of them in `measurement`, and what is
// plotted first. It is built in memory; `bytes` is a whole file at any time.

import { FormatError } from '../../base/errors.ts';
import { uniqueNames } from '../unique-names.ts';
import { type Hdf5, loadHdf5, MAX_HDF5_BYTES, temporaryName } from './library.ts';

/** A column of the scan, one number a point. */
export interface ScanFileChannel {
  /** Made unique by a number where two have the same. */
  readonly name: string;
  readonly unit: string;
  /** A positioner was set, or is the clock; a detector was read. */
  readonly kind: 'positioner' | 'detector';
}

/** Where an axis stands, of those that move and of those that do not. */
export interface ScanFilePlace {
  readonly name: string;
  readonly unit: string;
  readonly position: number;
}

export interface ScanFileEntry {
  readonly title: string;
  /** ISO 8601 with the offset from UTC. */
  readonly startTime: string;
  readonly channels: readonly ScanFileChannel[];
  /** Of all axes, before the scan. */
  readonly places: readonly ScanFilePlace[];
  /** Indices of the channels that the detectors are plotted over; two or more for a grid. */
  readonly plotAxes: readonly number[];
  /** How many are expected, Infinity where nobody knows. Others may come. */
  readonly pointCount: number;
}

/** Items per chunk of a channel; a short scan has a chunk as long as itself. */
const MAX_CHUNK_POINTS = 1024;
/** Groups of the instrument that are no channels. An axis has no dial of its own: it shows the position. */
const START_GROUPS = ['positioners_start', 'positioners_dial_start'];
const END_GROUPS = ['positioners_end', 'positioners_dial_end'];
const RESERVED = ['positioners', ...START_GROUPS, ...END_GROUPS];

type Group = InstanceType<Hdf5['Group']>;

export class ScanFile {
  readonly #hdf5: Hdf5;
  readonly #path: string;
  readonly #file: InstanceType<Hdf5['File']>;
  #datasets: readonly InstanceType<Hdf5['Dataset']>[] = [];
  #instrument: Group | undefined;
  #entry: Group | undefined;
  #takenCount = 0;

  private constructor(hdf5: Hdf5, path: string, mode: 'w' | 'a') {
    this.#hdf5 = hdf5;
    this.#path = path;
    this.#file = new hdf5.File(path, mode);
  }

  /** An empty file; `fileName` and `fileTime` (ISO 8601) stand in it. */
  static async create(fileName: string, fileTime: string): Promise<ScanFile> {
    const file = new ScanFile(await loadHdf5(), temporaryName(), 'w');
    const about = { NX_class: 'NXroot', file_name: fileName, file_time: fileTime, creator: 'Pulsebench' };
    for (const [name, text] of Object.entries(about)) file.#file.create_attribute(name, text);
    return file;
  }

  /**
   * To go on in a file with scans; `path` is what messages call it. Rejects with `format/range` for one too large and
   * `format/damaged` for no HDF5.
   */
  static async open(bytes: Uint8Array, path: string): Promise<ScanFile> {
    if (bytes.length > MAX_HDF5_BYTES) {
      const size = `${Math.ceil(bytes.length / 2 ** 20)} MiB are more than ${MAX_HDF5_BYTES / 2 ** 20}`;
      throw new FormatError(
        'format/range',
        `${path} cannot be gone on with: files of scans are built in memory, and its ${size}. It stays as it is. Take another folder.`,
      );
    }
    const hdf5 = await loadHdf5();
    const copy = temporaryName();
    hdf5.files.writeFile(copy, bytes);
    const opened = new ScanFile(hdf5, copy, 'a');
    // the library gives a number below 0 to a file that it does not open
    if (opened.#file.file_id >= 0n) return opened;
    hdf5.files.unlink(copy);
    throw new FormatError(
      'format/damaged',
      `${path} is no whole HDF5 file. It stays as it is. Move it, or take another folder.`,
    );
  }

  /** Of the entries that are in the file; 0 without any. */
  get lastNumber(): number {
    const numbers = this.#file.keys().map((name) => Number(/^(\d+)\.\d+$/.exec(name)?.[1] ?? 0));
    return Math.max(0, ...numbers);
  }

  /** Makes the next entry, to which `append` and `finish` belong from now on, and gives its name. */
  begin({ title, startTime, channels, places, plotAxes, pointCount }: ScanFileEntry): string {
    const name = `${this.lastNumber + 1}.1`;
    const entry = makeGroup(this.#file, name, 'NXentry');
    entry.create_dataset({ name: 'title', data: title });
    entry.create_dataset({ name: 'start_time', data: startTime });
    const instrument = makeGroup(entry, 'instrument', 'NXinstrument');
    const measurement = makeGroup(entry, 'measurement', 'NXcollection');
    const names = uniqueNames([...RESERVED, ...channels.map((channel) => channel.name.replaceAll('/', '_'))]).slice(
      RESERVED.length,
    );
    const chunk = Math.max(1, Math.min(pointCount, MAX_CHUNK_POINTS));
    const paths: string[] = [];
    this.#datasets = channels.map(({ unit, kind }, index) => {
      const isSet = kind === 'positioner';
      const device = makeGroup(instrument, names[index]!, isSet ? 'NXpositioner' : 'NXdetector');
      const item = isSet ? 'value' : 'data';
      const dataset = device.create_dataset({
        name: item,
        data: new Float64Array(0),
        shape: [0],
        maxshape: [null],
        chunks: [chunk],
        dtype: '<d',
      });
      if (unit !== '') dataset.create_attribute('units', unit);
      const path = `/${name}/instrument/${names[index]!}/${item}`;
      paths.push(path);
      measurement.create_soft_link(path, names[index]!);
      return dataset;
    });
    const positioners = makeGroup(instrument, 'positioners', 'NXcollection');
    for (const place of places) {
      const index = channels.findIndex(({ name: own, kind }) => kind === 'positioner' && own === place.name);
      if (index < 0) writePlaces(positioners, [place]);
      else positioners.create_soft_link(paths[index]!, place.name);
    }
    for (const group of START_GROUPS) writePlaces(makeGroup(instrument, group, 'NXcollection'), places);
    this.#plot(entry, { channels, names, paths, plotAxes });
    this.#chooseFirst(name);
    this.#entry = entry;
    this.#instrument = instrument;
    this.#takenCount = 0;
    return name;
  }

  /** A point: a number per channel, in the order of the entry's channels. */
  append(values: readonly number[]): void {
    const at = this.#takenCount++;
    this.#datasets.forEach((dataset, index) => {
      dataset.resize([at + 1]);
      dataset.write_slice([[at, at + 1]], Float64Array.of(values[index]!));
    });
  }

  /** What is known at the end of the scan. */
  finish(endTime: string, places: readonly ScanFilePlace[]): void {
    this.#entry!.create_dataset({ name: 'end_time', data: endTime });
    for (const group of END_GROUPS) writePlaces(makeGroup(this.#instrument!, group, 'NXcollection'), places);
  }

  /** The whole file as it is now. */
  bytes(): Uint8Array {
    this.#file.flush();
    return this.#hdf5.files.readFile(this.#path);
  }

  /** Gives the memory back. */
  close(): void {
    this.#file.close();
    this.#hdf5.files.unlink(this.#path);
  }

  #plot(
    entry: Group,
    {
      channels,
      names,
      paths,
      plotAxes,
    }: Pick<ScanFileEntry, 'channels' | 'plotAxes'> & {
      readonly names: readonly string[];
      readonly paths: readonly string[];
    },
  ): void {
    const detectors = [...channels.keys()].filter((index) => channels[index]!.kind === 'detector');
    const [signal, ...others] = detectors.map((index) => names[index]!);
    if (signal === undefined) return;
    const plot = makeGroup(entry, 'plot', 'NXdata');
    plot.create_attribute('signal', signal);
    if (others.length > 0) plot.create_attribute('auxiliary_signals', others);
    plot.create_attribute(
      'axes',
      plotAxes.map((index) => names[index]!),
    );
    for (const index of [...plotAxes, ...detectors]) plot.create_soft_link(paths[index]!, names[index]!);
    entry.create_attribute('default', 'plot');
  }

  /** What is shown when the file is opened: the newest scan. */
  #chooseFirst(name: string): void {
    if ('default' in this.#file.attrs) this.#file.delete_attribute('default');
    this.#file.create_attribute('default', name);
  }
}

function makeGroup(parent: Group, name: string, nxClass: string): Group {
  const group = parent.create_group(name);
  group.create_attribute('NX_class', nxClass);
  return group;
}

function writePlaces(group: Group, places: readonly ScanFilePlace[]): void {
  for (const { name, unit, position } of places) {
    const dataset = group.create_dataset({ name, data: position, dtype: '<d' });
    if (unit !== '') dataset.create_attribute('units', unit);
  }
}
