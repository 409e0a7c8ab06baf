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

/**
 * Sleeps while the word is `expected`, until it is notified or so many milliseconds have passed. Not on a page's main
 * thread. JavaScript's wait and not the instruction: in V8 11.3 (Node 20) code of WebAssembly that is not optimised yet
 * finds its locals overwritten after that.
 */
@external("env", "wait")
export declare function wait(word: usize, expected: u32, timeoutMs: f64): void;

/** Sleeps for so long. `word` is one that nobody writes, and nobody notifies. Not on a page's main thread. */
@inline export function nap(word: usize, timeMs: f64): void {
  wait(word, load<u32>(word), timeMs);
}
