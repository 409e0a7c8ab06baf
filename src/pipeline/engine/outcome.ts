// How a run ended: which workers failed, and which events nobody will see, in words. Pure.

import { groupThousands } from '../../base/si.ts';
import type { BufferStatus, RunStatus } from './engine.ts';

export interface RunOutcome {
  /** `failed`: a thread failed or crashed. `killed`: the operator ended the threads, and none had failed before. */
  readonly state: 'complete' | 'failed' | 'killed';
  /** A sentence for each thread that failed or crashed; it begins with the worker's name. */
  readonly failures: readonly string[];
  /** What was lost, a phrase for each buffer and cause; empty when everything was read to its end. */
  readonly losses: readonly string[];
}

/** Of a run whose threads are all over, or of one that is on, as far as it has got. */
export function outcomeOf({ buffers, workers, aliveThreadCount }: RunStatus): RunOutcome {
  const ends = workers.flatMap(({ name, ends: own }) => own.map((end) => ({ name, ...end })));
  const failures = ends.flatMap(({ name, state, reason }) =>
    state === 'failed' || state === 'crashed' ? [failureText(name, reason ?? state)] : [],
  );
  const isKilled = ends.some(({ state }) => state === 'killed');
  return {
    state: failures.length > 0 ? 'failed' : isKilled ? 'killed' : 'complete',
    failures,
    losses: [
      ...buffers.flatMap((buffer) => lossesOf(buffer, aliveThreadCount === 0)),
      ...(isKilled ? ['what exporters had not yet written, usually the last second'] : []),
    ],
  };
}

/** Events of a buffer that nobody will see; those that still stand in it are lost when the run is over. */
export function lostEventCount(buffer: BufferStatus, isOver: boolean): number {
  return buffer.abandonedCount + buffer.unreadCount + buffer.refusedCount + (isOver ? heldCount(buffer) : 0);
}

function lossesOf(buffer: BufferStatus, isOver: boolean): readonly string[] {
  const { name, eventCount, abandonedCount, unreadCount, refusedCount } = buffer;
  const left = isOver ? heldCount(buffer) : 0;
  const causes: readonly (readonly [count: number, why: string])[] = [
    [unreadCount, `of the ${written(eventCount)} of ${name}, which nobody read any more`],
    [abandonedCount, `of ${name} that a thread had taken`],
    [left, `that stood in ${name}`],
    [refusedCount, `for ${name}, which was shut down`],
  ];
  return causes.flatMap(([count, why]) =>
    count > 0 ? [`${count === 1 ? '1 event' : `${written(count)} events`} ${why}`] : [],
  );
}

function written(count: number): string {
  return groupThousands(String(count));
}

function heldCount({ filledCount, inWorkCount }: BufferStatus): number {
  return filledCount + inWorkCount;
}

/** The reason of a crash names the worker itself. */
function failureText(workerName: string, reason: string): string {
  const text = reason.startsWith(`${workerName} `) ? reason : `${workerName}: ${reason}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
