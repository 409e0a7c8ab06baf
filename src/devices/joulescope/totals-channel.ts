// The channel on which a Joulescope publishes the figures that it keeps itself: a record each time it tells new ones.
// The time of a record is the host's clock when it arrived, nothing subtracted: what it says held at the end of the
// instrument's own block, which is a little earlier (a JS110 is asked ten times a second).

import type { Utc } from '../../base/time.ts';
import type { StampedSeries } from '../../core/stamped-series.ts';
import type { ValueChannel } from '../../model/channel.ts';
import type { ValuePlan } from '../api/homes.ts';

/** Means of the instrument's newest block; charge and energy since the user reset them. */
export interface TotalsRecord {
  readonly currentA: number;
  readonly voltageV: number;
  readonly powerW: number;
  readonly chargeC: number;
  readonly energyJ: number;
}

const TOTALS_CHANNEL: ValueChannel = {
  kind: 'value',
  id: 'totals',
  signals: [
    { id: 'totals.current', name: 'mean current', unit: 'A' },
    { id: 'totals.voltage', name: 'mean voltage', unit: 'V' },
    { id: 'totals.power', name: 'mean power', unit: 'W' },
    { id: 'totals.charge', name: 'charge', unit: 'C' },
    { id: 'totals.energy', name: 'energy', unit: 'J' },
  ],
};

/** 24 hours at 10 Hz, or five days at the 2 Hz of a JS110: 41 MB at most. */
export const TOTALS_PLAN: ValuePlan = { channel: TOTALS_CHANNEL, mostRecords: 24 * 3600 * 10 };

export function appendTotals(
  series: StampedSeries,
  utc: Utc,
  { currentA, voltageV, powerW, chargeC, energyJ }: TotalsRecord,
): void {
  series.appendNewest(utc, [currentA, voltageV, powerW, chargeC, energyJ]);
}
