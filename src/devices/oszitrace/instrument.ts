// An oscilloscope that OsziTrace reads, as the rest of the program has it: one channel of traces.

import { assert } from '../../base/assert.ts';
import type { ChannelSet } from '../../core/channel-set.ts';
import type { Capability } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { MessageLink } from '../../transports/message-link.ts';
import type { UnitLink } from '../../transports/unit-place.ts';
import type { ChannelHomes } from '../api/homes.ts';
import type { Driver, Instrument, InstrumentBench } from '../api/instrument.ts';
import { missingTracePlan, type TraceName } from '../api/trace-plan.ts';
import { ScpiSession } from '../scpi/session.ts';
import type { OsziConfiguration } from './configuration.ts';
import { OsziDriver } from './driver.ts';
import type { InitTalk } from './init-talk.ts';
import type { RunMode } from './parameters.ts';
import { isReadAgain } from './round-record.ts';

const NO_CHANNELS = { streams: [], values: [], traces: [], scratchBytes: 0 };

export class OsziInstrument implements Instrument {
  readonly capabilities: readonly Capability[] = [];
  readonly reading = undefined;
  readonly #bench: InstrumentBench;
  readonly #configuration: OsziConfiguration;
  readonly #talk: InitTalk;
  #homes: ChannelHomes;
  #driver: OsziDriver | undefined;
  #newest: TraceRecord | undefined;

  constructor(bench: InstrumentBench, configuration: OsziConfiguration, talk: InitTalk) {
    this.#bench = bench;
    this.#configuration = configuration;
    this.#talk = talk;
    this.#homes = bench.makeHomes(NO_CHANNELS);
  }

  get channelSet(): ChannelSet {
    return this.#homes.set;
  }

  connect(link: UnitLink): Driver {
    const { clock } = this.#bench;
    const { timeoutMs } = this.#configuration;
    this.#driver = new OsziDriver({
      clock,
      configuration: this.#configuration,
      talk: this.#talk,
      mode: modeAfter(this.#driver?.mode),
      openSession: async () =>
        new ScpiSession(await openLink(link), { clock, ...(timeoutMs !== undefined && { timeoutMs }) }),
      onRecord: (names, record, isArmed) => this.#trace(names, record, isArmed),
    });
    return this.#driver;
  }

  beginStream(): void {}

  update(): void {}

  resetTotals(): void {}

  end(): void {
    this.#homes.end();
  }

  async #trace(names: readonly TraceName[], record: TraceRecord, isArmed: boolean): Promise<void> {
    if (!isArmed && this.#newest && isReadAgain(this.#newest, record)) return;
    this.#newest = record;
    const missing = missingTracePlan(this.#homes.set, names, record);
    if (missing) {
      const old = this.#homes;
      this.#homes = this.#bench.makeHomes({ ...NO_CHANNELS, traces: [missing] });
      old.end();
    }
    await this.#homes.traces[0]!.write(record);
  }
}

/** What a connection goes on with. The first arms nothing, and no later one takes a single record again. */
function modeAfter(mode: RunMode | undefined): RunMode {
  return mode === 'run' || mode === 'stop' ? mode : 'read';
}

/** Its address leads to messages. */
function openLink(link: UnitLink): Promise<MessageLink> {
  assert(link.kind === 'messages', 'an oscilloscope of OsziTrace has an address');
  return link.open();
}
