// The page's handle on one recorder worker. Page only.

import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/dispose.ts';
import { LabError } from '../../base/errors.ts';
import { WorkerLink } from '../worker-link.ts';
import type { RecorderApi, RecordingJob } from './protocol.ts';

function startWorker(id: string): WorkerLink<RecorderApi> {
  return new WorkerLink<RecorderApi>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `recorder ${id}` }),
    'The recorder',
  );
}

/**
 * A start takes less than a second. After the data of the site were cleared under a page the browser may never answer a
 * thread that opens a file (Chromium 156).
 */
const START_LIMIT_MS = 10_000;

/** A recording under way in its worker. */
export class RecorderWorker implements Disposable {
  readonly #link: WorkerLink<RecorderApi>;
  /** Resolves when the recording has ended and its row says how; rejects when the worker died. */
  readonly ended: Promise<void>;

  private constructor(link: WorkerLink<RecorderApi>) {
    this.#link = link;
    this.ended = link.call((remote) => remote.ended()).finally(() => link[Symbol.dispose]());
  }

  /** Rejects with `storage/*`; then nothing is left behind. */
  static async start(job: RecordingJob, clock: Clock): Promise<RecorderWorker> {
    const link = startWorker(job.id);
    let cancelLimit: () => void;
    const limit = new Promise<never>((_, reject) => {
      cancelLimit = clock.after(START_LIMIT_MS, () => reject(noAnswer()));
    });
    try {
      await Promise.race([link.call((remote) => remote.start(job)), limit]);
    } catch (error) {
      link[Symbol.dispose]();
      throw error;
    } finally {
      cancelLimit!();
    }
    return new RecorderWorker(link);
  }

  /** Asks for the end; `ended` tells when the file is finished. */
  requestStop(): void {
    // A worker that is gone has nothing left to stop; `ended` tells why.
    this.#link.call((remote) => remote.stop()).catch(() => undefined);
  }

  /** Ends the thread at once; `ended` rejects if it was not over. */
  [Symbol.dispose](): void {
    this.#link[Symbol.dispose]();
  }
}

function noAnswer(): LabError {
  return new LabError(
    'storage/unavailable',
    'Recording did not start: the browser did not open a file within 10 s. The data of this site may have been cleared while this page was open. Export what the live view shows if you need it, then reload the page and record.',
  );
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
