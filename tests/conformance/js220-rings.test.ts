// The reference's samples in the rings of the shipped driver: every value at its id, what is missing as missing, all
// signals on one time axis (tests/golden/js220/README.md).

import { expect, test } from 'vitest';
import { utcOfSample } from '../../src/core/stream-ring.ts';
import { JS220_STREAMS } from '../../src/devices/joulescope/js220/streams.ts';
import { goldenBytes } from '../support/golden.ts';
import { createJs220RingBench, goldenCase, goldenSignals } from '../support/js220.ts';
import { GOLDEN_CASES, publicationOfText, TOPIC_OF } from '../support/js220-golden.ts';

const STREAM_CASES = GOLDEN_CASES.filter((name) => goldenCase(name).published.length > 0).map(
  (name) => [name] as const,
);
/** What a ring has where a sample is missing. */
const MISSING: Readonly<Record<string, number>> = { f32: Number.NaN, u4: 8, u1: 0 };

async function play(name: string) {
  const bench = createJs220RingBench();
  const device = bench.replay(goldenBytes(`js220/stream/${name}/frames.bin`));
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  for (const line of goldenCase(name).host_publishes) {
    const { topic, value } = publicationOfText(line);
    await bench.clock.settle(driver.publish(topic, value));
  }
  await bench.clock.settle(driver.start('new'));
  await bench.clock.settle(device.play());
  return { bench, driver };
}

test.each(STREAM_CASES)('%s', async (name) => {
  const { bench } = await play(name);
  const golden = goldenSignals(name);
  const { offset_time, offset_counter, counter_rate } = goldenCase(name).published.at(-1)!.time_map;
  let ringCount = 0;
  JS220_STREAMS.forEach((stream, index) => {
    const ring = bench.feed.homes.rings[index]!;
    const wanted = golden.get(TOPIC_OF[stream.id] ?? '');
    expect(ring.endSample > ring.startSample).toBe(wanted !== undefined);
    if (!wanted) return;
    ringCount++;
    const { values, decimateFactor } = wanted;
    expect(ring.signals[0]!.sampleRateHz).toBe(2_000_000 / decimateFactor);
    const firstId = bench.feed.sampleIdAt(stream, ring.startSample)!;
    const samples = ring.readSamples(0, ring.startSample, ring.endSample);
    const lastId = Math.max(...values.keys());
    // The reference begins its computed power with NaN, which the filter of c04 draws out; it keeps its last samples.
    const isArtefact = (id: number) =>
      stream.id === 'power' && Number.isNaN(values.get(id)) && (id < firstId || name.startsWith('c04'));
    const wrong: unknown[] = [];
    for (let k = 0; k < samples.length && firstId + k * decimateFactor <= lastId; k++) {
      const id = firstId + k * decimateFactor;
      const value = values.get(id) ?? MISSING[stream.dtype];
      if (!Object.is(samples[k], value) && !isArtefact(id)) wrong.push([id, samples[k], value]);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    const before = [...values.keys()].filter((id) => id < firstId && !isArtefact(id));
    expect(before).toEqual([]);
    // The same moment has the same place in every ring, to less than a sample of its own.
    const zeroId = bench.feed.sampleIdAt(stream, 0)!;
    const epochId = bench.feed.sampleIdAt(JS220_STREAMS[0]!, 0)!;
    expect(Math.abs(zeroId - epochId)).toBeLessThan(decimateFactor);
    const seconds = (firstId - Number(offset_counter)) / counter_rate;
    const utc = utcOfSample(ring.clock!, ring.startSample);
    expect(Number(utc - BigInt(offset_time)) / 2 ** 30).toBeCloseTo(seconds, 7);
  });
  expect(ringCount).toBe(golden.size);
});

test('c02: what is lost is counted in the ring that lost it', async () => {
  const { bench, driver } = await play('c02_gaps_duplicates_overlap');
  const [current, voltage, power] = bench.feed.homes.rings;
  // From the sample ids of frames.bin: current jumps by 504 and 252 ids, voltage by 252 twice.
  expect(current!.health).toMatchObject({ missingSampleCount: 252 + 126, gapCount: 2 });
  expect(voltage!.health).toMatchObject({ missingSampleCount: 126 + 126, gapCount: 2 });
  // Power is computed: its samples are missing because theirs are.
  expect(power!.health).toMatchObject({ missingSampleCount: 0, gapCount: 0 });
  expect(driver.health).toMatchObject({ missingSampleCount: 630, gapCount: 4 });
});

test('a wrong byte alignment of the transfers changes nothing', async () => {
  const bench = createJs220RingBench();
  const frames = goldenBytes('js220/stream/c07_current_only_scaled/frames.bin');
  const device = bench.replay(frames);
  const shifted = new Proxy(device, {
    get(target, key) {
      if (key === 'transferIn') {
        return async (endpoint: number, length: number) => {
          const { status, data } = await target.transferIn(endpoint, length);
          const copy = new Uint8Array(data!.byteLength + 3);
          copy.set(new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength), 3);
          return { status, data: new DataView(copy.buffer, 3) };
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const driver = bench.driver(shifted);
  await bench.clock.settle(driver.open());
  for (const line of goldenCase('c07_current_only_scaled').host_publishes) {
    const { topic, value } = publicationOfText(line);
    await bench.clock.settle(driver.publish(topic, value));
  }
  await bench.clock.settle(driver.start('new'));
  await bench.clock.settle(device.play());
  const ring = bench.feed.homes.rings[0]!;
  const { values } = goldenSignals('c07_current_only_scaled').get('s/i/!data')!;
  const got = ring.readSamples(0, ring.startSample, ring.startSample + values.size);
  expect([...got]).toEqual([...values.values()]);
});
