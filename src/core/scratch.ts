// Shared memory of a thread's own, where the core leaves results that are more than a number. Each thread adds its
// piece at the memory's end by itself (growing is atomic), so nobody hands pieces out and nobody waits for one; what a
// thread had that died stays its own, for it may not know yet.

import { LabError } from '../base/errors.ts';
import { STREAM_SCRATCH_BINS, STREAM_SCRATCH_BYTES, STREAM_SCRATCH_RECORD } from './layout.ts';
import { PAGE_BYTES } from './memory.ts';

export interface Scratch {
  readonly address: number;
  /** The columns of a summary, STREAM_SCRATCH_BINS each. */
  readonly columns: readonly Float64Array[];
  readonly recordAddress: number;
  /** The accumulator record, and the same as integers. */
  readonly record: Float64Array;
  readonly words: BigInt64Array;
}

const scratches = new WeakMap<WebAssembly.Memory, Scratch>();

/** This thread's scratch in `memory`, made at the first call. Any thread. Throws `wasm/memory` when there is no room. */
export function scratchOf(memory: WebAssembly.Memory): Scratch {
  let scratch = scratches.get(memory);
  if (!scratch) {
    scratch = addScratch(memory);
    scratches.set(memory, scratch);
  }
  return scratch;
}

function addScratch(memory: WebAssembly.Memory): Scratch {
  let address: number;
  try {
    address = memory.grow(Math.ceil(STREAM_SCRATCH_BYTES / PAGE_BYTES)) * PAGE_BYTES;
  } catch (cause) {
    throw new LabError(
      'wasm/memory',
      'There is no room for one more reader of this memory. What runs goes on. Disconnect the instrument and connect it again.',
      { cause },
    );
  }
  const { buffer } = memory;
  const recordAddress = address + STREAM_SCRATCH_RECORD;
  const recordLength = (STREAM_SCRATCH_BYTES - STREAM_SCRATCH_RECORD) / 8;
  return {
    address,
    columns: [0, 1, 2, 3].map(
      (column) => new Float64Array(buffer, address + column * STREAM_SCRATCH_BINS * 8, STREAM_SCRATCH_BINS),
    ),
    recordAddress,
    record: new Float64Array(buffer, recordAddress, recordLength),
    words: new BigInt64Array(buffer, recordAddress, recordLength),
  };
}
