// What a pipeline thread in the browser is given beside its job. Sent once, as the first message; the thread answers
// with ThreadMessages until `done` or `failed`, after the LifeMessage of every worker.

import type { ThreadJob } from '../../pipeline/engine/job.ts';
import type { SourceInstrument } from '../../pipeline/functions/template.ts';

export interface PipelineThreadStart {
  readonly job: ThreadJob;
  /** Name of the run's folder; the thread opens it itself, because not every browser can send its handle. */
  readonly runName: string;
  /** Files of the setup's folder by path, for importers that read one. */
  readonly setupFiles: ReadonlyMap<string, Blob>;
  /** Those that were connected when the run started. */
  readonly instruments: readonly SourceInstrument[];
  /** The thread's end of the way to the user's module in its frame, if that is what the job runs. */
  readonly modulePort?: MessagePort | undefined;
}
