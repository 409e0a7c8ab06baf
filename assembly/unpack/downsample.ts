// Down-sampling by 2^a · 5^b in fixed point: half-band-like FIR stages that divide by 2, then stages that divide by 5
// (joulescope_driver, src/downsample.c). Values are i64 with 30 fraction bits; a missing sample in the reach of the
// taps makes the output missing. In the integers the result is the same on every machine.

import {
  DOWNSAMPLE_DISCARD,
  DOWNSAMPLE_IS_MEAN,
  DOWNSAMPLE_IS_STARTED,
  DOWNSAMPLE_MEAN_COUNT,
  DOWNSAMPLE_MEAN_IS_MISSING,
  DOWNSAMPLE_MEAN_SUM,
  DOWNSAMPLE_RATIO,
  DOWNSAMPLE_RUNTIME,
  DOWNSAMPLE_STAGES,
  DOWNSAMPLE_STAGE_BYTES,
  DOWNSAMPLE_STAGE_COUNT,
  DOWNSAMPLE_STAGE_FACTOR,
  DOWNSAMPLE_STAGE_INPUTS,
  DOWNSAMPLE_STAGE_MISSING,
  DOWNSAMPLE_STAGE_PHASE,
  DOWNSAMPLE_STAGE_PLACE,
} from "../layout";

const FRACTION_BITS: i64 = 30;
const TAP_BITS: i64 = 23;
const INPUTS: u32 = 128;
/** Stands for a missing sample; no f32 below 2^33 scales to it. */
const MISSING: i64 = i64.MIN_VALUE;
/** The same in a column of bytes; it is no value of an input or a range. */
export const MISSING_U8: u8 = 0xff;
/** What a stage returns while it has no output. */
const NONE: i64 = i64.MIN_VALUE + 1;

/** Taps from the centre outwards, 39 and 89 in all, with 23 fraction bits. */
const TAPS_2 = memory.data<i32>([
  3691226, 2599603, 474138, -692918, -395287, 249916, 289286, -60232, -182873, -17241, 96944, 35742, -40657, -28090,
  11700, 14685, -1156, -5030, -593, 754,
]);
const REACH_2: u32 = 19;
const TAPS_5 = memory.data<i32>([
  1476364, 1399935, 1185369, 873334, 520909, 188510, -73317, -233937, -287196, -249777, -154307, -39474, 60011, 121005,
  135433, 109371, 58598, 2391, -42474, -65882, -65874, -47528, -20049, 6752, 25431, 32567, 28870, 18034, 4947, -6052,
  -12343, -13391, -10366, -5338, -389, 3040, 4420, 4030, 2617, 1000, -226, -823, -862, -587, -259,
]);
const REACH_5: u32 = 44;

/** Starts a stream whose first sample has number `firstSample`; outputs are aligned to multiples of the ratio. */
export function downsampleStart(state: usize, firstSample: f64): void {
  memory.fill(state + DOWNSAMPLE_RUNTIME, 0, DOWNSAMPLE_STAGES - DOWNSAMPLE_RUNTIME);
  const ratio = <i64>load<u32>(state + DOWNSAMPLE_RATIO);
  store<u32>(state + DOWNSAMPLE_DISCARD, <u32>((ratio - (<i64>firstSample % ratio)) % ratio));
}

/** Takes `count` f32 samples in; the result is the number of f32 samples written to `to`, which may be `from`. */
export function downsampleF32(state: usize, from: usize, count: usize, to: usize): usize {
  let written: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const x = load<f32>(from + (i << 2));
    const output = push(state, x != x ? MISSING : <i64>(x * <f32>(1 << 30)));
    if (output == NONE) continue;
    store<f32>(to + (written << 2), output == MISSING ? <f32>NaN : <f32>output * (<f32>1 / <f32>(1 << 30)));
    written++;
  }
  return written;
}

/** The same for small unsigned integers, one per byte, rounded; MISSING_U8 is missing. */
export function downsampleU8(state: usize, from: usize, count: usize, to: usize): usize {
  let written: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const x = load<u8>(from + i);
    const output = push(state, x == MISSING_U8 ? MISSING : <i64>x << FRACTION_BITS);
    if (output == NONE) continue;
    store<u8>(to + written, output == MISSING ? MISSING_U8 : rounded(output));
    written++;
  }
  return written;
}

function rounded(output: i64): u8 {
  return output < 0 ? 0 : <u8>((output + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS);
}

function push(state: usize, value: i64): i64 {
  if (!load<u32>(state + DOWNSAMPLE_IS_STARTED)) {
    const discard = load<u32>(state + DOWNSAMPLE_DISCARD);
    if (discard > 0) {
      store<u32>(state + DOWNSAMPLE_DISCARD, discard - 1);
      return NONE;
    }
    preload(state, value);
  }
  if (load<u32>(state + DOWNSAMPLE_IS_MEAN)) return pushMean(state, value);
  const stageCount = <usize>load<u32>(state + DOWNSAMPLE_STAGE_COUNT);
  let stage = state + DOWNSAMPLE_STAGES;
  for (let i: usize = 0; i < stageCount; i++) {
    value = pushStage(stage, value);
    if (value == NONE) return NONE;
    stage += DOWNSAMPLE_STAGE_BYTES;
  }
  return value;
}

/** Fills every stage with the first value, as if the signal had always been there. */
function preload(state: usize, value: i64): void {
  store<u32>(state + DOWNSAMPLE_IS_STARTED, 1);
  const stageCount = <usize>load<u32>(state + DOWNSAMPLE_STAGE_COUNT);
  let stage = state + DOWNSAMPLE_STAGES;
  for (let i: usize = 0; i < stageCount; i++) {
    store<u32>(stage + DOWNSAMPLE_STAGE_PHASE, 0);
    store<u32>(stage + DOWNSAMPLE_STAGE_PLACE, 0);
    store<u32>(stage + DOWNSAMPLE_STAGE_MISSING, value == MISSING ? reachOf(stage) * 2 + 1 : 0);
    for (let k: usize = 0; k < INPUTS * 2; k++) {
      store<i64>(stage + (k << 3) + DOWNSAMPLE_STAGE_INPUTS, value == MISSING ? 0 : value);
    }
    stage += DOWNSAMPLE_STAGE_BYTES;
  }
}

function pushMean(state: usize, value: i64): i64 {
  const ratio = load<u32>(state + DOWNSAMPLE_RATIO);
  const count = load<u32>(state + DOWNSAMPLE_MEAN_COUNT) + 1;
  if (value == MISSING) store<u32>(state + DOWNSAMPLE_MEAN_IS_MISSING, 1);
  const sum = load<i64>(state + DOWNSAMPLE_MEAN_SUM) + (value == MISSING ? 0 : value);
  if (count < ratio) {
    store<u32>(state + DOWNSAMPLE_MEAN_COUNT, count);
    store<i64>(state + DOWNSAMPLE_MEAN_SUM, sum);
    return NONE;
  }
  const isMissing = load<u32>(state + DOWNSAMPLE_MEAN_IS_MISSING);
  store<u32>(state + DOWNSAMPLE_MEAN_COUNT, 0);
  store<i64>(state + DOWNSAMPLE_MEAN_SUM, 0);
  store<u32>(state + DOWNSAMPLE_MEAN_IS_MISSING, 0);
  return isMissing ? MISSING : sum / <i64>ratio;
}

function reachOf(stage: usize): u32 {
  return load<u32>(stage + DOWNSAMPLE_STAGE_FACTOR) == 2 ? REACH_2 : REACH_5;
}

function pushStage(stage: usize, value: i64): i64 {
  const place = load<u32>(stage + DOWNSAMPLE_STAGE_PLACE);
  const reach = reachOf(stage);
  let missing = load<u32>(stage + DOWNSAMPLE_STAGE_MISSING);
  if (value == MISSING) {
    value = 0;
    missing = reach * 2 + 1;
  } else if (missing > 0) {
    missing--;
  }
  store<u32>(stage + DOWNSAMPLE_STAGE_MISSING, missing);
  const inputs = stage + DOWNSAMPLE_STAGE_INPUTS;
  store<i64>(inputs + ((<usize>place) << 3), value);
  store<i64>(inputs + ((<usize>(place + INPUTS)) << 3), value);
  store<u32>(stage + DOWNSAMPLE_STAGE_PLACE, (place + 1) & (INPUTS - 1));
  const factor = load<u32>(stage + DOWNSAMPLE_STAGE_FACTOR);
  const phase = load<u32>(stage + DOWNSAMPLE_STAGE_PHASE) + 1;
  store<u32>(stage + DOWNSAMPLE_STAGE_PHASE, phase == factor ? 0 : phase);
  if (phase < factor) return NONE;
  if (missing > 0) return MISSING;
  return convolve(inputs + ((<usize>(place + INPUTS - reach)) << 3), factor == 2 ? TAPS_2 : TAPS_5, <usize>reach);
}

/** The taps over the inputs around `centre`. */
function convolve(centre: usize, taps: usize, reach: usize): i64 {
  let sum = <i64>load<i32>(taps) * load<i64>(centre);
  for (let k: usize = 1; k <= reach; k++) {
    const pair = load<i64>(centre - (k << 3)) + load<i64>(centre + (k << 3));
    sum += <i64>load<i32>(taps + (k << 2)) * pair;
  }
  return sum >> TAP_BITS;
}
