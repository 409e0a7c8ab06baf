// The HDF5 library (h5wasm), loaded on first use. A file that is written is built in its memory. One that is opened stays
// where it is, and is read as the library asks for it; only one that cannot be read at once is taken into memory whole.

import { FormatError, LabError, toError } from '../../base/errors.ts';
import { Room } from './room.ts';

/** Largest file that is read or written. */
export const MAX_HDF5_BYTES = 512 * 2 ** 20;

/** Descriptor that C programs print errors to. */
const STANDARD_ERROR = 2;

type Library = typeof import('h5wasm');
type Module = Library['Module'];
/** A type of HDF5 as the library tells it. */
export type TypeMetadata = InstanceType<Library['Dataset']>['metadata'];
/** What its type leaves out: the open descriptors, and the error that it takes for one of the system. */
type Files = NonNullable<Library['FS']> & {
  readonly streams: Parameters<NonNullable<Library['FS']>['close']>[0][];
  readonly ErrnoError: new (errno: number) => Error;
};

export interface Hdf5 {
  readonly File: Library['File'];
  readonly Group: Library['Group'];
  readonly Dataset: Library['Dataset'];
  readonly files: Files;
  readonly module: Module;
  readonly room: Room;
}

let loading: Promise<Hdf5> | undefined;

/** The library and its file system in memory. Rejects with `format/unsupported` when it cannot start here. */
export function loadHdf5(): Promise<Hdf5> {
  loading ??= start();
  return loading;
}

async function start(): Promise<Hdf5> {
  const library = await import('h5wasm');
  const module = await library.ready;
  const files = module.FS as unknown as Files;
  // The library prints a page for each damaged byte: what it says there goes to where the lowest free descriptor leads.
  files.close(files.streams[STANDARD_ERROR]!);
  files.open('/dev/null', 'w');
  const { File, Group, Dataset } = library;
  return { File, Group, Dataset, files, module, room: new Room(module) };
}

let nameCount = 0;

/** A name in the library's memory that no other file has. */
export function temporaryName(): string {
  nameCount++;
  return `/pulsebench-${nameCount}.h5`;
}

/** A folder in the library's memory that no other file has. */
export function temporaryFolder(): string {
  nameCount++;
  return `/pulsebench-${nameCount}`;
}

/** Turns what the library throws into a FormatError; errors of ours stay what they are. */
export function hdf5Error(thrown: unknown): LabError {
  if (thrown instanceof LabError) return thrown;
  return new FormatError('format/damaged', `The HDF5 library refuses this file: ${toError(thrown).message}.`, 0, {
    cause: thrown,
  });
}
