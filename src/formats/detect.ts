// The table of formats, by content and never by name. Adding a format is adding a folder with a row and
// naming the row here. Rows are small; a row's `open` loads the reader itself on demand.

import { FormatError } from '../base/errors.ts';
import type { Workspace } from '../core/workspace.ts';
import { CSV_ROW } from './csv/row.ts';
import { GZIP_ROW } from './gzip/row.ts';
import { HDF5_ROW } from './hdf5/row.ts';
import { JLS_V1_ROW, JLS_V2_ROW } from './jls/row.ts';
import { MAT_ROW } from './mat/row.ts';
import { MIMO_ROW } from './mimo/row.ts';
import { NPY_ROW } from './npy/row.ts';
import { PARQUET_ROW } from './parquet/row.ts';
import type { FormatReader } from './reader.ts';
import { type FormatRow, HEAD_BYTES, NO_CONTEXT, type OpenContext } from './row.ts';
import { SALEAE_ROW } from './saleae/row.ts';
import { RIGOL_WFM_ROW } from './scope/rigol/row.ts';
import { ROHDE_SCHWARZ_ROW } from './scope/rohde-schwarz/row.ts';
import { TEKTRONIX_WFM_ROW } from './scope/tektronix/row.ts';
import { WAVE_LIST_ROW } from './scope/wave-list/row.ts';
import type { RandomAccess } from './source.ts';
import { SPECTRUM_ROWS } from './spectrum/row.ts';
import { ISF_ROW, LECROY_ROW } from './trace/row.ts';
import { VCD_ROW } from './vcd/row.ts';
import { WAV_ROW } from './wav/row.ts';
import { ZIP_ROW } from './zip/row.ts';

/** Rows with a signature come before rows that guess from text; the first match opens the file. */
export const FORMAT_ROWS: readonly FormatRow[] = [
  JLS_V2_ROW,
  JLS_V1_ROW,
  NPY_ROW,
  HDF5_ROW,
  PARQUET_ROW,
  ZIP_ROW,
  GZIP_ROW,
  WAV_ROW,
  SALEAE_ROW,
  VCD_ROW,
  RIGOL_WFM_ROW,
  WAVE_LIST_ROW,
  TEKTRONIX_WFM_ROW,
  ROHDE_SCHWARZ_ROW,
  LECROY_ROW,
  ISF_ROW,
  MAT_ROW,
  ...SPECTRUM_ROWS,
  MIMO_ROW,
  CSV_ROW,
];

/** Finds the row for a file. Rejects with `format/unknown`, or `format/unsupported` for what is known and not read. */
export async function detectFormat(source: RandomAccess): Promise<FormatRow> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const row = FORMAT_ROWS.find((candidate) => candidate.matches(head, source.sizeBytes));
  const foreign = !row || row.isGuess ? (await import('./foreign.ts')).foreignFormat(head) : undefined;
  if (foreign) {
    throw new FormatError(
      'format/unsupported',
      `This is ${foreign.name}, which is not read here. ${foreign.wayOut}`,
      0,
    );
  }
  if (row) return row;
  if (head.length === 0) {
    throw new FormatError('format/unknown', 'The file is empty (0 bytes). Choose the file that holds the data.', 0);
  }
  const known = FORMAT_ROWS.map((candidate) => candidate.label).join(', ');
  throw new FormatError(
    'format/unknown',
    `No known format: the file begins with ${hex(head.subarray(0, 8))}. Readable are ${known}. Save it as CSV or HDF5 with the program that made it.`,
    0,
  );
}

/**
 * Opens a file of any known format, or as the bare numbers that the user says it holds. The reader uses `source` and
 * `workspace` until it is closed.
 */
export async function openFile(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext = NO_CONTEXT,
): Promise<FormatReader> {
  const { raw } = context.choice;
  if (raw) return (await import('./raw/reader.ts')).openRaw(source, raw, workspace, context.choice);
  const row = await detectFormat(source);
  return row.open(source, workspace, context);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
