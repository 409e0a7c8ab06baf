// What a file of scans holds.

import { type Hdf5, loadHdf5, temporaryName } from '../../src/formats/hdf5/library.ts';

type File = InstanceType<Hdf5['File']>;

export interface ScanEntry {
  readonly title: unknown;
  readonly hasEnded: boolean;
  /** By the names in `measurement`. */
  readonly columns: Readonly<Record<string, unknown>>;
}

/** Opens the bytes of an HDF5 file for `look`. */
export async function lookInto<T>(bytes: Uint8Array, look: (file: File) => T): Promise<T> {
  const { File, files } = await loadHdf5();
  const path = temporaryName();
  files.writeFile(path, bytes);
  const file = new File(path, 'r');
  try {
    return look(file);
  } finally {
    file.close();
    files.unlink(path);
  }
}

/** Every entry by its name. */
export async function scanEntries(bytes: Uint8Array): Promise<Readonly<Record<string, ScanEntry>>> {
  const { Group, Dataset } = await loadHdf5();
  return lookInto(bytes, (file) => {
    const namesIn = (path: string) => {
      const item = file.get(path);
      if (!(item instanceof Group)) throw new Error(`${path} is no group`);
      return item.keys();
    };
    const valuesOf = (path: string) => {
      const item = file.get(path);
      if (!(item instanceof Dataset)) throw new Error(`${path} is no dataset`);
      return item.to_array();
    };
    const entryOf = (name: string): ScanEntry => ({
      title: valuesOf(`${name}/title`),
      hasEnded: namesIn(name).includes('end_time'),
      columns: Object.fromEntries(
        namesIn(`${name}/measurement`).map((column) => [column, valuesOf(`${name}/measurement/${column}`)]),
      ),
    });
    return Object.fromEntries(file.keys().map((name) => [name, entryOf(name)]));
  });
}
