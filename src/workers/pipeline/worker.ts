// One pipeline thread in the browser: runs its job and ends. A user's module runs here too, so everything that leads to
// a device is taken away before the job starts.

import { FormatError } from '../../base/errors.ts';
import type { AppendSink, RandomAccess } from '../../formats/source.ts';
import type { ThreadMessage } from '../../pipeline/engine/job.ts';
import { runThread } from '../../pipeline/engine/thread.ts';
import { loadFunction } from '../../pipeline/functions/load.ts';
import type { WorkerFiles } from '../../pipeline/functions/template.ts';
import { runPathParts } from '../../pipeline/record/run-path.ts';
import { BlobAccess } from '../../storage/blob-access.ts';
import { openRunFolders } from '../../storage/run-folders.ts';
import { openSyncFile, type SyncFile } from '../../storage/sync-file.ts';
import { connectThroughBridge } from '../../transports/bridge-stream.ts';
import { announceLife } from '../serve.ts';
import type { PipelineThreadStart } from './protocol.ts';

/** Ways to hardware that a dedicated worker has. */
const DEVICE_APIS = ['usb', 'serial', 'hid', 'bluetooth'];

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
    let folder = await (await openRunFolders()).getDirectoryHandle(this.#runName);
    for (const part of folders) folder = await folder.getDirectoryHandle(part, { create: true });
    const file = await openSyncFile(await folder.getFileHandle(fileName, { create: true }));
    this.#open.push(file);
    return file;
  }

  open(path: string): Promise<RandomAccess> {
    const blob = this.#setupFiles.get(path.replace(/^\.\//, ''));
    if (blob) return Promise.resolve(new BlobAccess(blob));
    const known = [...this.#setupFiles.keys()].join(', ') || 'none';
    return Promise.reject(
      new FormatError('format/not-found', `There is no file ${path} beside the setup. Files: ${known}.`),
    );
  }

  closeAll(): void {
    for (const file of this.#open.splice(0)) file.close();
  }
}

function removeDeviceApis(): void {
  for (const name of DEVICE_APIS) {
    if (name in navigator) Object.defineProperty(navigator, name, { value: undefined, configurable: false });
  }
}

/** Whether the module closed this thread. What it was doing then runs on to its end, but that is no good end. */
let hasClosedItself = false;
const close = self.close.bind(self);
self.close = () => {
  hasClosedItself = true;
  close();
};

function post(message: ThreadMessage): void {
  if (message.type !== 'done' || !hasClosedItself) self.postMessage(message);
  else {
    const { refusedCounts } = message;
    const text = 'its function closed the thread';
    self.postMessage({ type: 'failed', message: text, code: 'run/failed', lostEventCount: 0, refusedCounts });
  }
}

self.onmessage = ({ data }: MessageEvent<PipelineThreadStart>) => {
  removeDeviceApis();
  void runThread(data.job, {
    files: new BrowserWorkerFiles(data),
    now: () => (performance.timeOrigin + performance.now()) / 1000,
    loadFunction: ({ source }) => loadFunction(source),
    connect: connectThroughBridge,
    instruments: data.instruments,
    post,
  });
};
announceLife(self);
