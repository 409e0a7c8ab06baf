// Opens a NumPy array. It knows no sample rate: a field of times gives one, or the user does; else samples are counted.

import type { Workspace } from '../../core/workspace.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { placeColumns } from '../arrays/place-columns.ts';
import { valueColumn } from '../numpy/value-columns.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { noNumbers, openArray } from './array.ts';
import { asRemarked, parseRemark, statedBy } from './remark.ts';

/** Rejects with a FormatError; an array that was cut gives the samples it has. */
export async function openNpy(
  source: RandomAccess,
  workspace: Workspace,
  context: OpenContext = NO_CONTEXT,
): Promise<FormatReader> {
  const { header, columns, isUnnamed, diagnostics, isCut } = await openArray(source, '', workspace);
  if (columns.length === 0) throw noNumbers();
  const remark = parseRemark(header.remark);
  const said: Diagnostic[] = [...diagnostics];
  const rules = { format: 'npy', stated: statedBy(remark), showsTimes: true };
  const all = columns.map((column) => valueColumn(column, remark.units[column.name], isUnnamed));
  const placed = await placeColumns(all, context.choice, rules, said);
  return createPlainReader({
    format: 'npy',
    label: 'NumPy array',
    version: header.version,
    signals: placed.signals.map((signal) => asRemarked(signal, remark)),
    originUtc: placed.originUtc,
    ...(remark.about && { metadata: remark.about }),
    diagnostics: said,
    reading: placed.reading,
    isRecovered: isCut,
  });
}
