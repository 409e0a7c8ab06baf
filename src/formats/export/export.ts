// The table of what a file can be written as. Each kind loads its writer on demand.

import type { Workspace } from '../../core/workspace.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import type { ExportOptions, ExportReport } from './selection.ts';

/** A kind of file that can be written, named by the extension that it usually has. */
export type ExportKind = 'jls' | 'v1.jls' | 'mimo' | 'csv' | 'npy' | 'h5';

export const EXPORT_KINDS: readonly ExportKind[] = ['v1.jls', 'jls', 'mimo', 'csv', 'npy', 'h5'];

/** The kind that a file name asks for; undefined when none does. */
export function exportKindOf(fileName: string): ExportKind | undefined {
  return EXPORT_KINDS.find((kind) => fileName.toLowerCase().endsWith(`.${kind}`));
}

/**
 * Writes the chosen part of an opened file to an empty sink and leaves the sink open. For files of events, `mimo`
 * copies events and `start`/`end` count events; everything else counts samples.
 */
export async function exportFile(
  reader: FormatReader,
  kind: ExportKind,
  sink: AppendSink,
  workspace: Workspace,
  options: ExportOptions = {},
): Promise<ExportReport> {
  switch (kind) {
    case 'jls':
      return (await import('./jls-slice.ts')).writeJlsSlice(reader, sink, workspace, options);
    case 'v1.jls':
      return (await import('./jls-v1.ts')).writeJlsV1(reader, sink, workspace, options);
    case 'mimo': {
      const { copyMimoEvents, writeSignalsAsMimo } = await import('../mimo/writer.ts');
      const { MimoEvents } = await import('../mimo/events.ts');
      return reader.events instanceof MimoEvents
        ? copyMimoEvents(reader.events, sink, options)
        : writeSignalsAsMimo(reader, sink, options);
    }
    case 'csv':
      return (await import('../csv/writer.ts')).writeCsv(reader, sink, options);
    case 'npy':
      return (await import('../npy/writer.ts')).writeNpy(reader, sink, options);
    case 'h5':
      return (await import('../hdf5/writer.ts')).writeHdf5(reader, sink, options);
  }
}
