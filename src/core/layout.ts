// Mirror of assembly/layout.ts: byte offsets and sizes of every structure in shared memory.
// tests/assembly/layout.test.ts holds the two tables equal.

/** Bytes between words that different threads write, so that they never share a cache line pair. */
export const CACHE_PAD = 128;

// Reductions (assembly/stats): one accumulator record, all f64, mergeable.
export const STATS_COUNT = 0;
export const STATS_MEAN = 8;
/** Sum of squared deviations from the mean. */
export const STATS_M2 = 16;
/** +Infinity while the record is empty. */
export const STATS_MIN = 24;
/** -Infinity while the record is empty. */
export const STATS_MAX = 32;
/** A word of the record's owner alone, for fences (assembly/stream/fence.ts). */
export const STATS_FENCE = 40;
export const STATS_BYTES = 48;

// Stream ring (assembly/stream): header. The one writer stores everything but the slot mask.
/** i64, oldest sample that readers may use; stored before its place is overwritten. */
export const STREAM_START = 0;
/** i64, one past the newest sample; stored after the samples and their reductions. */
export const STREAM_END = 8;
/** u32, bit n set = scratch slot n is in use; readers compare-exchange it around each query. */
export const STREAM_SLOT_MASK = 128;
/** u32 sequence (odd while the writer is inside), then f64 rate, i64 sample, i64 UTC ticks. */
export const STREAM_CLOCK_SEQUENCE = 256;
export const STREAM_CLOCK_RATE = 264;
export const STREAM_CLOCK_SAMPLE = 272;
export const STREAM_CLOCK_UTC = 280;
/** i64 each: see StreamHealth in src/model/instrument.ts. */
export const STREAM_RECEIVED = 288;
export const STREAM_MISSING = 296;
export const STREAM_GAPS = 304;
export const STREAM_BAD_PACKETS = 312;
export const STREAM_DEVICE_DROPS = 320;
/** i64 samples per signal and u32 number of signals; constant after creation. */
export const STREAM_CAPACITY = 384;
export const STREAM_SIGNAL_COUNT = 392;
/** First signal record. */
export const STREAM_SIGNALS = 512;
export const STREAM_SIGNAL_BYTES = 128;
export const STREAM_MAX_SIGNALS = 16;
/** u32 each, in a signal record: bits per sample (1, 4, 8 or 32 = f32), raw address, log2 of the base block. */
export const STREAM_SIGNAL_BITS = 0;
export const STREAM_SIGNAL_RAW = 4;
export const STREAM_SIGNAL_SHIFT = 8;
export const STREAM_SIGNAL_LEVEL_COUNT = 12;
/** Per level: u32 address, u32 number of entries. */
export const STREAM_SIGNAL_LEVELS = 16;
export const STREAM_MAX_LEVELS = 8;
/** Scratch of queries: one summary slot holds four f64 columns and an accumulator record. */
export const STREAM_SLOTS = STREAM_SIGNALS + STREAM_MAX_SIGNALS * STREAM_SIGNAL_BYTES;
export const STREAM_SLOT_COUNT = 8;
export const STREAM_SLOT_BINS = 512;
export const STREAM_SLOT_BYTES = STREAM_SLOT_BINS * 32 + CACHE_PAD;
export const STREAM_HEADER_BYTES = STREAM_SLOTS + STREAM_SLOT_COUNT * STREAM_SLOT_BYTES;

// One entry of the pyramid: f64 mean, f64 M2, f32 min, f32 max, u32 count.
export const ENTRY_MEAN = 0;
export const ENTRY_M2 = 8;
export const ENTRY_MIN = 16;
export const ENTRY_MAX = 20;
export const ENTRY_COUNT = 24;
export const ENTRY_BYTES = 32;
/** Raw bytes that a base entry covers, and log2 of the entries that one entry of the next level covers. */
export const BASE_BLOCK_BYTES = 512;
export const LEVEL_SHIFT = 4;
