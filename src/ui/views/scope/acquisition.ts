// What an oscilloscope does, in words. Pure.

import type { InstrumentState } from '../../../model/instrument.ts';
import type { ParameterValue } from '../../../model/parameter.ts';

/** Parameter that says what the scope is told to do: `run`, `single` or `stop`. */
export const RUN_MODE = 'run';

/** A scope that runs and has brought nothing for so long waits for its trigger. */
const WAITING_S = 1;
/** Beside the time that its screen takes, and some for the way here. */
const SCREENS = 2;

export interface Acquisition {
  readonly state: InstrumentState;
  /** Value of the parameter `run`; `undefined` where the instrument has none. */
  readonly mode: ParameterValue | undefined;
  /** Since the newest record came; `undefined` before the first. */
  readonly ageS: number | undefined;
  /** What the newest record shows. */
  readonly screenS: number;
  /** Records since the mode was chosen. */
  readonly sinceMode: number;
}

export interface AcquisitionWords {
  readonly kind: 'running' | 'waiting' | 'stopped' | 'lost';
  readonly text: string;
}

export function acquisitionWords({ state, mode, ageS, screenS, sinceMode }: Acquisition): AcquisitionWords {
  if (state === 'lost' || state === 'closed') return { kind: 'lost', text: 'Lost: the instrument is gone' };
  if (state === 'failed') return { kind: 'lost', text: 'Failed' };
  if (state === 'opening') return { kind: 'waiting', text: 'Opening' };
  if (mode === 'stop') return { kind: 'stopped', text: 'Stopped' };
  if (mode === 'single' && sinceMode > 0) return { kind: 'stopped', text: 'Stopped after its trigger' };
  if (mode === 'single') return { kind: 'waiting', text: 'Waiting for one trigger' };
  const isQuiet = ageS === undefined || ageS > Math.max(WAITING_S, SCREENS * screenS);
  return isQuiet ? { kind: 'waiting', text: 'Waiting for trigger' } : { kind: 'running', text: 'Running' };
}

/** How long ago, in words that do not change more often than somebody can read. */
export function ageText(ageS: number): string {
  if (ageS < 1) return 'just now';
  if (ageS < 60) return `${Math.floor(ageS)} s ago`;
  if (ageS < 3600) return `${Math.floor(ageS / 60)} min ago`;
  return `${Math.floor(ageS / 3600)} h ago`;
}
