// Byte offsets and sizes of every structure in shared memory. The TypeScript mirror is
// src/core/layout.ts; tests/assembly/layout.test.ts holds the two equal.

/** Bytes between words that different threads write, so that they never share a cache line pair. */
export const CACHE_PAD: usize = 128;
