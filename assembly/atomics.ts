// Where the core's atomic operations come from: here they are the compiler's own, so this module costs nothing.
// tests/interleavings compiles the same sources with another module in its place, which asks a scheduler before each
// operation and so plays every order of them.
//
// `unbroken` is the same again, for an operation that follows the one before it without a loop head or a call between.
// Engines end a thread only there: it can be suspended between the two, but it does not die there.
export { atomic, atomic as unbroken } from "builtins";

/** Stands where plain data are read or written that another thread may touch meanwhile: a step in the test, nothing here. */
@inline export function dataStep(): void {}

/**
 * Stores a word that only says where to begin to look: it may be seen late, and an atomic store costs as much as a
 * compare-and-swap. A step like any other in the test.
 */
@inline export function storeHint(address: usize, value: u32): void {
  store<u32>(address, value);
}

/** Sleeps for so long. `word` is one that nobody writes, and nobody notifies. Not on a page's main thread. */
@inline export function nap(word: usize, nanoseconds: i64): void {
  atomic.wait<i32>(word, load<i32>(word), nanoseconds);
}
