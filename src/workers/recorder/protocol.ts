// What the page asks a recorder worker. One worker makes or repairs one recording; progress goes through the
// journal, which the page listens to.

import type { ChannelSet } from '../../core/channel-set.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';

/** Signals of one instrument. */
export interface RecordedSource {
  /** For the list. */
  readonly label: string;
  readonly identity: InstrumentIdentity;
  readonly channelSet: ChannelSet;
  readonly signalIds: readonly string[];
}

export interface RecordingJob {
  /** Unique; names the journal row, the lock and the files. */
  readonly id: string;
  readonly fileName: string;
  readonly startedUnixMs: number;
  /** At least one, each instrument once. */
  readonly sources: readonly RecordedSource[];
  /** End by itself after this many seconds of samples, > 0. */
  readonly durationS: number | undefined;
}

export interface RecorderApi {
  /** Resolves once the file and its row exist and samples are followed. Rejects with `storage/*` or `run/state`. */
  start(job: RecordingJob): Promise<void>;
  /** Asks for the end; `ended` tells when the file is finished. */
  stop(): Promise<void>;
  /** Resolves when the recording has ended, for whatever reason; the row says why. */
  ended(): Promise<void>;
  /** Writes a whole copy of an interrupted recording and puts it in its place. */
  repair(id: string, coreModule: WebAssembly.Module): Promise<void>;
}
