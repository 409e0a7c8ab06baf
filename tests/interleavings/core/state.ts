// What the scheduler does with states in bulk: copying and hashing them. No thread is inside these functions.

const FIRST: u64 = 0x9e3779b97f4a7c15;
const SECOND: u64 = 0xc2b2ae3d27d4eb4f;

/** A step of the hash: for a given word, two different values before stay different. */
@inline function mix(hash: u64, word: u64): u64 {
  const mixed = (hash ^ word) * FIRST;
  return mixed ^ (mixed >>> 32);
}

/** Both multiplications of murmur's end, so that each bit of the lanes changes about half of the bits. */
@inline function finish(first: u64, second: u64): u64 {
  const mixed = (first ^ rotl<u64>(second, 29)) * SECOND;
  const again = (mixed ^ (mixed >>> 29)) * FIRST;
  return again ^ (again >>> 32);
}

/** Stores 64 bits at `into` that stand for `salt` and the words from `start` to `end`, both multiples of 32. */
export function hashSpan(into: usize, start: usize, end: usize, salt: u32): void {
  let a: u64 = FIRST ^ <u64>salt;
  let b: u64 = SECOND;
  let c: u64 = ~FIRST;
  let d: u64 = ~SECOND;
  for (let at = start; at < end; at += 32) {
    a = mix(a, load<u64>(at));
    b = mix(b, load<u64>(at, 8));
    c = mix(c, load<u64>(at, 16));
    d = mix(d, load<u64>(at, 24));
  }
  store<u64>(into, finish(finish(a, b), finish(c, d)));
}

/** The same of an unwound stack, whose first word says where it ends; its length is a multiple of 4. */
export function hashStack(into: usize, stack: usize): void {
  const end = <usize>load<u32>(stack);
  let hash = FIRST;
  let at = stack;
  for (; at + 8 <= end; at += 8) hash = mix(hash, load<u64>(at));
  if (at < end) hash = mix(hash, load<u32>(at));
  store<u64>(into, finish(hash, SECOND));
}

export function copySpan(into: usize, from: usize, bytes: usize): void {
  memory.copy(into, from, bytes);
}
