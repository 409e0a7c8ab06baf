// A store of stamped signals on one axis, as a table with uneven times gives.

import { PlainStore } from '../../src/formats/plain-store.ts';
import type { SampleType } from '../../src/model/signal-store.ts';

export interface StampedColumn {
  readonly name: string;
  readonly unit: string;
  readonly dtype?: SampleType;
  readonly values: readonly number[];
}

/** All columns have a value for each time. */
export function stampedStore(times: readonly number[], columns: readonly StampedColumn[]): PlainStore {
  const timesS = Float64Array.from(times);
  return new PlainStore(
    columns.map(({ name, unit, dtype = 'f64', values }) => ({
      info: {
        id: name,
        name,
        unit,
        source: '',
        dtype,
        timing: 'stamped',
        axisId: 'time',
        startSample: 0,
        endSample: timesS.length,
        startS: timesS[0] ?? 0,
        endS: timesS.at(-1) ?? 0,
        firstSampleId: 0n,
      },
      timesS,
      read: async (start, end) => Float64Array.from(values.slice(start, end)),
    })),
  );
}
