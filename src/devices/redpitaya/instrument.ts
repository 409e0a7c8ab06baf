// A board with the mcpha image, as the rest of the program has it: records of its oscilloscope in a channel of traces, the
// spectra of both inputs, their counts as its reading.

import { assert } from '../../base/assert.ts';
import type { Utc } from '../../base/time.ts';
import type { ChannelSet } from '../../core/channel-set.ts';
import type { Capability, InstrumentReading, ReadingValue } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { UnitLink } from '../../transports/unit-place.ts';
import type { ChannelHomes } from '../api/homes.ts';
import type { Driver, Instrument, InstrumentBench } from '../api/instrument.ts';
import { defaultValues } from '../api/parameters.ts';
import { missingTracePlan, type TraceName } from '../api/trace-plan.ts';
import { Counter, type Values } from './counter.ts';
import { RedPitayaDriver } from './driver.ts';
import { INPUT_NUMBERS, RED_PITAYA_PARAMETERS } from './parameters.ts';

const NO_CHANNELS = { streams: [], values: [], traces: [], scratchBytes: 0 };
/** Samples are units of the converter, which have no name. */
const TRACE_NAMES: readonly TraceName[] = INPUT_NUMBERS.map((input) => ({ name: `IN${input}`, unit: '' }));

export class RedPitayaInstrument implements Instrument {
  readonly capabilities: readonly Capability[] = ['spectra'];
  readonly #bench: InstrumentBench;
  readonly #counters = INPUT_NUMBERS.map((input) => new Counter(input));
  #homes: ChannelHomes;
  #values: Values = defaultValues(RED_PITAYA_PARAMETERS);
  #driver: RedPitayaDriver | undefined;
  #countsUtc: Utc | undefined;

  constructor(bench: InstrumentBench) {
    this.#bench = bench;
    this.#homes = bench.makeHomes(NO_CHANNELS);
  }

  get channelSet(): ChannelSet {
    return this.#homes.set;
  }

  get reading(): InstrumentReading | undefined {
    if (this.#countsUtc === undefined) return undefined;
    const values = this.#counters.flatMap(({ spectrum: { id, counts, realS, liveS, rateHz } }): ReadingValue[] => [
      { id: `${id}.rate`, label: `${id} rate`, unit: 'Hz', value: rateHz ?? Number.NaN },
      { id: `${id}.counts`, label: `${id} counts`, unit: '', value: counts.reduce((sum, count) => sum + count, 0) },
      { id: `${id}.live`, label: `${id} live time`, unit: 's', value: liveS },
      { id: `${id}.real`, label: `${id} real time`, unit: 's', value: realS },
    ]);
    return { utc: this.#countsUtc, values, accumulatedS: undefined };
  }

  connect(link: UnitLink): Driver {
    assert(link.kind === 'bytes', 'a Red Pitaya is spoken to in words of its own');
    if (this.#driver) this.#values = this.#driver.values;
    this.#driver = new RedPitayaDriver({
      clock: this.#bench.clock,
      open: () => link.open(),
      counters: this.#counters,
      values: this.#values,
      onRecord: (record) => this.#trace(record),
      onCounts: (utc) => {
        this.#countsUtc = utc;
      },
    });
    return this.#driver;
  }

  beginStream(): void {}

  update(): void {}

  resetTotals(): void {}

  end(): void {
    this.#homes.end();
  }

  async #trace(record: TraceRecord): Promise<void> {
    const missing = missingTracePlan(this.#homes.set, TRACE_NAMES, record);
    if (missing) {
      const old = this.#homes;
      this.#homes = this.#bench.makeHomes({ ...NO_CHANNELS, traces: [missing] });
      old.end();
    }
    await this.#homes.traces[0]!.write(record);
  }
}
