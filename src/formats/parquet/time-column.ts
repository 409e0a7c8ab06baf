// The column of times in a Parquet file of ours: whole ticks where the times are such, so that no digit is lost.

import type { SchemaElement } from 'hyparquet';
import { UTC_EPOCH_UNIX_S, UTC_TICKS_PER_SECOND, type Utc } from '../../base/time.ts';
import { timeOfSample } from '../../model/timing.ts';
import { freeName, isSteady, type Span, type SteadySpan } from '../export/selection.ts';
import type { ParquetTime } from './metadata.ts';

/** How times are written. */
export interface TimeColumn {
  readonly element: SchemaElement;
  readonly told: ParquetTime;
  /** Of rows [row, row + count), whose times in seconds are `timesS` where each has its own. */
  values(row: number, count: number, timesS: Float64Array | undefined): BigInt64Array | Float64Array;
}

const NANO = 1_000_000_000;
/** Units of whole ticks that names of ours end in. */
const TICK_UNITS = [
  ['ns', 1e9],
  ['ps', 1e12],
] as const;

/** Times of a clock where the data have one, else from the axis' zero. */
export function timeColumn(spans: readonly Span[], originUtc: Utc | undefined): TimeColumn {
  const first = spans[0]!;
  if (originUtc !== undefined) return clockColumn(spans, originUtc);
  if (isSteady(first)) {
    for (const [unit, ticksPerSecond] of TICK_UNITS) {
      const column = tickColumn(freeName(`time_${unit}`, spans), ticksPerSecond, first);
      if (column) return column;
    }
  }
  const name = freeName('time_s', spans);
  return {
    element: { name, type: 'DOUBLE', repetition_type: 'REQUIRED' },
    told: { column: name, ticksPerSecond: 1, ...steadyPlace(first) },
    values: (row, count, timesS) => timesS ?? secondsOf(first as SteadySpan, row, count),
  };
}

/** Nanoseconds of UTC, which a timestamp of Parquet counts from 1970. */
function clockColumn(spans: readonly Span[], originUtc: Utc): TimeColumn {
  const first = spans[0]!;
  const name = freeName('time', spans);
  const originNs =
    (originUtc * BigInt(NANO) + UTC_TICKS_PER_SECOND / 2n) / UTC_TICKS_PER_SECOND +
    BigInt(UTC_EPOCH_UNIX_S) * BigInt(NANO);
  return {
    element: {
      name,
      type: 'INT64',
      repetition_type: 'REQUIRED',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
    },
    told: { column: name, ticksPerSecond: NANO, ...steadyPlace(first) },
    values: (row, count, timesS) => {
      const seconds = timesS ?? secondsOf(first as SteadySpan, row, count);
      return BigInt64Array.from(seconds, (timeS) => {
        const whole = Math.floor(timeS);
        return originNs + BigInt(whole) * BigInt(NANO) + BigInt(Math.round((timeS - whole) * NANO));
      });
    },
  };
}

/** Where the samples of a steady signal lie, exactly. */
function steadyPlace(span: Span): Pick<ParquetTime, 'sampleRateHz' | 'startS'> {
  if (!isSteady(span)) return {};
  return { sampleRateHz: span.info.sampleRateHz, startS: timeOfSample(span.info, span.start) };
}

function secondsOf({ info, start }: SteadySpan, row: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => timeOfSample(info, start + row + i));
}

/** `undefined` where a step or the start is no whole number of ticks. */
function tickColumn(name: string, ticksPerSecond: number, first: SteadySpan): TimeColumn | undefined {
  const step = ticksPerSecond / first.info.sampleRateHz;
  const start = first.info.offsetS * ticksPerSecond + first.start * step;
  const isWhole = (ticks: number) =>
    Number.isSafeInteger(Math.round(ticks)) && Math.abs(ticks - Math.round(ticks)) < 1e-6;
  if (!isWhole(step) || step < 1 || !isWhole(start)) return undefined;
  const [startTicks, stepTicks] = [BigInt(Math.round(start)), BigInt(Math.round(step))];
  return {
    element: { name, type: 'INT64', repetition_type: 'REQUIRED' },
    told: { column: name, ticksPerSecond, ...steadyPlace(first) },
    values: (row, count) => BigInt64Array.from({ length: count }, (_, i) => startTicks + BigInt(row + i) * stepTicks),
  };
}
