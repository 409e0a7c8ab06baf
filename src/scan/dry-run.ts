// What a scan will take, before it starts: time and room.

import { moveDurationS } from './axis.ts';
import type { ScanPlan } from './plan.ts';

export interface DryRun {
  /** Infinity for a scan without end. */
  readonly durationS: number;
  /** Of the values alone, without what a file adds; Infinity for a scan without end. */
  readonly bytes: number;
}

/** Values are kept as doubles. */
const BYTES_PER_VALUE = 8;
/** Elapsed time and epoch. */
const CLOCK_CHANNELS = 2;

/**
 * Moves as long as the slowest axis of each point needs, counting, waits, and the way back. `deadTimeS`: what a point took
 * beyond that in earlier scans; 0 where nothing is known.
 */
export function dryRun(plan: ScanPlan, counterCount: number, deadTimeS = 0): DryRun {
  const { pointCount } = plan.trajectory;
  const { countTimeS, sleepTimeS } = plan.command;
  const valuesPerPoint = plan.axes.length + CLOCK_CHANNELS + counterCount;
  if (pointCount === Number.POSITIVE_INFINITY) return { durationS: pointCount, bytes: pointCount };
  const pointsS = pointCount * (countTimeS + deadTimeS) + (pointCount - 1) * sleepTimeS;
  return { durationS: movesS(plan) + pointsS, bytes: pointCount * valuesPerPoint * BYTES_PER_VALUE };
}

function movesS({ trajectory, axes, returnsAxes }: ScanPlan): number {
  if (axes.length === 0) return 0;
  const at = axes.map(({ position }) => position);
  const moveTo = (targets: readonly number[]) => {
    const durationS = Math.max(...axes.map((axis, k) => moveDurationS(axis, at[k]!, targets[k]!)));
    targets.forEach((target, k) => {
      at[k] = target;
    });
    return durationS;
  };
  let sumS = 0;
  for (let point = 0; point < trajectory.pointCount; point++) {
    sumS += moveTo(trajectory.columns.map(({ positions }) => positions[point]!));
  }
  return returnsAxes ? sumS + moveTo(axes.map(({ position }) => position)) : sumS;
}
