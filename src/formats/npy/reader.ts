// Opens a NumPy array. It knows no sample rate: a field of times gives one, or the user does; else samples are counted.

import type { Workspace } from '../../core/workspace.ts';
import { placeColumns } from '../numpy/array-axes.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { noNumbers, openArray } from './array.ts';
import { asRemarked, parseRemark } from './remark.ts';

/** Rejects with a FormatError; an array that was cut gives the samples it has. */
export async function openNpy(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext = NO_CONTEXT,
): Promise<FormatReader> {
  const { header, columns, diagnostics, isCut } = await openArray(source, '', workspace);
  if (columns.length === 0) throw noNumbers();
  const remark = parseRemark(header.remark);
  const hints = {
    ...(remark.sampleRateHz !== undefined && { rateHz: remark.sampleRateHz }),
    ...(remark.startS !== undefined && { startS: remark.startS }),
  };
  const placed = await placeColumns(columns, context.choice, hints, 'npy');
  return createPlainReader({
    format: 'npy',
    label: 'NumPy array',
    version: header.version,
    signals: placed.signals.map((signal) => asRemarked(signal, remark)),
    originUtc: placed.originUtc,
    diagnostics: [...diagnostics, ...placed.diagnostics],
    reading: placed.reading,
    isRecovered: isCut,
  });
}
