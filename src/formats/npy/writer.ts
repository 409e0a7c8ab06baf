// Writes signals as a NumPy array: one signal as a plain array of its type, several as a structured one.

import {
  asNumbers,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  isSteady,
  lossNotes,
  selectTable,
} from '../export/selection.ts';
import { appendItems, itemOf, numpyTypeOf } from '../numpy/items.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { encodeNpyHeader } from './header.ts';

/** The signals must have one rate; the span is what all of them have. Leaves `sink` open. */
export async function writeNpy(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { spans: chosen, notes: leftOut } = await selectTable(reader, options, 'array');
  const spans = await asNumbers(reader, chosen);
  const first = spans[0]!;
  const count = first.end - first.start;
  const isPlain = spans.length === 1 && isSteady(first);
  sink.append(encodeNpyHeader(isPlain ? numpyTypeOf(first.info).scalar : itemOf(spans), [count]));
  await appendItems(reader, sink, spans, new ExportProgress(options, count));
  const notes = [`An array of ${count} items with ${spans.length} ${spans.length === 1 ? 'signal' : 'fields'}.`];
  notes.push(...lossNotes(reader, spans));
  if (!isSteady(first)) {
    notes.push('The first field is the time of each item in seconds.');
  } else if (first.info.sampleRateHz !== 1) {
    notes.push(`NumPy files hold no sample rate; here it is ${first.info.sampleRateHz} per second.`);
  }
  return { notes: [...notes, ...leftOut] };
}
