// Readings of a front panel as channels of values: one for each of its channels, and the newest ones as its reading.

import type { Utc } from '../../base/time.ts';
import type { InstrumentReading, ReadingValue } from '../../model/instrument.ts';
import type { ChannelHomes, ValuePlan } from '../api/homes.ts';
import type { PanelChannel, PanelDialect } from '../panel/dialect.ts';
import type { MeasuredValue } from '../panel/panel.ts';

/** A day at ten records a second. */
const MOST_RECORDS = 24 * 3600 * 10;

const measured = ({ channels }: PanelDialect) => channels.filter(({ readings }) => readings.length > 0);

/**
 * A reading whose unit follows the function of the meter has none in its channel: units of channels do not change, and
 * a meter that is switched over publishes another one (`units`: by channel, that of its function).
 */
export function panelPlans(dialect: PanelDialect, units: ReadonlyMap<string, string>): readonly ValuePlan[] {
  return measured(dialect).map((channel) => ({
    channel: {
      kind: 'value',
      id: channel.id,
      signals: channel.readings.map((reading) => ({
        id: `${channel.id}.${reading.id}`,
        name: nameOf(channel, reading.label),
        unit: reading.unit ?? units.get(channel.id) ?? '',
      })),
    },
    mostRecords: MOST_RECORDS,
  }));
}

function nameOf({ id, output }: PanelChannel, label: string): string {
  return output ? `${id} ${label.toLowerCase()}` : label.toLowerCase();
}

export class PanelValues {
  readonly #dialect: PanelDialect;
  readonly #newest = new Map<string, readonly MeasuredValue[]>();
  #utc: Utc | undefined;

  constructor(dialect: PanelDialect) {
    this.#dialect = dialect;
  }

  /** Those of one channel. What is beyond the range has no number to be kept: it is missing in the series. */
  take(utc: Utc, values: readonly MeasuredValue[], homes: ChannelHomes): void {
    const [first] = values;
    const home = homes.values.find(({ channel }) => channel.id === first?.channelId);
    if (!first || !home) return;
    this.#newest.set(first.channelId, values);
    this.#utc = utc;
    home.series.appendNewest(
      utc,
      values.map(({ value }) => (Number.isFinite(value) ? value : Number.NaN)),
    );
  }

  /** Nobody knows how it goes on from here: what it said last does not hold any longer. */
  end(utc: Utc, { values }: ChannelHomes): void {
    for (const { channel, series } of values) {
      if (series.count > 0) series.appendNewest(utc, new Array(channel.signals.length).fill(Number.NaN));
    }
  }

  get reading(): InstrumentReading | undefined {
    if (this.#utc === undefined) return undefined;
    const values = measured(this.#dialect).flatMap((channel): ReadingValue[] =>
      (this.#newest.get(channel.id) ?? []).map(({ readingId, value, unit }, index) => ({
        id: `${channel.id}.${readingId}`,
        label: nameOf(channel, channel.readings[index]!.label),
        unit,
        value: Number.isFinite(value) ? value : Number.NaN,
        // beyond the range every sample is at its limit
        saturated: Number.isFinite(value) || Number.isNaN(value) ? 0 : 1,
      })),
    );
    return { utc: this.#utc, values, accumulatedS: undefined };
  }
}
