// Process variables as an instrument: a channel of values for each number, one channel of traces for the arrays.

import { assert } from '../../base/assert.ts';
import { type Utc, utcAddSeconds, utcFromUnixMs } from '../../base/time.ts';
import type { ChannelSet } from '../../core/channel-set.ts';
import type { TracePlan } from '../../core/trace-ring.ts';
import type { Capability, InstrumentReading } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { UnitLink } from '../../transports/unit-place.ts';
import type { ChannelHomes } from '../api/homes.ts';
import type { Driver, Instrument, InstrumentBench } from '../api/instrument.ts';
import { EpicsDriver } from './driver.ts';
import type { Variable } from './variable.ts';

/** A day at ten a second, of each variable. */
const MOST_RECORDS = 24 * 3600 * 10;
const WAITING_RECORDS = 2;
/** A value that was there so long before it was connected counts from then on: nobody looks at days of nothing. */
const OLD_S = 60;
/** A value that does not change is told so often: that no other came says that it holds. */
const STILL_MS = 1000;
/** What is under way is not told yet: a value that holds is said to have held until then. */
const UNDER_WAY_MS = 200;

export class EpicsInstrument implements Instrument {
  readonly capabilities: readonly Capability[] = [];
  readonly #bench: InstrumentBench;
  #homes: ChannelHomes;
  /** What the channels are made for. */
  #shape = '';
  #numbers: readonly Variable[] = [];
  #readUtc: Utc | undefined;
  /** When each variable last said something: by its server's clock and by ours, and when it was told last by ours. */
  readonly #said = new Map<string, { readonly utc: Utc; readonly atMs: number; toldMs: number }>();
  #isWriting = false;
  /** Waits while the one before is not taken; a newer one takes its place. */
  #waiting: TraceRecord | undefined;
  #passedOverCount = 0;

  constructor(bench: InstrumentBench) {
    this.#bench = bench;
    this.#homes = bench.makeHomes({ streams: [], values: [], traces: [], scratchBytes: 0 });
  }

  get channelSet(): ChannelSet {
    return this.#homes.set;
  }

  get reading(): InstrumentReading | undefined {
    if (this.#readUtc === undefined) return undefined;
    const values = this.#numbers.map(({ name, unit, number }) => ({ id: name, label: name, unit, value: number }));
    return { utc: this.#readUtc, values, accumulatedS: undefined };
  }

  connect(link: UnitLink): Driver {
    assert(link.kind === 'variables', 'process variables have names');
    return new EpicsDriver({
      clock: this.#bench.clock,
      names: link.names,
      openSocket: () => link.open(),
      sink: {
        onVariables: (numbers, arrays) => this.#publish(numbers, arrays),
        onNumber: (variable, utc, isFirst) => this.#append(variable, utc, isFirst),
        onStill: () => this.#repeat(),
        onTrace: (record) => void this.#trace(record),
        onGone: (utc) => {
          for (const variable of this.#numbers) this.#append(variable, utc, false);
        },
        passedOverCount: () => this.#passedOverCount,
      },
    });
  }

  beginStream(): void {}

  update(): void {}

  resetTotals(): void {}

  end(): void {
    this.#homes.end();
  }

  /** The channels stay the same as long as the variables are: those that come back go on in them. */
  #publish(numbers: readonly Variable[], arrays: readonly Variable[]): boolean {
    this.#numbers = numbers;
    const values = numbers.map(({ name, unit }) => ({
      channel: { kind: 'value', id: name, signals: [{ id: name, name, unit }] } as const,
      mostRecords: MOST_RECORDS,
    }));
    const traces = arrays.length === 0 ? [] : [tracePlan(arrays)];
    const shape = JSON.stringify({ values, traces });
    if (shape === this.#shape) return false;
    const old = this.#homes;
    this.#homes = this.#bench.makeHomes({ streams: [], values, traces, scratchBytes: 0 });
    this.#shape = shape;
    this.#waiting = undefined;
    old.end();
    return true;
  }

  #append(variable: Variable, utc: Utc, isFirst: boolean): void {
    const series = this.#homes.values.find(({ channel }) => channel.id === variable.name)?.series;
    if (!series) return;
    const now = utcFromUnixMs(this.#bench.clock.unixMs());
    const at = isFirst && utc < utcAddSeconds(now, -OLD_S) ? now : utc;
    // the server's clock is behind: its own times count, from the second one on
    if (series.count === 1 && at < series.utcAt(0)) series.reset();
    series.appendNewest(at, [variable.number]);
    const nowMs = this.#bench.clock.nowMs();
    this.#said.set(variable.name, { utc: at, atMs: nowMs, toldMs: nowMs });
    this.#readUtc = at;
  }

  /** Along the clock of the server: ours may be another. */
  #repeat(): void {
    const nowMs = this.#bench.clock.nowMs();
    for (const { name, number } of this.#numbers) {
      const said = this.#said.get(name);
      const series = this.#homes.values.find(({ channel }) => channel.id === name)?.series;
      if (!said || !series || nowMs - said.toldMs < STILL_MS) continue;
      series.appendNewest(utcAddSeconds(said.utc, (nowMs - said.atMs - UNDER_WAY_MS) / 1000), [number]);
      said.toldMs = nowMs;
    }
  }

  async #trace(record: TraceRecord): Promise<void> {
    if (this.#waiting) this.#passedOverCount++;
    this.#waiting = record;
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      while (this.#waiting) {
        const next = this.#waiting;
        this.#waiting = undefined;
        await this.#homes.traces[0]?.write(next);
      }
    } finally {
      this.#isWriting = false;
    }
  }
}

function tracePlan(arrays: readonly Variable[]): TracePlan {
  const signals = arrays.map(({ name, unit }) => ({ id: name, name, unit }));
  const mostSamples = Math.max(...arrays.map(({ about }) => about!.maxCount));
  return { channel: { kind: 'trace', id: 'arrays', signals, mostSamples }, waitingRecords: WAITING_RECORDS };
}
