// Memory for the channels of one instrument: made when they are known, in one piece that belongs to the instrument
// alone. Nobody gives it back: the collector does, when the last thread has let go.

import { assert } from '../../base/assert.ts';
import type { ChannelSet } from '../../core/channel-set.ts';
import { type Core, instantiateCore } from '../../core/core.ts';
import { Arena, createMemory, type Region } from '../../core/memory.ts';
import { StreamRing } from '../../core/stream-ring.ts';
import type { StreamChannel } from '../../model/channel.ts';

export interface StreamPlan {
  readonly channel: StreamChannel;
  /** Samples kept of each of its signals. */
  readonly capacitySamples: number;
}

export interface ChannelPlan {
  readonly streams: readonly StreamPlan[];
  /** Bytes beside the homes, for what makes the samples. */
  readonly scratchBytes: number;
}

export interface ChannelHomes {
  /** The instrument's own instance over this memory. */
  readonly core: Core;
  readonly scratch: Region;
  readonly rings: readonly StreamRing[];
  readonly set: ChannelSet;
  /** Tells every reader that nothing more comes. */
  end(): void;
}

/** Padding of regions, and what the core keeps at the bottom of its memory. */
const SPARE_BYTES = 64 * 1024;

/** Throws `wasm/memory` when the system gives none. */
export function makeHomes(module: WebAssembly.Module, { streams, scratchBytes }: ChannelPlan): ChannelHomes {
  const ringBytes = streams.reduce(
    (sum, { channel, capacitySamples }) => sum + StreamRing.byteLength(channel.signals, capacitySamples),
    0,
  );
  const core = instantiateCore({ module, memory: createMemory(SPARE_BYTES + scratchBytes + ringBytes) });
  const heapBase = core.exports.heapBase();
  assert(heapBase < SPARE_BYTES / 2, 'the core leaves room below the homes');
  const arena = new Arena(core.memory, heapBase);
  const scratch = arena.reserve('scratch', scratchBytes);
  const rings = streams.map(({ channel, capacitySamples }) =>
    StreamRing.create(core, arena, { signals: channel.signals, capacitySamples }),
  );
  return {
    core,
    scratch,
    rings,
    set: {
      seed: { module, memory: core.memory },
      streams: streams.map(({ channel }, index) => ({ channel, ring: rings[index]!.descriptor })),
    },
    end: () => {
      for (const ring of rings) ring.end('ended');
    },
  };
}
