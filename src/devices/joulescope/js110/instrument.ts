// One JS110 for as long as the user keeps it: its ring and its totals, what feeds them, and what it shows. The drivers of its
// connections come and go.

import type { ChannelSet } from '../../../core/channel-set.ts';
import type { InstrumentReading } from '../../../model/instrument.ts';
import { deviceOf, placeOnBus, type UnitLink } from '../../../transports/unit-place.ts';
import { type ChannelHomes, planOfStream } from '../../api/homes.ts';
import type {
  Instrument,
  InstrumentBench,
  InstrumentModule,
  Simulation,
  SimulationOptions,
  StreamMode,
} from '../../api/instrument.ts';
import { profileOf } from '../../sim/profiles.ts';
import { EnergyMeter, type InstrumentTotals } from '../energy-meter.ts';
import { TOTALS_PLAN } from '../totals-channel.ts';
import { Js110Driver } from './driver.ts';
import { Js110Feed } from './feed.ts';
import { Js110Processor, js110Signals } from './processor.ts';
import { createSimulatedJs110Bus } from './sim/bus.ts';
import { js110SimulatorParameters } from './sim/parameters.ts';

export const js110Module: InstrumentModule = {
  create: (bench) => new Js110Instrument(bench),
  simulate({ clock, simulationId, serialNumber }: SimulationOptions): Simulation {
    const profile = profileOf(simulationId);
    const bus = createSimulatedJs110Bus({ clock, profile, seed: Number(serialNumber), serialNumber });
    return { place: placeOnBus(bus), extras: js110SimulatorParameters(bus) };
  },
};

class Js110Instrument implements Instrument {
  readonly capabilities = ['streams', 'totals'] as const;
  readonly #bench: InstrumentBench;
  readonly #homes: ChannelHomes;
  readonly #feed: Js110Feed;
  readonly #meter: EnergyMeter;
  #driver: Js110Driver | undefined;

  constructor(bench: InstrumentBench) {
    const { clock, history } = bench;
    this.#bench = bench;
    const homes = bench.makeHomes({
      streams: [planOfStream({ kind: 'stream', id: 'samples', signals: js110Signals() }, history)],
      values: [TOTALS_PLAN],
      traces: [],
      scratchBytes: Js110Processor.byteLength,
    });
    const ring = homes.rings[0]!;
    this.#homes = homes;
    this.#feed = new Js110Feed({ clock, ring, processor: new Js110Processor(homes.core, homes.scratch, ring) });
    const at = (index: number) => ({ ring, index });
    this.#meter = new EnergyMeter(clock, { current: at(0), voltage: at(1), power: at(2) });
  }

  get channelSet(): ChannelSet {
    return this.#homes.set;
  }

  get reading(): InstrumentReading | undefined {
    return this.#meter.reading;
  }

  connect(link: UnitLink): Js110Driver {
    const { series } = this.#homes.values[0]!;
    const onTotals = (totals: InstrumentTotals) => this.#meter.takeTotals(totals, series);
    this.#driver = new Js110Driver(deviceOf(link), { ...this.#bench, feed: this.#feed, onTotals });
    return this.#driver;
  }

  beginStream(mode: StreamMode): void {
    if (mode === 'new') this.#meter.restart();
  }

  update(): void {
    if (this.#driver?.isStreaming) this.#meter.update();
    else this.#meter.pause();
  }

  resetTotals(): void {
    this.#meter.reset();
  }

  end(): void {
    this.#homes.end();
  }
}
