// What a run says of its end: whose fault, and which events nobody will see.

import { expect, test } from 'vitest';
import type { BufferStatus, RunStatus, WorkerStatus } from '../../../src/pipeline/engine/engine.ts';
import { lostEventCount, outcomeOf } from '../../../src/pipeline/engine/outcome.ts';

const BUFFER: BufferStatus = {
  name: 'In',
  isRoot: true,
  slotCount: 8,
  eventCount: 0,
  totalDeadtime: 0,
  filledCount: 0,
  emptyCount: 8,
  inWorkCount: 0,
  pausedCount: 0,
  abandonedCount: 0,
  unreadCount: 0,
  refusedCount: 0,
  isPaused: false,
  isFlushed: true,
  deadS: 0,
  elapsedS: 0,
};

function worker(name: string, end: Omit<WorkerStatus['ends'][number], 'processIndex'>): WorkerStatus {
  const ends = [{ processIndex: 0, ...end }];
  return { name, functionName: 'f', threads: [end.state], ends, processorShares: [] };
}

function over(buffer: Partial<BufferStatus>, ...workers: readonly WorkerStatus[]): RunStatus {
  return { activeS: 1, buffers: [{ ...BUFFER, ...buffer }], workers, aliveThreadCount: 0 };
}

const done = { state: 'done', reason: undefined, lostEventCount: 0 } as const;

test('a run that was read to its end has lost nothing; what the operator discarded in a pause is not lost', () => {
  const status = over({ eventCount: 10, pausedCount: 5 }, worker('table', done));
  expect(outcomeOf(status)).toEqual({ state: 'complete', failures: [], losses: [] });
  expect(lostEventCount(status.buffers[0]!, true)).toBe(0);
});

test('a worker that failed is named with its reason, and what nobody read after it is counted', () => {
  const failed = worker('table', { state: 'failed', reason: 'no luck', lostEventCount: 1 });
  const status = over({ eventCount: 8074, abandonedCount: 1, unreadCount: 8050 }, failed);
  expect(outcomeOf(status)).toEqual({
    state: 'failed',
    failures: ['table: no luck.'],
    losses: ['8050 events of the 8074 of In, which nobody read any more', '1 event of In that a thread had taken'],
  });
  expect(lostEventCount(status.buffers[0]!, true)).toBe(8051);
});

test('a worker that ended without a word has failed, too; its reason names it once', () => {
  const crashed = worker('table', {
    state: 'crashed',
    reason: 'table stopped unexpectedly: its thread ended',
    lostEventCount: 0,
  });
  expect(outcomeOf(over({}, crashed))).toEqual({
    state: 'failed',
    failures: ['table stopped unexpectedly: its thread ended.'],
    losses: [],
  });
});

test('events that stand in buffers are lost when the threads were killed, not before', () => {
  const killed = worker('table', { state: 'killed', reason: 'It was killed.', lostEventCount: 1 });
  const status = over({ eventCount: 100, abandonedCount: 1, filledCount: 98, inWorkCount: 1 }, killed);
  expect(outcomeOf(status)).toEqual({
    state: 'killed',
    failures: [],
    losses: [
      '1 event of In that a thread had taken',
      '99 events that stood in In',
      'what exporters had not yet written, usually the last second',
    ],
  });
  expect(lostEventCount(status.buffers[0]!, true)).toBe(100);
  expect(lostEventCount(status.buffers[0]!, false)).toBe(1);
});

test('events for a buffer that was shut down are lost without a failure', () => {
  expect(outcomeOf(over({ refusedCount: 3 }, worker('copy', done)))).toEqual({
    state: 'complete',
    failures: [],
    losses: ['3 events for In, which was shut down'],
  });
});
