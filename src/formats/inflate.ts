// Unpacks deflated bytes with what browsers and Node bring, never more than is allowed: a small packed file may claim,
// and hold, very much.

import { LabError } from '../base/errors.ts';
import { ChunkMemory } from './chunk-memory.ts';
import type { RandomAccess } from './source.ts';

export type Packing = 'deflate-raw' | 'gzip';

export interface Inflated {
  readonly content: ChunkMemory;
  /** `whole`: to its end; `damaged`: what came before the damage; `full`: there is more than the limit. */
  readonly end: 'whole' | 'damaged' | 'full';
}

/** Deflate packs no better than this (zlib, technical details): a claim beyond it is a lie. */
export const MAX_INFLATION = 1032;
/** Packed bytes that are unpacked at a time: at the best packing 16 MB come of them at once. */
const STEP_BYTES = 16_384;

/** Unpacks all of `packed`, up to `limitBytes`; in steps of `stepBytes`, which bound what comes beyond the limit. */
export async function inflate(
  packed: RandomAccess,
  packing: Packing,
  limitBytes: number,
  stepBytes = STEP_BYTES,
): Promise<Inflated> {
  const content = new ChunkMemory();
  const unpacked = stepsOf(packed, stepBytes).pipeThrough(new DecompressionStream(packing)).getReader();
  try {
    for (;;) {
      const { done, value } = await unpacked.read();
      if (done) return { content, end: 'whole' };
      const room = limitBytes - content.sizeBytes;
      content.append(value.subarray(0, room));
      if (value.length > room) return { content, end: 'full' };
    }
  } catch (error) {
    if (error instanceof LabError) throw error;
    return { content, end: 'damaged' };
  } finally {
    await unpacked.cancel().catch(() => {});
  }
}

/** The source as a stream that reads when it is asked to. */
function stepsOf(packed: RandomAccess, stepBytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const step = new Uint8Array(await packed.read(offset, Math.min(stepBytes, packed.sizeBytes - offset)));
        offset += step.length;
        if (step.length > 0) controller.enqueue(step);
        if (offset >= packed.sizeBytes || step.length === 0) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
