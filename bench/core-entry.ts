// What the benchmarks use of the core, bundled for Node.
export { instantiateCore } from '../src/core/core.ts';
export { DEFAULT_SPIN_COUNT, EventRing } from '../src/core/event-ring.ts';
export { Arena, createMemory } from '../src/core/memory.ts';
