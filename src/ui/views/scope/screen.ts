// What an oscilloscope's screen shows of a record: the time from left to right, and for each channel the values at the
// bottom and at the top. Pure.

import type { TraceSignal } from '../../../model/channel.ts';
import type { TraceRecord } from '../../../model/live-traces.ts';
import type { ParameterValue } from '../../../model/parameter.ts';
import { niceStep } from '../../plot/ticks.ts';

/** Divisions of a screen, as most oscilloscopes have them. Wider ones are told by the length of their records. */
export const ROWS = 8;
const COLUMNS = 10;
const MOST_COLUMNS = 16;

export interface Span {
  readonly low: number;
  readonly high: number;
}

export type RecordSettings = Readonly<Record<string, ParameterValue>>;

/** A record, of whatever instrument or kept, with the names of its signals. */
export interface ShownRecord extends TraceRecord {
  readonly signals: readonly TraceSignal[];
}

const NO_SETTINGS: RecordSettings = {};

/** Settings in force as values by parameter; none where they are in the instrument's own words. */
export function recordSettings({ settings }: Pick<TraceRecord, 'settings'>): RecordSettings {
  if (!settings.startsWith('{')) return NO_SETTINGS;
  try {
    return JSON.parse(settings) as RecordSettings;
  } catch (error) {
    if (error instanceof SyntaxError) return NO_SETTINGS;
    throw error;
  }
}

/** The number that parameters of a channel begin with; `CH2` is 2. Counted where the name has none. */
export function channelNumber({ id }: TraceSignal, index: number): number {
  return Number(/(\d+)$/.exec(id)?.[1] ?? index + 1);
}

export function numberIn(settings: RecordSettings, id: string): number | undefined {
  const value = settings[id];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export interface TimeScreen {
  readonly startS: number;
  readonly endS: number;
  /** `undefined`: no division is known. */
  readonly divisionS: number | undefined;
}

/** The scope's screen: whole divisions around its middle, or the whole record where it does not tell. */
export function timeScreen(record: TraceRecord): TimeScreen {
  const settings = recordSettings(record);
  const divisionS = numberIn(settings, 'timeScale');
  const lengthS = Math.max(1, sampleCount(record)) * record.stepS;
  if (divisionS === undefined || divisionS <= 0) {
    return { startS: record.startS, endS: record.startS + lengthS, divisionS: undefined };
  }
  const told = 2 * Math.round(lengthS / divisionS / 2);
  const columns = told > COLUMNS && told <= MOST_COLUMNS ? told : COLUMNS;
  const middleS = numberIn(settings, 'timeDelay') ?? 0;
  return { startS: middleS - (columns / 2) * divisionS, endS: middleS + (columns / 2) * divisionS, divisionS };
}

/** The whole record, as far as it reaches beyond the screen, or the screen. */
export function recordSpanS(record: TraceRecord): Span {
  const screen = timeScreen(record);
  const endS = record.startS + sampleCount(record) * record.stepS;
  return { low: Math.min(screen.startS, record.startS), high: Math.max(screen.endS, endS) };
}

export function sampleCount({ samples }: TraceRecord): number {
  return samples[0]?.length ?? 0;
}

/**
 * Values at the bottom and the top. `middle` is told by instruments whose offset is no shift upwards; a positive `offset`
 * raises the trace.
 */
export function valueScreen(settings: RecordSettings, number: number): Span | undefined {
  const scale = numberIn(settings, `${number}.scale`);
  if (scale === undefined || scale <= 0) return undefined;
  const middle = numberIn(settings, `${number}.middle`) ?? -(numberIn(settings, `${number}.offset`) ?? 0);
  return { low: middle - (ROWS / 2) * scale, high: middle + (ROWS / 2) * scale };
}

/** The same for a channel whose scale nobody told, from its extremes: divisions of 1, 2 or 5 with all values inside. */
export function fittedScreen({ low, high }: Span): Span {
  // false of a channel without a value, too
  if (!(low <= high)) return { low: -ROWS / 2, high: ROWS / 2 };
  // a level trace lies in the middle; one division to spare for what the middle is rounded by
  const span = high - low || Math.abs(high) || 1;
  const division = niceStep(span, ROWS - 1);
  const middle = division * Math.round((low + high) / 2 / division);
  return { low: middle - (ROWS / 2) * division, high: middle + (ROWS / 2) * division };
}

/** The next of 1, 2, 5 × 10^n above or below, as a scope's knob goes. */
export function nextStep(value: number, direction: 1 | -1): number {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const steps = [exponent - 1, exponent, exponent + 1].flatMap((power) =>
    [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
  );
  const isBeyond = (step: number) => direction * (step - value) > 1e-9 * value;
  return (direction > 0 ? steps.find(isBeyond) : steps.findLast(isBeyond)) ?? value;
}

/** Index of the sample next to a time; `undefined` beyond the record. */
export function sampleAt(record: TraceRecord, timeS: number): number | undefined {
  const index = Math.round((timeS - record.startS) / record.stepS);
  return index >= 0 && index < sampleCount(record) ? index : undefined;
}
