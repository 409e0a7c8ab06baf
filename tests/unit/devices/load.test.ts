// The simulated loads: their closed forms against sums over their own samples, and the figures they promise.

import { expect, test } from 'vitest';
import { LoadPlayer } from '../../../src/devices/sim/load.ts';
import { LOAD_PROFILES, profileOf } from '../../../src/devices/sim/profiles.ts';

const RATE_HZ = 2_000_000;
const BLOCK = 4096;

/** Sums of i·dt and v·i·dt over `seconds`, beside the closed forms. */
function play(profileId: string, seconds: number) {
  const player = new LoadPlayer(profileOf(profileId), 42, RATE_HZ);
  const current = new Float64Array(BLOCK);
  const voltage = new Float64Array(BLOCK);
  const active = new Uint8Array(BLOCK);
  const sums = { chargeC: 0, energyJ: 0, maxA: -Infinity, minA: Infinity, minV: Infinity };
  for (let left = seconds * RATE_HZ; left > 0; left -= BLOCK) {
    const n = Math.min(BLOCK, left);
    player.play(current, voltage, active, n);
    for (let k = 0; k < n; k++) {
      sums.chargeC += current[k]! / RATE_HZ;
      sums.energyJ += (current[k]! * voltage[k]!) / RATE_HZ;
      sums.maxA = Math.max(sums.maxA, current[k]!);
      sums.minA = Math.min(sums.minA, current[k]!);
      sums.minV = Math.min(sums.minV, voltage[k]!);
    }
  }
  return { sums, truth: player.truth() };
}

test.each(LOAD_PROFILES.map(({ id }) => id))('%s: the closed forms are the sums of the samples', (id) => {
  const { sums, truth } = play(id, 1.3);
  // The noise signal's truth is its expectation.
  const tolerance = id === 'test-noise' ? 1e-3 : 2e-5;
  expect(Math.abs(sums.chargeC / truth.chargeC - 1)).toBeLessThan(tolerance);
  expect(Math.abs(sums.energyJ / truth.energyJ - 1)).toBeLessThan(tolerance);
});

test('the BLE beacon has the charge of its events', () => {
  // Ramp to 1.1 mA, 3.4 mA, three times transmit, gap and receive, 3 mA, and the decay into sleep, in µA·s.
  const eventC =
    (550 * 0.4 + 3400 * 0.3 + 3 * (8200 * 0.376 + 4000 * 0.15 + 5900 * 0.15) + 3000 * 0.35 + 3000 * 0.03) * 1e-9;
  const { truth, sums } = play('ble-beacon', 10);
  // 91 to 100 events in 10 s.
  const events = (truth.chargeC - 10 * 2.2e-6) / eventC;
  expect(events).toBeGreaterThan(90);
  expect(events).toBeLessThan(100);
  expect(sums.maxA).toBeCloseTo(8.2e-3, 9);
  expect(sums.minV).toBeCloseTo(3 - 0.8 * 8.2e-3, 9);
});

test('the boot inrush peaks at 3.1 A', () => {
  const { sums } = play('boot-inrush', 0.3);
  expect(sums.maxA).toBeGreaterThan(3.0);
  expect(sums.maxA).toBeLessThanOrEqual(3.1);
});

test('the battery sags under its load and recovers', () => {
  const { sums } = play('battery-sag', 0.05);
  expect(sums.minV).toBeLessThan(3.0 - 0.25);
});

test('the same seed gives the same run, another seed another', () => {
  const current = (seed: number) => {
    const player = new LoadPlayer(profileOf('ble-beacon'), seed, RATE_HZ);
    const samples = new Float64Array(RATE_HZ / 2);
    player.play(samples, new Float64Array(samples.length), new Uint8Array(samples.length), samples.length);
    return samples;
  };
  expect(current(1)).toEqual(current(1));
  expect(current(1)).not.toEqual(current(2));
});
