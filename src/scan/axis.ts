// What a scan moves. Facts of an axis are plain, so that a scan can be planned and checked without moving anything.

/** What must be known of an axis to plan with it. Positions are in its unit. */
export interface AxisFacts {
  readonly name: string;
  /** Empty when it has none. */
  readonly unit: string;
  /** The set position: what was last asked for, not what an encoder reads. Relative scans count from it. */
  readonly position: number;
  /** Positions closer together than this are the same. Above 0. */
  readonly tolerance: number;
  /** Closed range of allowed positions; none when left out. */
  readonly limits?: { readonly low: number; readonly high: number };
  /** Units per second; moves of an axis that tells none take no time in a plan. */
  readonly speedPerS?: number;
  /** Waited after every move. */
  readonly settlingS?: number;
  /**
   * Play of the gear. A move against its sign goes this much too far first and comes back, so that every position is
   * approached from the same side. 0 or left out: none.
   */
  readonly backlash?: number;
}

/** An axis that can be moved. */
export interface Axis extends AxisFacts {
  /** Where it is said to be now. */
  read(): number;
  /** Resolves when it is there; rejects with the signal's reason when that is aborted, and stands then. */
  moveTo(position: number, signal: AbortSignal): Promise<void>;
}

/** Where an axis goes on its way to `target`: the target alone, or a place beyond it first to take up the backlash. */
export function approach(axis: AxisFacts, from: number, target: number): readonly number[] {
  const backlash = axis.backlash ?? 0;
  const isAgainst = (target - from) * backlash < 0;
  return isAgainst ? [target - backlash, target] : [target];
}

/** Seconds that a move of the axis takes, with backlash and settling; 0 for an axis that is there. */
export function moveDurationS(axis: AxisFacts, from: number, target: number): number {
  if (from === target) return 0;
  let pathLength = 0;
  let at = from;
  for (const next of approach(axis, from, target)) {
    pathLength += Math.abs(next - at);
    at = next;
  }
  return (axis.speedPerS === undefined ? 0 : pathLength / axis.speedPerS) + (axis.settlingS ?? 0);
}
