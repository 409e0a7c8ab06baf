// From a command to what will happen: every position of every point, checked before anything moves.

import { LabError } from '../base/errors.ts';
import { type AxisFacts, approach } from './axis.ts';
import { type LineRequest, MAX_POINTS, type Points, parseCommand, type ScanCommand } from './command.ts';
import { positionText } from './title.ts';
import { linePositions, mesh, standing, type Trajectory, type TrajectoryColumn, together } from './trajectory.ts';

export interface ScanPlan {
  readonly command: ScanCommand;
  readonly title: string;
  readonly trajectory: Trajectory;
  /** The axes of the trajectory's columns, in their order. */
  readonly axes: readonly AxisFacts[];
  /** The axes go back to where they were, also after an error or a stop. */
  readonly returnsAxes: boolean;
}

/**
 * Plans a command on the axes as they stand. Throws `setup/invalid` for a command that cannot be read, an axis that is
 * not there, and a point outside of the limits, which it names with the axis and the limit.
 */
export function planScan(text: string, axes: ReadonlyMap<string, AxisFacts>): ScanPlan {
  const command = parseCommand(text);
  const points = absolute(command.points, axes);
  const trajectory = trajectoryOf(points);
  const moved = trajectory.columns.map(({ axis }) => find(axes, axis));
  checkLimits(trajectory, moved);
  const returnsAxes = 'isRelative' in points && points.isRelative;
  return { command, title: titleOf(command, points, axes), trajectory, axes: moved, returnsAxes };
}

function find(axes: ReadonlyMap<string, AxisFacts>, name: string): AxisFacts {
  const axis = axes.get(name);
  if (axis) return axis;
  const others = [...axes.keys()].join(', ') || 'none';
  throw new LabError('setup/invalid', `There is no axis "${name}". There are: ${others}. Nothing was moved.`);
}

/** Starts and stops of relative motors moved to where the axes stand. */
function absolute(points: Points, axes: ReadonlyMap<string, AxisFacts>): Points {
  const shifted = <T extends LineRequest>(motors: readonly T[]): readonly T[] =>
    motors.map((motor) => {
      const { position } = find(axes, motor.axis);
      return { ...motor, start: motor.start + position, stop: motor.stop + position };
    });
  if (points.kind === 'line' && points.isRelative) return { ...points, motors: shifted(points.motors) };
  if (points.kind === 'mesh' && points.isRelative) return { ...points, motors: shifted(points.motors) };
  return points;
}

function trajectoryOf(points: Points): Trajectory {
  switch (points.kind) {
    case 'count':
      return standing(points.pointCount);
    case 'line': {
      const { intervals } = points;
      return together(
        points.motors.map((motor) => ({ axis: motor.axis, positions: linePositions({ ...motor, intervals }) })),
      );
    }
    case 'mesh':
      checkSize(points.motors.reduce((count, { intervals }) => count * (intervals + 1), 1));
      return mesh(points.motors, points.isBackAndForth);
    case 'list':
      return together(points.motors.map(({ axis, positions }) => ({ axis, positions: Float64Array.from(positions) })));
  }
}

function checkSize(pointCount: number): void {
  if (pointCount <= MAX_POINTS) return;
  throw new LabError(
    'setup/invalid',
    `The grid has ${pointCount} points, more than ${MAX_POINTS}. Take fewer intervals. Nothing was moved.`,
  );
}

/** Every place that an axis comes by, on the way to a point, too. */
export function checkLimits(trajectory: Trajectory, axes: readonly AxisFacts[]): void {
  trajectory.columns.forEach(({ positions }, index) => {
    const axis = axes[index]!;
    if (axis.limits) checkColumn(positions, axis, axis.limits);
  });
}

function checkColumn(
  positions: TrajectoryColumn['positions'],
  axis: AxisFacts,
  { low, high }: { readonly low: number; readonly high: number },
): void {
  let from = axis.position;
  positions.forEach((target, point) => {
    for (const place of from === target ? [target] : approach(axis, from, target)) {
      if (place >= low && place <= high) continue;
      const limit = place < low ? `below its lower limit ${low}` : `above its upper limit ${high}`;
      const how = place === target ? 'is at' : `for ${target} starts its approach against backlash from`;
      throw new LabError(
        'setup/invalid',
        `Point ${point} (the first is 0) ${how} ${axis.name} ${place}, ${limit}. Change the range or the limits. Nothing was moved.`,
        { context: { point, axis: axis.name, position: place } },
      );
    }
    from = target;
  });
}

/** Relative scans are kept by their absolute numbers under the absolute name, so that a title repeats what happened. */
function titleOf(command: ScanCommand, points: Points, axes: ReadonlyMap<string, AxisFacts>): string {
  const { type, countTimeS } = command;
  const range = ({ axis, start, stop }: LineRequest) => {
    const facts = find(axes, axis);
    return `${axis} ${positionText(facts, start)} ${positionText(facts, stop)}`;
  };
  switch (points.kind) {
    case 'count': {
      if (type === 'loopscan') return `loopscan ${points.pointCount} ${countTimeS}`;
      const isCounted = type === 'timescan' && points.pointCount !== Number.POSITIVE_INFINITY;
      return `${type} ${countTimeS}${isCounted ? ` ${points.pointCount}` : ''}`;
    }
    case 'line': {
      const name = type === 'lineup' ? 'ascan' : type.replace(/^d/, 'a');
      return `${name} ${points.motors.map(range).join(' ')} ${points.intervals} ${countTimeS}`;
    }
    case 'mesh': {
      const motors = points.motors.map((motor) => `${range(motor)} ${motor.intervals}`).join(' ');
      return `${type.replace(/^d/, 'a')} ${motors} ${countTimeS}`;
    }
    case 'list': {
      const pointCount = points.motors[0]!.positions.length;
      return `${type} ${points.motors.map(({ axis }) => axis).join(' ')} ${pointCount} ${countTimeS}`;
    }
  }
}
