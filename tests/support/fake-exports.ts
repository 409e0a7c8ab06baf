// Exports that a test ends by hand. Runs in Node and in a browser.

import { LabError } from '../../src/base/errors.ts';
import { WRITE_ROWS } from '../../src/formats/writers.ts';
import type { Exported, ExportJob, ExportProgress, ExportsPort } from '../../src/model/ports.ts';

/** Writes nothing: the test ends each export with `finish` or `refuse`. */
export class FakeExports implements ExportsPort {
  readonly formats = WRITE_ROWS;
  readonly jobs: ExportJob[] = [];
  progress: ExportProgress = () => undefined;
  finish: (result: Exported | undefined) => void = () => undefined;
  refuse: (error: Error) => void = () => undefined;

  run(job: ExportJob, onProgress: ExportProgress, signal: AbortSignal): Promise<Exported | undefined> {
    this.jobs.push(job);
    this.progress = onProgress;
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.refuse = reject;
      signal.addEventListener('abort', () => reject(new LabError('cancelled', 'The export was cancelled.')));
    });
  }
}
