// What a simulated JS220 does to its circuit, as a host sees it: ranges, outputs, fuses.

import { expect, test } from 'vitest';
import { connected, packed } from '../../support/simulated-js220.ts';

const [RANGE, CURRENT] = [20, 21];

test('off disconnects the target, a fixed range clips, and limits bound the automatic one', async () => {
  const { host, clock, bus } = await connected('test-dc');
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/i/range/ctrl', 1);
  const lastAfter = async (settings: readonly (readonly [string, number])[]) => {
    for (const [topic, value] of settings) expect(await host.publish(topic, value)).toBe(0);
    await clock.advance(50);
    return { currentA: host.floats(CURRENT).at(-1)!, range: packed(host, RANGE, 4).at(-1)! };
  };
  expect(await lastAfter([['s/i/range/mode', 0]])).toEqual({ currentA: 0, range: 7 });
  const { chargeC } = bus.model.truth();
  await clock.advance(100);
  expect(bus.model.truth().chargeC).toBeCloseTo(chargeC, 12);
  // 10 mA in the range of 18 µA.
  const clipped = await lastAfter([
    ['s/i/range/select', 160],
    ['s/i/range/mode', 1],
  ]);
  expect(clipped.range).toBe(5);
  expect(clipped.currentA).toBeGreaterThan(18e-6);
  expect(clipped.currentA).toBeLessThan(20e-6);
  expect(await lastAfter([['s/i/range/mode', 2]])).toMatchObject({ range: 2 });
  expect(await lastAfter([['s/i/range/max', 0]])).toMatchObject({ range: 0 });
  expect(
    (
      await lastAfter([
        ['s/i/range/max', 5],
        ['s/i/range/min', 4],
      ])
    ).range,
  ).toBe(4);
});

test('outputs are set, cleared and read back; the trigger reads what it puts out', async () => {
  const { host } = await connected('test-dc');
  const levels = async () => {
    const before = host.frames.length;
    expect(await host.publish('s/gpi/+/!req', 0)).toBe(0);
    const answer = host.publications(before).find(({ topic }) => topic === 's/gpi/+/!value')!;
    expect(answer).toMatchObject({ isRetained: false, value: { type: 'u32' } });
    return Number(answer.value.value) & 0b1000_1100;
  };
  await host.publish('s/gpo/+/!set', 0b1000_0100);
  expect(await levels()).toBe(0b0000_0100);
  await host.publish('c/trigger/dir', 1);
  expect(await levels()).toBe(0b1000_0100);
  await host.publish('s/gpo/+/!clr', 0b0000_0100);
  expect(await levels()).toBe(0b1000_0000);
  await host.publish('s/gpo/+/!value', 0b0000_1100);
  expect(await levels()).toBe(0b0000_1100);
});

test('a fuse opens the circuit after its time, says so, and stays open until it is cleared', async () => {
  const { host, clock, bus } = await connected('test-dc');
  // For ever at 5 mA, 100 ms at 10 mA, which is what the load draws.
  const [t1, t2, d] = [5e-3, 10e-3, 0.1];
  const K = -Math.log((t2 ** 2 - t1 ** 2) / t2 ** 2) / d;
  const F = 1 / (61 * Math.sqrt(t1 ** 2 / K));
  expect(await host.publish('s/fuse/0/F', Math.round(F * 2 ** 14))).toBe(0);
  expect(await host.publish('s/fuse/0/K', Math.round(K * 2 ** 10))).toBe(0);
  await host.publish('s/i/ctrl', 1);
  await host.publish('s/fuse/0/en', 1);
  await clock.advance(300);
  const engaged = host.publications().filter(({ topic }) => topic === 's/fuse/0/engaged');
  expect(engaged).toMatchObject([{ value: { type: 'u8', value: 1 }, isRetained: true }]);
  const samples = host.floats(CURRENT);
  expect(samples.at(-1)).toBe(0);
  const enabledMs = (samples.indexOf(0) * 1e-6 - 0.01) * 1000;
  expect(enabledMs).toBeGreaterThan(98);
  expect(enabledMs).toBeLessThan(102);
  const { chargeC } = bus.model.truth();
  await clock.advance(50);
  expect(bus.model.truth().chargeC).toBeCloseTo(chargeC, 12);
  expect(await host.publish('s/fuse/+/!clear', 0)).toBe(0);
  expect(
    host
      .publications()
      .filter(({ topic }) => topic === 's/fuse/0/engaged')
      .at(-1)!.value.value,
  ).toBe(0);
  await clock.advance(20);
  expect(host.floats(CURRENT).at(-1)).toBeCloseTo(10e-3, 4);
  await clock.advance(300);
  expect(await host.publish('s/fuse/0/engaged', 0)).toBe(0);
  expect(await host.publish('s/fuse/0/en', 0)).toBe(0);
  await clock.advance(300);
  expect(host.floats(CURRENT).at(-1)).toBeCloseTo(10e-3, 4);
});
