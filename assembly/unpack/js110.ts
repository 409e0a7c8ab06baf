// JS110 bulk packets to calibrated samples in a stream ring: loss filling, conversion, range-switch suppression.
// All state is in memory (JS110_* of layout.ts), so the result does not depend on how packets are batched.
//
// A packet is 512 bytes: u8 type (1), u8 status (0), u16 length (512) with the voltage range in bit 15, u16 index,
// u16 USB frame, then 126 pairs of u16 current and u16 voltage (pyjoulescope, joulescope/stream_buffer.pyx).
// A word is code << 2 with flags below: current has range bits 1:0, voltage has the toggle and range bit 2. Bit 0 of
// each code can carry a general-purpose input (JS110_INPUT_BITS): the value is then the middle of what the other bits
// leave open, half a code above them. A code at either end of the converter stands for anything beyond: such samples are
// saturated, and two more signals say which they are. The automatic range answers such a code with a larger range, and
// that switch is all there is to it, unless there is none (JS110_LIMITED_RANGES).

import { atomic } from "../atomics";
import {
  DOWNSAMPLE_RATIO,
  JS110_BITS,
  JS110_CURRENT,
  JS110_CURRENT_GAIN,
  JS110_CURRENT_OFFSET,
  JS110_CURRENT_SATURATED,
  JS110_DOWNSAMPLE,
  JS110_FIRST_INDEX,
  JS110_GPI0,
  JS110_GPI1,
  JS110_HAS_SATURATED,
  JS110_HELD,
  JS110_HISTORY,
  JS110_INPUT_BITS,
  JS110_IS_STARTED,
  JS110_LIMITED_RANGES,
  JS110_MISSING,
  JS110_NEXT_INDEX,
  JS110_POWER,
  JS110_RANGE,
  JS110_RECORD,
  JS110_RUNTIME,
  JS110_SATURATED,
  JS110_SOURCES,
  JS110_STAGING_SAMPLES,
  JS110_STALE_PACKETS,
  JS110_TOGGLE_ERRORS,
  JS110_VOLTAGE,
  JS110_VOLTAGE_GAIN,
  JS110_VOLTAGE_OFFSET,
  JS110_VOLTAGE_SATURATED,
  STREAM_BAD_PACKETS,
  STREAM_GAPS,
  STREAM_MISSING,
  STREAM_RECEIVED,
} from "../layout";
import { streamAppend, streamMissing } from "../stream/ring";
import { js110Downsample, js110DownsampleStart } from "./js110-downsample";
import { js110Suppress } from "./js110-suppress";
import { packBits, packNibbles } from "./pack";

const PACKET_BYTES: usize = 512;
const PACKET_SAMPLES: usize = 126;
/** A code of 14 bits, and what stands for a lowest bit that is no part of it. */
const CODE_BITS: u32 = 0x3fff;
const HALF_CODE: f32 = 0.5;
/** A word below the first is of code 0, one from the second on of the highest code. */
const LOWEST_WORD: u32 = 1 << 2;
const HIGHEST_WORD: u32 = CODE_BITS << 2;
/** Bits of the column of saturated samples. */
const IS_CURRENT: u32 = 1;
const IS_VOLTAGE: u32 = 2;
/** Packets that go through the staging columns at once. */
const BATCH: usize = 8;
/** More than a suppression withholds (63), and, per sample of the lower rate, than all down-sampling filters reach over. */
const SETTLING_SAMPLES: usize = BATCH * PACKET_SAMPLES;
/** A stream that begins with an index up to this lost its first packets (65 ms); beyond, it began elsewhere. */
const SMALL_INDEX: i32 = 1024;
/** Two packets of one transfer are not further apart than this, unless a new stream began between them. */
const LARGE_JUMP: i32 = 2048;
/** Bits byte of a missing sample: range 8, inputs unknown and so 0, no toggle. */
const MISSING_BITS: u8 = 0x88;
/** The bits of a raw bits byte (see convert) that are the range, and where its third one is. */
const RAW_RANGE: i32 = 0x13;
/** Bits byte before the first sample: range off, no toggle. */
const FIRST_BITS: u8 = 0x87;
/** Where the source addresses of the two signals of saturated samples are in the table. */
const SATURATED_SOURCES: usize = JS110_SOURCES + 6 * 4;

/** Forgets the stream: the next packet is the first of a new one. */
export function js110Start(state: usize): void {
  memory.fill(state + JS110_RUNTIME, 0, JS110_RECORD - JS110_RUNTIME);
  store<u8>(state + JS110_BITS - 1, FIRST_BITS);
  for (let i: usize = 0; i < 32; i += 4) store<f32>(state + JS110_HISTORY + i, NaN);
  memory.fill(state + JS110_SATURATED, 0, JS110_STAGING_SAMPLES);
  js110DownsampleStart(state);
}

/** Processes `packetCount` packets at `packets` into the ring. The ring's writer only. */
export function js110Process(state: usize, ring: usize, packets: usize, packetCount: usize): void {
  const end = packets + packetCount * PACKET_BYTES;
  if (!load<u32>(state + JS110_IS_STARTED)) packets = skipStale(state, packets, end);
  let batch: usize = 0;
  for (; packets < end; packets += PACKET_BYTES) {
    if (!isGood(packets)) {
      count(ring + STREAM_BAD_PACKETS, 1);
      continue;
    }
    const index = <u32>load<u16>(packets, 4);
    if (!load<u32>(state + JS110_IS_STARTED)) start(state, index);
    const lost = (index - load<u32>(state + JS110_NEXT_INDEX)) & 0xffff;
    if (lost) {
      emit(state, ring, batch);
      batch = 0;
      js110Missing(state, ring, <usize>lost * PACKET_SAMPLES);
    }
    convert(state, packets, <usize>load<u32>(state + JS110_HELD) + batch);
    store<u32>(state + JS110_NEXT_INDEX, (index + 1) & 0xffff);
    count(ring + STREAM_RECEIVED, PACKET_SAMPLES);
    batch += PACKET_SAMPLES;
    if (batch == BATCH * PACKET_SAMPLES) {
      emit(state, ring, batch);
      batch = 0;
    }
  }
  emit(state, ring, batch);
}

/** Appends `missing` > 0 samples that were lost in one event: NaN, range 8. */
export function js110Missing(state: usize, ring: usize, missing: usize): void {
  count(ring + STREAM_GAPS, 1);
  count(ring + STREAM_MISSING, missing);
  const ratio = <usize>max<u32>(load<u32>(state + JS110_DOWNSAMPLE + DOWNSAMPLE_RATIO), 1);
  // From then on nothing but missing samples is withheld or within reach of a filter: one is like the other.
  const settled = SETTLING_SAMPLES * ratio;
  if (missing > settled) {
    emitMissing(state, ring, settled);
    missing -= settled;
    const reduced = missing / ratio;
    streamMissing(ring, <f64>reduced, state + JS110_RECORD);
    missing -= reduced * ratio;
  }
  emitMissing(state, ring, missing);
}

function emitMissing(state: usize, ring: usize, missing: usize): void {
  while (missing > 0) {
    const n = min<usize>(missing, BATCH * PACKET_SAMPLES);
    const at = <usize>load<u32>(state + JS110_HELD);
    for (let i: usize = 0; i < n; i += 4) {
      v128.store(state + JS110_CURRENT + ((at + i) << 2), f32x4.splat(NaN));
      v128.store(state + JS110_VOLTAGE + ((at + i) << 2), f32x4.splat(NaN));
    }
    memory.fill(state + JS110_BITS + at, MISSING_BITS, n);
    emit(state, ring, n);
    missing -= n;
  }
}

function isGood(packet: usize): bool {
  return load<u16>(packet) == 1 && (<usize>load<u16>(packet, 2) & 0x7fff) == PACKET_BYTES;
}

function count(counter: usize, n: i64): void {
  atomic.store<i64>(counter, load<i64>(counter) + n);
}

function start(state: usize, index: u32): void {
  store<u32>(state + JS110_IS_STARTED, 1);
  const first = <i32>index > SMALL_INDEX ? index : 0;
  store<u32>(state + JS110_FIRST_INDEX, first);
  store<u32>(state + JS110_NEXT_INDEX, first);
}

/** The instrument may send packets queued before the last stop first: a jump back to a small index tells. */
function skipStale(state: usize, packets: usize, end: usize): usize {
  let first = packets;
  let last: i32 = -1;
  let stale: u32 = 0;
  let good: u32 = 0;
  for (let p = packets; p < end; p += PACKET_BYTES) {
    if (!isGood(p)) continue;
    const index = <i32>load<u16>(p, 4);
    if (last >= 0 && index <= SMALL_INDEX && ((index - last - 1) & 0xffff) > LARGE_JUMP) {
      first = p;
      stale = good;
    }
    last = index;
    good++;
  }
  store<u32>(state + JS110_STALE_PACKETS, load<u32>(state + JS110_STALE_PACKETS) + stale);
  return first;
}

/**
 * Writes a packet's 126 samples to the staging columns from sample `at` on. The bits are staged as the words have them
 * (the current word's lowest three bits, the voltage word's in the high nibble) and put in order for the whole packet.
 */
function convert(state: usize, packet: usize, at: usize): void {
  const voltageRange = <usize>(load<u16>(packet, 2) >> 15) << 2;
  const inputs = load<u32>(state + JS110_INPUT_BITS);
  const currentBits = i32x4.splat(codeBits(inputs));
  const currentHalf = halfCode(inputs);
  const voltageBits = i32x4.splat(codeBits(inputs >> 1));
  const voltageOffset = f32x4.splat(load<f32>(state + voltageRange + JS110_VOLTAGE_OFFSET) + halfCode(inputs >> 1));
  const voltageGain = f32x4.splat(load<f32>(state + voltageRange + JS110_VOLTAGE_GAIN));
  const words = packet + 8;
  const current = state + JS110_CURRENT + (at << 2);
  const voltage = state + JS110_VOLTAGE + (at << 2);
  const bits = state + JS110_BITS + at;
  let range = i32x4.splat(-1);
  let offset = f32x4.splat(0);
  let gain = offset;
  let lowest = i16x8.splat(-1);
  let highest = i16x8.splat(0);
  // 126 is not a multiple of 4: the last step does two samples again.
  for (let i: usize = 0; i < PACKET_SAMPLES; i = i == 120 ? 122 : i + 4) {
    const w = v128.load(words + (i << 2));
    lowest = i16x8.min_u(lowest, w);
    highest = i16x8.max_u(highest, w);
    const flags = rawBits(w);
    const r = v128.and(flags, i32x4.splat(RAW_RANGE));
    if (!i32x4.all_true(i32x4.eq(r, range))) {
      const first = i32x4.extract_lane(r, 0);
      // Range 7 may also be the all-ones pair that stands for a missing sample.
      if (first == RAW_RANGE || !i32x4.all_true(i32x4.eq(r, i32x4.splat(first)))) {
        for (let lane = i; lane < i + 4; lane++) convertOne(state, load<u32>(words + (lane << 2)), voltageRange, at + lane);
        continue;
      }
      range = i32x4.splat(first);
      const gains = state + (<usize>rangeOf(first) << 2);
      offset = f32x4.splat(load<f32>(gains + JS110_CURRENT_OFFSET) + currentHalf);
      gain = f32x4.splat(load<f32>(gains + JS110_CURRENT_GAIN));
    }
    const currentCode = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(w, 2), currentBits));
    const voltageCode = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(w, 18), voltageBits));
    v128.store(current + (i << 2), f32x4.mul(f32x4.add(currentCode, offset), gain));
    v128.store(voltage + (i << 2), f32x4.mul(f32x4.add(voltageCode, voltageOffset), voltageGain));
    const bytes = v128.shuffle<u8>(flags, flags, 0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    v128.store_lane<u32>(bits + i, bytes, 0);
  }
  for (let i: usize = 0; i < PACKET_SAMPLES; i += 16) v128.store(bits + i, orderedBits(v128.load(bits + i)));
  const isLow = i16x8.lt_u(lowest, i32x4.splat(lowestWord(inputs) | (lowestWord(inputs >> 1) << 16)));
  const isHigh = i16x8.ge_u(highest, i32x4.splat(highestWord(inputs) | (highestWord(inputs >> 1) << 16)));
  if (v128.any_true(v128.or(isLow, isHigh))) markSaturated(state, words, inputs, at);
}

/** Notes which of a packet's samples are at a limit of the converter. */
function markSaturated(state: usize, words: usize, inputs: u32, at: usize): void {
  const limited = load<u32>(state + JS110_LIMITED_RANGES);
  store<u32>(state + JS110_HAS_SATURATED, 1);
  for (let i: usize = 0; i < PACKET_SAMPLES; i++) {
    const word = load<u32>(words + (i << 2));
    const isMissing = word == 0xffffffff;
    const isLimited = (limited >> ((word & 3) | ((word >> 14) & 4))) & 1;
    const current = !isMissing && isLimited && isLimit(word & 0xffff, inputs) ? IS_CURRENT : 0;
    const voltage = !isMissing && isLimit(word >> 16, inputs >> 1) ? IS_VOLTAGE : 0;
    store<u8>(state + JS110_SATURATED + at + i, <u8>(current | voltage));
  }
}

@inline function isLimit(word: u32, inputs: u32): bool {
  return word < lowestWord(inputs) || word >= highestWord(inputs);
}

// In the lowest bit of `inputs` is whether an input has taken that of the code.

@inline function lowestWord(inputs: u32): u32 {
  return LOWEST_WORD << (inputs & 1);
}

@inline function highestWord(inputs: u32): u32 {
  return HIGHEST_WORD - ((inputs & 1) << 2);
}

function convertOne(state: usize, word: u32, voltageRange: usize, at: usize): void {
  const current = state + JS110_CURRENT + (at << 2);
  const voltage = state + JS110_VOLTAGE + (at << 2);
  if (word == 0xffffffff) {
    store<f32>(current, NaN);
    store<f32>(voltage, NaN);
    store<u8>(state + JS110_BITS + at, MISSING_BITS);
    return;
  }
  const flags = (word & 0x07) | ((word >> 12) & 0x70);
  const gains = state + (<usize>rangeOf(flags & RAW_RANGE) << 2);
  const inputs = load<u32>(state + JS110_INPUT_BITS);
  const currentOffset = load<f32>(gains + JS110_CURRENT_OFFSET) + halfCode(inputs);
  const voltageOffset = load<f32>(state + voltageRange + JS110_VOLTAGE_OFFSET) + halfCode(inputs >> 1);
  const currentCode = <f32>((word >> 2) & codeBits(inputs)) + currentOffset;
  const voltageCode = <f32>((word >> 18) & codeBits(inputs >> 1)) + voltageOffset;
  store<f32>(current, currentCode * load<f32>(gains + JS110_CURRENT_GAIN));
  store<f32>(voltage, voltageCode * load<f32>(state + voltageRange + JS110_VOLTAGE_GAIN));
  store<u8>(state + JS110_BITS + at, flags);
}

@inline function rawBits(words: v128): v128 {
  return v128.or(v128.and(words, i32x4.splat(0x07)), v128.and(i32x4.shr_u(words, 12), i32x4.splat(0x70)));
}

@inline function rangeOf(rawRange: u32): u32 {
  return (rawRange & 3) | (rawRange >> 2);
}

/** Raw bits bytes (range 1:0, gpi0; range 2, toggle, gpi1) as JS110_BITS has them. A missing sample's are both ways alike. */
@inline function orderedBits(raw: v128): v128 {
  const low = i8x16(0x00, 0x01, 0x02, 0x03, 0x10, 0x11, 0x12, 0x13, 0x08, 0, 0, 0, 0, 0, 0, 0);
  const high = i8x16(0x00, 0x04, 0x40, 0x44, 0x20, 0x24, 0x60, 0x64, -0x80, 0, 0, 0, 0, 0, 0, 0);
  return v128.or(
    i8x16.swizzle(low, v128.and(raw, i8x16.splat(0x0f))),
    i8x16.swizzle(high, i8x16.shr_u(raw, 4)),
  );
}

/** The bits of a code that belong to the value; in the lowest bit of `inputs` is whether an input has taken one. */
@inline function codeBits(inputs: u32): u32 {
  return CODE_BITS ^ (inputs & 1);
}

@inline function halfCode(inputs: u32): f32 {
  return inputs & 1 ? HALF_CODE : 0;
}

/** Filters `count` new samples after the withheld ones and appends what is final to the ring. */
function emit(state: usize, ring: usize, count: usize): void {
  if (count == 0) return;
  checkToggle(state, count);
  const total = <usize>load<u32>(state + JS110_HELD) + count;
  const ready = js110Suppress(state, count);
  const held = total - ready;
  store<u32>(state + JS110_HELD, held);
  if (ready == 0) return;
  for (let i: usize = 0; i < ready << 2; i += 16) {
    const power = f32x4.mul(v128.load(state + i + JS110_CURRENT), v128.load(state + i + JS110_VOLTAGE));
    v128.store(state + i + JS110_POWER, power);
  }
  const bits = state + JS110_BITS;
  let appended = ready;
  const isReduced = load<u32>(state + JS110_DOWNSAMPLE + DOWNSAMPLE_RATIO) > 1;
  const hasSaturated = load<u32>(state + JS110_HAS_SATURATED) != 0;
  if (isReduced) {
    appended = js110Downsample(state, ready);
  } else {
    packNibbles(state + JS110_RANGE, bits, ready);
    packColumns(state, ready);
    if (hasSaturated) packSaturated(state, ready);
  }
  const isTold = isReduced || hasSaturated;
  store<u32>(state + SATURATED_SOURCES, isTold ? <u32>(state + JS110_CURRENT_SATURATED) : 0);
  store<u32>(state + SATURATED_SOURCES, isTold ? <u32>(state + JS110_VOLTAGE_SATURATED) : 0, 4);
  if (appended > 0) streamAppend(ring, state + JS110_SOURCES, appended, state + JS110_RECORD);
  store<u8>(bits - 1, load<u8>(bits + ready - 1));
  memory.copy(bits, bits + ready, held);
  memory.copy(state + JS110_CURRENT, state + JS110_CURRENT + (ready << 2), held << 2);
  memory.copy(state + JS110_VOLTAGE, state + JS110_VOLTAGE + (ready << 2), held << 2);
  if (hasSaturated) keepSaturated(state, ready, held);
}

function packSaturated(state: usize, count: usize): void {
  packBits(state + JS110_CURRENT_SATURATED, state + JS110_SATURATED, count, 0);
  packBits(state + JS110_VOLTAGE_SATURATED, state + JS110_SATURATED, count, 1);
}

/** What is withheld moves to the front of the column, and the rest is 0 again. */
function keepSaturated(state: usize, ready: usize, held: usize): void {
  const column = state + JS110_SATURATED;
  memory.copy(column, column + ready, held);
  memory.fill(column + held, 0, ready);
  let marks: u32 = 0;
  for (let i: usize = 0; i < held; i++) marks |= load<u8>(column + i);
  store<u32>(state + JS110_HAS_SATURATED, u32(marks != 0));
}

/** Packs the inputs and whether a sample is missing from one reading of the bits. */
function packColumns(state: usize, count: usize): void {
  for (let i: usize = 0; i < count; i += 16) {
    const bits = v128.load(state + i + JS110_BITS);
    const at = state + (i >> 3);
    store<u16>(at + JS110_GPI0, <u16>i8x16.bitmask(i8x16.shl(bits, 3)));
    store<u16>(at + JS110_GPI1, <u16>i8x16.bitmask(i8x16.shl(bits, 2)));
    store<u16>(at + JS110_MISSING, <u16>i8x16.bitmask(i8x16.shl(bits, 4)));
  }
}

/** Counts new samples whose toggle bit equals the one before, where both are known. */
function checkToggle(state: usize, count: usize): void {
  let p = state + JS110_BITS + load<u32>(state + JS110_HELD);
  const end = p + count;
  let errors: u32 = 0;
  for (; p + 16 <= end; p += 16) {
    const x = v128.load(p);
    const before = v128.load(p - 1);
    const isSame = i8x16.eq(v128.and(v128.xor(x, before), i8x16.splat(0x40)), i8x16.splat(0));
    const isKnown = i8x16.ge_s(v128.or(x, before), i8x16.splat(0));
    errors += popcnt<u32>(i8x16.bitmask(v128.and(isSame, isKnown)));
  }
  for (; p < end; p++) {
    const x = load<u8>(p);
    const before = load<u8>(p - 1);
    errors += u32(((x ^ before) & 0x40) == 0 && ((x | before) & 0x80) == 0);
  }
  if (errors) store<u32>(state + JS110_TOGGLE_ERRORS, load<u32>(state + JS110_TOGGLE_ERRORS) + errors);
}
