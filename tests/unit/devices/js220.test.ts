// The JS220 driver where no golden data reach: damaged frames, refusals, silence, old firmware, gaps under decimation.

import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import { decodeFrame, decodeFrames, encodeFrame } from '../../../src/devices/joulescope/js220/frames.ts';
import { skipPacked } from '../../../src/devices/joulescope/js220/packed.ts';
import { SampleIdTracker } from '../../../src/devices/joulescope/js220/sample-ids.ts';
import { planRates } from '../../../src/devices/joulescope/js220/streams.ts';
import { decodePublication } from '../../../src/devices/joulescope/js220/values.ts';
import type { UsbDevice } from '../../../src/transports/usb.ts';
import { goldenBytes } from '../../support/golden.ts';
import { createJs220Bench, createJs220RingBench } from '../../support/js220.ts';

const CURRENT = 21;
const frames = (name: string) => goldenBytes(`js220/stream/${name}/frames.bin`);

/** Whole packets for a capture. */
function packets(list: readonly { port: number; payload: Uint8Array }[]): Uint8Array<ArrayBuffer> {
  const capture = new Uint8Array(list.length * 512);
  list.forEach(({ port, payload }, index) => {
    capture.set(encodeFrame(index, port, payload), index * 512);
  });
  return capture;
}

function timeMap(counter: number): { port: number; payload: Uint8Array } {
  const payload = new Uint8Array(36);
  payload[0] = 4;
  const view = new DataView(payload.buffer);
  view.setBigUint64(20, BigInt(counter), true);
  view.setBigUint64(28, 2_000_000n << 32n, true);
  return { port: 0, payload };
}

/** 126 samples of current: a ramp of 1 A per 1000 samples, zero at id 2 000 000. */
function current(sampleId: number): { port: number; payload: Uint8Array } {
  const payload = new Uint8Array(4 + 126 * 4);
  const view = new DataView(payload.buffer);
  view.setUint32(0, sampleId % 2 ** 32, true);
  for (let i = 0; i < 126; i++) view.setFloat32(4 + i * 4, (sampleId / 2 + i - 1_000_000) / 1000, true);
  return { port: CURRENT, payload };
}

test('packets that hold no frame are counted and passed over', async () => {
  const bench = createJs220Bench();
  const capture = frames('c07_current_only_scaled');
  // Reserved bits of the header, and a length that no frame has.
  capture[3 * 512 + 3]! |= 0x80;
  capture[5 * 512 + 2] = 0xff;
  capture[5 * 512 + 3]! |= 1;
  const device = bench.replay(capture);
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.publish('s/i/ctrl', 1));
  await bench.clock.settle(driver.start('new'));
  await bench.clock.settle(device.play());
  expect(driver.health).toMatchObject({ badPacketCount: 2, gapCount: 2, missingSampleCount: 252, deviceDropCount: 2 });
});

test('a cut frame is no frame', () => {
  const whole = encodeFrame(7, 1, new Uint8Array(40));
  expect(decodeFrame(whole)).toMatchObject({ frameId: 7, port: 1 });
  for (let length = 0; length < whole.length; length++) expect(decodeFrame(whole.slice(0, length))).toBeUndefined();
  expect(decodeFrames(new Uint8Array(0))).toEqual([]);
  for (let length = 0; length < 36; length++) expect(decodePublication(new Uint8Array(length))).toBeUndefined();
});

test('a refused value is an error, and the next one is sent all the same', async () => {
  const bench = createJs220Bench();
  const device = bench.replay(undefined, { returnCodes: { 's/i/range/select': 5 } });
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  const refusal = driver.set('current.range', '18mA');
  refusal.catch(() => undefined);
  await expect(bench.clock.settle(refusal)).rejects.toMatchObject({ code: 'device/protocol' });
  await bench.clock.settle(driver.set('io.voltage', '3.3V'));
  expect(driver.values['io.voltage']).toBe('3.3V');
  await expect(driver.set('io.voltage', '5V')).rejects.toMatchObject({ code: 'setup/invalid' });
});

/** It takes settings and answers them, and says no more what it is set to. */
function withoutPong(device: UsbDevice, isMute: () => boolean): UsbDevice {
  return {
    ...device,
    transferOut: async (endpoint, data) => {
      const bytes = new Uint8Array(data as ArrayBuffer).slice();
      const { topic } = decodePublication(decodeFrame(bytes)!.payload)!;
      if (isMute() && topic === 'c/!ping') return { status: 'ok', bytesWritten: bytes.byteLength };
      return device.transferOut(endpoint, data);
    },
  };
}

test('a setting after which the instrument does not tell what it is set to is an error, a refusal goes before', async () => {
  const bench = createJs220Bench();
  let isMute = false;
  const device = withoutPong(bench.replay(undefined, { returnCodes: { 's/i/range/select': 5 } }), () => isMute);
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  isMute = true;
  const set = async (id: string, value: string): Promise<void> => {
    const setting = driver.set(id, value);
    setting.catch(() => undefined);
    // the answer to the question is waited for, for a second
    await bench.clock.settle(setting, 1500);
  };
  await expect(set('io.voltage', '3.3V')).rejects.toMatchObject({ code: 'device/timeout' });
  await expect(set('current.range', '18mA')).rejects.toMatchObject({ code: 'device/protocol' });
  // what is the host's own is not asked for
  await set('sampling.filter', 'sinc1');
  isMute = false;
  await set('io.voltage', '3.3V');
  expect(driver.values['io.voltage']).toBe('3.3V');
});

test("the UART's bytes come as they are sent, once its switch is on", async () => {
  const uart = (sampleId: number) => {
    const payload = Uint8Array.from({ length: 4 + 504 }, (_, i) => (sampleId + i - 4) % 251);
    new DataView(payload.buffer).setUint32(0, sampleId, true);
    return { port: 29, payload };
  };
  const bench = createJs220RingBench();
  // two frames, one that is lost, another one
  const device = bench.replay(packets([timeMap(2_000_000), uart(2_000_000), uart(2_000_504), uart(2_001_512)]));
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  expect(driver.values['stream.uart[0]']).toBe(false);
  await bench.clock.settle(driver.set('stream.uart[0]', true));
  await bench.clock.settle(driver.start('new'));
  const switched = device.received.map((bytes) => decodePublication(decodeFrame(bytes)!.payload)!);
  expect(switched.filter(({ topic }) => topic === 's/uart/0/ctrl').map(({ value }) => value.value)).toEqual([1]);
  await bench.clock.settle(device.play());
  const ring = bench.feed.homes.rings.find(({ signals }) => signals[0]!.id === 'uart[0]')!;
  expect(ring.signals).toMatchObject([{ dtype: 'u8', sampleRateHz: 2_000_000 }]);
  const wanted = Array.from({ length: 4 * 504 }, (_, i) =>
    i >= 1008 && i < 1512 ? Number.NaN : (2_000_000 + i) % 251,
  );
  expect([...ring.readSamples(0, ring.startSample, ring.endSample)]).toEqual(wanted);
  expect(ring.health).toMatchObject({ missingSampleCount: 504, gapCount: 1 });
});

test('an instrument that falls silent is given up, and closing still ends', async () => {
  const bench = createJs220Bench();
  const device = bench.replay();
  const mute = { ...device, transferOut: async () => ({ status: 'ok' as const, bytesWritten: 48 }) };
  const driver = bench.driver(mute);
  const opening = driver.open();
  opening.catch(() => undefined);
  // Three tries of a second each.
  await expect(bench.clock.settle(opening, 3500)).rejects.toMatchObject({ code: 'device/timeout' });
  await bench.clock.settle(driver.close(), 2000);
});

test('a request for the time is answered with its own counter', async () => {
  const request = new Uint8Array(44);
  request[0] = 3;
  new DataView(request.buffer).setBigUint64(12, 0x1234_5678_9abcn, true);
  const bench = createJs220Bench();
  const device = bench.replay(packets([{ port: 0, payload: request }]));
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  const before = device.received.length;
  await bench.clock.settle(device.play());
  expect(device.received).toHaveLength(before + 1);
  const answer = decodeFrame(device.received.at(-1)!)!;
  expect(answer).toMatchObject({ port: 0 });
  const words = new DataView(answer.payload.buffer, answer.payload.byteOffset);
  const seconds = (bench.clock.unixMs() - Date.UTC(2018, 0, 1)) / 1000;
  expect([0, 1, 4].map((word) => words.getBigUint64(4 + word * 8, true))).toEqual([0n, 0x1234_5678_9abcn, 0n]);
  expect(Number(words.getBigInt64(20, true)) / 2 ** 30).toBeCloseTo(seconds, 1);
  expect(words.getBigInt64(28, true)).toBeGreaterThanOrEqual(words.getBigInt64(20, true));
});

test('start and stop switch the streams that were chosen', async () => {
  const bench = createJs220Bench();
  const device = bench.replay();
  const driver = bench.driver(device, { streamTopics: ['s/i/ctrl'] });
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.set('stream.gpi[1]', true));
  expect(driver.values).toMatchObject({ 'stream.current': true, 'stream.gpi[1]': true, 'stream.voltage': false });
  const sent = () =>
    device.received
      .map((bytes) => decodePublication(decodeFrame(bytes)!.payload)!)
      .map(({ topic, value }) => [topic, value.value]);
  const before = sent().length;
  await bench.clock.settle(driver.start('new'));
  await bench.clock.settle(driver.stop());
  expect(sent().slice(before)).toEqual([
    // Time and totals come from the statistics; they go on while the streams rest.
    ['s/stats/ctrl', 1],
    ['s/i/ctrl', 1],
    ['s/gpi/1/ctrl', 1],
    ['s/i/ctrl', 0],
    ['s/gpi/1/ctrl', 0],
  ]);
});

test('streams that the instrument says are on are taken over', async () => {
  const bench = createJs220Bench();
  const device = bench.replay(packets([timeMap(2_000_000), current(2_000_000)]), {
    values: { 's/i/ctrl': { type: 'u8', value: 1 } },
  });
  await bench.clock.settle(bench.driver(device).open());
  await bench.clock.settle(device.play());
  expect(bench.blocks.map(({ stream, count }) => [stream.id, count])).toEqual([['current', 126]]);
});

test('with voltage off the instrument sends power again, and what is refused is not taken as set', async () => {
  const bench = createJs220Bench();
  const device = bench.replay(undefined, { returnCodes: { 's/gpi/0/ctrl': 19 } });
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  for (const topic of ['s/i/ctrl', 's/v/ctrl', 's/p/ctrl']) await bench.clock.settle(driver.publish(topic, 1));
  expect(bench.processor.isPowerComputed).toBe(true);
  const before = device.received.length;
  await bench.clock.settle(driver.publish('s/v/ctrl', 0));
  expect(bench.processor.isPowerComputed).toBe(false);
  for (let attempt = 0; attempt < 2; attempt++) {
    const refused = driver.publish('s/gpi/0/ctrl', 1);
    refused.catch(() => undefined);
    await expect(bench.clock.settle(refused)).rejects.toMatchObject({ code: 'device/protocol' });
  }
  const sent = device.received.slice(before).map((bytes) => decodePublication(decodeFrame(bytes)!.payload)!);
  expect(sent.map(({ topic, value }) => [topic, value.value])).toEqual([
    ['s/v/ctrl', 0],
    ['s/p/ctrl', 1],
    ['s/gpi/0/ctrl', 1],
    ['s/gpi/0/ctrl', 1],
  ]);
  expect(driver.values['stream.gpi[0]']).toBe(false);
});

test('old firmware: no filter in the instrument, and statistics tell the counter', async () => {
  const bench = createJs220Bench();
  const record = goldenBytes('js220/stats/statistics_raw.bin').slice(0, 192);
  const device = bench.replay(packets([current(1_002_000), { port: 30, payload: record }, current(1_002_252)]), {
    versions: { firmware: 0x0101_0000, hardware: 0x0100_0000, fpga: 0x0101_0000 },
  });
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  const sinc = driver.set('sampling.filter', 'sinc1');
  sinc.catch(() => undefined);
  await expect(bench.clock.settle(sinc)).rejects.toMatchObject({ code: 'device/unsupported' });
  await bench.clock.settle(driver.publish('s/i/ctrl', 1));
  await bench.clock.settle(driver.publish('s/stats/ctrl', 1));
  await bench.clock.settle(device.play());
  // The record is of the 1000 samples from id 1 000 000 on.
  expect(bench.processor.timeMap).toMatchObject({ counter: 1_002_000, rateHz: 2_000_000 });
  expect(bench.blocks.map(({ sampleId, count }) => [sampleId, count])).toEqual([[1_002_252, 126]]);
  expect(bench.processor.counters.unplacedFrameCount).toBe(1);
});

test('decimation keeps the time over a gap and marks what it touches', async () => {
  const bench = createJs220Bench();
  const sampleIds = Array.from({ length: 60 }, (_, n) => 2_000_000 + n * 252).filter((_, n) => n < 25 || n > 27);
  const device = bench.replay(packets([timeMap(2_000_000), ...sampleIds.map((id) => current(id))]));
  const driver = bench.driver(device);
  await bench.clock.settle(driver.open());
  await bench.clock.settle(driver.publish('h/fs', '100 kHz'));
  await bench.clock.settle(driver.publish('s/i/ctrl', 1));
  await bench.clock.settle(device.play());
  const outputs = bench.blocks.flatMap(({ sampleId, step, samples }) =>
    [...samples].map((value, i) => ({ id: sampleId + i * step, value })),
  );
  expect(outputs.map(({ id }) => id)).toEqual(outputs.map((_, n) => 2_000_018 + n * 20));
  expect(outputs).toHaveLength(Math.floor((60 * 126) / 10));
  const missing = outputs.filter(({ value }) => Number.isNaN(value)).map(({ id }) => id);
  const [gapStart, gapEnd] = [2_000_000 + 25 * 252, 2_000_000 + 28 * 252];
  expect(missing[0]).toBeGreaterThanOrEqual(gapStart);
  expect(missing[0]).toBeLessThan(gapStart + 20);
  expect(missing.length).toBe((missing.at(-1)! - missing[0]!) / 20 + 1);
  // The taps reach 39 samples at 1 MHz and 89 at 500 kHz.
  expect(missing.at(-1)).toBeGreaterThan(gapEnd);
  expect(missing.at(-1)).toBeLessThanOrEqual(gapEnd + 2 * (39 + 2 * 89) + 20);
  // A ramp comes out as a ramp, later by half the taps: 19 samples, and 44 of two each.
  const { id, value } = outputs.at(-1)!;
  expect(value).toBeCloseTo((id / 2 - 1_000_000 - 19 - 2 * 44) / 1000, 4);
});

test('sample ids: wrap, repeat, overlap, gap, and frames out of reach', () => {
  const tracker = new SampleIdTracker();
  expect(tracker.place(100, 126, 2, undefined)).toBeUndefined();
  const start = 3 * 2 ** 32 - 252;
  expect(tracker.place(2 ** 32 - 252, 126, 2, start + 10)).toEqual({ sampleId: start, repeatCount: 0, gapIds: 0 });
  expect(tracker.place(0, 126, 2, 0)).toEqual({ sampleId: start + 252, repeatCount: 0, gapIds: 0 });
  expect(tracker.place(2 ** 32 - 252, 126, 2, 0)).toMatchObject({ repeatCount: 126 });
  expect(tracker.place(152, 126, 2, 0)).toEqual({ sampleId: start + 504, repeatCount: 50, gapIds: 0 });
  expect(tracker.place(504, 126, 2, 0)).toEqual({ sampleId: start + 252 + 504, repeatCount: 0, gapIds: 100 });
  expect(tracker.place(2 ** 31, 126, 2, 4 * 2 ** 32)).toBeUndefined();
  expect(tracker.place(2 ** 31, 126, 2, 4 * 2 ** 32 + 2 ** 31)).toMatchObject({ sampleId: 4 * 2 ** 32 + 2 ** 31 });
});

test('packed samples from any sample on', () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 73 + 11) & 0xff);
  for (const bits of [1, 4]) {
    const at = (from: Uint8Array, i: number) => (from[(i * bits) >> 3]! >> ((i * bits) & 7)) & ((1 << bits) - 1);
    for (const skip of [0, 1, 3, 8, 13]) {
      const count = 320 / bits - skip;
      const packed = skipPacked(bytes, bits, skip, count);
      expect(Array.from({ length: count }, (_, i) => at(packed, i))).toEqual(
        Array.from({ length: count }, (_, i) => at(bytes, skip + i)),
      );
    }
  }
});

test.each([
  // rate, filter, instrument's factors for signals and inputs, final rate, ids per frame sample
  [2_000_000, 'wideband', 1, 1, 1_000_000, 2],
  [10_000, 'wideband', 1, 200, 10_000, 2],
  [1, 'wideband', 1, 2000, 1, 2],
  [2_000_000, 'sinc1', 0, 1, 1_000_000, 2],
  [100_000, 'sinc1', 10, 20, 100_000, 20],
  [500_000, 'sinc1', 4, 4, 250_000, 8],
  [100, 'sinc1', 1000, 2000, 100, 2000],
] as const)('%i Hz %s is shared between instrument and host', (sampleRateHz, filter, analog, input, finalHz, step) => {
  expect(planRates({ sampleRateHz, filter, areInputsDecimated: false })).toMatchObject({
    instrumentAnalogFactor: analog,
    instrumentInputFactor: input,
    sampleRateHz: finalHz,
    analogStep: step,
    inputStep: 1,
  });
});

test.each([300_000, 0, 3_000_000, 30])('%i Hz is refused', (sampleRateHz) => {
  expect(() => planRates({ sampleRateHz, filter: 'wideband', areInputsDecimated: false })).toThrow('Hz');
});

test.each([
  ['the moment at which they arrive', 0, 0],
  ['their own time, when they arrive a second late', 1000, 0],
  ['their arrival, when the computer was set by an hour meanwhile', 0, 3_600_000],
])('samples after an interruption are placed by %s', async (_what, lateMs, setByMs) => {
  const { clock, feed } = createJs220RingBench(20);
  const { processor } = feed;
  const mapNow = (counter: number) =>
    processor.setTimeMap({ counter, utc: utcFromUnixMs(clock.unixMs()), rateHz: 2_000_000 });
  const take = (sampleId: number) => {
    processor.take(CURRENT, current(sampleId).payload as Uint8Array<ArrayBuffer>);
    feed.endTransfer();
  };
  processor.enable(CURRENT, true);
  mapNow(7_000_000);
  await clock.advance(1);
  take(7_001_748);
  const ring = feed.homes.rings[0]!;
  const end = ring.endSample;
  await clock.advance(4000);
  clock.stepUnix(setByMs);
  feed.beginConnection();
  processor.enable(CURRENT, true);
  mapNow(0);
  await clock.settle(feed.rejoin(() => true));
  await clock.advance(1 + lateMs);
  take(1748);
  // A frame that ended 1 ms before the pause, and one that ended 1 ms after it: 4.001 s from one end to the other.
  expect(Math.abs(ring.endSample - end - 4_001_000)).toBeLessThanOrEqual(10);
  expect(ring.health).toMatchObject({ gapCount: 1 });
  expect(ring.health.missingSampleCount).toBe(ring.endSample - end - 126);
});
