// What the page asks a recorder worker. One worker makes or repairs one recording; progress goes through the
// journal, which the page listens to.

import type { ChannelSet } from '../../core/channel-set.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';

export interface RecordingJob {
  /** Unique; names the journal row, the lock and the file. */
  readonly id: string;
  readonly fileName: string;
  readonly startedUnixMs: number;
  /** Instrument label. */
  readonly source: string;
  readonly identity: InstrumentIdentity;
  readonly stream: ChannelSet;
  /** Ids of the ring's signals, in the order in which the file defines them. */
  readonly signalIds: readonly string[];
  /** Stop by itself after this many seconds of samples. */
  readonly durationS: number | undefined;
}

export interface RecorderApi {
  /** Resolves once the file and its row exist and samples are followed. Rejects with `storage/*`. */
  start(job: RecordingJob): Promise<void>;
  /** Asks for the end; `ended` tells when the file is finished. */
  stop(): Promise<void>;
  /** Resolves when the recording has ended, for whatever reason; the row says why. */
  ended(): Promise<void>;
  /** Writes a whole copy of an interrupted recording and puts it in its place. */
  repair(id: string, coreModule: WebAssembly.Module): Promise<void>;
}
