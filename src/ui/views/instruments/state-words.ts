// Words and colours for what an instrument does, the same everywhere.

import type { InstrumentState, InstrumentStatus } from '../../../model/instrument.ts';
import { RUN_MODE } from '../scope/acquisition.ts';

type WhatItDoes = Pick<InstrumentStatus, 'state' | 'values'>;

/** Of an input whose pulses are counted by height. */
const COUNT = /^\d+\.count$/;

/** It streams, was told to bring its records one after the other, or counts. */
export function isRunning({ state, values }: WhatItDoes): boolean {
  const mode = values[RUN_MODE];
  const counts = Object.entries(values).some(([id, value]) => value === true && COUNT.test(id));
  return state === 'streaming' || (state === 'idle' && (mode === 'run' || mode === 'read' || counts));
}

/** For people. */
export function stateWord(status: WhatItDoes): string {
  return STATE_WORDS[shownState(status)];
}

/** A token for the state's dot. */
export function stateColor(status: WhatItDoes): string {
  return STATE_COLORS[shownState(status)];
}

function shownState(status: WhatItDoes): InstrumentState {
  return isRunning(status) ? 'streaming' : status.state;
}

const STATE_WORDS: Readonly<Record<InstrumentState, string>> = {
  closed: 'Closed',
  opening: 'Opening',
  idle: 'Ready',
  streaming: 'Running',
  lost: 'Unplugged',
  failed: 'Failed',
};

const STATE_COLORS: Readonly<Record<InstrumentState, string>> = {
  closed: 'var(--lab-text-faint)',
  opening: 'var(--lab-warn)',
  idle: 'var(--lab-accent)',
  streaming: 'var(--lab-ok)',
  lost: 'var(--lab-danger)',
  failed: 'var(--lab-danger)',
};
