// The homes of an instrument's channels, all in one memory that belongs to it alone. Other threads attach by
// themselves, so that no sample passes through the page. Nothing is given back by hand: the memory goes when the last
// thread lets go of it, and a home says itself when nothing more comes (`ChannelState`).

import type { Channel, ChannelState, StreamChannel, ValueChannel } from '../model/channel.ts';
import { type Core, type CoreSeed, instantiateCore } from './core.ts';
import { type SeriesDescriptor, StampedSeries } from './stamped-series.ts';
import { StreamRing, type StreamRingDescriptor } from './stream-ring.ts';
import { type TraceHome, TraceRing } from './trace-ring.ts';

/** Where a channel's samples lie; structured-cloneable. */
export interface StreamHome {
  readonly channel: StreamChannel;
  readonly ring: StreamRingDescriptor;
}

/** Where a channel's values lie; structured-cloneable. */
export interface ValueHome {
  readonly channel: ValueChannel;
  readonly series: SeriesDescriptor;
}

/**
 * What another thread needs to read an instrument's channels; structured-cloneable. It stays the same through stops,
 * starts and replugs, which continue its rings or `reset` them; other channels are another set.
 */
export interface ChannelSet {
  readonly seed: CoreSeed;
  readonly streams: readonly StreamHome[];
  readonly values: readonly ValueHome[];
  readonly traces: readonly TraceHome[];
}

/** What an instrument handle offers beside the port's interface: its homes, as they are now. */
export interface HasChannelSet {
  readonly channelSet: ChannelSet;
}

/** Whether data of a handle can be followed from other threads. */
export function hasChannelSet(handle: object): handle is HasChannelSet {
  return 'channelSet' in handle && handle.channelSet !== undefined;
}

/** A channel of values with this thread's handle on its series. */
export interface AttachedValues {
  readonly channel: ValueChannel;
  readonly series: StampedSeries;
}

/** This thread's handles on a set: one instance of the core, and the homes in the order of the set. */
export interface AttachedChannels {
  readonly core: Core;
  readonly rings: readonly StreamRing[];
  readonly values: readonly AttachedValues[];
  readonly traces: readonly TraceRing[];
}

export function attachChannels(set: ChannelSet): AttachedChannels {
  const core = instantiateCore(set.seed);
  return {
    core,
    rings: set.streams.map(({ ring }) => StreamRing.attach(core, ring)),
    values: set.values.map(({ channel, series }) => ({ channel, series: StampedSeries.attach(series) })),
    traces: set.traces.map((home) => TraceRing.attach(core, home)),
  };
}

/** Tells every reader that nothing more comes. Where that was said before, the first word stands. */
export function endChannels(
  { rings, values, traces }: Pick<AttachedChannels, 'rings' | 'values' | 'traces'>,
  state: Exclude<ChannelState, 'live'>,
): void {
  for (const ring of rings) ring.end(state);
  for (const { series } of values) series.end(state);
  for (const trace of traces) trace.end(state);
}

export function channelsOf({ streams, values, traces }: ChannelSet): readonly Channel[] {
  return [...streams, ...values, ...traces].map(({ channel }) => channel);
}
