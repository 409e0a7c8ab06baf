// Which samples of a JS220 are saturated: those whose magnitude is at the full scale of the range in force or beyond.

import { expect, test } from 'vitest';
import { utcFromUnixMs } from '../../../src/base/time.ts';
import type { StreamRing } from '../../../src/core/stream-ring.ts';
import { js220Module } from '../../../src/devices/joulescope/js220/instrument.ts';
import { limitsOf } from '../../../src/devices/joulescope/js220/limits.ts';
import { planRates } from '../../../src/devices/joulescope/js220/streams.ts';
import { Random } from '../../../src/devices/sim/random.ts';
import { placeOnBus } from '../../../src/transports/unit-place.ts';
import { InstrumentSession } from '../../../src/workers/device/session.ts';
import { createInstrument } from '../../support/instrument.ts';
import { createJs220Bench } from '../../support/js220.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { createSimulatedJs220 } from '../../support/simulated-js220.ts';

const PORTS = { current: 21, voltage: 22, power: 23 };
const auto = { 'current.mode': 'auto', 'current.range': '18uA', 'current.largest': '10A', 'voltage.mode': 'auto' };

test.each([
  [auto, 10, 15],
  [{ ...auto, 'current.mode': 'manual' }, 18e-6, 15],
  [{ ...auto, 'current.mode': 'off' }, Number.POSITIVE_INFINITY, 15],
  [{ ...auto, 'current.largest': '18mA', 'voltage.range': '2V' }, 18e-3, 15],
  [{ ...auto, 'voltage.mode': 'manual', 'voltage.range': '2V' }, 10, 2],
])('the limits of %o are %d A and %d V', (values, currentA, voltageV) => {
  expect(limitsOf(values)).toEqual({ currentA, voltageV });
});

/** Frames of one signal at full rate from id 0 on. */
function feed(values: Float32Array, scale = 1, ratio = 1) {
  const { processor, blocks } = createJs220Bench();
  processor.setTimeMap({ utc: utcFromUnixMs(0), counter: 0, rateHz: 2e6 });
  processor.setScale({ current: scale, voltage: 1 });
  if (ratio > 1) {
    processor.setRates(planRates({ sampleRateHz: 1e6 / ratio, filter: 'wideband', areInputsDecimated: false }));
  }
  processor.setLimits({ currentA: 1.8e-3, voltageV: 15 });
  processor.enable(PORTS.current, true);
  for (let at = 0; at < values.length; at += 126) {
    const payload = new Uint8Array(4 + 126 * 4);
    new DataView(payload.buffer).setUint32(0, at * 2, true);
    payload.set(new Uint8Array(values.buffer, at * 4, 126 * 4), 4);
    processor.take(PORTS.current, payload);
  }
  processor.flush();
  return blocks;
}

function randomCurrent(count: number): Float32Array {
  const random = new Random(11);
  return Float32Array.from({ length: count }, () => {
    const kind = random.nextU32() % 40;
    if (kind === 0) return 1.8e-3;
    if (kind === 1) return -2e-3;
    return 1.79e-3 * Math.sin(random.nextU32());
  });
}

test.each([1, -2])('at full rate each sample is judged by itself, before the factor of %d', (scale) => {
  const values = randomCurrent(126 * 50);
  const limit = Math.fround(1.8e-3);
  const wanted = [...values.keys()].filter((k) => Math.abs(values[k]!) >= limit);
  expect(wanted.length).toBeGreaterThan(100);
  const blocks = feed(values, scale);
  const found = blocks.flatMap(({ sampleId, saturated }) => saturated.map((k) => sampleId / 2 + k));
  expect(found).toEqual(wanted);
});

test('at a lower rate one of the samples together is enough', () => {
  const ratio = 10;
  const values = randomCurrent(126 * 50);
  const limit = Math.fround(1.8e-3);
  const blocks = feed(values, 1, ratio);
  const count = blocks.reduce((sum, block) => sum + block.count, 0);
  expect(count).toBe(630);
  const found: number[] = [];
  let first = 0;
  for (const block of blocks) {
    found.push(...block.saturated.map((k) => first + k));
    first += block.count;
  }
  const wanted = [...Array(count).keys()].filter((n) =>
    values.slice(n * ratio, (n + 1) * ratio).some((value) => Math.abs(value) >= limit),
  );
  expect(found).toEqual(wanted);
  expect(wanted.length).toBeLessThan(count);
});

/** A JS220 with a load of 10 mA at 3.3 V. */
async function streaming(settings: Readonly<Record<string, string>>) {
  const clock = new ManualClock();
  const { instrument, rings } = createInstrument(js220Module, clock, 5);
  const bus = createSimulatedJs220(clock, 'test-dc', {});
  const session = new InstrumentSession({ clock, place: placeOnBus(bus), instrument, onStatus: () => undefined });
  await clock.settle(session.open());
  for (const [id, value] of Object.entries(settings)) await clock.settle(session.set(id, value));
  await clock.settle(session.start());
  await clock.advance(500);
  const ringOf = (id: string): StreamRing => rings().find(({ signals }) => signals[0]!.id === id)!;
  return { clock, session, ringOf };
}

const shareOf = (ring: StreamRing, fromS: number) => {
  const start = Math.max(ring.startSample, Math.round(fromS * ring.signals[0]!.sampleRateHz));
  return ring.statistics(1, start, ring.endSample).mean;
};

test.each(['2000000', '100000'])('a fixed range that clips says so beside the current, at %s Hz', async (rate) => {
  const { clock, session, ringOf } = await streaming({
    'sampling.rate': rate,
    'current.mode': 'manual',
    'current.range': '1.8mA',
  });
  const current = ringOf('current');
  expect(current.signals.map(({ id }) => id)).toEqual(['current', 'current_saturated']);
  const values = current.readSamples(0, current.startSample, current.endSample);
  expect(Math.max(...values.subarray(-1000))).toBeLessThan(2e-3);
  expect(shareOf(current, 0.1)).toBe(1);
  expect(shareOf(ringOf('voltage'), 0)).toBe(0);
  const shown = () => Object.fromEntries(session.status.reading!.values.map(({ id, saturated }) => [id, saturated]));
  expect(shown()).toEqual({
    current: 1,
    voltage: 0,
    power: 1,
    charge: expect.closeTo(1, 1),
    energy: expect.closeTo(1, 1),
  });
  await clock.settle(session.set('current.mode', 'auto'));
  const changedS = current.endSample / current.signals[0]!.sampleRateHz;
  await clock.advance(500);
  expect(shareOf(current, changedS + 0.1)).toBe(0);
  expect(current.statistics(0, current.endSample - 1000, current.endSample).mean).toBeCloseTo(0.01, 4);
  expect(shown()).toMatchObject({ current: 0, power: 0, charge: expect.closeTo(0.5, 1) });
  await clock.settle(session.close(), 2000);
});

test('a gap is missing in both', async () => {
  const { clock, session, ringOf } = await streaming({ 'voltage.mode': 'manual', 'voltage.range': '2V' });
  const voltage = ringOf('voltage');
  expect(shareOf(voltage, 0.1)).toBe(1);
  await clock.settle(session.stop());
  voltage.appendMissing(100);
  const { startSample, endSample } = voltage;
  const missing = (signal: number) => [...voltage.readSamples(signal, endSample - 110, endSample)].map(Number.isNaN);
  expect(missing(1)).toEqual(missing(0));
  expect(voltage.statistics(1, startSample, endSample).count).toBe(voltage.statistics(0, startSample, endSample).count);
  await clock.settle(session.close(), 2000);
});
