// A logic signal from the times at which it changed.

import { FormatError } from '../../base/errors.ts';
import type { StampedPlainSignal } from '../plain-store.ts';
import type { DigitalBlock } from './layout.ts';

/** Between stretches the level is missing. Throws `format/damaged` where times fall. */
export function changedSignal(blocks: readonly DigitalBlock[], name: string): StampedPlainSignal {
  const count = blocks.reduce((sum, { changesS }) => sum + changesS.length + 2, 0);
  const timesS = new Float64Array(count);
  const values = new Float32Array(count);
  let used = 0;
  const add = (timeS: number, value: number): void => {
    if (!(timeS >= (timesS[used - 1] ?? Number.NEGATIVE_INFINITY))) {
      throw new FormatError('format/damaged', `In the Saleae export change ${used} comes before the one ahead of it.`);
    }
    timesS[used] = timeS;
    values[used++] = value;
  };
  blocks.forEach(({ initialState, beginS, endS, changesS }, index) => {
    let level = initialState;
    // changes may come before what Logic calls the beginning, the trigger
    add(Math.min(beginS, changesS[0] ?? beginS), level);
    for (const timeS of changesS) {
      level = 1 - level;
      add(timeS, level);
    }
    const next = blocks[index + 1];
    if (next && next.beginS > endS) add(endS, Number.NaN);
  });
  const lastS = timesS[used - 1] ?? 0;
  return {
    info: {
      id: name,
      name,
      unit: '',
      source: '',
      dtype: 'u1',
      timing: 'stamped',
      axisId: name,
      startS: timesS[0] ?? 0,
      endS: Math.max(lastS, blocks.at(-1)!.endS),
      startSample: 0,
      endSample: used,
      firstSampleId: 0n,
    },
    timesS: timesS.subarray(0, used),
    read: (start, end) => Promise.resolve(values.slice(start, end)),
  };
}
