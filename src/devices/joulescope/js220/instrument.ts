// One JS220 for as long as the user keeps it: a ring per signal and its totals, what feeds them, and what it shows. The
// drivers of its connections come and go.

import type { ChannelSet } from '../../../core/channel-set.ts';
import type { InstrumentReading } from '../../../model/instrument.ts';
import { deviceOf, placeOnBus, type UnitLink } from '../../../transports/unit-place.ts';
import type { ChannelHomes } from '../../api/homes.ts';
import type {
  Instrument,
  InstrumentBench,
  InstrumentModule,
  Simulation,
  SimulationOptions,
  StreamMode,
} from '../../api/instrument.ts';
import { profileOf } from '../../sim/profiles.ts';
import { EnergyMeter, type MeteredSignals } from '../energy-meter.ts';
import { Js220Driver } from './driver.ts';
import { Js220Feed } from './feed.ts';
import { Js220HostSettings } from './host-settings.ts';
import { DEFAULT_STREAM_TOPICS } from './parameters.ts';
import { createSimulatedJs220Bus } from './sim/bus.ts';
import { js220SimulatorParameters } from './sim/parameters.ts';

export const js220Module: InstrumentModule = {
  create: (bench) => new Js220Instrument(bench),
  simulate({ clock, simulationId, serialNumber }: SimulationOptions): Simulation {
    const profile = profileOf(simulationId);
    const bus = createSimulatedJs220Bus({ clock, profile, seed: Number(serialNumber), serialNumber });
    return { place: placeOnBus(bus), extras: js220SimulatorParameters(bus) };
  },
};

class Js220Instrument implements Instrument {
  readonly capabilities = ['streams', 'totals'] as const;
  readonly #bench: InstrumentBench;
  readonly #feed: Js220Feed;
  readonly #host = new Js220HostSettings(DEFAULT_STREAM_TOPICS);
  readonly #meter: EnergyMeter;
  #meteredHomes: ChannelHomes;
  #driver: Js220Driver | undefined;

  constructor(bench: InstrumentBench) {
    this.#bench = bench;
    this.#feed = new Js220Feed({
      ...bench,
      onTotals: (totals) => this.#meter.takeTotals(totals, this.#feed.homes.values[0]!.series),
    });
    this.#meteredHomes = this.#feed.homes;
    this.#meter = new EnergyMeter(bench.clock, this.#signals());
  }

  get channelSet(): ChannelSet {
    return this.#feed.homes.set;
  }

  get reading(): InstrumentReading | undefined {
    return this.#meter.reading;
  }

  connect(link: UnitLink): Js220Driver {
    this.#driver = new Js220Driver(deviceOf(link), { ...this.#bench, feed: this.#feed, host: this.#host });
    return this.#driver;
  }

  beginStream(mode: StreamMode): void {
    if (mode === 'new') this.#restartMeter();
  }

  update(): void {
    if (this.#meteredHomes !== this.#feed.homes) this.#restartMeter();
    if (this.#driver?.isStreaming) this.#meter.update();
    else this.#meter.pause();
  }

  resetTotals(): void {
    this.#meter.reset();
  }

  end(): void {
    this.#feed.homes.end();
  }

  #restartMeter(): void {
    this.#meteredHomes = this.#feed.homes;
    this.#meter.restart(this.#signals());
  }

  /** The first three of the streams. */
  #signals(): MeteredSignals {
    const at = (stream: number) => ({ ring: this.#feed.homes.rings[stream]!, index: 0 });
    return { current: at(0), voltage: at(1), power: at(2) };
  }
}
