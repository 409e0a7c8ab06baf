// Records of an oscilloscope as an opened file, so that they are written like one.

import {
  aboutRecords,
  overlapProblem,
  type RecordSet,
  recordSignals,
  recordTimes,
  SEGMENT_SIGNAL,
  sampleCountOf,
} from '../../model/record-set.ts';
import type { SignalInfo } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import { RecordEvents } from './record-events.ts';

/** Records that overlap are events alone and give no signals. */
export function openRecords(set: RecordSet): FormatReader {
  const infos = overlapProblem(set) === undefined ? recordSignals(set) : [];
  const timesS = set.records.length > 1 ? recordTimes(set) : new Float64Array(0);
  const about = aboutRecords(set);
  return createPlainReader({
    format: 'records',
    label: 'Records of an oscilloscope',
    version: '',
    signals: infos.map((info) => plainSignal(set, info, timesS)),
    diagnostics: [],
    sources: [{ id: 1, name: set.source, vendor: '', model: set.source, version: '', serialNumber: '' }],
    metadata: about,
    about,
    ...(set.records.length > 1 ? { events: new RecordEvents(set) } : {}),
  });
}

function plainSignal(set: RecordSet, info: SignalInfo, timesS: Float64Array): PlainSignal {
  const values = valuesOf(set, info.id, info.endSample);
  const read = (start: number, end: number) => Promise.resolve(values.slice(start, end));
  return info.timing === 'steady' ? { info, read } : { info, timesS, read };
}

/** Of one record its own samples, of several all behind each other. */
function valuesOf({ records, signals }: RecordSet, id: string, count: number): Float32Array | Float64Array {
  const isNumber = id === SEGMENT_SIGNAL && records.length > 1;
  const index = signals.findIndex((signal) => signal.id === id);
  if (records.length === 1) return records[0]!.samples[index]!;
  const all = isNumber ? new Float64Array(count) : new Float32Array(count);
  let at = 0;
  for (const [number, record] of records.entries()) {
    const length = sampleCountOf(record);
    if (isNumber) all.fill(number + 1, at, at + length);
    else all.set(record.samples[index]!, at);
    at += length;
  }
  return all;
}
