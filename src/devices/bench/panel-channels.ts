// Readings of a front panel as channels of values: one for each of its channels, and the newest ones as its reading.

import type { Utc } from '../../base/time.ts';
import type { InstrumentReading, ReadingValue } from '../../model/instrument.ts';
import type { ChannelHomes, ValuePlan } from '../api/homes.ts';
import type { PanelChannel, PanelDialect } from '../panel/dialect.ts';
import { type MeasuredValue, type Quantity, quantityOf } from '../panel/panel.ts';

/** A day at ten records a second. */
const MOST_RECORDS = 24 * 3600 * 10;

const measured = ({ channels }: PanelDialect) => channels.filter(({ readings }) => readings.length > 0);

/**
 * What the function of a meter decides does not change in a channel: a meter that is switched over publishes another one
 * (`quantities`: by channel, that of its function).
 */
export function panelPlans(dialect: PanelDialect, quantities: ReadonlyMap<string, Quantity>): readonly ValuePlan[] {
  return measured(dialect).map((channel) => ({
    channel: {
      kind: 'value',
      id: channel.id,
      signals: channel.readings.map((reading) => {
        const { label, unit } =
          (reading.unit === undefined ? quantities.get(channel.id) : undefined) ?? quantityOf(reading, undefined);
        return { id: `${channel.id}.${reading.id}`, name: nameOf(channel, label), unit };
      }),
    },
    mostRecords: MOST_RECORDS,
  }));
}

/** Abbreviations keep their capitals: `DC voltage`, but `resistance, two wires`. */
function nameOf({ id, output }: PanelChannel, label: string): string {
  const name = label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  return output ? `${id} ${name}` : name;
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
      (this.#newest.get(channel.id) ?? []).map(({ readingId, value, label, unit }) => ({
        id: `${channel.id}.${readingId}`,
        label: nameOf(channel, label),
        unit,
        value: Number.isFinite(value) ? value : Number.NaN,
        // beyond the range every sample is at its limit
        saturated: Number.isFinite(value) || Number.isNaN(value) ? 0 : 1,
      })),
    );
    return { utc: this.#utc, values, accumulatedS: undefined };
  }
}
