// A private core: its own memory, its own arena, one thread. File codecs use it for checksums, packing and
// reductions, so that they need neither the live memory nor cross-origin isolation.

import { type Core, instantiateCore } from './core.ts';
import { Arena, createMemory } from './memory.ts';

export interface Workspace {
  readonly core: Core;
  readonly arena: Arena;
}

/** Makes a workspace of `lengthBytes` for the calling thread alone. */
export function createWorkspace(module: WebAssembly.Module, lengthBytes: number): Workspace {
  const core = instantiateCore({ module, memory: createMemory(lengthBytes) });
  return { core, arena: new Arena(core.memory, core.exports.heapBase()) };
}
