// One pipeline thread in the browser: runs its job and ends. A user's module does not run here, but in a frame of its
// own; the thread speaks for it.

import { FormatError } from '../../base/errors.ts';
import type { AppendSink, RandomAccess } from '../../formats/source.ts';
import { runThread } from '../../pipeline/engine/thread.ts';
import { loadFunction } from '../../pipeline/functions/load.ts';
import type { WorkerFiles } from '../../pipeline/functions/template.ts';
import { runPathParts } from '../../pipeline/record/run-path.ts';
import { BlobAccess } from '../../storage/blob-access.ts';
import { storageError } from '../../storage/io-errors.ts';
import { openRunFolders } from '../../storage/run-folders.ts';
import { openSyncFile, type SyncFile } from '../../storage/sync-file.ts';
import { connectThroughBridge } from '../../transports/bridge-port.ts';
import { announceLife } from '../serve.ts';
import type { PipelineThreadStart } from './protocol.ts';

class BrowserWorkerFiles implements WorkerFiles {
  readonly #runName: string;
  readonly #setupFiles: ReadonlyMap<string, Blob>;
  readonly #open: SyncFile[] = [];

  constructor({ runName, setupFiles }: PipelineThreadStart) {
    this.#runName = runName;
    this.#setupFiles = setupFiles;
  }

  async create(path: string): Promise<AppendSink> {
    const folders = [...runPathParts(path)];
    const fileName = folders.pop()!;
    try {
      let folder = await (await openRunFolders()).getDirectoryHandle(this.#runName);
      for (const part of folders) folder = await folder.getDirectoryHandle(part, { create: true });
      const file = await openSyncFile(await folder.getFileHandle(fileName, { create: true }), { name: path });
      this.#open.push(file);
      return file;
    } catch (error) {
      throw storageError(error, `Creating ${path}`);
    }
  }

  open(path: string): Promise<RandomAccess> {
    const blob = this.#setupFiles.get(path.replace(/^\.\//, ''));
    if (blob) return Promise.resolve(new BlobAccess(blob));
    const known = [...this.#setupFiles.keys()].join(', ') || 'none';
    return Promise.reject(
      new FormatError('format/not-found', `There is no file ${path} beside the setup. Files: ${known}.`),
    );
  }

  /** Rejects when a file was taken away or cannot be closed; the others are closed all the same. */
  async closeAll(): Promise<void> {
    const closings = this.#open.splice(0).map(async (file) => {
      await file.requireThere();
      file.close();
    });
    const failed = (await Promise.allSettled(closings)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}

self.onmessage = ({ data }: MessageEvent<PipelineThreadStart>) => {
  void runThread(data.job, {
    files: new BrowserWorkerFiles(data),
    now: () => (performance.timeOrigin + performance.now()) / 1000,
    loadFunction: ({ source }) => loadFunction(source),
    connect: connectThroughBridge,
    instruments: data.instruments,
    post: (message) => self.postMessage(message),
    module: data.modulePort && { port: data.modulePort, crash: (reason) => reportError(new Error(reason)) },
  });
};
announceLife(self);
