// What the readers of oscilloscope files have in common: a list of traces becomes a FormatReader.

import { FormatError } from '../../base/errors.ts';
import { rateOf, SINGLE_NOISE } from '../../base/rate.ts';
import type { Utc } from '../../base/time.ts';
import type { Diagnostic, SampleType, SignalAxis } from '../../model/signal-store.ts';
import { createPlainReader, type PlainReaderParts } from '../plain-reader.ts';
import type { SteadyPlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { unitSymbol } from '../units.ts';
import { type CodeRun, codeReader, presentCodes } from './code-samples.ts';

/** Where samples lie along their axis. */
export interface TraceAxis {
  /** Place of the first sample, in s from the trigger where the axis is time. */
  readonly start: number;
  /** From one sample to the next; > 0. */
  readonly step: number;
  /** Left out: time. */
  readonly axis?: SignalAxis;
}

export interface Trace extends TraceAxis {
  readonly name: string;
  readonly unit: string;
  readonly run: CodeRun;
  readonly count: number;
  /** How the samples are stored where they are whole numbers without a scale; f64 when left out. */
  readonly dtype?: SampleType;
  /** Of a byte of logic: which of its bits is the signal. */
  readonly bit?: number;
}

export interface Instrument {
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly version: string;
}

export interface Capture {
  readonly format: string;
  readonly label: string;
  readonly version: string;
  readonly instrument: Instrument;
  readonly traces: readonly Trace[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly originUtc?: Utc | undefined;
  readonly events?: PlainReaderParts['events'];
}

/** Throws `format/damaged` when a trace has no place on its axis or no trace is in the file. */
export function openCapture(source: RandomAccess, capture: Capture): FormatReader {
  const { instrument, traces, metadata, originUtc, events } = capture;
  const diagnostics = [...capture.diagnostics];
  if (traces.length === 0) {
    throw new FormatError(
      'format/damaged',
      'The file names no channel that was saved. Save it again with channels.',
      0,
    );
  }
  const signals = traces.map((trace) => traceSignal(source, trace, instrument.model, diagnostics));
  const { vendor, model, serialNumber, version } = instrument;
  return createPlainReader({
    format: capture.format,
    label: capture.label,
    version: capture.version,
    signals,
    diagnostics,
    sources: [{ id: 0, name: model || vendor, vendor, model, version, serialNumber }],
    metadata,
    originUtc,
    isRecovered: diagnostics.some(({ code }) => code === TRUNCATED),
    ...(events ? { events } : {}),
  });
}

/** Samples are missing that the file states. */
export const TRUNCATED = 'scope/truncated';

function traceSignal(source: RandomAccess, trace: Trace, model: string, diagnostics: Diagnostic[]): SteadyPlainSignal {
  const { name, unit, run, start, step, axis, bit, dtype = bit === undefined ? 'f64' : 'u1' } = trace;
  if (!(step > 0) || !Number.isFinite(1 / step) || !Number.isFinite(step) || !Number.isFinite(start)) {
    throw new FormatError(
      'format/damaged',
      `The file states no usable time between the samples of ${name}. Save it again.`,
      0,
    );
  }
  const present = presentCodes(source, run, trace.count);
  if (present < trace.count) {
    const message = `${name}: the file states ${trace.count} samples and holds ${present}; those are shown.`;
    diagnostics.push({ severity: 'warning', code: TRUNCATED, message, offsetBytes: source.sizeBytes });
  }
  const read = codeReader(source, run);
  const bits = async (first: number, end: number) => (await read(first, end)).map((code) => (code >> bit!) & 1);
  return {
    info: {
      id: name,
      name,
      unit,
      source: model,
      dtype,
      timing: 'steady',
      // rates and steps of single precision are not exact
      sampleRateHz: rateOf(step, SINGLE_NOISE),
      startSample: 0,
      endSample: present,
      offsetS: start,
      firstSampleId: 0n,
      ...(axis ? { axis } : {}),
    },
    read: bit === undefined ? read : bits,
  };
}

/** What lies along an axis in this unit; undefined where that is time in seconds. */
export function axisOfUnit(text: string): SignalAxis | undefined {
  const unit = unitSymbol(text);
  if (/^s?$/i.test(unit)) return undefined;
  return { name: unit === 'Hz' ? 'frequency' : 'x', unit };
}

/** Names that differ: what came before keeps its name, a later one of the same gets a number behind it. */
export function distinctNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let number = 2; used.has(distinct); number++) distinct = `${name} (${number})`;
    used.add(distinct);
    return distinct;
  });
}
