// What a Joulescope tells of its own totals, as records that readers on other threads find.

import { expect, test } from 'vitest';
import { utcFromTicks, utcSecondsBetween, utcToUnixMs } from '../../../src/base/time.ts';
import { type AttachedValues, attachChannels, channelsOf } from '../../../src/core/channel-set.ts';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import type { InstrumentModule } from '../../../src/devices/api/instrument.ts';
import { js110Module } from '../../../src/devices/joulescope/js110/instrument.ts';
import { js220Module } from '../../../src/devices/joulescope/js220/instrument.ts';
import { appendTotals } from '../../../src/devices/joulescope/totals-channel.ts';
import { placeOnBus } from '../../../src/transports/unit-place.ts';
import type { UsbBus } from '../../../src/transports/usb.ts';
import { InstrumentSession } from '../../../src/workers/device/session.ts';
import { createInstrument } from '../../support/instrument.ts';
import { createBus } from '../../support/js110.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { createSimulatedJs220 } from '../../support/simulated-js220.ts';

/** A load of 10 mA at 4.999 V, without noise worth mentioning. */
const LOAD = 'test-dc';
const CURRENT_A = 10e-3;
const POWER_W = CURRENT_A * 4.999;
const [CURRENT, VOLTAGE, POWER, CHARGE, ENERGY] = [0, 1, 2, 3, 4] as const;

async function createSession(code: InstrumentModule, busOf: (clock: ManualClock) => UsbBus) {
  const clock = new ManualClock();
  const { instrument } = createInstrument(code, clock, 0.5);
  const session = new InstrumentSession({
    clock,
    place: placeOnBus(busOf(clock)),
    instrument,
    onStatus: () => undefined,
  });
  await clock.settle(session.open());
  const totals = () => attachChannels(instrument.channelSet).values[0]!;
  return { clock, instrument, session, totals };
}

const js110 = () => createSession(js110Module, (clock) => createBus(clock, LOAD));
const js220 = () => createSession(js220Module, (clock) => createSimulatedJs220(clock, LOAD));

function column({ series }: AttachedValues, index: number, start = 0): readonly number[] {
  return [...series.read(index, start, series.count, series.utcAt(0)).values];
}

function timesS({ series }: AttachedValues): readonly number[] {
  return [...series.read(0, 0, series.count, series.utcAt(0)).timesS];
}

const steps = (values: readonly number[]) => values.slice(1).map((value, index) => value - values[index]!);

test.each([
  ['JS110', js110],
  ['JS220', js220],
] as const)('a %s: a record for each block of its statistics, with its own figures', async (_name, create) => {
  const { clock, instrument, session, totals } = await create();
  expect(channelsOf(instrument.channelSet).find(({ kind }) => kind === 'value')).toMatchObject({
    id: 'totals',
    signals: [
      { id: 'totals.current', name: 'mean current', unit: 'A' },
      { id: 'totals.voltage', name: 'mean voltage', unit: 'V' },
      { id: 'totals.power', name: 'mean power', unit: 'W' },
      { id: 'totals.charge', name: 'charge', unit: 'C' },
      { id: 'totals.energy', name: 'energy', unit: 'J' },
    ],
  });
  // A JS220 keeps statistics while it streams, a JS110 always.
  await clock.settle(session.start());
  await clock.advance(5050);
  const records = totals();
  // Blocks of half a second.
  expect(records.series.count).toBeGreaterThanOrEqual(9);
  expect(records.series.count).toBeLessThanOrEqual(10);
  for (const stepS of steps(timesS(records))) expect(Math.abs(stepS - 0.5)).toBeLessThan(0.12);
  const newest = records.series.utcAt(records.series.count - 1);
  expect(clock.unixMs() - utcToUnixMs(newest)).toBeLessThan(650);
  for (const currentA of column(records, CURRENT)) expect(currentA).toBeCloseTo(CURRENT_A, 5);
  for (const voltageV of column(records, VOLTAGE)) expect(voltageV).toBeCloseTo(4.999, 2);
  for (const powerW of column(records, POWER)) expect(powerW).toBeCloseTo(POWER_W, 4);
  // Totals count from the first that came; the same block is never there twice.
  expect(column(records, CHARGE)[0]).toBe(0);
  for (const chargeC of steps(column(records, CHARGE))) expect(chargeC).toBeCloseTo(CURRENT_A / 2, 6);
  for (const energyJ of steps(column(records, ENERGY))) expect(energyJ).toBeCloseTo(POWER_W / 2, 5);
  const shown = Object.fromEntries((session.status.reading?.values ?? []).map(({ id, value }) => [id, value]));
  expect(shown['charge']).toBe(column(records, CHARGE).at(-1));
  expect(shown['energy']).toBe(column(records, ENERGY).at(-1));
  await clock.settle(session.close(), 2000);
  expect(records.series.state).toBe('ended');
});

test.each([
  ['JS110', js110],
  ['JS220', js220],
] as const)('a %s: records go on through start, stop and a reset of the totals', async (_name, create) => {
  const { clock, session, totals } = await create();
  const records = totals();
  const { generation } = records.series;
  await clock.settle(session.start());
  await clock.advance(1600);
  await clock.settle(session.stop());
  const { count: stoppedCount } = records.series;
  expect(stoppedCount).toBeGreaterThanOrEqual(2);
  await clock.advance(1000);
  await clock.settle(session.start());
  await clock.advance(1600);
  expect(records.series.generation).toBe(generation);
  expect(records.series.count).toBeGreaterThanOrEqual(stoppedCount + 3);
  for (const chargeC of steps(column(records, CHARGE))) expect(chargeC).toBeCloseTo(CURRENT_A / 2, 6);
  const { count } = records.series;
  session.resetTotals();
  await clock.advance(1200);
  const after = column(records, CHARGE, count);
  expect(after.length).toBeGreaterThanOrEqual(2);
  for (const [index, chargeC] of after.entries()) expect(chargeC).toBeCloseTo((index + 1) * (CURRENT_A / 2), 6);
  await clock.settle(session.close(), 2000);
});

test('a JS220 tells as often as it is set to, also several times within a transfer', async () => {
  const { clock, session, totals } = await js220();
  await clock.settle(session.set('statistics.rate', 100));
  await clock.settle(session.start());
  const before = totals().series.count;
  await clock.advance(2000);
  const count = totals().series.count - before;
  expect(count).toBeGreaterThanOrEqual(195);
  expect(count).toBeLessThanOrEqual(202);
  for (const chargeC of steps(column(totals(), CHARGE, before + 1))) expect(chargeC).toBeCloseTo(CURRENT_A / 100, 6);
  await clock.settle(session.close(), 2000);
});

test('other channels of a JS220 are another series, and the totals go on in it', async () => {
  const { clock, session, totals } = await js220();
  await clock.settle(session.start());
  await clock.advance(2100);
  const old = totals();
  await clock.settle(session.set('sampling.rate', '100000'));
  await clock.advance(1600);
  expect(old.series.state).toBe('ended');
  const records = totals();
  expect(records.series.state).toBe('live');
  expect(column(records, CHARGE)[0]).toBeGreaterThan(column(old, CHARGE).at(-1)!);
  expect(utcSecondsBetween(old.series.utcAt(old.series.count - 1), records.series.utcAt(0))).toBeGreaterThan(0);
  await clock.settle(session.close(), 2000);
});

test('a full series begins anew with the newest record', () => {
  const series = StampedSeries.create({ valueCount: 5, mostBytes: 1000 });
  const { generation } = series;
  const figures = { currentA: 1, voltageV: 2, powerW: 2, energyJ: 0 };
  let told = 0;
  const tell = () => appendTotals(series, utcFromTicks(BigInt(told)), { ...figures, chargeC: told++ });
  while (series.generation === generation) tell();
  expect(told).toBeGreaterThan(20_000);
  expect(series.read(CHARGE, 0, series.count, utcFromTicks(0n)).values).toEqual(Float64Array.of(told - 1));
});
