// Records of an oscilloscope that are saved together: one as signals along the time from its trigger; several, the segments
// of a sequence, one behind the other along the time from the first trigger. Pure.

import { rateOf } from '../base/rate.ts';
import { utcSecondsBetween, utcToIsoText } from '../base/time.ts';
import type { TraceSignal } from './channel.ts';
import type { TraceRecord } from './live-traces.ts';
import type { SignalInfo } from './signal-store.ts';

/** Structured-cloneable. */
export interface RecordSet {
  /** Label of the instrument. */
  readonly source: string;
  readonly signals: readonly TraceSignal[];
  /** At least one, oldest first; each with samples of every signal. */
  readonly records: readonly TraceRecord[];
  /** What is said of them beside their settings, by names of letters, digits and `_`. */
  readonly words: Readonly<Record<string, string>>;
}

/** The signal that counts the records of several, from 1. */
export const SEGMENT_SIGNAL = 'segment';
/** The word that names settings of later records. */
export const SETTINGS_CHANGED = 'settings_changed';
/** Segments with one axis share their times. */
const AXIS_ID = 'trigger';

/** Seconds from the first trigger to that of a record. */
export function triggerTimeS({ records }: RecordSet, index: number): number {
  return utcSecondsBetween(records[0]!.triggerUtc, records[index]!.triggerUtc);
}

export function sampleCountOf({ samples }: TraceRecord): number {
  return samples[0]?.length ?? 0;
}

/** As a store lists them. */
export function recordSignals(set: RecordSet): readonly SignalInfo[] {
  const { records, signals, source } = set;
  const [first] = records;
  const count = records.reduce((sum, record) => sum + sampleCountOf(record), 0);
  const base = { source, startSample: 0, endSample: count, firstSampleId: 0n } as const;
  const inputs = signals.map(({ id, name, unit }) => ({ ...base, id, name, unit, dtype: 'f32' }) as const);
  if (records.length === 1) {
    const { startS: offsetS, stepS } = first!;
    return inputs.map((input) => ({ ...input, timing: 'steady', sampleRateHz: rateOf(stepS), offsetS }));
  }
  const number = { ...base, id: SEGMENT_SIGNAL, name: SEGMENT_SIGNAL, unit: '', dtype: 'u32' } as const;
  const last = records.length - 1;
  const startS = first!.startS;
  const endS = triggerTimeS(set, last) + timeInRecord(records[last]!, sampleCountOf(records[last]!) - 1);
  return [number, ...inputs].map((info) => ({ ...info, timing: 'stamped', axisId: AXIS_ID, startS, endS }));
}

/** From its trigger. */
function timeInRecord({ startS, stepS }: TraceRecord, sample: number): number {
  return startS + sample * stepS;
}

/** Times of the samples of all records from the first trigger. */
export function recordTimes(set: RecordSet): Float64Array {
  const times = set.records.map((record, index) => {
    const triggerS = triggerTimeS(set, index);
    return Float64Array.from({ length: sampleCountOf(record) }, (_, sample) => triggerS + timeInRecord(record, sample));
  });
  const all = new Float64Array(times.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of times) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Why several records do not lie one behind the other; `undefined` where they do. */
export function overlapProblem(set: RecordSet): string | undefined {
  for (let index = 1; index < set.records.length; index++) {
    const before = set.records[index - 1]!;
    const endS = triggerTimeS(set, index - 1) + timeInRecord(before, sampleCountOf(before) - 1);
    if (triggerTimeS(set, index) + set.records[index]!.startS >= endS) continue;
    return `By the times when they came here, record ${index + 1} begins before the one before it ends, so they do not lie along one time. A .mimo file takes them as events, other files take them one by one.`;
  }
  return undefined;
}

/** What a file says of them. The settings are those of the first record; of later ones those that changed are told. */
export function aboutRecords({ source, records, words }: RecordSet): Readonly<Record<string, string>> {
  const [first] = records;
  const changes = records.flatMap(({ settings }, index) => {
    const before = records[index - 1]?.settings ?? settings;
    return settings === before ? [] : [`from record ${index + 1}: ${changedSettings(before, settings)}`];
  });
  return {
    ...words,
    instrument: source,
    trigger: utcToIsoText(first!.triggerUtc),
    start_s: String(first!.startS),
    step_s: String(first!.stepS),
    ...(records.length > 1 ? { records: String(records.length) } : {}),
    ...(first!.settings === '' ? {} : { settings: first!.settings.replace(/[\r\n]+/g, ' ') }),
    ...(changes.length === 0 ? {} : { [SETTINGS_CHANGED]: changes.join(' ').replace(/[\r\n]+/g, ' ') }),
  };
}

/** Of settings by name those that are new or others, `null` for one that is gone; of any other text all of it. */
function changedSettings(before: string, after: string): string {
  const [old, now] = [namedSettings(before), namedSettings(after)];
  if (!old || !now) return after;
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const changed = names.filter((name) => old[name] !== now[name]);
  return JSON.stringify(Object.fromEntries(changed.map((name) => [name, now[name] ?? null])));
}

/** `undefined` where they are in the instrument's own words. */
function namedSettings(settings: string): Readonly<Record<string, unknown>> | undefined {
  if (!settings.startsWith('{')) return undefined;
  try {
    return JSON.parse(settings) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
