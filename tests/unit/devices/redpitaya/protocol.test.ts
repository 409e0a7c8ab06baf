// The mcpha protocol against what the original server and clients say (tests/golden/redpitaya).

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  decodeListCommand,
  decodeMcphaCommand,
  encodeListCommand,
  encodeMcphaCommand,
} from '../../../../src/devices/redpitaya/protocol/command.ts';
import {
  decodeRecord,
  decodeStreamedRecord,
  isTriggerEarly,
  skippedSample,
  surelyValidSampleCount,
  validSampleCount,
} from '../../../../src/devices/redpitaya/protocol/oscilloscope.ts';
import { decodeHistogram, decodeStatus, fullBinCount } from '../../../../src/devices/redpitaya/protocol/replies.ts';
import { goldenBytes, goldenJson } from '../../../support/golden.ts';

interface GoldenCommand {
  readonly name: string;
  readonly code: number;
  readonly channel: number;
  readonly value: number;
  readonly wire_hex: string;
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

test.each(goldenJson<{ cases: GoldenCommand[] }>('redpitaya/commands.json').cases)(
  '$name $channel $value',
  ({ code, channel, value, wire_hex }) => {
    expect(hexOf(encodeMcphaCommand(code, channel, value))).toBe(wire_hex);
    const command = decodeMcphaCommand(
      bytesOf(wire_hex).length === 8 ? Buffer.from(wire_hex, 'hex').readBigUInt64LE() : 0n,
    );
    expect([command.code, command.channel, BigInt.asIntN(52, command.value)]).toEqual([
      code,
      channel,
      BigInt.asIntN(52, BigInt(value)),
    ]);
  },
);

test('a list-mode word has code and channel in its highest byte and 56 bits of value', () => {
  const bytes = encodeListCommand(7, 1, 2 ** 53);
  expect(hexOf(bytes)).toBe('0000000000002071');
  expect(decodeListCommand(Buffer.from(bytes).readBigUInt64LE())).toEqual({ code: 7, channel: 1, value: 2n ** 53n });
});

interface GoldenStatus {
  readonly name: string;
  readonly hex: string;
  readonly expected: {
    readonly timer1_ticks: string;
    readonly timer2_ticks: string;
    readonly osc_running: boolean;
    readonly trigger_address: number;
  };
}

test.each(goldenJson<{ cases: GoldenStatus[] }>('redpitaya/status.json').cases)(
  'status: $name',
  ({ hex, expected }) => {
    const status = decodeStatus(bytesOf(hex))!;
    expect(status.timerTicks).toEqual([BigInt(expected.timer1_ticks), BigInt(expected.timer2_ticks)]);
    expect(status.isRecording).toBe(expected.osc_running);
    expect(status.triggerAddress).toBe(expected.trigger_address);
  },
);

test('what sets bits that the server never sets is no status', () => {
  const bytes = new Uint8Array(36);
  bytes[35] = 1;
  expect(decodeStatus(bytes)).toBeUndefined();
});

interface GoldenHistogram {
  readonly file: string;
  readonly expected: {
    readonly sum: number;
    readonly max: number;
    readonly argmax: number;
    readonly first: readonly number[];
    readonly last: readonly number[];
    readonly bin_1000: number;
  };
}

test.each(goldenJson<{ cases: GoldenHistogram[] }>('redpitaya/histograms.json').cases)(
  'histogram $file',
  ({ file, expected }) => {
    const counts = decodeHistogram(goldenBytes(`redpitaya/${file}`));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(expected.sum);
    expect(Math.max(...counts)).toBe(expected.max);
    expect(counts.indexOf(expected.max)).toBe(expected.argmax);
    expect([...counts.subarray(0, 4)]).toEqual(expected.first);
    expect([...counts.subarray(-4)]).toEqual(expected.last);
    expect(counts[1000]).toBe(expected.bin_1000);
  },
);

test('full bins are told', () => {
  expect(fullBinCount(decodeHistogram(goldenBytes('redpitaya/hist_saturated.bin')))).toBe(1);
  expect(fullBinCount(decodeHistogram(goldenBytes('redpitaya/hist_ramp.bin')))).toBe(0);
});

interface GoldenRecord {
  readonly file: string;
  readonly pre: number;
  readonly total: number;
  readonly trigger_address: number;
  readonly expected: {
    readonly IN1_first: readonly number[];
    readonly IN2_first: readonly number[];
    readonly IN1_sha256: string;
    readonly IN2_sha256: string;
    readonly IN1_sum: number;
    readonly IN2_sum: number;
    readonly crosses_ring_end: boolean;
    readonly index_of_trigger_sample_in_reply: number;
    readonly sample_lost_at_reply_index: number | null;
  };
}

interface GoldenStream {
  readonly records: number;
  readonly samples_requested: number;
  readonly samples_kept: number;
  readonly expected: readonly {
    readonly IN1_first: readonly number[];
    readonly IN1_max: number;
    readonly IN1_argmax: number;
    readonly IN2_sum_kept: number;
    readonly kept_sha256: string;
  }[];
}

const daq = goldenJson<GoldenStream>('redpitaya/daq_stream.json');
const records = goldenJson<{ cases: GoldenRecord[] }>('redpitaya/oscilloscope.json').cases;

test.each(records)('record $file', ({ file, pre, total, trigger_address, expected }) => {
  const layout = { before: pre, total, triggerAddress: trigger_address };
  const { inputs, skippedIndex } = decodeRecord(goldenBytes(`redpitaya/${file}`), layout, total);
  expect(skippedIndex).toBe(expected.sample_lost_at_reply_index ?? undefined);
  expect(skippedIndex !== undefined).toBe(expected.crosses_ring_end);
  expect([...inputs[0].subarray(0, 5)]).toEqual(expected.IN1_first);
  expect([...inputs[1].subarray(0, 5)]).toEqual(expected.IN2_first);
  // The bytes as they came: what was put back is taken out again. The one behind the record's end is not shown.
  const raw = Buffer.from(goldenBytes(`redpitaya/${file}`));
  for (const [input, samples] of inputs.entries()) {
    const kept = [...samples].filter((value) => !Number.isNaN(value));
    if (skippedIndex !== undefined) kept.push(raw.readInt16LE(4 * (total - 1) + 2 * input));
    const sha256 = createHash('sha256').update(Int16Array.from(kept)).digest('hex');
    expect(sha256).toBe(input === 0 ? expected.IN1_sha256 : expected.IN2_sha256);
  }
  // the trigger's sample of the answer stands where it was asked for
  const triggerOf = (index: number) => raw.readInt16LE(4 * index);
  expect(inputs[0][pre]).toBe(triggerOf(expected.index_of_trigger_sample_in_reply));
});

test('where no address is told, a record over the end of the ring is known by its trigger', () => {
  // the sharpest rise of IN1 near the trigger of the answer gives a level that it passes there
  for (const { file, pre, expected } of records) {
    const bytes = goldenBytes(`redpitaya/${file}`);
    const raw = Buffer.from(bytes);
    const at = expected.index_of_trigger_sample_in_reply;
    const [before, here] = [raw.readInt16LE(4 * (at - 1)), raw.readInt16LE(4 * at)];
    expect(here).not.toBe(before);
    const isFalling = here < before;
    const condition = { input: 0, level: Math.max(before, here), isFalling, before: pre };
    expect(isTriggerEarly(bytes, condition), file).toBe(expected.crosses_ring_end);
  }
});

test('a streamed record over the end of the ring: trigger and all behind it at their places, none in front of it', () => {
  for (const { file, pre: before, total, trigger_address: triggerAddress, expected } of records) {
    const bytes = goldenBytes(`redpitaya/${file}`);
    const raw = Buffer.from(bytes);
    const at = expected.index_of_trigger_sample_in_reply;
    const [previous, here] = [raw.readInt16LE(4 * (at - 1)), raw.readInt16LE(4 * at)];
    const trigger = { input: 0, level: Math.max(previous, here), isFalling: here < previous };
    const wanted = total - 100;
    const streamed = decodeStreamedRecord(bytes, { before, total }, wanted, trigger);
    // the same with the address
    const told = decodeRecord(bytes, { before, total, triggerAddress }, wanted);
    expect(streamed.isRepaired).toBe(expected.crosses_ring_end);
    for (const [input, samples] of streamed.inputs.entries()) {
      expect([...samples.subarray(before)]).toEqual([...told.inputs[input]!.subarray(before)]);
      const inFront = samples.subarray(0, before);
      if (streamed.isRepaired) expect(inFront.every(Number.isNaN)).toBe(true);
      else expect([...inFront]).toEqual([...told.inputs[input]!.subarray(0, before)]);
    }
  }
});

test('streamed records of the original fork are those that its client keeps', () => {
  const { records: count, samples_requested: total, samples_kept: wanted, expected } = daq;
  const bytes = goldenBytes('redpitaya/daq_stream.bin');
  expect(bytes.length).toBe(count * total * 4);
  // the trigger's sample is the one at 100 (see the golden maximum)
  const before = expected[0]!.IN1_argmax;
  const trigger = { input: 0, level: 1000, isFalling: false };
  expected.forEach(({ IN1_first, IN1_max, IN1_argmax, IN2_sum_kept, kept_sha256 }, index) => {
    const own = bytes.subarray(index * total * 4, (index + 1) * total * 4);
    const { inputs, isRepaired } = decodeStreamedRecord(own, { before, total }, wanted, trigger);
    expect(isRepaired).toBe(false);
    expect([...inputs[0].subarray(0, 3)]).toEqual(IN1_first);
    expect(inputs[0][IN1_argmax]).toBe(IN1_max);
    expect(inputs[1].reduce((sum, value) => sum + value, 0)).toBe(IN2_sum_kept);
    const kept = Int16Array.from({ length: 2 * wanted }, (_, at) => inputs[at % 2]![at >> 1]!);
    expect(createHash('sha256').update(kept).digest('hex')).toBe(kept_sha256);
  });
});

test('samples that are of a record at any address: the fewest of all addresses, and never fewer than are wanted', () => {
  for (const [before, total] of [
    [1, 200],
    [100, 1100],
    [1000, 10_100],
    [9999, 10_100],
    [37, 4_000_100],
  ] as const) {
    const counts = Array.from({ length: 128 }, (_, address) =>
      writtenSamples(before, total, 2 * 64 + before + address),
    );
    expect(surelyValidSampleCount({ before, total })).toBe(Math.min(...counts));
    expect(surelyValidSampleCount({ before, total })).toBeGreaterThanOrEqual(total - 100);
  }
});

test('a record that ends at the last place of the ring loses just that sample', () => {
  const total = 10;
  expect(skippedSample({ before: 0, total, triggerAddress: 2 ** 23 - total - 1 })).toBeUndefined();
  expect(skippedSample({ before: 0, total, triggerAddress: 2 ** 23 - total })).toBe(total - 1);
});

/**
 * Recording and memory writer, step by step, as the gateware does them: recording ends `total − before + 2` samples behind
 * the block of 64 in which the trigger was, and only whole bursts of 32 reach the memory.
 */
function writtenSamples(before: number, total: number, triggerAddress: number): number {
  let end = triggerAddress;
  while (end % 64 !== 0) end--;
  for (let left = total - before + 2; left > 0; left--) end++;
  while (end % 32 !== 0) end--;
  return Math.max(0, Math.min(total, end - (triggerAddress - before)));
}

test('samples at the end that are not written yet are counted, 92 at most', () => {
  let fewest = Number.POSITIVE_INFINITY;
  for (let triggerAddress = 100; triggerAddress < 300; triggerAddress++) {
    for (let total = 1000; total < 1064; total++) {
      const valid = validSampleCount({ before: 100, total, triggerAddress });
      expect(valid).toBe(writtenSamples(100, total, triggerAddress));
      fewest = Math.min(fewest, valid - total);
    }
  }
  expect(fewest).toBe(-92);
});
