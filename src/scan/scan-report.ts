// How a scan lives and ends, in states and in words.

import type { AxisFacts } from './axis.ts';
import { placeText } from './title.ts';

/** In their order; a scan only moves to later ones. STARTING lasts as long as points are taken. */
export const SCAN_STATES = ['IDLE', 'PREPARING', 'STARTING', 'STOPPING', 'DONE', 'USER_ABORTED', 'KILLED'] as const;
export type ScanState = (typeof SCAN_STATES)[number];

/**
 * What a stop does, from soft to hard. `finish`: the point under way is finished and kept. `stop`: moves and counts end at
 * once, the point is dropped. `emergency`: the same, and no axis is moved afterwards, not even back.
 */
export const STOP_KINDS = ['finish', 'stop', 'emergency'] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** How a scan ended. */
export interface ScanReport {
  readonly state: Extract<ScanState, 'DONE' | 'USER_ABORTED' | 'KILLED'>;
  readonly takenCount: number;
  readonly pointCount: number;
  /** All of it in one sentence, for the person at the screen. */
  readonly message: string;
}

export interface Ending {
  readonly state: ScanReport['state'];
  readonly takenCount: number;
  readonly pointCount: number;
  /** Their positions are what they read. */
  readonly axes: readonly AxisFacts[];
  /** Axes whose way back succeeded. */
  readonly returned: ReadonlySet<string>;
  /** What the data are kept as; `undefined` when nothing is kept. */
  readonly savedAs: string | undefined;
  /** Message of the error that ended it. */
  readonly failure: string | undefined;
}

export function reportOf(ending: Ending): ScanReport {
  const { state, takenCount, pointCount, axes, returned, savedAs, failure } = ending;
  const of = pointCount === Number.POSITIVE_INFINITY ? '' : ` of ${pointCount}`;
  const verb = { DONE: 'Done', USER_ABORTED: 'Stopped', KILLED: 'Failed' }[state];
  const points = `${verb} after ${takenCount}${of} ${pointCount === 1 ? 'point' : 'points'}`;
  const places = axes.map((axis) => {
    return `${axis.name} ${returned.has(axis.name) ? 'back' : 'stays'} at ${placeText(axis, axis.position)}`;
  });
  const data = savedAs === undefined ? 'data not saved' : `data saved as ${savedAs}`;
  const sentence = `${[points, ...places, data].join(', ')}.`;
  return { state, takenCount, pointCount, message: failure === undefined ? sentence : `${sentence} ${failure}` };
}
