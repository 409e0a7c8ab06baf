// Records of the mcpha oscilloscope: which of their samples are of this trigger, and what the server leaves out at the end
// of the board's memory. Pure; any thread.
//
// The memory is a ring of 2^23 samples (mcpha-server.c, case 20; axis_oscilloscope.v and axis_ram_writer.v).

import { RING_SAMPLES } from './command.ts';

/** Of both inputs together. */
export const SAMPLE_BYTES = 4;

/**
 * So many more are asked for than are wanted, and the rest is dropped: up to 92 samples at the end of an answer may be of
 * before, since recording ends up to 61 samples early and memory is written 32 samples at a time. As mimoCoRB2 does.
 */
export const SPARE_SAMPLES = 100;

/** Recording counts in blocks of so many samples, and memory is written in bursts of so many. */
const BLOCK_SAMPLES = 64;
const BURST_SAMPLES = 32;

export interface RecordLayout {
  /** Samples in front of the trigger's, as they were asked for. */
  readonly before: number;
  /** All samples that were asked for. */
  readonly total: number;
  /** From the status that was read before the record. */
  readonly triggerAddress: number;
}

/** Samples at the start of an answer that are of this trigger; those behind may be of an earlier one. */
export function validSampleCount({ before, total, triggerAddress }: RecordLayout): number {
  const written = triggerAddress - (triggerAddress % BLOCK_SAMPLES) + total - before + 2;
  return Math.max(0, Math.min(total, written - (written % BURST_SAMPLES) - (triggerAddress - before)));
}

/**
 * Samples at the start of an answer that are of this trigger wherever it was in the ring: those of `validSampleCount` at the
 * last address of a block, which leaves the fewest. With SPARE_SAMPLES more than wanted they are all that are wanted.
 */
export function surelyValidSampleCount({ before, total }: Omit<RecordLayout, 'triggerAddress'>): number {
  return validSampleCount({ before, total, triggerAddress: BLOCK_SAMPLES - 1 });
}

/** Index of the one sample that the server leaves out, at the last place of the ring; `undefined` where it does not. */
export function skippedSample({ before, total, triggerAddress }: RecordLayout): number | undefined {
  const start = (triggerAddress - before + RING_SAMPLES) % RING_SAMPLES;
  const index = RING_SAMPLES - 1 - start;
  return index < total ? index : undefined;
}

export interface TriggerCondition {
  /** 0 is IN1, 1 is IN2. */
  readonly input: number;
  readonly level: number;
  readonly isFalling: boolean;
  /** Index of the sample that triggers. */
  readonly before: number;
}

/**
 * Whether the trigger is one sample early in a record whose address is not known (the streaming command tells none): a
 * sample in front of it was left out at the end of the ring, and nobody can tell which.
 */
export function isTriggerEarly(bytes: Uint8Array, { input, level, isFalling, before }: TriggerCondition): boolean {
  if (before < 2) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (index: number) => view.getInt16(index * SAMPLE_BYTES + 2 * input, true);
  const triggers = (index: number) =>
    isFalling ? at(index - 1) >= level && at(index) < level : at(index - 1) < level && at(index) >= level;
  return triggers(before - 1) && !triggers(before);
}

export interface OscilloscopeRecord {
  /** IN1 and IN2; NaN where the server left a sample out. The trigger's sample is at the index `before`. */
  readonly inputs: readonly [Float32Array, Float32Array];
  /** Samples at the start that are of this trigger; at most as many as were wanted. */
  readonly validCount: number;
  /** Where one was left out, and the ones behind it were put back to their places. */
  readonly skippedIndex: number | undefined;
}

/** The first `wanted` samples of an answer to "read oscilloscope", each at its place. */
export function decodeRecord(bytes: Uint8Array, layout: RecordLayout, wanted: number): OscilloscopeRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, layout.total * SAMPLE_BYTES);
  const skipped = skippedSample(layout);
  const inputs = [new Float32Array(wanted), new Float32Array(wanted)] as const;
  for (let index = 0; index < wanted; index++) {
    const from = skipped !== undefined && index > skipped ? index - 1 : index;
    for (const [input, samples] of inputs.entries()) {
      samples[index] = index === skipped ? Number.NaN : view.getInt16(from * SAMPLE_BYTES + 2 * input, true);
    }
  }
  const skippedIndex = skipped !== undefined && skipped < wanted ? skipped : undefined;
  return { inputs, validCount: Math.min(wanted, validSampleCount(layout)), skippedIndex };
}

export interface StreamedRecord {
  /** IN1 and IN2; NaN where nobody can tell which sample belongs there. The trigger's sample is at the index `before`. */
  readonly inputs: readonly [Float32Array, Float32Array];
  /** It went over the end of the ring in front of its trigger. */
  readonly isRepaired: boolean;
}

/**
 * The first `wanted` samples of a record of the streaming command, which tells no address. Where the trigger is early, the
 * trigger and all behind it are put back to their places; in front of it nobody can tell where the one was left out, so
 * that none of those has a known place. A sample that was left out behind the trigger shows nowhere. Without a `trigger`
 * (automatic mode) nothing is put back: a record begins at the start of the ring then.
 */
export function decodeStreamedRecord(
  bytes: Uint8Array,
  layout: Omit<RecordLayout, 'triggerAddress'>,
  wanted: number,
  trigger: Omit<TriggerCondition, 'before'> | undefined,
): StreamedRecord {
  const { before, total } = layout;
  const view = new DataView(bytes.buffer, bytes.byteOffset, total * SAMPLE_BYTES);
  const isRepaired = trigger !== undefined && isTriggerEarly(bytes, { ...trigger, before });
  const validCount = Math.min(wanted, surelyValidSampleCount(layout));
  const inputs = [0, 1].map((input) =>
    Float32Array.from({ length: wanted }, (_, index) => {
      if (index >= validCount || (isRepaired && index < before)) return Number.NaN;
      return view.getInt16((isRepaired ? index - 1 : index) * SAMPLE_BYTES + 2 * input, true);
    }),
  );
  return { inputs: [inputs[0]!, inputs[1]!], isRepaired };
}
