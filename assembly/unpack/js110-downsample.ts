// The JS110's final samples at a lower rate: every staging column goes through its own down-sampler, in place. A sample
// of the lower rate is saturated when one of those that it stands for is.

import {
  DOWNSAMPLE_BYTES,
  DOWNSAMPLE_RATIO,
  JS110_BITS,
  JS110_CURRENT,
  JS110_CURRENT_SATURATED,
  JS110_DOWNSAMPLE,
  JS110_GPI0,
  JS110_GPI1,
  JS110_GROUP_SAMPLES,
  JS110_GROUP_SATURATED,
  JS110_MISSING,
  JS110_POWER,
  JS110_RANGE,
  JS110_SATURATED,
  JS110_VOLTAGE,
  JS110_VOLTAGE_SATURATED,
} from "../layout";
import { downsampleF32, downsampleStart, downsampleU8, MISSING_U8 } from "./downsample";
import { packBits, packNibbles } from "./pack";

/** The range that says that a sample is missing. */
const MISSING_RANGE: u8 = 8;

/** Starts the down-samplers at sample 0; nothing to do while they are not in use. */
export function js110DownsampleStart(state: usize): void {
  if (load<u32>(state + JS110_DOWNSAMPLE + DOWNSAMPLE_RATIO) <= 1) return;
  for (let i: usize = 0; i < 6; i++) downsampleStart(state + JS110_DOWNSAMPLE + i * DOWNSAMPLE_BYTES, 0);
}

/** Reduces the `count` samples at the front of the staging columns and packs the bits; the result is their new number. */
export function js110Downsample(state: usize, count: usize): usize {
  const bits = state + JS110_BITS;
  for (let i: usize = 0; i < count; i++) {
    const x = load<u8>(bits + i);
    const isMissing = (x & 15) == MISSING_RANGE;
    store<u8>(state + i + JS110_RANGE, isMissing ? MISSING_U8 : x & 15);
    store<u8>(state + i + JS110_GPI0, isMissing ? MISSING_U8 : (x >> 4) & 1);
    store<u8>(state + i + JS110_GPI1, isMissing ? MISSING_U8 : (x >> 5) & 1);
  }
  const samplers = state + JS110_DOWNSAMPLE;
  const reduced = reduceFloats(samplers, state + JS110_CURRENT, count);
  reduceFloats(samplers + DOWNSAMPLE_BYTES, state + JS110_VOLTAGE, count);
  reduceFloats(samplers + 2 * DOWNSAMPLE_BYTES, state + JS110_POWER, count);
  reduceBytes(samplers + 3 * DOWNSAMPLE_BYTES, state + JS110_RANGE, count);
  reduceBytes(samplers + 4 * DOWNSAMPLE_BYTES, state + JS110_GPI0, count);
  reduceBytes(samplers + 5 * DOWNSAMPLE_BYTES, state + JS110_GPI1, count);
  reduceSaturated(state, count);
  for (let i: usize = 0; i < reduced; i++) {
    const isMissing = load<u8>(state + i + JS110_RANGE) == MISSING_U8;
    store<u8>(state + i + JS110_MISSING, u8(isMissing));
    if (!isMissing) continue;
    store<u8>(state + i + JS110_RANGE, MISSING_RANGE);
    store<u8>(state + i + JS110_GPI0, 0);
    store<u8>(state + i + JS110_GPI1, 0);
    store<u8>(state + i + JS110_CURRENT_SATURATED, 0);
    store<u8>(state + i + JS110_VOLTAGE_SATURATED, 0);
  }
  packNibbles(state + JS110_RANGE, state + JS110_RANGE, reduced);
  packBits(state + JS110_GPI0, state + JS110_GPI0, reduced, 0);
  packBits(state + JS110_GPI1, state + JS110_GPI1, reduced, 0);
  packBits(state + JS110_MISSING, state + JS110_MISSING, reduced, 0);
  packBits(state + JS110_CURRENT_SATURATED, state + JS110_CURRENT_SATURATED, reduced, 0);
  packBits(state + JS110_VOLTAGE_SATURATED, state + JS110_VOLTAGE_SATURATED, reduced, 0);
  return reduced;
}

function reduceFloats(sampler: usize, column: usize, count: usize): usize {
  return downsampleF32(sampler, column, count, column);
}

function reduceBytes(sampler: usize, column: usize, count: usize): void {
  downsampleU8(sampler, column, count, column);
}

function reduceSaturated(state: usize, count: usize): void {
  const ratio = load<u32>(state + JS110_DOWNSAMPLE + DOWNSAMPLE_RATIO);
  let samples = load<u32>(state + JS110_GROUP_SAMPLES);
  let marks = load<u32>(state + JS110_GROUP_SATURATED);
  let written: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    marks |= load<u8>(state + i + JS110_SATURATED);
    if (++samples < ratio) continue;
    store<u8>(state + written + JS110_CURRENT_SATURATED, <u8>(marks & 1));
    store<u8>(state + written + JS110_VOLTAGE_SATURATED, <u8>(marks >> 1));
    written++;
    samples = 0;
    marks = 0;
  }
  store<u32>(state + JS110_GROUP_SAMPLES, samples);
  store<u32>(state + JS110_GROUP_SATURATED, marks);
}
