// stats.csv: the reference's columns, and what is in a cell.

import { expect, it } from 'vitest';
import type { RunStatus } from '../../../src/pipeline/engine/engine.ts';
import { rowIntervalS, StatsTable } from '../../../src/pipeline/record/stats-table.ts';

const STATUS: RunStatus = {
  activeS: 2.5,
  aliveThreadCount: 2,
  buffers: [
    {
      name: 'In',
      isRoot: true,
      slotCount: 4,
      eventCount: 12,
      totalDeadtime: 0.75,
      filledCount: 1,
      emptyCount: 2,
      inWorkCount: 1,
      pausedCount: 3,
      abandonedCount: 0,
      unreadCount: 0,
      refusedCount: 0,
      isPaused: true,
      isFlushed: false,
      deadS: 0.005,
      elapsedS: 2.5,
    },
  ],
  workers: [
    {
      name: 'w',
      functionName: 'exporters.drain',
      threads: ['running', 'running', 'done'],
      ends: [{ processIndex: 2, state: 'done', reason: undefined, lostEventCount: 0 }],
      processorShares: [0.25, 0.75],
    },
  ],
};

it('has the columns of the reference, in its order, and the dead share beside its average', () => {
  expect(new StatsTable().header(STATUS).trim().split(',')).toEqual([
    ...[
      'event_count',
      'filled_slots',
      'empty_slots',
      'flush_event_received',
      'rate',
      'average_deadtime',
      'dead_share',
      'paused_count',
      'paused',
    ].map((column) => `buffers.In.${column}`),
    'workers.w.processes',
    'workers.w.cpu_percent',
    'time_active',
    'total_processes_alive',
    'control.cpu_percent',
  ]);
});

it('leaves the share of the control empty where nobody measured it', () => {
  expect(new StatsTable().row(STATUS)).toBe('12,0.25,0.5,False,4.8,0.0625,0.002,3,True,2,50.0,2.5,2,\n');
  expect(new StatsTable().row(STATUS, 0.125)).toBe('12,0.25,0.5,False,4.8,0.0625,0.002,3,True,2,50.0,2.5,2,12.5\n');
});

it('counts rates and dead times from the row before', () => {
  const table = new StatsTable();
  table.row(STATUS);
  const [before] = STATUS.buffers;
  // In 2 s: 4 events whose fractions add up to 1, and half a second dead.
  const buffer = { ...before!, eventCount: 16, totalDeadtime: 1.75, deadS: 0.505, elapsedS: 4.5 };
  expect(table.row({ ...STATUS, activeS: 4.5, buffers: [buffer] })).toContain('16,0.25,0.5,False,2.0,0.25,0.25,3,');
  const idle = { ...STATUS, activeS: 5, buffers: [buffer] };
  expect(table.row(idle)).toContain('16,0.25,0.5,False,0.0,0.0,,3,');
});

it('writes rows ever further apart', () => {
  expect([0, 9.9, 10, 59, 60, 599, 600, 3599, 3600, 1e6].map(rowIntervalS)).toEqual([
    1, 1, 10, 10, 60, 60, 600, 600, 3600, 3600,
  ]);
});
