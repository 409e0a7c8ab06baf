// What a .trc file is written of: one channel's samples, in segments.

import { FormatError } from '../../base/errors.ts';
import type { SampleValues, SignalInfo } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';

export interface TraceSegmentPart {
  /** Seconds after the first trigger. */
  readonly triggerTimeS: number;
  /** From its own trigger to its first sample. */
  readonly startS: number;
  /** Samples [from, to) of it. */
  read(from: number, to: number): Promise<SampleValues>;
}

export interface TraceParts {
  readonly info: SignalInfo;
  readonly stepS: number;
  /** Points of all segments. */
  readonly count: number;
  /** Points of one. */
  readonly segmentCount: number;
  /** Points that are best read at a time. */
  readonly chunkCount: number;
  readonly segments: readonly TraceSegmentPart[];
}

/** Records as events; `undefined` where they are none. Rejects for such that differ in length or step. */
export async function eventSegments({ events }: FormatReader, info: SignalInfo): Promise<TraceParts | undefined> {
  const field = events?.dataFields.findIndex(({ name }) => name === info.name) ?? -1;
  if (!events?.spans || field < 0 || events.eventCount === 0) return undefined;
  const { dataLength, eventCount, spans } = events;
  const places = await Promise.all(
    spans.map(async ({ startS, endS }, index) => {
      const { metadata } = await events.read(index, 1);
      const said = (wanted: string) => Number(metadata.find(({ field: { name } }) => name === wanted)?.values[0]);
      const [x0S, stepS] = [said('x0'), said('step')];
      return { triggerS: startS - x0S, startS: x0S, stepS, count: Math.round((endS - startS) / stepS) };
    }),
  );
  const { stepS } = places[0]!;
  if (!(stepS > 0)) return undefined;
  if (places.some((place) => place.stepS !== stepS || place.count !== dataLength)) {
    throw new FormatError(
      'format/unsupported',
      'The segments of a .trc file have one length and one step; these differ. Save them one by one.',
    );
  }
  return {
    info,
    stepS,
    count: eventCount * dataLength,
    segmentCount: dataLength,
    chunkCount: dataLength,
    segments: places.map(({ triggerS, startS }, index) => ({
      triggerTimeS: triggerS - places[0]!.triggerS,
      startS,
      read: async (from, to) => {
        const { data } = await events.read(index, 1);
        return (data[field]!.values as Float32Array).subarray(from, to);
      },
    })),
  };
}
