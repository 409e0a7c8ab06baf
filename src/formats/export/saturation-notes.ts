// What an export tells of samples that were at a limit: the file holds their values, which are not the true ones.

import { LabError } from '../../base/errors.ts';
import { formatPercent } from '../../base/si.ts';
import { saturatedShare } from '../../model/saturation.ts';
import type { FormatReader } from '../reader.ts';
import { type ExportOptions, type Span, selectSpans } from './selection.ts';

/** A sentence for each chosen signal that has such samples in the chosen span. */
export async function saturationNotes(reader: FormatReader, options: ExportOptions): Promise<readonly string[]> {
  // a file of events is no measurement at a rate, and its spans may count events
  if (reader.events || reader.store.signals().length === 0) return [];
  const spans = await selectSpans(reader, options);
  const notes = await Promise.all(spans.map((span) => noteOf(reader, span, options.abort)));
  return notes.flat();
}

async function noteOf({ store }: FormatReader, { info, start, end }: Span, abort?: AbortSignal): Promise<string[]> {
  try {
    const share = await saturatedShare(store, info, { start, end }, abort);
    if (!share) return [];
    return [
      `"${info.name}" is at the limit of its range in ${formatPercent(share)} of its samples: the true values are beyond.`,
    ];
  } catch (error) {
    // an instrument's memory may have been overwritten meanwhile, which is told as a loss
    if (error instanceof LabError && error.code === 'format/range') return [];
    throw error;
  }
}
