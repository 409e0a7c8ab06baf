// A store of signals with a rate whose values are given. Runs anywhere.

import { PlainStore } from '../../src/formats/plain-store.ts';
import type { SampleType, SignalAxis } from '../../src/model/signal-store.ts';

export interface Values {
  /** Integers of 64 bits for such a `dtype`. */
  readonly values: readonly number[] | readonly bigint[];
  readonly rate: number;
  readonly firstS?: number;
  readonly unit?: string;
  readonly name?: string;
  readonly dtype?: SampleType;
  readonly axis?: SignalAxis;
}

export function valueStore(...signals: readonly Values[]): PlainStore {
  return new PlainStore(
    signals.map(({ values, rate, firstS = 0, unit = 'V', name = 'U', dtype = 'f64', axis }) => ({
      info: {
        id: name,
        name,
        unit,
        source: '',
        dtype,
        timing: 'steady',
        startSample: 0,
        endSample: values.length,
        firstSampleId: 0n,
        sampleRateHz: rate,
        offsetS: firstS,
        ...(axis && { axis }),
      },
      read: async (start, end) => {
        const part: readonly (number | bigint)[] = values.slice(start, end);
        return part.length > 0 && part.every((value) => typeof value === 'bigint')
          ? BigInt64Array.from(part)
          : Float64Array.from(part, Number);
      },
    })),
  );
}
