// A full memory fence. AssemblyScript 0.28 emits `atomic.fence` in a form that its own validator refuses, so this
// is an atomic read-modify-write of a word that no other thread touches: acquire and release at once, and ordered
// with the sequentially consistent accesses around it.

import { atomic } from "../atomics";
import { STATS_FENCE } from "../layout";

/** Keeps every access before it before every access after it. `record` belongs to the caller. */
export function fence(record: usize): void {
  atomic.add<i32>(record + STATS_FENCE, 0);
}
