// Opens the .bin files of Keysight (Agilent) and Rigol.

import { FormatError } from '../../../base/errors.ts';
import type { ReadChoice } from '../../../model/read-choice.ts';
import type { Diagnostic, SignalAxis } from '../../../model/signal-store.ts';
import type { FormatReader } from '../../reader.ts';
import type { RandomAccess } from '../../source.ts';
import { distinctNames, type Instrument, openCapture, type Trace } from '../capture.ts';
import type { CodeRun } from '../code-samples.ts';
import { type Segment, SegmentEvents, segmentTraces } from '../segments.ts';
import { BUFFER, type BufferHead, readWaveList, WAVEFORM_LOGIC, type WaveformHead, type WaveList } from './heads.ts';
import { unscaledTraces } from './unscaled.ts';

/** Units by their code, of values and along the axis. */
const UNITS = ['', 'V', 's', '', 'A', 'dB', 'Hz'];
const SECONDS = 2;
const UNNAMED_AXIS: SignalAxis = { name: 'x', unit: '' };
const AXES: Readonly<Record<number, SignalAxis>> = {
  1: { name: 'voltage', unit: 'V' },
  4: { name: 'current', unit: 'A' },
  5: { name: 'level', unit: 'dB' },
  6: { name: 'frequency', unit: 'Hz' },
};
const BITS_PER_BUFFER = 8;

/** Rejects with a FormatError. `choice` may say the rate where the file does not. */
export async function openWaveList(source: RandomAccess, choice: ReadChoice): Promise<FormatReader> {
  const list = await readWaveList(source);
  const { isRigol, version, waveforms } = list;
  const first = waveforms[0]!;
  const instrument = instrumentOf(first, isRigol);
  const base = {
    format: isRigol ? 'rigol-bin' : 'keysight-bin',
    label: isRigol ? 'Rigol .bin' : 'Keysight .bin',
    version,
    instrument,
    metadata: metadataOf(first, instrument),
  };
  const unscaled = isRigol ? await unscaledTraces(source, list, choice) : undefined;
  if (unscaled) return openCapture(source, { ...base, ...unscaled });
  const diagnostics = missingWaveforms(list, source);
  const isSegmented = waveforms.some(({ segmentIndex }) => segmentIndex > 1);
  if (!isSegmented) {
    return openCapture(source, { ...base, traces: namedTraces(list, waveforms, diagnostics), diagnostics });
  }
  const segments = segmentsByName(list, diagnostics);
  const shown = [...segments].map(([name, channel]) => segmentTraces(name, channel));
  const [eventName, eventSegments] = [...segments][0] ?? ['', []];
  return openCapture(source, {
    ...base,
    traces: shown.flatMap(({ traces }) => traces),
    diagnostics: [...diagnostics, ...shown.flatMap((each) => each.diagnostics), ...otherEvents(segments)],
    events: new SegmentEvents(eventName, eventSegments, source),
  });
}

function instrumentOf({ frame }: WaveformHead, isRigol: boolean): Instrument {
  const [model = '', serialNumber = ''] = frame.split(':');
  return { vendor: isRigol ? 'Rigol' : 'Keysight', model, serialNumber, version: '' };
}

function metadataOf({ date, time }: WaveformHead, { model, serialNumber }: Instrument): Record<string, unknown> {
  return {
    ...(model && { instrument: model }),
    ...(serialNumber && { serialNumber }),
    // on the instrument's own clock, whose zone the file does not say
    ...(date && { date }),
    ...(time && { time }),
  };
}

function missingWaveforms({ waveforms, statedCount }: WaveList, source: RandomAccess): Diagnostic[] {
  if (waveforms.length >= statedCount) return [];
  const message = `The file states ${statedCount} waveforms and holds ${waveforms.length}; those are shown.`;
  return [{ severity: 'warning', code: 'scope/truncated', message, offsetBytes: source.sizeBytes }];
}

function namedTraces(list: WaveList, waveforms: readonly WaveformHead[], diagnostics: Diagnostic[]): Trace[] {
  let logicCount = 0;
  const traces = waveforms.flatMap((waveform, index) => {
    if (!isLogic(waveform)) return waveformTraces(list, waveform, channelName(waveform, index), diagnostics);
    const firstBit = BITS_PER_BUFFER * logicCount++;
    return logicTraces(list, waveform, firstBit, diagnostics);
  });
  const names = distinctNames(traces.map(({ name }) => name));
  return traces.map((trace, index) => ({ ...trace, name: names[index]! }));
}

const isLogic = ({ type, label }: WaveformHead): boolean => type === WAVEFORM_LOGIC || /^(?:LA|POD|D\d)/i.test(label);

/** Keysight calls its channels by their number. */
function channelName({ label }: WaveformHead, index: number): string {
  if (label === '') return `CH${index + 1}`;
  return /^\d+$/.test(label) ? `CH${label}` : label;
}

/** One trace per buffer; the extremes of peak detection are traces of their own. */
function waveformTraces(list: WaveList, waveform: WaveformHead, name: string, diagnostics: Diagnostic[]): Trace[] {
  const { buffers, yUnit } = waveform;
  const isMany = buffers.length > 1;
  return buffers.flatMap((buffer) => {
    const run = runOf(buffer);
    if (!run || buffer.type === BUFFER.time) {
      diagnostics.push(leftOut(name, buffer));
      return [];
    }
    const behind = !isMany
      ? ''
      : buffer.type === BUFFER.maximum
        ? ' max'
        : buffer.type === BUFFER.minimum
          ? ' min'
          : '';
    const dtype = buffer.type === BUFFER.digital ? ('u8' as const) : ('f32' as const);
    return [{ ...axisOf(list, waveform, buffer), name: `${name}${behind}`, unit: UNITS[yUnit] ?? '', run, dtype }];
  });
}

function logicTraces(list: WaveList, waveform: WaveformHead, firstBit: number, diagnostics: Diagnostic[]): Trace[] {
  return waveform.buffers.flatMap((buffer) => {
    const run = runOf(buffer);
    if (run) {
      return Array.from({ length: BITS_PER_BUFFER * (run.type === 'u16' ? 2 : 1) }, (_, bit) => ({
        ...axisOf(list, waveform, buffer),
        name: `D${firstBit + bit}`,
        unit: '',
        run,
        bit,
      }));
    }
    diagnostics.push(leftOut(waveform.label, buffer));
    return [];
  });
}

function runOf({ type, pointBytes, offsetBytes }: BufferHead): CodeRun | undefined {
  if (type === BUFFER.digital && pointBytes <= 2) return { type: pointBytes === 2 ? 'u16' : 'u8', offsetBytes };
  if (type >= BUFFER.normal && type <= BUFFER.counts && pointBytes === 4) return { type: 'f32', offsetBytes };
  return undefined;
}

function leftOut(name: string, { type, pointBytes, offsetBytes }: BufferHead): Diagnostic {
  const message = `A buffer of ${name} (type ${type}, ${pointBytes} bytes per sample) is not read. Save that channel as CSV.`;
  return { severity: 'warning', code: 'scope/buffer-left-out', message, offsetBytes };
}

function axisOf({ isRigol }: WaveList, waveform: WaveformHead, { sizeBytes, pointBytes }: BufferHead) {
  const { xOrigin, xIncrement, xUnit, points } = waveform;
  const axis = xUnit === SECONDS ? undefined : (AXES[xUnit] ?? UNNAMED_AXIS);
  return {
    start: isRigol ? -xOrigin : xOrigin,
    step: xIncrement,
    count: Math.min(points, Math.floor(sizeBytes / Math.max(1, pointBytes))),
    ...(axis ? { axis } : {}),
  };
}

/** The segments of each channel, in order. Logic and extremes of segments are left out. */
function segmentsByName(list: WaveList, diagnostics: Diagnostic[]): Map<string, Segment[]> {
  const byName = new Map<string, Segment[]>();
  const leftOutNames = new Set<string>();
  for (const waveform of list.waveforms) {
    const name = channelName(waveform, 0);
    const [trace, ...others] = isLogic(waveform) ? [] : waveformTraces(list, waveform, name, diagnostics);
    if (!trace || others.length > 0) leftOutNames.add(name);
    if (!trace) continue;
    const segments = byName.get(name) ?? [];
    segments.push({ ...trace, triggerTimeS: waveform.timeTagS });
    byName.set(name, segments);
  }
  if (byName.size === 0) {
    throw new FormatError('format/unsupported', 'Segments of logic are not read. Save them as CSV.', 0);
  }
  if (leftOutNames.size > 0) {
    const message = `Logic and second buffers of segments are not read (${[...leftOutNames].join(', ')}). Save them as CSV.`;
    diagnostics.push({ severity: 'warning', code: 'scope/segments-left-out', message });
  }
  return byName;
}

/** Events are of one channel. */
function otherEvents(segments: ReadonlyMap<string, readonly Segment[]>): Diagnostic[] {
  const [first, ...others] = segments.keys();
  if (others.length === 0) return [];
  const message = `Events are of ${first}; segments of ${others.join(', ')} are signals only.`;
  return [{ severity: 'info', code: 'scope/events-of-one', message }];
}
