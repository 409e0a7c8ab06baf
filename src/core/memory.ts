// The shared memory of the core and the arena that hands out named regions of it. The core itself never
// allocates, so this is the only place where an address is born.

import { assert } from '../base/assert.ts';
import { LabError } from '../base/errors.ts';
import { CACHE_PAD } from './layout.ts';

/** WebAssembly page size in bytes (fixed by the WebAssembly specification). */
export const PAGE_BYTES = 65_536;

export interface Region {
  readonly name: string;
  readonly address: number;
  readonly lengthBytes: number;
}

/** Pages of a WebAssembly memory with 32-bit addresses, at most. */
const MAX_PAGES = 65_536;
/** More bytes than that no memory has. */
export const MAX_MEMORY_BYTES = MAX_PAGES * PAGE_BYTES;
/** Pages that threads may add for themselves (`scratchOf`), one each; until then they are addresses, not memory. */
const SCRATCH_PAGES = 4096;

/**
 * Creates the shared memory of `lengthBytes`. Beyond that it grows only by threads' scratch; views made on it stay valid
 * for its whole life, but those on scratch need the `buffer` of that time.
 */
export function createMemory(lengthBytes: number): WebAssembly.Memory {
  const pages = Math.ceil(lengthBytes / PAGE_BYTES);
  // More than there can be is refused by the engine, with our words.
  const maximum = Math.max(pages, Math.min(pages + SCRATCH_PAGES, MAX_PAGES));
  try {
    return new WebAssembly.Memory({ initial: pages, maximum, shared: true });
  } catch (cause) {
    throw new LabError(
      'wasm/memory',
      `There are no ${Math.round(lengthBytes / 2 ** 20)} MiB of memory in one piece here. Close what else is open, or ask for less: a shorter history, fewer slots.`,
      { cause, context: { lengthBytes } },
    );
  }
}

interface Hole {
  address: number;
  lengthBytes: number;
}

/**
 * Hands out regions from the bottom up, each padded to its own cache lines, and takes them back. One owner: the
 * thread that made it. Freed neighbours merge; there is no compaction.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  #free: Hole[];
  #regions = new Map<number, Region>();
  /** Fresh memory is zero; above this address nobody has written yet. */
  #usedEnd: number;

  /** `baseAddress` is the core's heap base (`CoreExports.heapBase()`). */
  constructor(memory: WebAssembly.Memory, baseAddress: number) {
    this.memory = memory;
    const address = alignUp(baseAddress);
    this.#usedEnd = address;
    this.#free = [{ address, lengthBytes: memory.buffer.byteLength - address }];
  }

  get regions(): readonly Region[] {
    return [...this.#regions.values()];
  }

  /** Reserves `lengthBytes`, zeroed. Rejects with `wasm/memory` if there is no room. */
  reserve(name: string, lengthBytes: number): Region {
    const rounded = alignUp(lengthBytes);
    const index = this.#free.findIndex((hole) => hole.lengthBytes >= rounded);
    const hole = this.#free[index];
    if (!hole) {
      throw new LabError(
        'wasm/memory',
        `No room for ${name}: ${Math.ceil(rounded / 1e6)} MB of memory are not free. What runs goes on. Disconnect an instrument, or choose a shorter history in Settings.`,
        { context: { name, lengthBytes: rounded } },
      );
    }
    const region: Region = { name, address: hole.address, lengthBytes };
    hole.address += rounded;
    hole.lengthBytes -= rounded;
    if (hole.lengthBytes === 0) this.#free.splice(index, 1);
    this.#regions.set(region.address, region);
    const end = region.address + rounded;
    const usedBytes = Math.min(end, this.#usedEnd) - region.address;
    if (usedBytes > 0) new Uint8Array(this.memory.buffer, region.address, usedBytes).fill(0);
    this.#usedEnd = Math.max(this.#usedEnd, end);
    return region;
  }

  /** Gives a region back. Nobody may use it any more. */
  release(region: Region): void {
    assert(this.#regions.delete(region.address), `region ${region.name} is not reserved`);
    this.#free.push({ address: region.address, lengthBytes: alignUp(region.lengthBytes) });
    this.#free.sort((a, b) => a.address - b.address);
    const merged: Hole[] = [];
    for (const hole of this.#free) {
      const last = merged.at(-1);
      if (last && last.address + last.lengthBytes === hole.address) last.lengthBytes += hole.lengthBytes;
      else merged.push(hole);
    }
    this.#free = merged;
  }
}

function alignUp(value: number): number {
  return Math.ceil(value / CACHE_PAD) * CACHE_PAD;
}
