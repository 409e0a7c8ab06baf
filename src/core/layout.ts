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

// Stream ring (assembly/stream): header. The one writer stores everything but the readers' fence.
/** i64, oldest sample that readers may use; stored before its place is overwritten. */
export const STREAM_START = 0;
/** i64, one past the newest sample; stored after the samples and their reductions. */
export const STREAM_END = 8;
/** u32, twice the times that the ring was emptied; odd from before the counts go back until after. */
export const STREAM_GENERATION = 16;
/** u32: 0 live, 1 ended, 2 lost (ChannelState in src/model/channel.ts). Written by the owner, or by who sees it die. */
export const STREAM_STATE = 20;
/** i64, oldest sample from which on entries of level 1 and above may be used; stored before one of them is overwritten. */
export const STREAM_OVERVIEW_START = 24;
/** u32 without meaning; readers add 0 to it as a fence between what they read and the checks after. */
export const STREAM_FENCE = 128;
/** u32, how often a clock was published; the valid copy is that of its lowest bit. Stored after the copy. */
export const STREAM_CLOCK_SEQUENCE = 256;
/** i64 each: see StreamHealth in src/model/instrument.ts. */
export const STREAM_RECEIVED = 288;
export const STREAM_MISSING = 296;
export const STREAM_GAPS = 304;
export const STREAM_BAD_PACKETS = 312;
export const STREAM_DEVICE_DROPS = 320;
/** Two copies of the clock; the writer fills the one that is not valid. f64 rate, i64 sample, i64 UTC ticks. */
export const STREAM_CLOCKS = 336;
export const STREAM_CLOCK_RATE = 0;
export const STREAM_CLOCK_SAMPLE = 8;
export const STREAM_CLOCK_UTC = 16;
export const STREAM_CLOCK_BYTES = 24;
/** i64 samples per signal and u32 number of signals; constant after creation. */
export const STREAM_CAPACITY = 384;
export const STREAM_SIGNAL_COUNT = 392;
/** u32 address of a bit per sample, set where the integers are missing (floats say NaN); 0 when no signal needs it. */
export const STREAM_MISSING_BITS = 396;
/** i64 samples per signal that level 1 and above tell of, at least the capacity; constant after creation. */
export const STREAM_OVERVIEW_CAPACITY = 400;
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
/** Table for streamAppend: u32 address of the samples of each signal, then of the missing bits, 0 if none is missing. */
export const STREAM_SOURCES_BYTES = STREAM_MAX_SIGNALS * 4 + 8;
export const STREAM_HEADER_BYTES = STREAM_SIGNALS + STREAM_MAX_SIGNALS * STREAM_SIGNAL_BYTES;

// Scratch of a thread that queries stream rings, its own: four f64 columns of a summary, then an accumulator record.
export const STREAM_SCRATCH_BINS = 512;
export const STREAM_SCRATCH_RECORD = STREAM_SCRATCH_BINS * 32;
export const STREAM_SCRATCH_BYTES = STREAM_SCRATCH_RECORD + CACHE_PAD;

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

// Event ring: one header, two token queues, writer lines, observer lines, queue cells, slots (assembly/ring).

/** u32, fixed at creation: number of slots (the trash slot is one more, with this index). */
export const RING_SLOT_COUNT = 0;
/** u32, fixed: bytes of metadata in a slot. */
export const RING_METADATA_BYTES = 4;
/** u32, fixed: bytes of data in a slot. */
export const RING_DATA_BYTES = 8;
/** u32, fixed: bytes from one slot to the next. */
export const RING_SLOT_STRIDE = 12;
/** u32, fixed: number of cells of each queue minus one; the number is a power of two. */
export const RING_CELL_MASK = 16;
/** u32, fixed: number of registered writers. */
export const RING_WRITER_COUNT = 20;
/** u32, fixed: number of observers. */
export const RING_OBSERVER_COUNT = 24;
/** u32, fixed: bytes from one observer line to the next (state line, then a snapshot of one slot). */
export const RING_OBSERVER_STRIDE = 28;
/** u32 x 5, fixed: offsets of the variable parts from the start of the ring. */
export const RING_WRITERS_OFFSET = 32;
export const RING_OBSERVERS_OFFSET = 36;
export const RING_EMPTY_CELLS_OFFSET = 40;
export const RING_FILLED_CELLS_OFFSET = 44;
export const RING_SLOTS_OFFSET = 48;

/** u32, any thread sets and clears bits with atomic or/and: RING_PAUSED, RING_CLOSING, RING_STOPPED. */
export const RING_CONTROL = 128;
/** u32, only falls: writers that are not done. The stream has ended when it is 0 and nothing is filled. */
export const RING_WRITERS_LEFT = 132;
/** u32: observers in state RING_OBSERVER_WANTING, so that a commit looks no further when there is none. */
export const RING_OBSERVERS_WANTING = 136;
/** u32, only grows: committed events that a reader took and that were given up because it crashed. */
export const RING_ABANDONED_COUNT = 140;

/** The queue of empty slots and the queue of filled slots, each RING_QUEUE_BYTES long. */
export const RING_EMPTY = 256;
export const RING_FILLED = 640;
/** u32, only grows (wraps): position of the next push. */
export const RING_QUEUE_TAIL = 0;
/** u32, only grows (wraps): position of the next pop. */
export const RING_QUEUE_HEAD = 128;
/** u32: owner that spins, waiting for the next filled slot; 0 when nobody does. Of several readers that wait one spins. */
export const RING_QUEUE_SPINNER = 132;
/** u32, only grows (wraps): bumped when sleepers are woken; the word that they sleep on. */
export const RING_QUEUE_SIGNAL = 256;
/** u32, only grows (wraps): how often somebody was about to sleep; added to before a last look at the queue. */
export const RING_QUEUE_SLEEPERS = 260;
/** u32: up to which of these all have been woken; stored by a waker when it has done so. Equal when nobody sleeps. */
export const RING_QUEUE_WOKEN = 264;
export const RING_HEADER_BYTES = 1024;

/** One line per writer, written by that writer alone: u32 state, i64 commits, f64 sum of dead times, i64 paused. */
export const RING_WRITER_STATE = 0;
export const RING_WRITER_EVENTS = 8;
export const RING_WRITER_DEADTIME = 16;
export const RING_WRITER_PAUSED = 24;
export const RING_WRITER_BYTES = 128;

/** u32 per observer: RING_OBSERVER_IDLE, _WANTING, _FILLING (with the writer's owner number, times 4), _READY. */
export const RING_OBSERVER_STATE = 0;
/** u32 per observer, only grows (wraps): added to when there is something new; the word that it sleeps on. */
export const RING_OBSERVER_SIGNAL = 4;
/** The snapshot: a copy of a whole slot. */
export const RING_OBSERVER_SNAPSHOT = 128;

/** u32: who holds the slot (0 nobody, writer index + 1, or writer count + reader index + 1). */
export const RING_SLOT_OWNER = 0;
/** u32 without meaning, written to fetch the slot's first cache line early. */
export const RING_SLOT_TOUCH = 4;
/** Metadata starts here, data at the next multiple of 8 behind it. */
export const RING_SLOT_METADATA = 8;

/** Bits of RING_CONTROL. */
export const RING_PAUSED = 1;
export const RING_CLOSING = 2;
export const RING_STOPPED = 4;

/** What the ring's functions return instead of a token. */
export const RING_WOULD_BLOCK = -1;
export const RING_ENDED = -2;
export const RING_KILLED = -3;

/** Values of RING_OBSERVER_STATE, in its two lowest bits. */
export const RING_OBSERVER_IDLE = 0;
export const RING_OBSERVER_WANTING = 1;
export const RING_OBSERVER_FILLING = 2;
export const RING_OBSERVER_READY = 3;

// Down-sampler of one signal (assembly/unpack/downsample.ts). The host writes ratio, mode, stage count and factors.
/** u32: input samples per output sample. */
export const DOWNSAMPLE_RATIO = 0;
/** u32: 1 = plain mean over `ratio` samples, 0 = filter stages. */
export const DOWNSAMPLE_IS_MEAN = 4;
/** u32: number of filter stages. */
export const DOWNSAMPLE_STAGE_COUNT = 8;
/** Everything up to the stages is zeroed when a stream starts, and the stages' state is made anew. */
export const DOWNSAMPLE_RUNTIME = 16;
/** u32: 1 after the first aligned sample; u32 samples in the open mean; u32: 1 if one of them is missing. */
export const DOWNSAMPLE_IS_STARTED = 16;
export const DOWNSAMPLE_MEAN_COUNT = 20;
export const DOWNSAMPLE_MEAN_IS_MISSING = 24;
/** i64: sum of the open mean. */
export const DOWNSAMPLE_MEAN_SUM = 32;
/** u32: samples to discard before the first aligned one. */
export const DOWNSAMPLE_DISCARD = 40;
/** Stages: u32 factor (2 or 5), u32 inputs since the last output, u32 place, u32 inputs until no tap is missing. */
export const DOWNSAMPLE_STAGES = 64;
export const DOWNSAMPLE_STAGE_FACTOR = 0;
export const DOWNSAMPLE_STAGE_PHASE = 4;
export const DOWNSAMPLE_STAGE_PLACE = 8;
export const DOWNSAMPLE_STAGE_MISSING = 12;
/** i64[256]: the newest 128 inputs, twice in a row, so that any 128 of them lie together. */
export const DOWNSAMPLE_STAGE_INPUTS = 16;
export const DOWNSAMPLE_STAGE_BYTES = 2064;
/** 2 MHz to 1 Hz is 2^7 * 5^6. */
export const DOWNSAMPLE_MAX_STAGES = 13;
export const DOWNSAMPLE_BYTES = DOWNSAMPLE_STAGES + DOWNSAMPLE_MAX_STAGES * DOWNSAMPLE_STAGE_BYTES;

// JS110 processor (assembly/unpack/js110.ts): its state. The host writes the configuration, the core the rest.
/** f32[9] offset in codes and f32[9] gain in A per code by current range: 0-6, 7 = off, 8 = missing. */
export const JS110_CURRENT_OFFSET = 0;
export const JS110_CURRENT_GAIN = 64;
/** u32: bit r set where the ends of current range r are limits: 1 to 6 only when it is fixed. */
export const JS110_LIMITED_RANGES = 100;
/** f32[2] offset in codes and f32[2] gain in V per code by voltage range. */
export const JS110_VOLTAGE_OFFSET = 128;
export const JS110_VOLTAGE_GAIN = 136;
/** u32: 0 off, 1 interpolate, 2 mean, 3 NaN. */
export const JS110_MODE = 144;
/** u32 samples before and after the window that the mean is taken over. */
export const JS110_PRE = 148;
export const JS110_POST = 152;
/** u32: bit 0, the lowest bit of the current is an input and no part of the value; bit 1, the same of the voltage. */
export const JS110_INPUT_BITS = 156;
/** u8[16 * 16]: samples to suppress at a change, by 16 * range after + range before. */
export const JS110_WINDOWS = 160;
/** Everything from here on is zeroed when a stream starts. */
export const JS110_RUNTIME = 416;
/** u32: 0 before the first good packet. */
export const JS110_IS_STARTED = 416;
/** u32 index that the next packet should have. */
export const JS110_NEXT_INDEX = 420;
/** u32 index of the packet that sample 0 is in. */
export const JS110_FIRST_INDEX = 424;
/** u32 packets of an earlier stream that were thrown away. */
export const JS110_STALE_PACKETS = 428;
/** u32 samples that stay withheld, and u32 samples withheld now (at the start of the staging columns). */
export const JS110_REMAINING = 436;
export const JS110_HELD = 440;
/** f32: current before the window, or sum of the currents before it. */
export const JS110_BEFORE = 444;
/** u32 number of samples seen, and f32[8] the newest currents before suppression, by number modulo 8. */
export const JS110_SEEN = 448;
export const JS110_HISTORY = 456;
/** u32 samples whose toggle bit did not alternate. */
export const JS110_TOGGLE_ERRORS = 488;
/** u32: 1 when a staged sample may be at a limit of the converter; else the column of them is 0 throughout. */
export const JS110_HAS_SATURATED = 492;
/** u32 samples since the last one at the lower rate, and u32 which limits they reached (as the column has it). */
export const JS110_GROUP_SAMPLES = 496;
export const JS110_GROUP_SATURATED = 500;
/** Accumulator record and table of source addresses for streamAppend. */
export const JS110_RECORD = 512;
export const JS110_SOURCES = 576;
/** Staging columns: withheld samples, then new ones. */
export const JS110_STAGING_SAMPLES = 1152;
export const JS110_CURRENT = 640;
export const JS110_VOLTAGE = JS110_CURRENT + JS110_STAGING_SAMPLES * 4;
export const JS110_POWER = JS110_VOLTAGE + JS110_STAGING_SAMPLES * 4;
/** u8 per sample: bits 0-3 range, 4 current LSB, 5 voltage LSB, 6 toggle, 7 no toggle. The byte before is the last emitted. */
export const JS110_BITS = JS110_POWER + JS110_STAGING_SAMPLES * 4 + CACHE_PAD;
export const JS110_RANGE = JS110_BITS + JS110_STAGING_SAMPLES;
export const JS110_GPI0 = JS110_RANGE + JS110_STAGING_SAMPLES;
export const JS110_GPI1 = JS110_GPI0 + JS110_STAGING_SAMPLES;
/** Bit 3 of the bits byte, packed. */
export const JS110_MISSING = JS110_GPI1 + JS110_STAGING_SAMPLES;
/** u8 per sample: bit 0, the current was at a limit of the converter; bit 1, the voltage was. 0 behind what is staged. */
export const JS110_SATURATED = JS110_MISSING + JS110_STAGING_SAMPLES;
/** Its two bits, packed. */
export const JS110_CURRENT_SATURATED = JS110_SATURATED + JS110_STAGING_SAMPLES;
export const JS110_VOLTAGE_SATURATED = JS110_CURRENT_SATURATED + JS110_STAGING_SAMPLES;
/** A down-sampler for each signal but those two; used when the ratio of the first is more than 1. */
export const JS110_DOWNSAMPLE = JS110_VOLTAGE_SATURATED + JS110_STAGING_SAMPLES;
export const JS110_STATE_BYTES = JS110_DOWNSAMPLE + 6 * DOWNSAMPLE_BYTES;
