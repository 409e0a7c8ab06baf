// stats.csv of a run: one row per look, columns as mimoCoRB2 names them (control_interfaces/control_stats_logger.py).

import { pythonFloatText } from '../../base/python-float.ts';
import type { RunStatus } from '../engine/engine.ts';
import { csvLine } from '../functions/csv-text.ts';

/** Up to this many seconds, rows this far apart; afterwards an hour. */
const SCHEDULE: readonly (readonly [untilS: number, everyS: number])[] = [
  [10, 1],
  [60, 10],
  [600, 60],
  [3600, 600],
];
const LATE_INTERVAL_S = 3600;

/** Seconds from one row at `activeS` to the next. */
export function rowIntervalS(activeS: number): number {
  return SCHEDULE.find(([untilS]) => activeS < untilS)?.[1] ?? LATE_INTERVAL_S;
}

/** The header line. */
export function statsHeader(status: RunStatus): string {
  return csvLine(cells(status).map(([name]) => name));
}

/**
 * One row. `controlShare` is the part of the time since the row before, 0..1, that the controlling thread was busy; left
 * out where it cannot be measured, which leaves its cell empty.
 */
export function statsRow(status: RunStatus, controlShare?: number): string {
  return csvLine(cells(status, controlShare).map(([, text]) => text));
}

function cells(status: RunStatus, controlShare?: number): [name: string, text: string][] {
  const list: [string, string][] = [];
  for (const buffer of status.buffers) {
    const add = (column: string, text: string) => list.push([`buffers.${buffer.name}.${column}`, text]);
    add('event_count', String(buffer.eventCount));
    // The reference counts the end marker as one filled slot.
    add('filled_slots', pythonFloatText((buffer.filledCount + (buffer.isFlushed ? 1 : 0)) / buffer.slotCount));
    add('empty_slots', pythonFloatText(buffer.emptyCount / buffer.slotCount));
    add('flush_event_received', pythonBoolean(buffer.isFlushed));
    add('rate', pythonFloatText(buffer.rateHz));
    add('average_deadtime', pythonFloatText(buffer.averageDeadtime));
    add('paused_count', String(buffer.pausedCount));
    add('paused', pythonBoolean(buffer.isPaused));
  }
  for (const { name, threads, processorShares } of status.workers) {
    const total = processorShares.reduce((sum, share) => sum + share, 0);
    list.push([`workers.${name}.processes`, String(threads.filter((state) => state === 'running').length)]);
    list.push([
      `workers.${name}.cpu_percent`,
      pythonFloatText(processorShares.length ? (100 * total) / processorShares.length : 0),
    ]);
  }
  list.push(['time_active', pythonFloatText(status.activeS)]);
  list.push(['total_processes_alive', String(status.aliveThreadCount)]);
  list.push(['control.cpu_percent', controlShare === undefined ? '' : pythonFloatText(100 * controlShare)]);
  return list;
}

function pythonBoolean(value: boolean): string {
  return value ? 'True' : 'False';
}
