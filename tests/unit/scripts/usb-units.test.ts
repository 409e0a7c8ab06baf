// The scope and the supply that `npm run test:usb` lends to a virtual machine, without one: a record has the volts of the
// wired generator, a voltage that is set is measured.

import { expect, test } from 'vitest';
import { SCPI_CASE, scpiUnits } from '../../../scripts/usb/scpi-units.ts';
import { attachChannels } from '../../../src/core/channel-set.ts';
import { TraceStore } from '../../../src/core/trace-store.ts';
import { benchModule } from '../../../src/devices/bench/module.ts';
import { PolyfilledPort } from '../../../src/transports/polyfilled-port.ts';
import { openSerialPort } from '../../../src/transports/serial-port.ts';
import { StreamMessageLink } from '../../../src/transports/stream-message-link.ts';
import type { UnitLink } from '../../../src/transports/unit-place.ts';
import { InstrumentSession } from '../../../src/workers/device/session.ts';
import { createInstrument } from '../../support/instrument.ts';
import { ManualClock } from '../../support/manual-clock.ts';

async function open(clock: ManualClock, link: UnitLink) {
  const { instrument } = createInstrument(benchModule, clock, 0);
  const place = { find: async () => link, discard: () => undefined, onBack: () => () => undefined };
  const session = new InstrumentSession({ clock, place, instrument, onStatus: () => undefined });
  await clock.settle(session.open());
  return { instrument, session };
}

test('the scope over USBTMC', async () => {
  const clock = new ManualClock();
  const [scope] = scpiUnits(clock);
  const { instrument, session } = await open(clock, { kind: 'usb', device: scope!.device });
  expect(session.status.identity?.model).toContain(SCPI_CASE.scope.model);
  await clock.settle(session.set('1.scale', 1));
  await clock.settle(session.set('run', 'single'));
  await clock.advance(5000);
  const traces = new TraceStore(attachChannels(instrument.channelSet).traces[0]!);
  traces.take();
  const { samples } = traces.record(traces.eventCount - 1)!;
  const { amplitudeVpp, offsetV } = SCPI_CASE;
  // a step is 8 divisions of 1 V in 256
  expect(Math.abs(Math.max(...samples[0]!) - (offsetV + amplitudeVpp / 2))).toBeLessThan(2 / 32);
  expect(Math.abs(Math.min(...samples[0]!) - (offsetV - amplitudeVpp / 2))).toBeLessThan(2 / 32);
  await clock.settle(session.close());
});

test('the supply at a serial port', async () => {
  const clock = new ManualClock();
  const { device } = scpiUnits(clock)[1]!;
  const openLink = async () => {
    const port = new PolyfilledPort(device, 'linux');
    const bytes = await openSerialPort(port, { baudRate: 115_200 }, { clock, label: 'serial port 1' });
    return StreamMessageLink.open(bytes, { clock, hasBreak: true });
  };
  const { instrument, session } = await open(clock, { kind: 'messages', open: openLink });
  expect(session.status.identity?.model).toBe(SCPI_CASE.supply.model);
  await clock.settle(session.set('CH1.voltage', 3.3));
  await clock.settle(session.set('CH1.output', true));
  await clock.advance(2000);
  expect(session.status.values['CH1.voltage']).toBe(3.3);
  expect(instrument.reading?.values.find(({ id }) => id === 'CH1.voltage')?.value).toBeCloseTo(3.3, 2);
  await clock.settle(session.close());
});
