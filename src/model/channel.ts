// What an instrument publishes. Each channel has one home, which its readers follow by themselves: a stream ring or a
// series of stamped numbers (src/core/channel-set.ts).

import type { SampleType, SignalStore } from './signal-store.ts';

/** A signal sampled at a steady rate. */
export interface StreamSignal {
  /** Unique among the signals of its instrument. */
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly dtype: Extract<SampleType, 'f32' | 'u1' | 'u4' | 'u8'>;
  readonly sampleRateHz: number;
}

/** Bits that a sample takes, in memory and in files; those of less than a byte lie side by side. */
export const STREAM_SAMPLE_BITS = { f32: 32, u8: 8, u4: 4, u1: 1 } as const satisfies Record<
  StreamSignal['dtype'],
  number
>;

/** Signals sampled together at one steady rate. */
export interface StreamChannel {
  readonly kind: 'stream';
  /** Unique in its instrument. */
  readonly id: string;
  readonly signals: readonly StreamSignal[];
}

/** A number with a time each, such as a meter's reading. */
export interface ValueSignal {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
}

/** Numbers that come together, each time with the time at which they held. */
export interface ValueChannel {
  readonly kind: 'value';
  readonly id: string;
  readonly signals: readonly ValueSignal[];
}

export type Channel = StreamChannel | ValueChannel;

/**
 * `live`: more may come. `ended`: nothing more comes, what is there is whole. `lost`: the thread that wrote it died;
 * what is there is whole, what it had not written yet is gone.
 */
export type ChannelState = 'live' | 'ended' | 'lost';

/** All steady signals of an instrument, channel after channel. */
export function streamSignals(channels: readonly Channel[]): readonly StreamSignal[] {
  return channels.flatMap((channel) => (channel.kind === 'stream' ? channel.signals : []));
}

/** Ids of the steady signals that have samples, or of all while none has: the others are switched off. */
export function streamingIds(channels: readonly Channel[], store: SignalStore): readonly string[] {
  const ids = streamSignals(channels).map(({ id }) => id);
  const filled = new Set(store.signals().flatMap(({ id, endSample }) => (endSample > 0 ? [id] : [])));
  return ids.some((id) => filled.has(id)) ? ids.filter((id) => filled.has(id)) : ids;
}
