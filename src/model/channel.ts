// What an instrument publishes. Each channel has one home, which its readers follow by themselves: a stream ring, a
// series of stamped numbers or a ring of triggered records (src/core/channel-set.ts).

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

/** A curve that comes with each trigger, such as an input of an oscilloscope. */
export interface TraceSignal {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
}

/** Records that a trigger begins: as many samples of each signal, with the settings in force (src/core/trace-ring.ts). */
export interface TraceChannel {
  readonly kind: 'trace';
  readonly id: string;
  /** One or more. */
  readonly signals: readonly TraceSignal[];
  /** Most samples of a signal in a record; an instrument that is set to longer ones publishes another channel. */
  readonly mostSamples: number;
}

export type Channel = StreamChannel | ValueChannel | TraceChannel;

/** In the order of their codes in shared memory. */
export const CHANNEL_STATES = ['live', 'ended', 'lost'] as const;

/**
 * `live`: more may come. `ended`: nothing more comes, what is there is whole. `lost`: the thread that wrote it died;
 * what is there is whole, what it had not written yet is gone.
 */
export type ChannelState = (typeof CHANNEL_STATES)[number];

/** All steady signals of an instrument, channel after channel. */
export function streamSignals(channels: readonly Channel[]): readonly StreamSignal[] {
  return channels.flatMap((channel) => (channel.kind === 'stream' ? channel.signals : []));
}

/** All values of an instrument, channel after channel. */
export function valueSignals(channels: readonly Channel[]): readonly ValueSignal[] {
  return channels.flatMap((channel) => (channel.kind === 'value' ? channel.signals : []));
}

/** Whether there is something for a recording: streams or values. */
export function isRecordable(channels: readonly Channel[]): boolean {
  return channels.some(({ kind }) => kind !== 'trace');
}

/** Ids of the steady signals that have samples, or of all while none has: the others are switched off. */
export function streamingIds(channels: readonly Channel[], store: SignalStore): readonly string[] {
  const ids = streamSignals(channels).map(({ id }) => id);
  const filled = new Set(store.signals().flatMap(({ id, endSample }) => (endSample > 0 ? [id] : [])));
  return ids.some((id) => filled.has(id)) ? ids.filter((id) => filled.has(id)) : ids;
}
