// The one shape of every scan: a table with a row per point and a column per axis. Scans differ only in how the table is
// put together from lines.

export interface TrajectoryColumn {
  readonly axis: string;
  /** A position per point, in the unit of the axis. */
  readonly positions: Float64Array;
}

export interface Trajectory {
  /** Infinity when points go on until somebody stops; then there are no columns. */
  readonly pointCount: number;
  readonly columns: readonly TrajectoryColumn[];
}

/** From `start` to `stop` in equal steps: `intervals` + 1 points. */
export interface Line {
  readonly axis: string;
  readonly start: number;
  readonly stop: number;
  readonly intervals: number;
}

/** Points at which nothing moves. */
export function standing(pointCount: number): Trajectory {
  return { pointCount, columns: [] };
}

/** start + i × step, the last exactly `stop`; for no interval `start` alone. */
export function linePositions({ start, stop, intervals }: Omit<Line, 'axis'>): Float64Array {
  const positions = new Float64Array(intervals + 1).fill(start);
  const step = (stop - start) / intervals;
  for (let i = 1; i < intervals; i++) positions[i] = start + i * step;
  if (intervals > 0) positions[intervals] = stop;
  return positions;
}

/** Axes that move at once. All columns must be equally long. */
export function together(columns: readonly TrajectoryColumn[]): Trajectory {
  return { pointCount: columns[0]!.positions.length, columns };
}

/**
 * A grid over lines, of which the first is the fast one. `isBackAndForth`: all but the slowest run backwards every second
 * time, so that no axis jumps.
 */
export function mesh(lines: readonly Line[], isBackAndForth: boolean): Trajectory {
  const pointCount = lines.reduce((count, { intervals }) => count * (intervals + 1), 1);
  // points for which an axis stands while the faster ones run
  let standCount = 1;
  const columns = lines.map((line) => {
    const along = linePositions(line);
    const positions = new Float64Array(pointCount);
    for (let point = 0; point < pointCount; point++) {
      const step = Math.floor(point / standCount);
      const index = step % along.length;
      const isBack = isBackAndForth && Math.floor(step / along.length) % 2 === 1;
      positions[point] = along[isBack ? along.length - 1 - index : index]!;
    }
    standCount *= along.length;
    return { axis: line.axis, positions };
  });
  return { pointCount, columns };
}
