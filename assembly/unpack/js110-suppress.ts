// Suppression of the glitches that the JS110 makes when it switches its current range: the samples around a switch
// are withheld and then interpolated, averaged or made NaN (pyjoulescope, joulescope/stream_buffer.pyx). The
// arithmetic is f32 in that program's order, so the results are equal bit for bit. A value that was replaced is not the
// converter's any more, and so not saturated.

import {
  JS110_BEFORE,
  JS110_BITS,
  JS110_CURRENT,
  JS110_HAS_SATURATED,
  JS110_HELD,
  JS110_HISTORY,
  JS110_MODE,
  JS110_POST,
  JS110_PRE,
  JS110_REMAINING,
  JS110_SATURATED,
  JS110_SEEN,
  JS110_VOLTAGE,
  JS110_WINDOWS,
} from "../layout";

const OFF: u32 = 0;
const MEAN: u32 = 2;
const MISSING: u32 = 3;
/** A window longer than this (switch after switch) becomes NaN, so that output is never held back for long. */
const LONGEST: u32 = 63;
/** Bits of the column of saturated samples. */
const IS_CURRENT: u32 = 1;
const IS_VOLTAGE: u32 = 2;

/**
 * Filters the `count` new samples that follow the withheld ones in the staging columns. The result is the number of
 * samples at the front that are final; the others stay withheld.
 */
export function js110Suppress(state: usize, count: usize): usize {
  let k = <usize>load<u32>(state + JS110_HELD);
  const end = k + count;
  const mode = load<u32>(state + JS110_MODE);
  if (mode == OFF) return end;
  const bits = state + JS110_BITS;
  const current = state + JS110_CURRENT;
  let remaining = load<u32>(state + JS110_REMAINING);
  // A change of mode closes an open window: its samples go out as they are.
  let held: u32 = remaining > 0 ? <u32>k : 0;
  while (k < end) {
    if (remaining == 0) {
      const change = nextChange(bits, k, end);
      remember(state, current + (k << 2), change - k);
      k = change;
      if (k == end) break;
    }
    const range = <usize>load<u8>(bits + k) & 15;
    const last = <usize>load<u8>(bits + k - 1) & 15;
    const window = range == last ? 0 : <u32>load<u8>(state + JS110_WINDOWS + (range << 4) + last);
    if (window > 0) {
      if (held == 0) store<f32>(state + JS110_BEFORE, sumBefore(state, load<u32>(state + JS110_PRE)));
      remaining = max<u32>(remaining, window + load<u32>(state + JS110_POST));
    }
    remember(state, current + (k << 2), 1);
    k++;
    if (remaining == 0) continue;
    held++;
    if (remaining == 1) {
      closeWindow(state, mode, k - held, held);
      held = 0;
    } else if (held == LONGEST) {
      fill(current + ((k - held) << 2), held, NaN);
      unmark(state, k - held, held, IS_CURRENT);
      store<f32>(state + JS110_BEFORE, NaN);
      held = 0;
    }
    remaining--;
  }
  store<u32>(state + JS110_REMAINING, remaining);
  return end - held;
}

/** First sample in [from, end) whose range differs from the one before it; `end` if there is none. */
function nextChange(bits: usize, from: usize, end: usize): usize {
  let k = from;
  const ranges = i8x16.splat(15);
  for (; k + 16 <= end; k += 16) {
    const difference = v128.xor(v128.load(bits + k), v128.load(bits + k - 1));
    if (v128.any_true(v128.and(difference, ranges))) break;
  }
  while (k < end && ((load<u8>(bits + k) ^ load<u8>(bits + k - 1)) & 15) == 0) k++;
  return k;
}

/** Notes `count` currents before suppression; only the newest 8 matter. */
function remember(state: usize, current: usize, count: usize): void {
  const seen = <usize>load<u32>(state + JS110_SEEN);
  for (let i = count > 8 ? count - 8 : 0; i < count; i++) {
    store<f32>(state + JS110_HISTORY + (((seen + i) & 7) << 2), load<f32>(current + (i << 2)));
  }
  store<u32>(state + JS110_SEEN, seen + count);
}

/** Sum of the newest `count` (0..8) currents before suppression, oldest first. */
function sumBefore(state: usize, count: u32): f32 {
  const seen = load<u32>(state + JS110_SEEN);
  let sum: f32 = 0;
  for (let i = seen - count; i != seen; i++) sum += load<f32>(state + JS110_HISTORY + ((i & 7) << 2));
  return sum;
}

/** `sum` plus the newest `count` (0..8) currents before suppression, newest first. */
function addAfter(state: usize, count: u32, sum: f32): f32 {
  const seen = load<u32>(state + JS110_SEEN);
  for (let i: u32 = 1; i <= count; i++) sum += load<f32>(state + JS110_HISTORY + (((seen - i) & 7) << 2));
  return sum;
}

/** Replaces the currents of the `count` samples from `first` on, of which the last has just come. */
function closeWindow(state: usize, mode: u32, first: usize, count: u32): void {
  const current = state + JS110_CURRENT + (first << 2);
  if (mode == MISSING) {
    fill(current, count, NaN);
    fill(state + JS110_VOLTAGE + (first << 2), count, NaN);
    unmark(state, first, count, IS_CURRENT | IS_VOLTAGE);
    return;
  }
  const before = load<f32>(state + JS110_BEFORE);
  if (mode == MEAN) {
    const pre = load<u32>(state + JS110_PRE);
    const post = load<u32>(state + JS110_POST);
    const isKnown = before - before == 0;
    const sum = addAfter(state, post, isKnown ? before : 0);
    const mean = sum / <f32>(isKnown ? pre + post : post);
    fill(current, count - post, mean);
    unmark(state, first, count - post, IS_CURRENT);
    return;
  }
  const last = load<f32>(current + ((count - 1) << 2));
  let value = before - before == 0 ? before : last;
  const step = (last - value) / <f32>count;
  for (let i: u32 = 0; i < count - 1; i++) {
    value += step;
    store<f32>(current + (i << 2), value);
  }
  unmark(state, first, count - 1, IS_CURRENT);
}

/** The `count` samples from `first` on are not saturated in the signals of `mask`. */
function unmark(state: usize, first: usize, count: u32, mask: u32): void {
  if (!load<u32>(state + JS110_HAS_SATURATED)) return;
  const column = state + JS110_SATURATED + first;
  for (let i: u32 = 0; i < count; i++) store<u8>(column + i, <u8>(load<u8>(column + i) & ~mask));
}

function fill(address: usize, count: u32, value: f32): void {
  for (let i: u32 = 0; i < count; i++) store<f32>(address + (i << 2), value);
}
