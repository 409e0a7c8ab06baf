// Cyclic redundancy checks with reflected polynomials. Long inputs are folded first, sixteen bytes at a time and without
// a table: a multiple of the polynomial with six terms says which later words a word may be added to instead of being
// divided (the idea of "Chorba", https://arxiv.org/abs/2412.16398). What is left of it, and short inputs, go sixteen bytes
// per step over sixteen tables of 256 words (the "slicing" method; https://create.stephan-brumme.com/crc32/). Tables and
// workspace lie where the host puts them; nothing is kept here between calls.

/** Reflected CRC-32C (Castagnoli); the other one is CRC-32. */
const CRC32C: u32 = 0x82f63b78;

/** Bytes of one table set. */
const TABLES_BYTES: usize = 16384;
/** Bytes per word of folding: the terms of the multiple are this many bytes apart. */
const WORD_BYTES: usize = 8;
/** Where the five distances of folding begin, each a u32 in bytes. */
const TAPS_AT: usize = TABLES_BYTES;
/** Words that stay zero: what lies before the first word. More than the largest distance. */
const ZEROS_AT: usize = TAPS_AT + 32;
const ZEROS_BYTES: usize = 216 * WORD_BYTES;
/** The words of one piece, the largest that is folded at once: it fits the first-level cache beside the input. */
const WORDS_AT: usize = ZEROS_AT + ZEROS_BYTES;
const PIECE_BYTES: usize = 32768;
/** What is left of a piece: as many bytes as the largest distance, rounded up to sixteen. */
const LEFT_AT: usize = WORDS_AT + PIECE_BYTES;
/** Shorter inputs gain nothing from folding. */
const FOLD_MIN_BYTES: usize = 4096;

/** Fills CRC_TABLES_BYTES at `tables` for a reflected polynomial: 0x82F63B78 (CRC-32C) or 0xEDB88320 (CRC-32). */
export function codecCrcTables(tables: usize, polynomial: u32): void {
  for (let n: u32 = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    store<u32>(tables + ((<usize>n) << 2), crc);
  }
  for (let at: usize = 1024; at < TABLES_BYTES; at += 4) {
    const previous = load<u32>(tables + at - 1024);
    store<u32>(tables + at, (previous >>> 8) ^ load<u32>(tables + ((<usize>(previous & 255)) << 2)));
  }
  // x^209 + x^144 + x^54 + x^39 + x^14 + 1 is a multiple of CRC-32C's polynomial, x^203 + x^186 + x^123 + x^85 + x^79 + 1
  // of CRC-32's: the six-term multiples of the smallest degree. Both stay multiples when x is replaced by a power of two
  // of x, such as the 64 bits of a word. The distances are those from the highest term to the others.
  if (polynomial == CRC32C) storeTaps(tables, 65, 155, 170, 195, 209);
  else storeTaps(tables, 17, 80, 118, 124, 203);
  memory.fill(tables + ZEROS_AT, 0, ZEROS_BYTES);
}

function storeTaps(tables: usize, a: u32, b: u32, c: u32, d: u32, e: u32): void {
  store<u32>(tables + TAPS_AT, a * <u32>WORD_BYTES);
  store<u32>(tables + TAPS_AT, b * <u32>WORD_BYTES, 4);
  store<u32>(tables + TAPS_AT, c * <u32>WORD_BYTES, 8);
  store<u32>(tables + TAPS_AT, d * <u32>WORD_BYTES, 12);
  store<u32>(tables + TAPS_AT, e * <u32>WORD_BYTES, 16);
}

/** CRC of `lengthBytes` at `address`, continued from the CRC of the bytes before (`crc`, 0 at the start). */
export function codecCrc(tables: usize, address: usize, lengthBytes: u32, crc: u32): u32 {
  let state = ~crc;
  let at = address;
  const end = address + lengthBytes;
  while (end - at >= FOLD_MIN_BYTES) {
    const pieceBytes = min(end - at, PIECE_BYTES) & ~15;
    state = fold(tables, at, pieceBytes, state);
    at += pieceBytes;
  }
  return ~slice(tables, at, end - at, state);
}

/** The state after `lengthBytes` more, a multiple of 16 between FOLD_MIN_BYTES and PIECE_BYTES. */
function fold(tables: usize, address: usize, lengthBytes: usize, state: u32): u32 {
  const largest = <usize>load<u32>(tables + TAPS_AT, 16);
  const leftBytes = (largest + 15) & ~15;
  const words = tables + WORDS_AT;
  const wordsEnd = words + lengthBytes - leftBytes;
  gather(tables, address, words, words, wordsEnd, state);
  // The words from here on are not folded any further, so they add nothing to those behind them.
  memory.fill(wordsEnd, 0, leftBytes);
  const left = tables + LEFT_AT;
  gather(tables, address + lengthBytes - leftBytes, wordsEnd, left, left + leftBytes, 0);
  return slice(tables, left, leftBytes, 0);
}

/**
 * Stores at [target, targetEnd) the input from `source` on, the first four bytes with `state` added, each word with those
 * folded words added that lie a distance before it. `words` is where the folded word beside the first one lies.
 */
@inline
function gather(tables: usize, source: usize, words: usize, target: usize, targetEnd: usize, state: u32): void {
  const a = words - <usize>load<u32>(tables + TAPS_AT);
  const b = words - <usize>load<u32>(tables + TAPS_AT, 4);
  const c = words - <usize>load<u32>(tables + TAPS_AT, 8);
  const d = words - <usize>load<u32>(tables + TAPS_AT, 12);
  const e = words - <usize>load<u32>(tables + TAPS_AT, 16);
  let start = i32x4.replace_lane(i32x4.splat(0), 0, state);
  const lengthBytes = targetEnd - target;
  for (let at: usize = 0; at < lengthBytes; at += 16) {
    const near = v128.xor(v128.xor(v128.load(source + at), start), v128.load(a + at));
    const middle = v128.xor(v128.load(b + at), v128.load(c + at));
    const far = v128.xor(v128.load(d + at), v128.load(e + at));
    v128.store(target + at, v128.xor(near, v128.xor(middle, far)));
    start = i32x4.splat(0);
  }
}

/** The state after `lengthBytes` more, by tables. */
function slice(tables: usize, address: usize, lengthBytes: usize, before: u32): u32 {
  let state = before;
  let at = address;
  const end = address + lengthBytes;
  while (at + 16 <= end) {
    const a = load<u32>(at) ^ state;
    const b = load<u32>(at, 4);
    const c = load<u32>(at, 8);
    const d = load<u32>(at, 12);
    state =
      load<u32>(tables + ((a & 255) << 2), 15360) ^
      load<u32>(tables + (((a >>> 8) & 255) << 2), 14336) ^
      load<u32>(tables + (((a >>> 16) & 255) << 2), 13312) ^
      load<u32>(tables + ((a >>> 24) << 2), 12288) ^
      load<u32>(tables + ((b & 255) << 2), 11264) ^
      load<u32>(tables + (((b >>> 8) & 255) << 2), 10240) ^
      load<u32>(tables + (((b >>> 16) & 255) << 2), 9216) ^
      load<u32>(tables + ((b >>> 24) << 2), 8192) ^
      load<u32>(tables + ((c & 255) << 2), 7168) ^
      load<u32>(tables + (((c >>> 8) & 255) << 2), 6144) ^
      load<u32>(tables + (((c >>> 16) & 255) << 2), 5120) ^
      load<u32>(tables + ((c >>> 24) << 2), 4096) ^
      load<u32>(tables + ((d & 255) << 2), 3072) ^
      load<u32>(tables + (((d >>> 8) & 255) << 2), 2048) ^
      load<u32>(tables + (((d >>> 16) & 255) << 2), 1024) ^
      load<u32>(tables + ((d >>> 24) << 2));
    at += 16;
  }
  for (; at < end; at++) {
    state = (state >>> 8) ^ load<u32>(tables + (((state ^ load<u8>(at)) & 255) << 2));
  }
  return state;
}
