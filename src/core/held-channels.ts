// A copy of an instrument's channels as they are at one moment, in memory of its own: what a paused view shows, while the
// instrument goes on in its rings. Bytes go over as they lie, so that every address in them stays right; what the writer
// overwrites meanwhile is left out. Page only: it copies in pieces and lets the page draw between two of them.

import { LabError } from '../base/errors.ts';
import { nextTask } from '../base/next-task.ts';
import { type AttachedChannels, attachChannels, type ChannelSet } from './channel-set.ts';
import * as layout from './layout.ts';
import { createMemory } from './memory.ts';
import type { StreamRing } from './stream-ring.ts';

/** Copied at once: a few milliseconds. */
const PIECE_BYTES = 4 * 2 ** 20;

/** A ring as it was when its copy began. */
interface Moment {
  readonly ring: StreamRing;
  readonly generation: number;
  readonly endSample: number;
  readonly clock: StreamRing['clock'];
}

/**
 * Streams and values of `channels`, which belong to `set`, as they are now; both end there. Traces are left out. `spare`
 * is the memory of an earlier copy that nobody uses any more. Rejects with `wasm/memory` when there is no memory for it,
 * and with `run/state` when the instrument was started anew meanwhile.
 */
export async function holdChannels(
  set: ChannelSet,
  channels: Pick<AttachedChannels, 'rings' | 'values'>,
  spare: WebAssembly.Memory | undefined,
): Promise<ChannelSet> {
  const source = set.seed.memory;
  const values = channels.values.map(({ channel, series }) => ({ channel, series: series.copy().descriptor }));
  const moments = channels.rings.map((ring): Moment => {
    const { generation, endSample, clock } = ring;
    return { ring, generation, endSample, clock };
  });
  const isEnough = spare !== undefined && spare.buffer.byteLength >= source.buffer.byteLength;
  const memory = isEnough ? spare : createMemory(source.buffer.byteLength);
  for (const { region } of channels.rings.map(({ descriptor }) => descriptor)) {
    for (let done = 0; done < region.lengthBytes; done += PIECE_BYTES) {
      const lengthBytes = Math.min(PIECE_BYTES, region.lengthBytes - done);
      const piece = new Uint8Array(source.buffer, region.address + done, lengthBytes);
      new Uint8Array(memory.buffer, region.address + done, lengthBytes).set(piece);
      await nextTask();
    }
  }
  const held = { seed: { ...set.seed, memory }, streams: set.streams, values, traces: [] };
  for (const moment of moments) markHeld(memory, moment);
  for (const [index, ring] of attachChannels(held).rings.entries()) {
    const { clock } = moments[index]!;
    if (clock) ring.setClock(clock);
    ring.end('ended');
  }
  return held;
}

/** The copy holds what was there at its begin and was not overwritten until its end. */
function markHeld(memory: WebAssembly.Memory, { ring, generation, endSample }: Moment): void {
  const { startSample } = ring;
  if (startSample > endSample || !ring.isIntact(generation, startSample)) {
    throw new LabError('run/state', 'The instrument was started anew, which emptied what the view showed.');
  }
  // after the fence of isIntact: what began before it may be overwritten in the copy
  const { oldestTold } = ring;
  const header = new DataView(memory.buffer, ring.address, layout.STREAM_HEADER_BYTES);
  header.setBigInt64(layout.STREAM_START, BigInt(startSample), true);
  header.setBigInt64(layout.STREAM_OVERVIEW_START, BigInt(oldestTold), true);
  header.setBigInt64(layout.STREAM_END, BigInt(endSample), true);
  header.setUint32(layout.STREAM_GENERATION, generation, true);
  // the writer may have been at it: see setClock
  header.setUint32(layout.STREAM_CLOCK_SEQUENCE, 0, true);
}
