// Signals of a store that a test knows to have a rate.

import type { SignalStore, SteadySignal } from '../../src/model/signal-store.ts';

/** Throws when one has a time per sample. */
export function steadySignals(store: SignalStore): readonly SteadySignal[] {
  return store.signals().map((signal) => {
    if (signal.timing === 'steady') return signal;
    throw new Error(`${signal.id} is stamped`);
  });
}
