// The drivers of instruments that are spoken to in text, over streams of bytes to the simulated ones on their bench.

import { describe, expect, test } from 'vitest';
import { attachChannels } from '../../../../src/core/channel-set.ts';
import { benchModule } from '../../../../src/devices/bench/module.ts';
import { BENCH_ROW } from '../../../../src/devices/bench/row.ts';
import { makeBench } from '../../../../src/devices/sim/scpi/bench.ts';
import { StreamInstrument } from '../../../../src/devices/sim/scpi/stream-instrument.ts';
import type { TraceRecord } from '../../../../src/model/live-traces.ts';
import { StreamMessageLink } from '../../../../src/transports/stream-message-link.ts';
import type { UnitPlace } from '../../../../src/transports/unit-place.ts';
import { InstrumentSession } from '../../../../src/workers/device/session.ts';
import { createInstrument } from '../../../support/instrument.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function makeUnits() {
  const clock = new ManualClock();
  const { talkers, probePoint } = makeBench({ clock, seed: 1 });
  const open = async (name: string) => {
    const stream = new StreamInstrument({ clock, talker: talkers[name]! });
    const place: UnitPlace = {
      find: async () => ({
        kind: 'messages',
        open: async () => StreamMessageLink.open(await stream.connect(), { clock }),
      }),
      discard: () => undefined,
      onBack: () => () => undefined,
    };
    const { instrument } = createInstrument(benchModule, clock, 0);
    const session = new InstrumentSession({ clock, place, instrument, onStatus: () => undefined });
    await clock.settle(session.open());
    const set = (id: string, value: string | number | boolean) => clock.settle(session.set(id, value));
    const reading = (id: string) => instrument.reading?.values.find((value) => value.id === id)?.value;
    const record = () => {
      const [traces] = attachChannels(instrument.channelSet).traces;
      const taken = traces?.tryTake((length) => new Float32Array(length));
      return typeof taken === 'object' ? taken : undefined;
    };
    return { stream, session, instrument, set, reading, record, close: () => clock.settle(session.close()) };
  };
  return { clock, open, probePoint, names: Object.keys(talkers) };
}

test('the row offers every instrument on the bench', () => {
  expect(BENCH_ROW.simulations.map(({ id }) => id).sort()).toEqual([...makeUnits().names].sort());
});

test('what the supply gives is what the meter reads', async () => {
  const { clock, open } = makeUnits();
  const supply = await open('supply-rigol');
  const meter = await open('meter-keysight');
  await supply.set('CH1.voltage', 3.3);
  await supply.set('CH1.current', 1);
  await supply.set('CH1.output', true);
  await clock.advance(2000);
  // the meter's own resolution, and 3.3 V over 100 Ω
  expect(meter.reading('input.reading')).toBeCloseTo(3.3, 3);
  expect(supply.reading('CH1.current')).toBeCloseTo(0.033, 3);
  await supply.set('all-off', true);
  await clock.advance(2000);
  expect(meter.reading('input.reading')).toBeCloseTo(0, 3);
  await Promise.all([supply.close(), meter.close()]);
});

test('all outputs are off within a tenth of a second, also when the answers have stopped', async () => {
  const { clock, open, probePoint } = makeUnits();
  const supply = await open('supply-rigol');
  await supply.set('CH1.voltage', 3.3);
  await supply.set('CH1.output', true);
  await clock.advance(500);
  expect(probePoint.voltageV(0)).toBeCloseTo(3.3, 3);
  for (let count = 0; count < 50; count++) supply.stream.strike({ kind: 'none' });
  // a question is under way that nobody answers
  await clock.advance(1000);
  const refused = expect(supply.session.set('all-off', true)).rejects.toBeInstanceOf(Error);
  await clock.advance(100);
  expect(probePoint.voltageV(0)).toBe(0);
  await supply.close();
  await refused;
});

/** Peak to peak of a whole record. */
function peakToPeak({ samples }: TraceRecord): number {
  return Math.max(...samples[0]!) - Math.min(...samples[0]!);
}

describe('what the generator is set to is what the scope shows', () => {
  // that of a Red Pitaya has no scale (red-pitaya.test.ts)
  const scopes = makeUnits().names.filter((name) => name.startsWith('scope-') && name !== 'scope-red-pitaya');
  test.each(scopes)('%s', async (name) => {
    const { clock, open } = makeUnits();
    const generator = await open('generator-rigol');
    await generator.set('CH1.shape', 'SIN');
    await generator.set('CH1.frequency', 1000);
    await generator.set('CH1.amplitude', 2);
    await generator.set('CH1.offset', 0);
    await generator.set('CH1.output', true);
    const scope = await open(name);
    expect(scope.session.status.state).toBe('idle');
    await scope.set('1.scale', 0.5);
    await scope.set('timeScale', 1e-3);
    await scope.set('run', 'run');
    let newest: TraceRecord | undefined;
    for (let turn = 0; turn < 40; turn++) {
      await clock.advance(250);
      newest = scope.record() ?? newest;
    }
    expect(newest, 'a record').toBeDefined();
    const step = 0.5 / 25;
    expect(Math.abs(peakToPeak(newest!) - 2)).toBeLessThanOrEqual(2 * step);
    expect(JSON.parse(newest!.settings)['1.scale']).toBe(0.5);
    await Promise.all([scope.close(), generator.close()]);
  });
});
