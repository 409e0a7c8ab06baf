import { systemClock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { makeBench } from '../../devices/sim/scpi/bench.ts';
import { StreamInstrument } from '../../devices/sim/scpi/stream-instrument.ts';
import { joinPort } from '../../transports/message-port.ts';
import { serve } from '../serve.ts';
import type { SimBenchApi } from './protocol.ts';

/** Of the generators' noise: the same at each start. */
const SEED = 1;

const { talkers } = makeBench({ clock: systemClock, seed: SEED });
const instruments = new Map(
  Object.entries(talkers).map(([name, talker]) => [name, new StreamInstrument({ clock: systemClock, talker })]),
);

const api: SimBenchApi = {
  async connect(name, port) {
    const instrument = instruments.get(name);
    if (!instrument) throw new LabError('device/unsupported', `There is no simulated instrument "${name}".`);
    joinPort(await instrument.connect(), port);
  },
};
serve(self, api);
