// A run directory as one zip, streamed to a place that the user picks. Page only, from a click.

import { streamZip } from '../../formats/zip/writer.ts';
import { BlobAccess } from '../../storage/blob-access.ts';
import { storageError } from '../../storage/io-errors.ts';
import { browserSaveHost, type SaveHost } from '../../storage/save.ts';

/** Folder of zips that wait for the browser's downloads, where there is no picker. */
const ZIPS_FOLDER = 'zips';

/** False when the user closed the picker. Files lie in the zip below a folder of the run's name. */
export async function saveRunZip(
  name: string,
  files: ReadonlyMap<string, File>,
  host: SaveHost = browserSaveHost,
): Promise<boolean> {
  const fileName = `${name}.zip`;
  if (!host.showSaveFilePicker) {
    host.download(await zipInPrivateStorage(name, files), fileName);
    return true;
  }
  let target: FileSystemFileHandle;
  try {
    target = await host.showSaveFilePicker({ suggestedName: fileName });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return false;
    throw storageError(error, 'Saving');
  }
  await writeInto(target, name, files);
  return true;
}

/** Built on disk, so that a run may be larger than the memory. Zips of earlier downloads go first. */
async function zipInPrivateStorage(name: string, files: ReadonlyMap<string, File>): Promise<File> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(ZIPS_FOLDER, { create: true });
  for await (const old of folder.keys()) await folder.removeEntry(old);
  const target = await folder.getFileHandle(`${name}.zip`, { create: true });
  await writeInto(target, name, files);
  return target.getFile();
}

async function writeInto(target: FileSystemFileHandle, name: string, files: ReadonlyMap<string, File>): Promise<void> {
  const writable = await target.createWritable();
  const entries = [...files].map(([path, file]) => ({
    name: `${name}/${path}`,
    content: new BlobAccess(file),
    isStored: path.endsWith('.mimo'),
    modifiedUnixMs: file.lastModified,
  }));
  try {
    await streamZip(entries, writable);
  } catch (error) {
    throw storageError(error, 'Saving');
  }
}
