// Words and colours for the state of an instrument, the same everywhere.

import type { InstrumentState } from '../../../model/instrument.ts';

/** For people. */
export const STATE_WORDS: Readonly<Record<InstrumentState, string>> = {
  closed: 'Closed',
  opening: 'Opening',
  idle: 'Ready',
  streaming: 'Running',
  lost: 'Unplugged',
  failed: 'Failed',
};

/** A token for the state's dot. */
export const STATE_COLORS: Readonly<Record<InstrumentState, string>> = {
  closed: 'var(--lab-text-faint)',
  opening: 'var(--lab-warn)',
  idle: 'var(--lab-accent)',
  streaming: 'var(--lab-ok)',
  lost: 'var(--lab-danger)',
  failed: 'var(--lab-danger)',
};
