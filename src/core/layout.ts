// Mirror of assembly/layout.ts: byte offsets and sizes of every structure in shared memory.
// tests/assembly/layout.test.ts holds the two tables equal.

/** Bytes between words that different threads write, so that they never share a cache line pair. */
export const CACHE_PAD = 128;
