// An instrument that is spoken to in text, as the rest of the program has it. What it is shows when it has told its name:
// channels and settings are those of its table then.

import type { ChannelSet } from '../../core/channel-set.ts';
import type { Capability, InstrumentReading } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { UnitLink } from '../../transports/unit-place.ts';
import type { ChannelHomes, ChannelPlan } from '../api/homes.ts';
import type { Driver, Instrument, InstrumentBench } from '../api/instrument.ts';
import { missingTracePlan, type TraceName } from '../api/trace-plan.ts';
import type { PanelDialect } from '../panel/dialect.ts';
import type { Quantity } from '../panel/panel.ts';
import { BenchDriver } from './driver.ts';
import { PanelValues, panelPlans } from './panel-channels.ts';
import { hasSetPoints } from './panel-parameters.ts';
import type { BenchSession } from './session.ts';

/** Opens a link and speaks to what is behind it. Rejects with `device/…`. */
export type OpenSession = (link: UnitLink) => Promise<BenchSession>;

export class BenchInstrument implements Instrument {
  readonly #bench: InstrumentBench;
  readonly #openSession: OpenSession;
  #homes: ChannelHomes;
  #dialect: PanelDialect | undefined;
  #quantities: ReadonlyMap<string, Quantity> = new Map();
  #values: PanelValues | undefined;

  constructor(bench: InstrumentBench, openSession: OpenSession) {
    this.#bench = bench;
    this.#openSession = openSession;
    this.#homes = bench.makeHomes({ streams: [], values: [], traces: [], scratchBytes: 0 });
  }

  get capabilities(): readonly Capability[] {
    const own = this.#dialect?.channels.some(hasSetPoints) ? (['sequence'] as const) : [];
    return ['console', 'screen', ...own];
  }

  get channelSet(): ChannelSet {
    return this.#homes.set;
  }

  get reading(): InstrumentReading | undefined {
    return this.#values?.reading;
  }

  connect(link: UnitLink): Driver {
    return new BenchDriver({
      clock: this.#bench.clock,
      openSession: () => this.#openSession(link),
      sink: {
        onPanel: (dialect, quantities) => this.#publish(dialect, quantities),
        onValues: (utc, values) => this.#values?.take(utc, values, this.#homes),
        onGone: (utc) => this.#values?.end(utc, this.#homes),
        onTraces: (names, record) => this.#trace(names, record),
      },
    });
  }

  beginStream(): void {}

  update(): void {}

  resetTotals(): void {}

  end(): void {
    this.#homes.end();
  }

  /** The channels stay the same as long as they say the same: a unit that came back goes on in them. */
  #publish(dialect: PanelDialect, quantities: ReadonlyMap<string, Quantity>): void {
    const isSame = [...quantities].every(([channelId, { label, unit }]) => {
      const before = this.#quantities.get(channelId);
      return before?.label === label && before.unit === unit;
    });
    if (dialect === this.#dialect && isSame) return;
    this.#renew({ values: panelPlans(dialect, quantities), traces: [] });
    this.#values = new PanelValues(dialect);
    this.#dialect = dialect;
    this.#quantities = quantities;
  }

  async #trace(names: readonly TraceName[], record: TraceRecord): Promise<void> {
    const missing = missingTracePlan(this.#homes.set, names, record);
    if (missing) this.#renew({ values: [], traces: [missing] });
    await this.#homes.traces[0]!.write(record);
  }

  #renew(plan: Pick<ChannelPlan, 'values' | 'traces'>): void {
    const old = this.#homes;
    this.#homes = this.#bench.makeHomes({ ...plan, streams: [], scratchBytes: 0 });
    old.end();
  }
}
