// The JS220 driver against the reference host, frame for frame and bit for bit (tests/golden/js220/README.md).

import { expect, test } from 'vitest';
import { JS220_STREAMS } from '../../src/devices/joulescope/js220/streams.ts';
import { STREAM_SAMPLE_BITS } from '../../src/model/channel.ts';
import { goldenBytes } from '../support/golden.ts';
import { createJs220Bench, goldenCase, goldenSignals, type Js220Block } from '../support/js220.ts';
import { GOLDEN_CASES, publicationOfText, sampleAt, TOPIC_OF } from '../support/js220-golden.ts';

const CASES = GOLDEN_CASES.map((name) => [name] as const);
const STREAM_CASES = CASES.filter(([name]) => goldenCase(name).published.length > 0);

/** Opens, publishes and plays a golden case. */
async function play(name: string, packetsPerTransfer = 64) {
  const bench = createJs220Bench();
  const device = bench.replay(goldenBytes(`js220/stream/${name}/frames.bin`), { packetsPerTransfer });
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  // The reference's first messages after opening are already among those of its `bulk_out_after_open`.
  for (const line of goldenCase(name).host_publishes) {
    const { topic, value } = publicationOfText(line);
    await bench.clock.settle(driver.publish(topic, value));
  }
  const sentBeforeStart = [...device.received];
  await bench.clock.settle(driver.start('new'));
  await bench.clock.settle(device.play());
  return { bench, device, driver, sentBeforeStart };
}

/** Values by sample id. A sample must not come twice. */
function valuesOf(blocks: readonly Js220Block[], id: string): Map<number, number> {
  const values = new Map<number, number>();
  for (const { stream, sampleId, step, count, samples } of blocks) {
    if (stream.id !== id) continue;
    const bytes = new Uint8Array(samples.buffer as ArrayBuffer, samples.byteOffset, samples.byteLength);
    for (let i = 0; i < count; i++) {
      const at = sampleId + i * step;
      expect(values.has(at)).toBe(false);
      values.set(at, sampleAt(bytes, STREAM_SAMPLE_BITS[stream.dtype], i));
    }
  }
  return values;
}

test.each(STREAM_CASES)('%s: every sample of the reference, at its place', async (name) => {
  const { bench } = await play(name);
  const golden = goldenSignals(name);
  const ids = new Set(bench.blocks.map(({ stream }) => stream.id));
  expect([...ids].map((id) => TOPIC_OF[id]).sort()).toEqual([...golden.keys()].sort());
  for (const id of ids) {
    const { values: wanted, decimateFactor } = golden.get(TOPIC_OF[id]!)!;
    const values = valuesOf(bench.blocks, id);
    const first = values.keys().next().value!;
    const wrong: [number, number, number | undefined][] = [];
    let compared = 0;
    for (const [at, value] of wanted) {
      // The reference's computed power has NaN before the first sample, which the filter of c04 draws out.
      const isStartArtefact = id === 'power' && Number.isNaN(value) && (at < first || name.startsWith('c04'));
      if (isStartArtefact) continue;
      compared++;
      if (!Object.is(values.get(at), value)) wrong.push([at, value, values.get(at)]);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(compared).toBeGreaterThan(100);
    // What we have besides: the end, which the reference throws away; never something between.
    const last = Math.max(...wanted.keys());
    const start = Math.min(...wanted.keys());
    const between = [...values.keys()].filter((at) => at >= start && at <= last && !wanted.has(at));
    expect(between).toEqual([]);
    expect(new Set(bench.blocks.filter(({ stream }) => stream.id === id).map((b) => b.step))).toEqual(
      new Set([decimateFactor]),
    );
  }
});

test.each(STREAM_CASES)('%s: the same samples however the transfers are cut', async (name) => {
  const one = await play(name, 1);
  const many = await play(name, 13);
  let compared = 0;
  for (const { id } of JS220_STREAMS) {
    const wanted = valuesOf(one.bench.blocks, id);
    expect(valuesOf(many.bench.blocks, id)).toEqual(wanted);
    compared += wanted.size;
  }
  expect(compared).toBeGreaterThan(0);
});

test.each(STREAM_CASES)('%s: the time map', async (name) => {
  const { bench } = await play(name);
  const { offset_time, offset_counter, counter_rate } = goldenCase(name).published.at(-1)!.time_map;
  expect(bench.processor.timeMap).toEqual({
    utc: BigInt(offset_time),
    counter: Number(offset_counter),
    rateHz: counter_rate,
  });
});

test.each(CASES)('%s: the same messages in the same order', async (name) => {
  const { sentBeforeStart } = await play(name);
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const wanted = goldenCase(name).bulk_out_after_open;
  // Topic and number; the types follow descriptions that the replay does not give.
  const sent = sentBeforeStart.slice(-wanted.length).map((bytes) => {
    const topic = Buffer.from(bytes.subarray(4, 36)).toString().replace(/\0.*$/, '');
    return [bytes[0]! | (bytes[1]! << 8), topic, hex(bytes.subarray(40))];
  });
  expect(sent).toEqual(
    wanted.map(({ topic, payload_hex, frame_hex }) => [Number.parseInt(frame_hex.slice(0, 2), 16), topic, payload_hex]),
  );
});

test('losses, repeats and what cannot be placed are counted', async () => {
  const { bench, driver } = await play('c02_gaps_duplicates_overlap');
  // From the sample ids of frames.bin: current jumps by 504 and 252 ids, voltage by 252 twice; one frame of each comes
  // again whole and one overlaps by 120 ids of two per sample; one of each came before the time map.
  expect(bench.processor.counters).toMatchObject({
    missingSampleCount: 252 + 126 + 126 + 126,
    gapCount: 4,
    repeatedSampleCount: 2 * (126 + 60),
    unplacedFrameCount: 2,
    badFrameCount: 0,
  });
  expect(driver.health).toMatchObject({ gapCount: 4, badPacketCount: 0, deviceDropCount: 0 });
  await bench.clock.settle(driver.close());
});

test('a jump of the frame number is a loss, its wrap is none', async () => {
  const wrap = await play('c03_sample_id_wrap');
  expect(wrap.driver.health.deviceDropCount).toBe(0);
  const bench = createJs220Bench();
  const frames = goldenBytes('js220/stream/c07_current_only_scaled/frames.bin');
  const holed = new Uint8Array([...frames.subarray(0, 3 * 512), ...frames.subarray(5 * 512)]);
  const device = bench.replay(holed);
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.publish('s/i/ctrl', 1));
  await bench.clock.settle(driver.start('new'));
  await bench.clock.settle(device.play());
  expect(driver.health).toMatchObject({ deviceDropCount: 2, gapCount: 1, missingSampleCount: 2 * 126 });
});
