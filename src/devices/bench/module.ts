// What the registry loads for instruments that are spoken to in text.

import { assert } from '../../base/assert.ts';
import { LabError } from '../../base/errors.ts';
import type { MessageLink } from '../../transports/message-link.ts';
import type { UnitLink } from '../../transports/unit-place.ts';
import { openUsbtmc } from '../../transports/usbtmc/open.ts';
import type { InstrumentBench, InstrumentModule } from '../api/instrument.ts';
import { ScpiSession } from '../scpi/session.ts';
import { BenchInstrument } from './instrument.ts';

export const benchModule: InstrumentModule = {
  create: (bench) =>
    new BenchInstrument(bench, async (link) => new ScpiSession(await openLink(link, bench), { clock: bench.clock })),
  simulate: () => {
    throw new LabError('device/unsupported', 'Simulated instruments of this kind are reached on their bench.');
  },
};

function openLink(link: UnitLink, { clock, system }: InstrumentBench): Promise<MessageLink> {
  if (link.kind === 'usb') return openUsbtmc(link.device, { clock, system });
  assert(link.kind === 'messages', 'an instrument that is spoken to in text is sent messages');
  return link.open();
}
