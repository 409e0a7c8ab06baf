// Opens what Rohde & Schwarz oscilloscopes write as two files: X.bin, a head in XML, and X.Wfm.bin, the samples. Either of
// them finds the other beside it.

import { FormatError } from '../../../base/errors.ts';
import type { Diagnostic } from '../../../model/signal-store.ts';
import type { FormatReader } from '../../reader.ts';
import type { OpenContext } from '../../row.ts';
import type { RandomAccess } from '../../source.ts';
import { distinctNames, openCapture, type Trace } from '../capture.ts';
import type { CodeType } from '../code-samples.ts';
import { Fields } from '../fields.ts';
import { type Segment, SegmentEvents, segmentTraces } from '../segments.ts';
import { type HeadChannel, type RohdeSchwarzHead, readRohdeSchwarzHead } from './head.ts';
import { isHead } from './row.ts';

/** Types of the samples by the code in their file; `hasTimes`: a time as f64 before the values of each sample. */
const FORMS: Readonly<Record<number, { readonly type: CodeType; readonly hasTimes?: true }>> = {
  0: { type: 'i8' },
  1: { type: 'i16' },
  4: { type: 'f32' },
  6: { type: 'f32', hasTimes: true },
};
const SAMPLES_HEAD_BYTES = 8;
const TIME_BYTES = 8;
/** Records of a history that are looked at. */
const MAX_RECORDS = 1 << 16;

/** Rejects with a FormatError, also when the other file is not beside this one. */
export async function openRohdeSchwarz(source: RandomAccess, context: OpenContext): Promise<FormatReader> {
  const { head: headSource, samples } = await bothFiles(source, context);
  const head = await readRohdeSchwarzHead(headSource);
  const fields = new Fields(await samples.read(0, SAMPLES_HEAD_BYTES));
  const form = FORMS[fields.u32(0)];
  if (!form) {
    throw new FormatError(
      'format/unsupported',
      `Samples of form ${fields.u32(0)} are not read. Export the waveform as floating point numbers.`,
      0,
    );
  }
  const { channels, firmware, timestamp, recordCount } = head;
  if (channels.length === 0) {
    throw new FormatError('format/damaged', 'The head names no channel that was exported. Export it again.', 0);
  }
  const names = distinctNames(channels.map(({ name }) => name));
  const records = Array.from({ length: Math.min(recordCount, MAX_RECORDS) }, (_, record) =>
    channels.map((channel, index) => ({ ...recordTrace(head, form, channel, index, record), name: names[index]! })),
  );
  const capture = {
    format: 'rohde-schwarz-bin',
    label: 'Rohde & Schwarz .bin',
    version: '',
    instrument: { vendor: 'Rohde & Schwarz', model: '', serialNumber: '', version: firmware },
    metadata: {
      ...(firmware && { firmware }),
      ...(timestamp && { timestamp }),
      ...Object.fromEntries(channels.map(({ scalePerDivision }, index) => [names[index]!, { scalePerDivision }])),
    },
  };
  if (records.length <= 1) return openCapture(samples, { ...capture, traces: records[0] ?? [], diagnostics: [] });
  const segments = names.map((_, index) =>
    records.map((record): Segment => ({ ...record[index]!, triggerTimeS: undefined })),
  );
  const shown = segments.map((channel, index) => segmentTraces(names[index]!, channel));
  return openCapture(samples, {
    ...capture,
    traces: shown.flatMap(({ traces }) => traces),
    diagnostics: shown.flatMap(({ diagnostics }): readonly Diagnostic[] => diagnostics),
    events: new SegmentEvents(names[0]!, segments[0]!, samples),
  });
}

/** The other file has this name with or without `.Wfm` before its end. */
async function bothFiles(
  source: RandomAccess,
  { name, neighbour }: OpenContext,
): Promise<{ head: RandomAccess; samples: RandomAccess }> {
  const start = await source.read(0, Math.min(2048, source.sizeBytes));
  const isOfHead = isHead(start);
  const otherName = isOfHead ? name.replace(/\.bin$/i, '.Wfm.bin') : name.replace(/\.Wfm\.bin$/i, '.bin');
  const other = otherName === name ? undefined : await neighbour(otherName);
  if (other) return isOfHead ? { head: source, samples: other } : { head: other, samples: source };
  const message = isOfHead
    ? `This file is the head of a capture; its samples are in ${otherName || 'its .Wfm.bin'}. Open both files together.`
    : `This file has the samples of a capture only; scale and time are in ${otherName === name ? 'its .bin' : otherName}. Open both files together.`;
  throw new FormatError('format/unsupported', message, 0);
}

function recordTrace(
  { startS, stepS, count, leadingCount, storedCount, channels, unit }: RohdeSchwarzHead,
  { type, hasTimes }: { readonly type: CodeType; readonly hasTimes?: true },
  channel: HeadChannel,
  index: number,
  record: number,
): Omit<Trace, 'name'> {
  const valueBytes = Number(type.slice(1)) / 8;
  const timeBytes = hasTimes ? TIME_BYTES : 0;
  const rowBytes = timeBytes + channels.length * valueBytes;
  const firstRow = record * storedCount + leadingCount;
  const scaling = type === 'f32' ? {} : { scale: channel.scale, offset: channel.offset };
  return {
    unit,
    run: {
      type,
      offsetBytes: SAMPLES_HEAD_BYTES + firstRow * rowBytes + timeBytes + index * valueBytes,
      strideBytes: rowBytes,
      ...scaling,
    },
    ...(type === 'f32' ? { dtype: 'f32' as const } : {}),
    count,
    start: startS,
    step: stepS,
  };
}
