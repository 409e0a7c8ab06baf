// How a sequence stands, in words.

import { formatElapsed } from '../../../base/duration.ts';
import { formatSiText } from '../../../base/si.ts';
import { roundDurationS, type Sequence, type SequenceEndKind, type SequenceProgress } from '../../../model/sequence.ts';

const ENDS: Readonly<Record<SequenceEndKind, string>> = {
  finished: 'Finished. What was set last stays.',
  stopped: 'Stopped. What is set stays.',
  off: 'Ended: switched off here.',
  'switched-off': 'Ended: it is not switched on again.',
  refused: 'Ended, what is set stays.',
  failed: 'Ended: nobody knows what was set. Look at the instrument.',
  lost: 'Ended: the instrument was gone. Nothing is set when it comes back.',
};

/** Without a prefix: `90 s`, `0.25 s`. */
export function secondsText(seconds: number): string {
  return formatSiText(seconds, 's', { prefix: '', significantDigits: String(seconds).replace(/\D/g, '').length });
}

export function totalText({ steps, roundCount }: Sequence): string {
  const roundS = roundDurationS({ steps });
  if (roundCount === undefined) return `${lengthText(roundS)} a round, until it is stopped`;
  return roundCount === 1
    ? `${lengthText(roundS)} in all`
    : `${lengthText(roundS)} × ${roundCount} = ${lengthText(roundS * roundCount)} in all`;
}

export function progressText(progress: SequenceProgress): string {
  const { stepIndex, stepCount, roundIndex, roundCount, stepLeftS, leftS, end, passedOverCount } = progress;
  const where = `Step ${stepIndex + 1} of ${stepCount}`;
  const round =
    roundCount === 1 ? [] : [`round ${roundIndex + 1}${roundCount === undefined ? '' : ` of ${roundCount}`}`];
  const passedOver = passedOverCount === 0 ? [] : [`${passedOverCount} steps passed over: there was no time for them`];
  if (end) return [where, ...round, ...passedOver].join(' · ');
  const left = [`${leftText(stepLeftS)} left`, ...(leftS === undefined ? [] : [`${leftText(leftS)} in all`])];
  return [where, ...round, ...left, ...passedOver].join(' · ');
}

/** Before all was done, and nobody here wanted it. */
export function endedByItself({ end }: SequenceProgress): boolean {
  return end !== undefined && !['finished', 'stopped', 'off'].includes(end.kind);
}

/** `undefined` while it runs. */
export function endText({ end }: SequenceProgress): string | undefined {
  return end && `${ENDS[end.kind]} ${end.reason}`.trim();
}

function lengthText(seconds: number): string {
  return seconds < 60 ? secondsText(Number(seconds.toPrecision(6))) : formatElapsed(seconds);
}

function leftText(seconds: number): string {
  return seconds < 60
    ? formatSiText(seconds, 's', { prefix: '', significantDigits: seconds < 10 ? 2 : 3 })
    : formatElapsed(seconds);
}
