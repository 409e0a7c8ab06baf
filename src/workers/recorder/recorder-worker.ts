// The page's handle on one recorder worker. Page only.

import { WorkerLink } from '../worker-link.ts';
import type { RecorderApi, RecordingJob } from './protocol.ts';

function startWorker(id: string): WorkerLink<RecorderApi> {
  return new WorkerLink<RecorderApi>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `recorder ${id}` }),
    'The recorder',
  );
}

/** A recording under way in its worker. */
export class RecorderWorker {
  readonly #link: WorkerLink<RecorderApi>;
  /** Resolves when the recording has ended and its row says how; rejects when the worker died. */
  readonly ended: Promise<void>;

  private constructor(link: WorkerLink<RecorderApi>) {
    this.#link = link;
    this.ended = link.call((remote) => remote.ended()).finally(() => link[Symbol.dispose]());
  }

  /** Rejects with `storage/*`; then nothing is left behind. */
  static async start(job: RecordingJob): Promise<RecorderWorker> {
    const link = startWorker(job.id);
    try {
      await link.call((remote) => remote.start(job));
    } catch (error) {
      link[Symbol.dispose]();
      throw error;
    }
    return new RecorderWorker(link);
  }

  /** Asks for the end; `ended` tells when the file is finished. */
  requestStop(): void {
    // A worker that is gone has nothing left to stop; `ended` tells why.
    this.#link.call((remote) => remote.stop()).catch(() => undefined);
  }
}

/** Repairs an interrupted recording in a worker of its own. */
export async function repairRecording(id: string, coreModule: WebAssembly.Module): Promise<void> {
  const link = startWorker(id);
  try {
    await link.call((remote) => remote.repair(id, coreModule));
  } finally {
    link[Symbol.dispose]();
  }
}
