// The table of what data can be written as. To add a kind: its folder with a row, and the row here. A row's `write`
// loads the writer itself on demand.

import { FormatError } from '../base/errors.ts';
import type { Workspace } from '../core/workspace.ts';
import { axesOf, axisTitle, isSameAxis, TIME_AXIS } from '../model/axis.ts';
import { CSV_WRITE_ROW } from './csv/row.ts';
import { saturationNotes } from './export/saturation-notes.ts';
import type { ExportOptions, ExportReport } from './export/selection.ts';
import { HDF5_WRITE_ROW } from './hdf5/row.ts';
import { JLS_V1_WRITE_ROW, JLS_V2_WRITE_ROW } from './jls/row.ts';
import { MAT_WRITE_ROW } from './mat/write-row.ts';
import { MIMO_WRITE_ROW } from './mimo/row.ts';
import { NPY_WRITE_ROW } from './npy/row.ts';
import { PARQUET_WRITE_ROW } from './parquet/row.ts';
import type { FormatReader } from './reader.ts';
import type { WriteRow } from './row.ts';
import type { AppendSink } from './source.ts';
import { LECROY_WRITE_ROW } from './trace/write-row.ts';

/** In the order in which they are offered. */
export const WRITE_ROWS: readonly WriteRow[] = [
  JLS_V2_WRITE_ROW,
  CSV_WRITE_ROW,
  NPY_WRITE_ROW,
  MIMO_WRITE_ROW,
  HDF5_WRITE_ROW,
  PARQUET_WRITE_ROW,
  MAT_WRITE_ROW,
  LECROY_WRITE_ROW,
  JLS_V1_WRITE_ROW,
];

/** The row that a file name asks for, by the longest extension that fits; undefined when none does. */
export function writeRowOf(fileName: string): WriteRow | undefined {
  return WRITE_ROWS.filter(({ extension }) => fileName.toLowerCase().endsWith(`.${extension}`)).sort(
    (a, b) => b.extension.length - a.extension.length,
  )[0];
}

/**
 * Writes the chosen part of an opened file, as what files with this extension are, to an empty sink and leaves the sink
 * open. For files of events, `mimo` copies events and `start`/`end` count events; everything else counts samples.
 */
export async function exportFile(
  reader: FormatReader,
  extension: string,
  sink: AppendSink,
  workspace: Workspace,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const row = WRITE_ROWS.find((candidate) => candidate.extension === extension);
  if (!row) throw new FormatError('format/unsupported', `Nothing writes .${extension}. Choose another kind of file.`);
  const report = await row.write(reader, sink, workspace, options);
  const aboutAxes = row.keepsAxis ? [] : lostAxes(reader, row.label, options);
  return { notes: [...report.notes, ...aboutAxes, ...(await saturationNotes(reader, options))] };
}

/** What to tell of axes that the format has no place for. */
function lostAxes({ store }: FormatReader, label: string, { signalIds }: ExportOptions): readonly string[] {
  const chosen = store.signals().filter(({ id }) => signalIds?.includes(id) ?? true);
  const others = axesOf(chosen).filter((axis) => !isSameAxis(axis, TIME_AXIS));
  if (others.length === 0) return [];
  const titles = others.map(axisTitle).join(', ');
  return [`${label} has no place for the axis ${titles}: what opens the file takes its places for seconds.`];
}
