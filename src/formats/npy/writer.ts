// Writes signals as a NumPy array: one signal as a plain array of its type, several as a structured one.

import { SETTINGS_CHANGED } from '../../model/record-set.ts';
import { timeOfSample } from '../../model/timing.ts';
import {
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  isSteady,
  lossNotes,
  selectNumbers,
} from '../export/selection.ts';
import { appendItems, itemOf, numpyTypeOf } from '../numpy/items.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { encodeNpyHeader } from './header.ts';
import type { ArrayRemark } from './remark.ts';

/** `np.load` refuses longer ones (numpy.lib.format, _MAX_HEADER_SIZE). */
const MAX_HEADER_BYTES = 10_000;

/** The signals must have one rate; the span is what all of them have. Leaves `sink` open. */
export async function writeNpy(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { spans, first, count, notes: leftOut } = await selectNumbers(reader, options, 'array');
  const isPlain = spans.length === 1 && isSteady(first);
  const item = itemOf(spans);
  const remark: ArrayRemark = {
    ...(isSteady(first) &&
      !first.info.axis && { sampleRateHz: first.info.sampleRateHz, startS: timeOfSample(first.info, first.start) }),
    units: Object.fromEntries([
      ...(isSteady(first) ? [] : [[item.fields[0]!.name, 's']]),
      ...spans.map(({ info }) => [info.name, info.unit]),
    ]),
    ...(reader.about && { about: reader.about }),
  };
  const dtype = isPlain ? numpyTypeOf(first.info).scalar : item;
  const whole = encodeNpyHeader(dtype, [count], JSON.stringify(remark));
  const { [SETTINGS_CHANGED]: changes, ...others } = reader.about ?? {};
  const isCut = whole.length > MAX_HEADER_BYTES && changes !== undefined;
  sink.append(isCut ? encodeNpyHeader(dtype, [count], JSON.stringify({ ...remark, about: others })) : whole);
  await appendItems(reader, sink, spans, new ExportProgress(options, count));
  const notes = [`An array of ${count} items with ${spans.length} ${spans.length === 1 ? 'signal' : 'fields'}.`];
  notes.push(...lossNotes(reader, spans));
  if (isCut) notes.push('How settings changed from record to record is left out: NumPy reads no header that long.');
  if (!isSteady(first)) {
    notes.push('The first field is the time of each item in seconds.');
  } else if (first.info.sampleRateHz !== 1) {
    notes.push(
      `NumPy itself knows no sample rate: ${first.info.sampleRateHz} per second. Opened here it is read again.`,
    );
  }
  return { notes: [...notes, ...leftOut] };
}
