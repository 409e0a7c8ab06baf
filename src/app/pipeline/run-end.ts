// How a run ended, as a message.

import { groupThousands } from '../../base/si.ts';
import type { RunOutcome } from '../../pipeline/engine/outcome.ts';
import type { ToastOptions } from '../toasts.ts';
import type { LiveRun } from './live-run.ts';

/** How long the message of a run without a loss stays. */
const GOOD_END_MS = 6000;

const END_TITLES: Readonly<Record<RunOutcome['state'], string>> = {
  complete: 'The run has ended and lost events',
  failed: 'The run has failed',
  killed: 'The run was killed',
};

/** The message of a run that failed or lost something stays until the user closes it. */
export function endOf(run: LiveRun): ToastOptions {
  const { activeS, buffers } = run.figures.value;
  const { state, failures, losses } = run.outcome.value;
  const events = buffers.filter(({ isRoot }) => isRoot).reduce((sum, { eventCount }) => sum + eventCount, 0);
  const total = `${groupThousands(String(events))} events came in ${activeS.toFixed(1)} s`;
  if (state === 'complete' && losses.length === 0) {
    const detail = `${total}; the files are in ${run.name}.`;
    return { kind: 'success', title: 'The run has ended', detail, durationMs: GOOD_END_MS };
  }
  const what = [...failures, ...lostSentence(losses), `${total}; what was written until then is safe in ${run.name}.`];
  return { kind: state === 'failed' ? 'error' : 'warning', title: END_TITLES[state], detail: what.join(' ') };
}

/** `Lost: …` as a sentence; nothing when nothing was lost. */
export function lostSentence(losses: readonly string[]): readonly string[] {
  return losses.length === 0 ? [] : [`Lost: ${losses.join('; ')}.`];
}
