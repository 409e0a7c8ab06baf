// The homes of an instrument's channels, all in one memory that belongs to it alone. Other threads attach by
// themselves, so that no sample passes through the page. Nothing is given back by hand: the memory goes when the last
// thread lets go of it, and a home says itself when nothing more comes (`ChannelState`).

import type { Channel, StreamChannel } from '../model/channel.ts';
import { type Core, type CoreSeed, instantiateCore } from './core.ts';
import { StreamRing, type StreamRingDescriptor } from './stream-ring.ts';

/** Where a channel's data lie; structured-cloneable. */
export interface StreamHome {
  readonly channel: StreamChannel;
  readonly ring: StreamRingDescriptor;
}

/**
 * What another thread needs to read an instrument's channels; structured-cloneable. It stays the same through stops,
 * starts and replugs, which continue its rings or `reset` them; other channels are another set.
 */
export interface ChannelSet {
  readonly seed: CoreSeed;
  readonly streams: readonly StreamHome[];
}

/** What an instrument handle offers beside the port's interface: its homes, as they are now. */
export interface HasChannelSet {
  readonly channelSet: ChannelSet;
}

/** Whether data of a handle can be followed from other threads. */
export function hasChannelSet(handle: object): handle is HasChannelSet {
  return 'channelSet' in handle && handle.channelSet !== undefined;
}

/** This thread's handles on a set: one instance of the core, and the rings in the order of the set's streams. */
export interface AttachedChannels {
  readonly core: Core;
  readonly rings: readonly StreamRing[];
}

export function attachChannels(set: ChannelSet): AttachedChannels {
  const core = instantiateCore(set.seed);
  return { core, rings: set.streams.map(({ ring }) => StreamRing.attach(core, ring)) };
}

export function channelsOf(set: ChannelSet): readonly Channel[] {
  return set.streams.map(({ channel }) => channel);
}
