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
    for (let i: usize = 0; i < n; i++) convert(state, load<u32>(words + ((first + i) << 2)), voltageRange << 2, held + i);
    const ready = js110Suppress(state, n);
    const left = held + n - ready;
    store<u32>(state + JS110_HELD, left);
    for (let i: usize = 0; i < ready; i++) {
      const amps = load<f32>(state + JS110_CURRENT + (i << 2));
      const volts = load<f32>(state + JS110_VOLTAGE + (i << 2));
      store<f32>(current + ((done + i) << 2), amps);
      store<f32>(voltage + ((done + i) << 2), volts);
      store<f32>(power + ((done + i) << 2), amps * volts);
    }
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
