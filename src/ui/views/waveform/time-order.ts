// Marks in the order of their time, so that what is on screen is found by binary search, however many there are.

import type { Marker, Note, TimeRange } from './state.ts';

/** Items that each stand at one time. */
export class TimeOrder<T> {
  readonly items: readonly T[];
  readonly #timesS: Float64Array;

  constructor(items: readonly T[], timeOf: (item: T) => number) {
    this.items = items.toSorted((a, b) => timeOf(a) - timeOf(b));
    this.#timesS = Float64Array.from(this.items, timeOf);
  }

  /** Number of the first item at or after a time; the count of items when there is none. */
  indexAt(timeS: number): number {
    let low = 0;
    let high = this.#timesS.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timesS[middle]! < timeS) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many stand in [startS, endS). */
  countIn({ startS, endS }: TimeRange): number {
    return this.indexAt(endS) - this.indexAt(startS);
  }

  /** The items in [startS, endS), without those that stand less than `apartS` behind the one before. */
  thinned({ startS, endS }: TimeRange, apartS: number): T[] {
    const found: T[] = [];
    const end = this.indexAt(endS);
    for (let i = this.indexAt(startS); i < end; ) {
      found.push(this.items[i]!);
      i = Math.max(i + 1, this.indexAt(this.#timesS[i]! + apartS));
    }
    return found;
  }
}

/** One end of a time marker, or all of a single one. */
export interface MarkerEnd {
  readonly marker: Marker;
  readonly part: 'first' | 'second';
  readonly timeS: number;
}

export interface MarkerOrder {
  readonly ends: TimeOrder<MarkerEnd>;
  /** By their earlier end. */
  readonly pairs: TimeOrder<Marker>;
}

const markerOrders = new WeakMap<readonly Marker[], MarkerOrder>();
const noteOrders = new WeakMap<readonly Note[], ReadonlyMap<string, TimeOrder<Note>>>();

/** The order of the time markers of a state; made once for each list, which never changes. */
export function orderOfMarkers(markers: readonly Marker[]): MarkerOrder {
  return once(markerOrders, markers, () => {
    const timed = markers.filter(({ axis }) => axis === 'time');
    const ends = timed.flatMap((marker): MarkerEnd[] => {
      const first = { marker, part: 'first', timeS: marker.first } as const;
      return marker.second === undefined ? [first] : [first, { marker, part: 'second', timeS: marker.second }];
    });
    const pairs = timed.filter(({ second }) => second !== undefined);
    return {
      ends: new TimeOrder(ends, ({ timeS }) => timeS),
      pairs: new TimeOrder(pairs, ({ first, second }) => Math.min(first, second!)),
    };
  });
}

/** The order of the notes of each lane, by the lane's id. */
export function orderOfNotes(notes: readonly Note[]): ReadonlyMap<string, TimeOrder<Note>> {
  return once(noteOrders, notes, () => {
    const byLane = new Map<string, Note[]>();
    for (const note of notes) {
      const ofLane = byLane.get(note.laneId);
      if (ofLane) ofLane.push(note);
      else byLane.set(note.laneId, [note]);
    }
    return new Map([...byLane].map(([laneId, ofLane]) => [laneId, new TimeOrder(ofLane, ({ timeS }) => timeS)]));
  });
}

function once<K extends object, V>(cache: WeakMap<K, V>, key: K, make: () => V): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}
