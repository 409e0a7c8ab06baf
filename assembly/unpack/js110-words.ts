// The JS110's raw sample words, as recordings keep them, to calibrated columns: the same arithmetic as the live
// stream, without packets. State (configuration, suppression) is JS110_* of layout.ts.

import {
  JS110_BITS,
  JS110_CURRENT,
  JS110_CURRENT_GAIN,
  JS110_CURRENT_OFFSET,
  JS110_HELD,
  JS110_VOLTAGE,
  JS110_VOLTAGE_GAIN,
  JS110_VOLTAGE_OFFSET,
} from "../layout";
import { js110Suppress } from "./js110-suppress";

/** Words that go through the staging columns at once; with 63 withheld samples they fill them. */
const BATCH: usize = 1024;
/** Both words of a missing sample. */
const MISSING_WORD: u32 = 0xffffffff;
/** Bits byte of a missing sample: range 8; its input bits read 1. */
const MISSING_BITS: u8 = 0x38;

/**
 * Converts and filters `count` words (u16 current, u16 voltage) after those before; `voltageRange` is 0 or 1. Appends what
 * is final to the four columns (f32, f32, f32, one byte: range in bits 0..3, inputs in 4 and 5) and returns how many.
 */
export function js110Words(
  state: usize,
  words: usize,
  count: u32,
  voltageRange: u32,
  current: usize,
  voltage: usize,
  power: usize,
  bits: usize,
): u32 {
  let done: usize = 0;
  for (let first: usize = 0; first < count; first += BATCH) {
    const n = min<usize>(BATCH, <usize>count - first);
    const held = <usize>load<u32>(state + JS110_HELD);
    const at = words + (first << 2);
    let i: usize = 0;
    for (; i + 4 <= n; i += 4) convertFour(state, at + (i << 2), voltageRange << 2, held + i);
    for (; i < n; i++) convert(state, load<u32>(at + (i << 2)), voltageRange << 2, held + i);
    const ready = js110Suppress(state, n);
    const left = held + n - ready;
    store<u32>(state + JS110_HELD, left);
    emit(state, ready, current + (done << 2), voltage + (done << 2), power + (done << 2));
    if (ready > 0) {
      const staged = state + JS110_BITS;
      memory.copy(bits + done, staged, ready);
      store<u8>(staged - 1, load<u8>(staged + ready - 1));
      memory.copy(staged, staged + ready, left);
      memory.copy(state + JS110_CURRENT, state + JS110_CURRENT + (ready << 2), left << 2);
      memory.copy(state + JS110_VOLTAGE, state + JS110_VOLTAGE + (ready << 2), left << 2);
    }
    done += ready;
  }
  return <u32>done;
}

/** Copies final samples out, with their power. */
function emit(state: usize, count: usize, current: usize, voltage: usize, power: usize): void {
  const end = count << 2;
  let at: usize = 0;
  for (; at + 16 <= end; at += 16) {
    const amps = v128.load(state + at + JS110_CURRENT);
    const volts = v128.load(state + at + JS110_VOLTAGE);
    v128.store(current + at, amps);
    v128.store(voltage + at, volts);
    v128.store(power + at, f32x4.mul(amps, volts));
  }
  for (; at < end; at += 4) {
    const amps = load<f32>(state + at + JS110_CURRENT);
    const volts = load<f32>(state + at + JS110_VOLTAGE);
    store<f32>(current + at, amps);
    store<f32>(voltage + at, volts);
    store<f32>(power + at, amps * volts);
  }
}

/** Four words at once where they are of one range and none is missing. */
function convertFour(state: usize, words: usize, voltageAt: usize, at: usize): void {
  const w = v128.load(words);
  const range = v128.or(v128.and(w, i32x4.splat(3)), v128.and(i32x4.shr_u(w, 14), i32x4.splat(4)));
  const first = i32x4.extract_lane(range, 0);
  const isOdd = v128.any_true(
    v128.or(v128.xor(range, i32x4.splat(first)), i32x4.eq(w, i32x4.splat(<i32>MISSING_WORD))),
  );
  if (isOdd) {
    for (let i: usize = 0; i < 4; i++) convert(state, load<u32>(words + (i << 2)), voltageAt, at + i);
    return;
  }
  const gains = state + (<usize>first << 2);
  const currentCode = f32x4.convert_i32x4_s(v128.and(i32x4.shr_u(w, 2), i32x4.splat(0x3fff)));
  const voltageCode = f32x4.convert_i32x4_s(i32x4.shr_u(w, 18));
  const amps = f32x4.mul(
    f32x4.add(currentCode, v128.load32_splat(gains + JS110_CURRENT_OFFSET)),
    v128.load32_splat(gains + JS110_CURRENT_GAIN),
  );
  const volts = f32x4.mul(
    f32x4.add(voltageCode, v128.load32_splat(state + voltageAt + JS110_VOLTAGE_OFFSET)),
    v128.load32_splat(state + voltageAt + JS110_VOLTAGE_GAIN),
  );
  v128.store(state + JS110_CURRENT + (at << 2), amps);
  v128.store(state + JS110_VOLTAGE + (at << 2), volts);
  const inputs = v128.or(
    v128.and(i32x4.shl(w, 2), i32x4.splat(0x10)),
    v128.and(i32x4.shr_u(w, 13), i32x4.splat(0x20)),
  );
  const bits = i8x16.swizzle(v128.or(range, inputs), i8x16(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  store<i32>(state + JS110_BITS + at, i32x4.extract_lane(bits, 0));
}

function convert(state: usize, word: u32, voltageAt: usize, at: usize): void {
  const current = state + JS110_CURRENT + (at << 2);
  const voltage = state + JS110_VOLTAGE + (at << 2);
  if (word == MISSING_WORD) {
    store<f32>(current, NaN);
    store<f32>(voltage, NaN);
    store<u8>(state + JS110_BITS + at, MISSING_BITS);
    return;
  }
  const range = (word & 3) | ((word >> 14) & 4);
  const gains = state + (<usize>range << 2);
  const currentCode = <f32>((word >> 2) & 0x3fff) + load<f32>(gains + JS110_CURRENT_OFFSET);
  const voltageCode = <f32>(word >> 18) + load<f32>(state + voltageAt + JS110_VOLTAGE_OFFSET);
  store<f32>(current, currentCode * load<f32>(gains + JS110_CURRENT_GAIN));
  store<f32>(voltage, voltageCode * load<f32>(state + voltageAt + JS110_VOLTAGE_GAIN));
  store<u8>(state + JS110_BITS + at, <u8>(range | ((word << 2) & 0x10) | ((word >> 13) & 0x20)));
}
