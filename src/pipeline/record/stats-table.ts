// stats.csv of a run: one row per look, columns as mimoCoRB2 names them (control_interfaces/control_stats_logger.py), and
// beside `average_deadtime` our `dead_share`: of the time since the row before, the part in which the buffer's sources
// could take no event; empty where none ran.

import { pythonFloatText } from '../../base/python-float.ts';
import type { RunStatus } from '../engine/engine.ts';
import { deadShareOf } from '../engine/thread-times.ts';
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

/** The lines of one run. Rates and dead times are over the time since the row before. */
export class StatsTable {
  #before: RunStatus | undefined;

  /** The header line. */
  header(status: RunStatus): string {
    return csvLine(cells(status, undefined).map(([name]) => name));
  }

  /**
   * The next row. `controlShare` is the part of the time since the row before, 0..1, that the controlling thread was busy;
   * left out where it cannot be measured, which leaves its cell empty.
   */
  row(status: RunStatus, controlShare?: number): string {
    const list = cells(status, this.#before, controlShare);
    this.#before = status;
    return csvLine(list.map(([, text]) => text));
  }
}

function cells(
  status: RunStatus,
  before: RunStatus | undefined,
  controlShare?: number,
): [name: string, text: string][] {
  const list: [string, string][] = [];
  const spanS = status.activeS - (before?.activeS ?? 0);
  for (const [i, buffer] of status.buffers.entries()) {
    const last = before?.buffers[i];
    const events = buffer.eventCount - (last?.eventCount ?? 0);
    const deadtime = buffer.totalDeadtime - (last?.totalDeadtime ?? 0);
    const share = deadShareOf(buffer, last);
    const add = (column: string, text: string) => list.push([`buffers.${buffer.name}.${column}`, text]);
    add('event_count', String(buffer.eventCount));
    // The reference counts the end marker as one filled slot.
    add('filled_slots', pythonFloatText((buffer.filledCount + (buffer.isFlushed ? 1 : 0)) / buffer.slotCount));
    add('empty_slots', pythonFloatText(buffer.emptyCount / buffer.slotCount));
    add('flush_event_received', pythonBoolean(buffer.isFlushed));
    add('rate', pythonFloatText(spanS > 0 ? events / spanS : 0));
    // A mean over events of the dead part of each one's cycle, which is not the dead share of time.
    add('average_deadtime', pythonFloatText(events > 0 ? deadtime / events : 0));
    add('dead_share', Number.isNaN(share) ? '' : pythonFloatText(share));
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
