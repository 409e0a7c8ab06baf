// Changes a file as bad disks, bad transfers, bad programs and bad people do. The same seed makes the same change.

/** Numbers that a length, a count or an offset should not be. */
const EXTREMES = [0n, 1n, 0x7fn, 0xffn, 0xffffn, 0x7fff_ffffn, 0xffff_ffffn, 0x7fff_ffff_ffff_ffffn, (1n << 64n) - 1n];
const TEXTS = [
  '-1',
  '0',
  '1e308',
  '99999999999',
  '"',
  "'",
  '{',
  '[',
  ',',
  ';',
  '\t',
  '\n',
  '&a',
  '*a',
  '\u0000',
  '\u001b[',
];
/** Changes of one file, at most. */
const CHANGES_MAX = 4;

type Random = (below: number) => number;

/** Whole numbers in [0, below), from a linear congruential generator with the constants of Numerical Recipes. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const CHANGES: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  function flip(bytes, random) {
    bytes[random(bytes.length)]! ^= 1 << random(8);
    return bytes;
  },
  function overwrite(bytes, random) {
    const at = random(bytes.length);
    for (let i = at; i < Math.min(bytes.length, at + 1 + random(16)); i++) bytes[i] = random(256);
    return bytes;
  },
  function extreme(bytes, random) {
    const width = [1, 2, 4, 8][random(4)]!;
    const at = random(Math.max(1, bytes.length - width));
    let value = EXTREMES[random(EXTREMES.length)]!;
    for (let i = at; i < Math.min(bytes.length, at + width); i++, value >>= 8n) bytes[i] = Number(value & 0xffn);
    return bytes;
  },
  function cut(bytes, random) {
    return bytes.subarray(0, random(bytes.length + 1));
  },
  function leaveOut(bytes, random) {
    const at = random(bytes.length);
    return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random(256)));
  },
  function repeat(bytes, random) {
    const at = random(bytes.length);
    const end = Math.min(bytes.length, at + 1 + random(4096));
    return joined(bytes.subarray(0, end), bytes.subarray(at));
  },
  function swap(bytes, random) {
    const [from, to, length] = [random(bytes.length), random(bytes.length), 1 + random(64)];
    bytes.copyWithin(to, from, Math.min(bytes.length, from + length));
    return bytes;
  },
  function write(bytes, random) {
    const at = random(bytes.length);
    return joined(bytes.subarray(0, at), new TextEncoder().encode(TEXTS[random(TEXTS.length)]), bytes.subarray(at));
  },
];

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A changed copy of `bytes`. */
export function mutated(bytes: Uint8Array, seed: number): Uint8Array<ArrayBuffer> {
  const random = randomFrom(seed);
  let changed: Uint8Array = bytes.slice();
  for (let count = 1 + random(CHANGES_MAX); count > 0 && changed.length > 0; count--) {
    changed = CHANGES[random(CHANGES.length)]!(changed, random);
  }
  return changed.slice();
}
