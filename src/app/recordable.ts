// Whether there is something to record of an instrument as it is.

import { streamSignals, valueSignals } from '../model/channel.ts';
import type { InstrumentStatus } from '../model/instrument.ts';

/** Streams have to run; values come by themselves as long as the instrument is connected. */
export function canRecord({ state, channels }: Pick<InstrumentStatus, 'state' | 'channels'>): boolean {
  if (state === 'streaming') return true;
  return state === 'idle' && streamSignals(channels).length === 0 && valueSignals(channels).length > 0;
}
