// Block statistics, charge and energy against those of the JS110's reference software (tests/golden/js110).

import { expect, test } from 'vitest';
import type { Js110Gains } from '../../../src/core/js110-words.ts';
import { StreamRing } from '../../../src/core/stream-ring.ts';
import { EnergyMeter } from '../../../src/devices/joulescope/energy-meter.ts';
import { Js110Processor, js110Signals } from '../../../src/devices/joulescope/js110/processor.ts';
import { createTestCore } from '../../support/core.ts';
import { goldenBytes, goldenJson } from '../../support/golden.ts';
import { ManualClock } from '../../support/manual-clock.ts';

interface SignalFigures {
  readonly mean: number;
  readonly variance: number;
  readonly min: number;
  readonly max: number;
}

interface Block {
  readonly sample_range: readonly [number, number];
  readonly valid_samples: number;
  readonly signals: Readonly<Record<'current' | 'voltage' | 'power', SignalFigures>>;
  readonly charge_accumulator: number;
  readonly energy_accumulator: number;
}

interface Case {
  readonly v0: readonly { readonly mode: string; readonly statistics_blocks_2000?: readonly Block[] }[];
}

const NAMES = ['current', 'voltage', 'power'] as const;

function meterOf(ring: StreamRing, blockS: number): EnergyMeter {
  const at = (index: number) => ({ ring, index });
  return new EnergyMeter(new ManualClock(), { current: at(0), voltage: at(1), power: at(2) }, blockS);
}

/** What the meter shows after it took in what is there. */
function shown(meter: EnergyMeter) {
  meter.update();
  const { values = [], accumulatedS = Number.NaN } = meter.reading ?? {};
  return { ...Object.fromEntries(values.map(({ id, value }) => [id, value])), accumulatedS };
}

function stream(name: string, mode: string): StreamRing {
  const { core, arena } = createTestCore();
  const ring = StreamRing.create(core, arena, { signals: js110Signals(), capacitySamples: 10_000 });
  const processor = new Js110Processor(core, arena.reserve('js110', Js110Processor.byteLength), ring);
  processor.setGains(goldenJson<Js110Gains>('js110/gains.json'));
  processor.setSuppression(mode);
  processor.process(goldenBytes(`js110/stream/${name}/packets.bin`));
  return ring;
}

function expectClose(got: number, wanted: number): void {
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(1e-9 * Math.abs(wanted) + 1e-15);
}

// s03 has packets that the reference lets through and this program refuses.
const COMBINATIONS = ['s01_ble_beacon', 's02_dropped_packets', 's04_overlapping_switches', 's06_gpi_lsb'].flatMap(
  (name) =>
    goldenJson<Case>(`js110/stream/${name}/case.json`).v0.flatMap(({ mode, statistics_blocks_2000: blocks }) =>
      blocks ? [{ name, mode, blocks }] : [],
    ),
);

test.each(COMBINATIONS)('$name $mode: blocks of 2000 samples', ({ name, mode, blocks }) => {
  const ring = stream(name, mode);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) {
    NAMES.forEach((signal, index) => {
      const got = ring.statistics(index, ...block.sample_range);
      const wanted = block.signals[signal];
      expect(got.count).toBe(block.valid_samples);
      expectClose(got.mean, wanted.mean);
      expectClose(got.std ** 2, wanted.variance);
      expect(got.min).toBe(Math.fround(wanted.min));
      expect(got.max).toBe(Math.fround(wanted.max));
    });
  }
  const reading: Record<string, number> = shown(meterOf(ring, 0.001));
  const last = blocks.at(-1)!;
  expect(last.sample_range[1]).toBe(Math.floor(ring.endSample / 2000) * 2000);
  expectClose(reading['charge']!, last.charge_accumulator);
  expectClose(reading['energy']!, last.energy_accumulator);
  expectClose(reading['current']!, last.signals.current.mean);
  expectClose(reading['voltage']!, last.signals.voltage.mean);
  expectClose(reading['power']!, last.signals.power.mean);
  expectClose(reading['accumulatedS']!, last.sample_range[1] / 2e6);
});

function constantRing() {
  const { core, arena } = createTestCore();
  const ring = StreamRing.create(core, arena, { signals: js110Signals(1000), capacitySamples: 8192 });
  const source = arena.reserve('source', 4 * 10_000);
  const append = (value: number, count: number) => {
    new Float32Array(core.memory.buffer, source.address, count).fill(value);
    ring.append(
      js110Signals().map(() => source.address),
      count,
    );
  };
  return {
    ring,
    append,
    meter: meterOf(ring, 0.5),
  };
}

test('only whole blocks count; reset starts charge, energy and time again', () => {
  const { append, meter } = constantRing();
  append(2, 499);
  meter.update();
  expect(meter.reading).toBeUndefined();
  append(2, 600);
  expect(shown(meter)).toMatchObject({ current: 2, power: 2, charge: 2, energy: 2, accumulatedS: 1 });
  meter.reset();
  append(4, 401);
  expect(shown(meter)).toMatchObject({ current: (99 * 2 + 401 * 4) / 500, accumulatedS: 0.5 });
});

test('a block without samples reads NaN and adds nothing; missing samples count as their block’s mean', () => {
  const { append, meter } = constantRing();
  append(2, 500);
  append(NaN, 500);
  expect(shown(meter)).toMatchObject({ current: NaN, charge: 1, energy: 1, accumulatedS: 1 });
  append(NaN, 250);
  append(6, 250);
  expect(shown(meter)).toMatchObject({ current: 6, charge: 4, accumulatedS: 1.5 });
  // 500 samples of 2 and 250 of 6, a thousandth of a second each, in 1.5 s
  const totals = meter.reading!.values.filter(({ isTotal }) => isTotal).map(({ measured }) => measured!);
  expect(totals).toHaveLength(2);
  for (const { value, coverage } of totals) {
    expect(value).toBeCloseTo(2.5, 9);
    expect(coverage).toBeCloseTo(0.5, 9);
  }
  meter.reset();
  append(6, 500);
  meter.update();
  expect(meter.reading!.values[3]).toMatchObject({ value: 3, measured: { value: 3, coverage: 1 } });
});

test('a reader that fell behind the ring uses what is left', () => {
  const { append, meter } = constantRing();
  append(1, 5000);
  append(1, 5000);
  expect(shown(meter)).toMatchObject({ current: 1, accumulatedS: 10, charge: (10_000 - 1500) / 1000 });
});

test('after a restart of the ring blocks begin at its sample 0', () => {
  const { ring, append, meter } = constantRing();
  append(1, 700);
  meter.update();
  ring.reset();
  meter.restart();
  append(3, 500);
  expect(shown(meter)).toMatchObject({ current: 3, charge: 1.5, accumulatedS: 0.5 });
});
