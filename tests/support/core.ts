// The compiled core for tests in Node: an instance over its own memory, or the seed to make more.

import { readFileSync } from 'node:fs';
import { type Core, type CoreSeed, instantiateCore } from '../../src/core/core.ts';
import { Arena, createMemory } from '../../src/core/memory.ts';

/** The module's bytes; `debug` has bounds checks. */
export function coreBytes(target: 'debug' | 'release' = 'release'): Uint8Array<ArrayBuffer> {
  const name = target === 'debug' ? 'core.debug.wasm' : 'core.wasm';
  return new Uint8Array(readFileSync(new URL(`../../build/${name}`, import.meta.url)));
}

export function coreSeed(memoryBytes = 64 * 2 ** 20, target: 'debug' | 'release' = 'release'): CoreSeed {
  return { module: new WebAssembly.Module(coreBytes(target)), memory: createMemory(memoryBytes) };
}

/** A core and the arena over its whole memory. */
export function createTestCore(memoryBytes?: number, target?: 'debug' | 'release'): { core: Core; arena: Arena } {
  const core = instantiateCore(coreSeed(memoryBytes, target));
  return { core, arena: new Arena(core.memory, core.exports.heapBase()) };
}
