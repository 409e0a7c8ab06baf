// What a pipeline thread in the browser is given beside its job. Sent once, as the first message; the thread answers
// with ThreadMessages until `done` or `failed`.

import type { ChannelSet } from '../../core/channel-set.ts';
import type { ThreadJob } from '../../pipeline/engine/job.ts';

export interface PipelineThreadStart {
  readonly job: ThreadJob;
  /** Folder of the run in the private file system. */
  readonly runDirectory: FileSystemDirectoryHandle;
  /** Files of the setup's folder by path, for importers that read one. */
  readonly setupFiles: ReadonlyMap<string, Blob>;
  /** What connected instruments stream when the run starts. */
  readonly streams: readonly ChannelSet[];
}
