// Opens a LeCroy .trc file. Samples are read on demand; a file that was cut gives the points it has. The segments of a
// sequence are signals at the times of their triggers, and events.

import { FormatError } from '../../base/errors.ts';
import {
  type LecroyDescriptor,
  type LecroySegment,
  lecroyInterval,
  lecroySegments,
  parseLecroyDescriptor,
  TRIGGER_TIME_BYTES,
} from '../../devices/scope/lecroy.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import { axisOfUnit, type Capture, openCapture, TRUNCATED, type Trace } from '../scope/capture.ts';
import { type CodeRun, presentCodes } from '../scope/code-samples.ts';
import { type Segment, SegmentEvents, segmentTraces } from '../scope/segments.ts';
import type { RandomAccess } from '../source.ts';
import { unitSymbol } from '../units.ts';
import { LECROY_SEARCH_BYTES } from './row.ts';

/** The descriptor behind the echo of a command. */
const HEAD_BYTES = LECROY_SEARCH_BYTES + 512;
/** Segments of a sequence that are looked at; the largest memories hold some ten thousand. */
const MAX_SEGMENTS = 1 << 20;
/** Text of the user that is shown. */
const MOST_TEXT_BYTES = 16_384;

/** Rejects with a FormatError when there is no usable descriptor. */
export async function openLecroy(source: RandomAccess): Promise<FormatReader> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const descriptor = parseLecroyDescriptor(head);
  const dxS = lecroyInterval(descriptor);
  if (!(dxS > 0) || !Number.isFinite(dxS)) {
    throw new FormatError('format/damaged', 'The trace states no time between its points.', descriptor.offsetBytes);
  }
  const { userTextOffset, userTextBytes } = descriptor;
  const userText = await source.read(userTextOffset, Math.min(userTextBytes, MOST_TEXT_BYTES));
  const name = traceName(descriptor);
  const diagnostics = validRange(descriptor);
  const capture = {
    format: 'lecroy-trc',
    label: 'LeCroy trace',
    version: descriptor.templateName,
    instrument: {
      vendor: 'LeCroy',
      model: descriptor.instrumentName,
      serialNumber: String(descriptor.instrumentNumber),
      version: '',
    },
    metadata: { ...metadataOf(descriptor), ...userTextOf(userText) },
    diagnostics,
  } satisfies Omit<Capture, 'traces'>;
  const times = await source.read(
    descriptor.triggerTimeOffset,
    Math.min(descriptor.triggerTimeArrayBytes, MAX_SEGMENTS * TRIGGER_TIME_BYTES),
  );
  if (descriptor.segmentCount === 1) {
    const [segment] = lecroySegments(descriptor, descriptor.pointCount, times);
    return openCapture(source, { ...capture, traces: [{ ...segmentTrace(descriptor, segment!), name }] });
  }
  const present = presentCodes(source, runOf(descriptor, 0), descriptor.pointCount);
  const segments = lecroySegments(descriptor, present, times).map(
    (segment): Segment => ({ ...segmentTrace(descriptor, segment), name, triggerTimeS: segment.triggerTimeS }),
  );
  if (segments.length < descriptor.segmentCount) {
    const message = `The trace states ${descriptor.segmentCount} segments and holds ${segments.length} with their times; those are shown.`;
    diagnostics.push({ severity: 'warning', code: TRUNCATED, message, offsetBytes: source.sizeBytes });
  }
  if (segments.length === 0) {
    const nothing = { triggerTimeS: 0, x0S: descriptor.horizontalOffsetS, firstPoint: 0, pointCount: 0 };
    return openCapture(source, { ...capture, traces: [{ ...segmentTrace(descriptor, nothing), name }] });
  }
  const shown = segmentTraces(name, segments);
  diagnostics.push(...shown.diagnostics);
  return openCapture(source, { ...capture, traces: shown.traces, events: new SegmentEvents(name, segments, source) });
}

/** What somebody wrote into the trace. */
function userTextOf(bytes: Uint8Array): Readonly<Record<string, string>> {
  const text = new TextDecoder().decode(bytes).split('\0')[0]!.trim();
  return text === '' ? {} : { userText: text };
}

/** Codes of the record from a point on; value = gain × code − offset. */
function runOf(descriptor: LecroyDescriptor, firstPoint: number): CodeRun {
  const { itemBytes, isLittleEndian, sampleOffset, verticalGain, verticalOffset } = descriptor;
  return {
    type: itemBytes === 1 ? 'i8' : 'i16',
    isLittle: isLittleEndian,
    offsetBytes: sampleOffset + firstPoint * itemBytes,
    scale: verticalGain,
    offset: -verticalOffset,
  };
}

function segmentTrace(
  descriptor: LecroyDescriptor,
  { x0S, firstPoint, pointCount }: LecroySegment,
): Omit<Trace, 'name'> {
  const axis = axisOfUnit(descriptor.horizontalUnit);
  return {
    unit: unitSymbol(descriptor.verticalUnit),
    run: runOf(descriptor, firstPoint),
    count: pointCount,
    start: x0S,
    step: lecroyInterval(descriptor),
    ...(axis ? { axis } : {}),
  };
}

function metadataOf(descriptor: LecroyDescriptor): Readonly<Record<string, unknown>> {
  const { instrumentName, instrumentNumber, templateName, traceLabel, triggerTime, verticalUnit } = descriptor;
  const { year, month, day, hours, minutes, seconds } = triggerTime;
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    instrument: instrumentName,
    serialNumber: String(instrumentNumber),
    template: templateName,
    ...(traceLabel === '' ? {} : { traceLabel }),
    // on the instrument's own clock, whose zone the file does not say
    ...(year > 0 && {
      triggerTime: `${year}-${two(month)}-${two(day)}T${two(hours)}:${two(minutes)}:${secondsText(seconds)}`,
    }),
    verticalUnit,
    verticalGain: descriptor.verticalGain,
    verticalOffset: descriptor.verticalOffset,
    nominalBits: descriptor.nominalBits,
    segmentCount: descriptor.segmentCount,
  };
}

/** To the nanosecond, as far as there is something behind the point. */
function secondsText(seconds: number): string {
  return seconds
    .toFixed(9)
    .padStart(12, '0')
    .replace(/\.?0+$/, '');
}

/** The instrument marks points at the ends that it could not measure; they are shown and named. */
function validRange({ firstValidPoint, lastValidPoint, pointCount }: LecroyDescriptor): Diagnostic[] {
  if (firstValidPoint <= 0 && lastValidPoint >= pointCount - 1) return [];
  const message = `The instrument calls points ${firstValidPoint} to ${lastValidPoint} of ${pointCount} valid.`;
  return [{ severity: 'info', code: 'lecroy/valid-range', message }];
}

function traceName({ traceLabel, waveSource }: LecroyDescriptor): string {
  if (traceLabel !== '') return traceLabel;
  return waveSource >= 0 && waveSource < 4 ? `C${waveSource + 1}` : 'trace';
}
