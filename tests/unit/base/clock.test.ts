// Limits on answers do not count the time in which nobody could look at an answer.

import { expect, test } from 'vitest';
import { afterAwake, delay } from '../../../src/base/clock.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function start(delayMs: number) {
  const clock = new ManualClock();
  const firedMs: number[] = [];
  const cancel = afterAwake(clock, delayMs, () => firedMs.push(clock.nowMs()));
  return { clock, firedMs, cancel };
}

test('a thread that runs: the limit is what it says, once', async () => {
  const { clock, firedMs } = start(250);
  await clock.advance(249);
  expect(firedMs).toEqual([]);
  await clock.advance(1000);
  expect(firedMs).toEqual([250]);
});

test('a thread that was held up has the time again, each time', async () => {
  const { clock, firedMs } = start(250);
  await clock.freeze(1000);
  expect(firedMs).toEqual([]);
  await clock.advance(100);
  await clock.freeze(1000);
  expect(firedMs).toEqual([]);
  await clock.advance(1000);
  expect(firedMs).toEqual([2350]);
});

test('an answer that is found after the pause ends it', async () => {
  const { clock, firedMs, cancel } = start(250);
  await clock.freeze(1000);
  cancel();
  await clock.advance(1000);
  expect(firedMs).toEqual([]);
});

test('a thread that is always late is not waited for for ever', async () => {
  const { clock, firedMs } = start(250);
  for (let i = 0; i < 10; i++) await clock.freeze(300);
  expect(firedMs).toHaveLength(1);
});

test('a delay ends early with the reason of its signal, and leaves no timer behind', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const reason = new Error('enough');
  const ended = delay(clock, 1000, controller.signal).catch((error: unknown) => error);
  await clock.advance(400);
  controller.abort(reason);
  expect(await ended).toBe(reason);
  await expect(clock.settle(Promise.race([]), 10_000)).rejects.toThrow(/still pending/);
  expect(clock.nowMs()).toBe(400);
  await expect(delay(clock, 1000, controller.signal)).rejects.toBe(reason);
});
