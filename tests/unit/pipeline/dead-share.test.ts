// Dead time is the dead share of time, whatever the lengths of the cycles.

import { expect, test } from 'vitest';
import {
  deadShareOf,
  THREAD_TIMES_BYTES,
  ThreadTimes,
  ThreadTimesReader,
} from '../../../src/pipeline/engine/thread-times.ts';
import { seededRandom } from '../../support/random.ts';
import { startSetup } from '../../support/run-setup.ts';

const START_S = 1.79e9;

function source() {
  const memory = new SharedArrayBuffer(THREAD_TIMES_BYTES);
  const times = new ThreadTimes(memory, 0, () => 0);
  times.startSource(START_S);
  return { times, reader: new ThreadTimesReader(memory, 0, START_S) };
}

// A detector with dead time t after each event of a Poisson process of rate r takes r/(1+rt) of them per second
// (non-paralysable: Knoll, Radiation Detection and Measurement, 4.VII), so with x = rt it is dead for x/(1+x).
test.each([0.001, 0.01, 0.1, 0.5])('of Poisson arrivals with %d mean waits of dead time, x/(1+x) is dead', (x) => {
  const { times, reader } = source();
  const random = seededRandom(1);
  const eventCount = 100_000;
  let nowS = START_S;
  let fractions = 0;
  for (let i = 0; i < eventCount; i++) {
    const waitS = -0.01 * Math.log(1 - random());
    times.dead.begin(nowS + waitS);
    times.dead.end(nowS + waitS + 0.01 * x);
    fractions += (0.01 * x) / (waitS + 0.01 * x);
    nowS += waitS + 0.01 * x;
  }
  const share = deadShareOf(reader.sourceTimes(nowS));
  // The sum of n waits spreads by 1/√n; the share by no more.
  expect(Math.abs(share / (x / (1 + x)) - 1)).toBeLessThan(4 / Math.sqrt(eventCount));
  expect(fractions / eventCount).toBeGreaterThan(1.15 * share);
});

test('a wait under way counts', () => {
  const { times, reader } = source();
  times.dead.begin(START_S + 1);
  expect(reader.sourceTimes(START_S + 4)).toEqual({ deadS: 3, elapsedS: 4 });
  times.dead.end(START_S + 5);
  expect(reader.sourceTimes(START_S + 8)).toEqual({ deadS: 4, elapsedS: 8 });
  expect(deadShareOf(reader.sourceTimes(START_S + 8), { deadS: 3, elapsedS: 4 })).toBe(0.25);
  expect(deadShareOf({ deadS: 0, elapsedS: 0 })).toBeNaN();
});

test('a full buffer that blocks its source is dead, and the end of a source ends its time', async () => {
  const text = `
Buffers: {In: {slot_count: 1, data_length: 1000, data_dtype: {ch1: f4}}, Out: {slot_count: 1, data_length: 1, data_dtype: {pulse_height: f4}}}
Workers:
  source: {function: simulate_osc, file: functions.py, sinks: [In]}
  heights: {function: calculate_pulse_heights, file: functions.py, sources: [In], sinks: [Out]}
  nobody: {function: exporters.drain, sources: [Out], number_of_processes: 0}
`;
  const { engine } = await startSetup(text, '.');
  const root = () => engine.status.buffers[0]!;
  while (root().inWorkCount + root().filledCount < 1 || root().eventCount < 2) await pause(5);
  const before = root();
  await pause(300);
  const blocked = root();
  expect(blocked.elapsedS - before.elapsedS).toBeGreaterThan(0.29);
  expect(deadShareOf(blocked, before)).toBeGreaterThan(0.98);
  expect(deadShareOf(engine.status.buffers[1]!)).toBeNaN();
  engine.kill();
  await engine.finished;
  const end = root();
  await pause(20);
  expect(root()).toEqual(end);
  expect(deadShareOf(end)).toBeGreaterThan(0.5);
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
