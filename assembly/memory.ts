// Where the module's read-only data ends. The core never allocates: every buffer it works on is
// placed above this address by the host (src/core/memory.ts).

/** First byte address that the host may hand out. */
export function heapBase(): usize {
  return __heap_base;
}
