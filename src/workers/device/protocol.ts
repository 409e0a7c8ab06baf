// What the page asks a device worker. One worker runs one instrument; samples go through the ring in shared memory,
// the status comes back through the callback.

import type { Region } from '../../core/memory.ts';
import type { StreamSource } from '../../core/stream-source.ts';
import type { InstrumentChoice, InstrumentStatus } from '../../model/instrument.ts';
import type { ParameterValue } from '../../model/parameter.ts';

export interface DeviceSetup {
  readonly choice: InstrumentChoice;
  /** The ring is the worker's to write from now on. */
  readonly stream: StreamSource;
  /** Shared memory for the sample processor. */
  readonly scratch: Region;
}

/** `parameters` and `signals` are left out while they are the same as in the update before. */
export type StatusUpdate = Omit<InstrumentStatus, 'parameters' | 'signals'> &
  Partial<Pick<InstrumentStatus, 'parameters' | 'signals'>>;

export interface DeviceApi {
  /** Resolves when the instrument is idle. Rejects with `device/…`. Later calls of `onStatus` come at 10 Hz at most. */
  open(setup: DeviceSetup, onStatus: (update: StatusUpdate) => void): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  set(parameterId: string, value: ParameterValue): Promise<void>;
  resetAccumulators(): Promise<void>;
  /** Settles within 2 s. */
  close(): Promise<void>;
}
