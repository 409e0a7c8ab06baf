// The worker's side of an export: opens what is to be exported and gives the writers files to write to: private
// files where the browser has them, memory elsewhere. Dedicated workers only.

import { assert } from '../../base/assert.ts';
import { LabError } from '../../base/errors.ts';
import { createWorkspace } from '../../core/workspace.ts';
import { openFile } from '../../formats/detect.ts';
import { MemoryFile } from '../../formats/memory-file.ts';
import type { FormatReader } from '../../formats/reader.ts';
import { openRecords } from '../../formats/records/open-records.ts';
import type { AppendSink, RandomAccess } from '../../formats/source.ts';
import type { ExportProgress } from '../../model/ports.ts';
import { BlobAccess, blobNeighbours } from '../../storage/blob-access.ts';
import { ScratchFiles } from '../../storage/scratch-files.ts';
import { openSyncFile, type SyncFile } from '../../storage/sync-file.ts';
import type { ExportApi, ExportOrder, ExportOrigin, WrittenExport } from './protocol.ts';
import { openRings } from './ring-reader.ts';
import { type Scratch, writeExport } from './write-export.ts';

/** Memory of the core for reading one file, and for writing another. */
const WORKSPACE_BYTES = 32 * 2 ** 20;
/** The page hears of progress at most this often. */
const PROGRESS_INTERVAL_MS = 50;

export class ExportService implements ExportApi {
  #hasRun = false;

  async run(order: ExportOrder, coreModule: WebAssembly.Module, onProgress: ExportProgress): Promise<WrittenExport> {
    assert(!this.#hasRun, 'an export worker writes one file');
    this.#hasRun = true;
    const workspace = () => createWorkspace(coreModule, WORKSPACE_BYTES);
    const places = await ScratchFiles.open();
    const target = await createTarget(places, order.id);
    let stageCount = 0;
    const reader = await openOrigin(order.origin, workspace);
    try {
      const notes = await writeExport({
        reader,
        job: order.job,
        sink: target.file,
        workspace,
        scratch: () => createTarget(places, `${order.id}.${++stageCount}`),
        onProgress: throttled(onProgress),
      });
      return { content: await target.finish(), notes };
    } catch (error) {
      await target.remove();
      throw error;
    } finally {
      reader.close();
    }
  }
}

function openOrigin(
  origin: ExportOrigin,
  workspace: () => ReturnType<typeof createWorkspace>,
): FormatReader | Promise<FormatReader> {
  if (origin.kind === 'instruments') return openRings(origin);
  if (origin.kind === 'records') return openRecords(origin.records);
  const { file, company } = origin;
  return openFile(new BlobAccess(file), workspace(), {
    name: file.name,
    choice: company.choice ?? {},
    neighbour: blobNeighbours(company.neighbours ?? []),
  });
}

function throttled(onProgress: ExportProgress): ExportProgress {
  let toldMs = Number.NEGATIVE_INFINITY;
  return (fraction) => {
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_INTERVAL_MS) return;
    toldMs = nowMs;
    onProgress(fraction);
  };
}

/** Claims room in large steps: a file that grows with every write is slow. */
class GrowingFile implements AppendSink, RandomAccess {
  readonly #file: SyncFile;

  constructor(file: SyncFile) {
    this.#file = file;
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    return this.#file.read(offsetBytes, lengthBytes);
  }

  append(bytes: Uint8Array): void {
    this.#file.reserve(bytes.byteLength);
    this.#file.append(bytes);
  }

  patch(offsetBytes: number, bytes: Uint8Array): void {
    this.#file.patch(offsetBytes, bytes);
  }

  flush(): void {
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }
}

/** A file of the private file system. */
class PrivateFile implements Scratch {
  readonly file: GrowingFile;
  readonly #places: ScratchFiles;
  readonly #name: string;
  readonly #handle: FileSystemFileHandle;

  private constructor(places: ScratchFiles, name: string, handle: FileSystemFileHandle, file: GrowingFile) {
    this.#places = places;
    this.#name = name;
    this.#handle = handle;
    this.file = file;
  }

  static async create(places: ScratchFiles, name: string): Promise<PrivateFile> {
    const handle = await places.create(name);
    return new PrivateFile(places, name, handle, new GrowingFile(await openSyncFile(handle)));
  }

  finish(): Promise<Blob> {
    this.file.close();
    return this.#handle.getFile();
  }

  remove(): Promise<void> {
    this.file.close();
    return this.#places.remove(this.#name);
  }
}

/** Memory where no private file can be written. */
async function createTarget(places: ScratchFiles | undefined, name: string): Promise<Scratch> {
  if (!places) return new MemoryTarget();
  try {
    return await PrivateFile.create(places, name);
  } catch (error) {
    if (error instanceof LabError && error.code === 'platform/unsupported') return new MemoryTarget();
    throw error;
  }
}

class MemoryTarget implements Scratch {
  readonly file = new MemoryFile();

  async finish(): Promise<Blob> {
    return new Blob([this.file.bytes]);
  }

  async remove(): Promise<void> {}
}
