// What a meter shows before its instrument has measured anything: the quantities that will come, without numbers.

import { streamSignals } from '../../../model/channel.ts';
import type { InstrumentStatus, ReadingValue } from '../../../model/instrument.ts';

/** Name of what grows by a quantity, by the unit of that. */
const TOTALS: Readonly<Record<string, readonly [label: string, unit: string]>> = {
  A: ['Charge', 'C'],
  W: ['Energy', 'J'],
};

/** The instrument's own values once it has any. */
export function shownValues({ reading, channels, capabilities }: InstrumentStatus): readonly ReadingValue[] {
  if (reading) return reading.values;
  const none = { value: Number.NaN };
  const measured = streamSignals(channels).filter(({ unit }) => unit !== '');
  const totals = capabilities.includes('totals')
    ? measured.flatMap(({ unit }) => (TOTALS[unit] ? [TOTALS[unit]] : []))
    : [];
  return [
    ...measured.map(({ id, name, unit }) => ({
      ...none,
      id,
      label: name.slice(0, 1).toUpperCase() + name.slice(1),
      unit,
    })),
    ...totals.map(([label, unit]) => ({ ...none, id: label, label, unit, isTotal: true })),
  ];
}
