// Opens Tektronix' .wfm files: one waveform, or the frames of a FastFrame acquisition, each with its trigger's time.

import { type Utc, utcAddSeconds, utcFromUnixMs } from '../../../base/time.ts';
import type { Diagnostic } from '../../../model/signal-store.ts';
import type { FormatReader } from '../../reader.ts';
import type { RandomAccess } from '../../source.ts';
import { unitSymbol } from '../../units.ts';
import { axisOfUnit, type Capture, openCapture, type Trace } from '../capture.ts';
import { codeBytes } from '../code-samples.ts';
import { type Segment, SegmentEvents, segmentTraces } from '../segments.ts';
import { DATA_DIGITAL, type Frame, readTektronixHead, type TektronixHead } from './head.ts';

/** Samples are the least and the largest of a stretch by turns. */
const STORAGE_MIN_MAX = 1;
/** Bytes behind the samples in which the notes of a program stand, by name. */
const NOTES_BYTES = 1 << 16;
const BITS = 8;

/** Rejects with a FormatError. */
export async function openTektronixWfm(source: RandomAccess): Promise<FormatReader> {
  const head = await readTektronixHead(source);
  const { version, label, frames } = head;
  const first = frames[0]!;
  const name = label || 'trace';
  const diagnostics: Diagnostic[] = [];
  const capture = {
    format: 'tektronix-wfm',
    label: 'Tektronix .wfm',
    version: `WFM#00${version}`,
    instrument: { vendor: 'Tektronix', model: '', serialNumber: '', version: '' },
    metadata: { ...(label && { traceLabel: label }), verticalScale: head.scale, verticalOffset: head.offset },
    diagnostics,
    originUtc: triggerUtc(first),
  } satisfies Omit<Capture, 'traces'>;
  const segments = frames.map(
    (frame, index): Segment => ({
      ...frameTrace(head, frame, index),
      name,
      triggerTimeS: frame.triggerUnixS - first.triggerUnixS + (frame.triggerFraction - first.triggerFraction),
    }),
  );
  if (segments.length > 1) {
    const shown = segmentTraces(name, segments);
    diagnostics.push(...shown.diagnostics);
    return openCapture(source, { ...capture, traces: shown.traces, events: new SegmentEvents(name, segments, source) });
  }
  return openCapture(source, { ...capture, traces: await tracesOf(source, head, { ...segments[0]!, name }) });
}

/** UTC of the trigger, which is second 0. */
function triggerUtc({ triggerUnixS, triggerFraction }: Frame): Utc | undefined {
  const isKnown = triggerUnixS > 0 && triggerFraction >= 0 && triggerFraction < 1;
  return isKnown ? utcAddSeconds(utcFromUnixMs(triggerUnixS * 1000), triggerFraction) : undefined;
}

function frameTrace(
  head: TektronixHead,
  { dataStart, dataEnd, bufferBytes }: Frame,
  index: number,
): Omit<Trace, 'name'> {
  const { type, isLittle, scale, offset, unit, xScale, xOffset, curveOffset } = head;
  const axis = axisOfUnit(head.xUnit);
  return {
    unit: unitSymbol(unit),
    run: { type, isLittle, offsetBytes: curveOffset + index * bufferBytes + dataStart, scale, offset },
    count: Math.max(0, Math.floor((dataEnd - dataStart) / codeBytes(type))),
    start: xOffset,
    step: xScale,
    ...(axis ? { axis } : {}),
  };
}

/** One waveform: lines of logic, pairs, or plain samples. */
async function tracesOf(source: RandomAccess, head: TektronixHead, trace: Trace): Promise<readonly Trace[]> {
  if (head.dataType === DATA_DIGITAL) {
    const run = { ...trace.run, scale: 1, offset: 0 };
    return Array.from({ length: BITS }, (_, bit) => ({ ...trace, name: `D${bit}`, unit: '', run, bit }));
  }
  if (head.storage !== STORAGE_MIN_MAX) return [trace];
  const itemBytes = codeBytes(trace.run.type);
  const names = (await isComplex(source, trace)) ? ['I', 'Q'] : ['min', 'max'];
  return names.map((half, index) => ({
    ...trace,
    name: trace.name === 'trace' ? half : `${trace.name} ${half}`,
    count: Math.floor(trace.count / 2),
    step: 2 * trace.step,
    run: { ...trace.run, offsetBytes: trace.run.offsetBytes + index * itemBytes, strideBytes: 2 * itemBytes },
  }));
}

/** Pairs are the parts of complex numbers where the notes behind them speak of I and Q. */
async function isComplex(source: RandomAccess, { run, count }: Trace): Promise<boolean> {
  const end = run.offsetBytes + count * codeBytes(run.type);
  const notes = await source.read(Math.min(end, source.sizeBytes), NOTES_BYTES);
  return new TextDecoder('latin1').decode(notes.slice()).includes('IQ_');
}
