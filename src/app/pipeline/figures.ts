// What a run looks like between two looks: rates, dead time, fill, processor share. Pure.

import type { BufferStatus, RunStatus, ThreadEnd, ThreadState, WorkerStatus } from '../../pipeline/engine/engine.ts';
import { lostEventCount } from '../../pipeline/engine/outcome.ts';
import { deadShareOf } from '../../pipeline/engine/thread-times.ts';

export interface BufferFigures {
  readonly name: string;
  readonly isRoot: boolean;
  readonly slotCount: number;
  readonly eventCount: number;
  /** Events per second over the last second or so. */
  readonly rateHz: number;
  /** Part of the same time in which its sources could take no event, 0..1; NaN when it has none that runs. */
  readonly deadShare: number;
  /** Parts of the slots, 0..1 each; together 1. */
  readonly filledPart: number;
  readonly inWorkPart: number;
  readonly emptyPart: number;
  readonly pausedCount: number;
  /** Events that nobody will see: a thread had taken them and failed, nobody read them, their buffer took them no more. */
  readonly lostCount: number;
  readonly isPaused: boolean;
  readonly isFlushed: boolean;
}

export interface WorkerFigures {
  readonly name: string;
  readonly functionName: string;
  readonly threads: readonly ThreadState[];
  /** Those of its threads that are over. */
  readonly ends: readonly ThreadEnd[];
  /** Mean over its running threads, 0..1; 0 when none runs. */
  readonly processorShare: number;
}

export interface RunFigures {
  readonly activeS: number;
  readonly buffers: readonly BufferFigures[];
  readonly workers: readonly WorkerFigures[];
  readonly aliveThreadCount: number;
}

/** Figures of `now`, with rates since `before`: an older look of the same run. */
export function figuresOf(now: RunStatus, before: RunStatus | undefined): RunFigures {
  const spanS = now.activeS - (before?.activeS ?? 0);
  return {
    activeS: now.activeS,
    buffers: now.buffers.map((buffer, i) =>
      bufferFigures(buffer, before?.buffers[i], { spanS, isOver: now.aliveThreadCount === 0 }),
    ),
    workers: now.workers.map(workerFigures),
    aliveThreadCount: now.aliveThreadCount,
  };
}

function bufferFigures(
  now: BufferStatus,
  before: BufferStatus | undefined,
  { spanS, isOver }: { readonly spanS: number; readonly isOver: boolean },
): BufferFigures {
  const events = now.eventCount - (before?.eventCount ?? 0);
  const { name, isRoot, slotCount, eventCount, pausedCount, isPaused, isFlushed } = now;
  return {
    name,
    isRoot,
    slotCount,
    eventCount,
    pausedCount,
    lostCount: lostEventCount(now, isOver),
    isPaused,
    isFlushed,
    rateHz: spanS > 0 ? events / spanS : 0,
    deadShare: deadShareOf(now, before),
    filledPart: now.filledCount / slotCount,
    inWorkPart: now.inWorkCount / slotCount,
    emptyPart: now.emptyCount / slotCount,
  };
}

function workerFigures({ name, functionName, threads, ends, processorShares }: WorkerStatus): WorkerFigures {
  const total = processorShares.reduce((sum, share) => sum + share, 0);
  return {
    name,
    functionName,
    threads,
    ends,
    processorShare: processorShares.length > 0 ? total / processorShares.length : 0,
  };
}
