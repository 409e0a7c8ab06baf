// The simulated laboratory: a fake at the link, below the driver.

import { expect, test } from 'vitest';
import { utcSecondsBetween, utcToUnixMs } from '../../../../src/base/time.ts';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { epicsModule } from '../../../../src/devices/epics/module.ts';
import { OVEN_NAMES, Oven } from '../../../../src/devices/epics/sim/oven.ts';
import { InstrumentSession } from '../../../../src/workers/device/session.ts';
import { createInstrument } from '../../../support/instrument.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

async function start() {
  const clock = new ManualClock();
  const ovens: Oven[] = [];
  const { instrument } = createInstrument(epicsModule, clock, 0);
  const open = async () => {
    const oven = new Oven(clock);
    ovens.push(oven);
    return oven;
  };
  const session = new InstrumentSession({
    clock,
    place: {
      find: async () => ({ kind: 'variables', names: OVEN_NAMES, open }),
      discard: () => undefined,
      onBack: () => () => undefined,
    },
    instrument,
    onStatus: () => undefined,
  });
  await clock.settle(session.open());
  const value = (id: string) => instrument.reading!.values.find((one) => one.id === id)!.value;
  return { clock, session, instrument, ovens, value };
}

test('the temperature follows the heater, when writing it is allowed', async () => {
  const { clock, session, value } = await start();
  expect(value('OVEN:heater')).toBe(20);
  await clock.settle(session.set('writes', true));
  await clock.settle(session.set('OVEN:heater', 60));
  expect(value('OVEN:heater')).toBe(60);
  await clock.advance(600_000);
  // 20 °C + 60 W · 1.5 °C/W
  expect(value('OVEN:temperature')).toBeCloseTo(110, 3);
  expect(session.status.notice).toBe('OVEN:temperature is in alarm (MINOR).');
  await session.close();
});

test('what does not change is told again each second, along the clock of its server', async () => {
  const { clock, session, instrument } = await start();
  await clock.advance(10_000);
  const heater = attachChannels(instrument.channelSet).values.find(
    ({ channel }) => channel.id === 'OVEN:heater',
  )!.series;
  const { count } = heater;
  const { times, values } = heater.records(0, count)!;
  expect(new Set(values[0])).toEqual(new Set([20]));
  expect(count).toBeGreaterThanOrEqual(10);
  expect(utcSecondsBetween(times[0]!, times.at(-1)!)).toBeGreaterThan(8);
  // never ahead of what can have been said meanwhile
  expect(utcToUnixMs(times.at(-1)!)).toBeLessThanOrEqual(clock.unixMs() - 200);
  await session.close();
});

test('its profile is a record along time', async () => {
  const { clock, session, instrument } = await start();
  await clock.advance(2000);
  const record = attachChannels(instrument.channelSet).traces[0]!.tryTake((length) => new Float32Array(length));
  expect(record).toMatchObject({ startS: 0, stepS: 0.005, samples: [{ length: 200 }] });
  await session.close();
});

test('after a loss it goes on in the same channels, without leave to write', async () => {
  const { clock, session, instrument, ovens, value } = await start();
  await clock.settle(session.set('writes', true));
  const { channelSet } = instrument;
  ovens[0]!.lose();
  await clock.advance(0);
  expect(session.status.state).toBe('lost');
  expect(value('OVEN:temperature')).toBeNaN();
  await clock.advance(5000);
  expect(session.status.state).toBe('idle');
  expect(instrument.channelSet).toBe(channelSet);
  expect(value('OVEN:temperature')).toBeGreaterThan(20);
  expect(session.status.values['writes']).toBe(false);
  await session.close();
});
