// What the page asks an export worker. One worker writes one file; ending the worker cancels it.

import type { ChannelSet } from '../../core/channel-set.ts';
import type { InstrumentIdentity } from '../../model/instrument.ts';
import type { ExportJob, ExportProgress, FileCompany } from '../../model/ports.ts';
import type { RecordSet } from '../../model/record-set.ts';

/** Where the samples come from, as the worker reaches them. */
export type ExportOrigin =
  | { readonly kind: 'file'; readonly file: File; readonly company: FileCompany }
  | { readonly kind: 'instruments'; readonly instruments: readonly ExportedInstrument[] }
  | { readonly kind: 'records'; readonly records: RecordSet };

/** An instrument's memory where it lies on the axis of what is exported (as in `PlacedInstrument`). */
export interface ExportedInstrument {
  readonly channelSet: ChannelSet;
  readonly identity: InstrumentIdentity;
  readonly prefix: string;
  readonly offsetS: number | undefined;
}

export interface ExportOrder {
  readonly origin: ExportOrigin;
  readonly job: Omit<ExportJob, 'source'>;
  /** Unique; begins the names of this export's files in the private file system. */
  readonly id: string;
}

export interface WrittenExport {
  readonly content: Blob;
  readonly notes: readonly string[];
}

export interface ExportApi {
  /** Once. Rejects with a LabError. */
  run(order: ExportOrder, coreModule: WebAssembly.Module, onProgress: ExportProgress): Promise<WrittenExport>;
}
