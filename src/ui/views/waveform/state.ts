// What the waveform view shows, as plain immutable data: everything in here is undoable and is restored with a
// workspace. Times are seconds on the store's time axis; the sample grid is applied by whoever sets them.

import * as v from 'valibot';

export interface TimeRange {
  readonly startS: number;
  readonly endS: number;
}

export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

export const TIME_MODES = ['relative', 'start', 'local', 'utc', 'marker', 'end'] as const;
/**
 * What the time axis counts: from the zero of the data (their start or their trigger), from the first sample, wall clock
 * (local or UTC), from the selected marker, to the end.
 */
export type TimeMode = (typeof TIME_MODES)[number];

/** A single or (with `second`) dual marker, on the time axis or on the value axis of one lane. */
export interface Marker {
  readonly id: number;
  readonly name: string;
  readonly axis: 'time' | 'value';
  /** The lane of a value marker. */
  readonly laneId?: string | undefined;
  /** Seconds, or the lane's unit. */
  readonly first: number;
  readonly second?: number | undefined;
}

/** Text pinned to the data. */
export interface Note {
  readonly id: number;
  readonly laneId: string;
  readonly timeS: number;
  /** Height in the lane's unit; left out: at the top of the lane. */
  readonly value?: number | undefined;
  readonly text: string;
}

export interface LaneState {
  /** Left out: the range follows the data. */
  readonly range?: ValueRange | undefined;
  /** Left out: as the lane is by itself. */
  readonly isHidden?: boolean | undefined;
  readonly isLog?: boolean | undefined;
}

/** A signal of a recording in the view. */
export interface SignalChoice {
  /** The recording's key; empty: of the first. */
  readonly label: string;
  readonly signalId: string;
}

/** One less the other. */
export interface DifferenceChoice {
  readonly minuend: SignalChoice;
  readonly subtrahend: SignalChoice;
}

export interface ViewState {
  readonly time: TimeRange;
  /** The right edge stays at the newest sample of a live store. */
  readonly isFollowing: boolean;
  readonly timeMode: TimeMode;
  readonly lanes: Readonly<Record<string, LaneState>>;
  readonly markers: readonly Marker[];
  readonly notes: readonly Note[];
  /** How far compared recordings are moved on the time axis, by their key, in seconds. */
  readonly shifts: Readonly<Record<string, number>>;
  /** How much higher compared recordings are drawn, by their key, for each unit in that unit. Their values stay. */
  readonly raises: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Differences that are shown, while both recordings are. */
  readonly differences: readonly DifferenceChoice[];
  /** Span chosen with Shift-drag. */
  readonly selection?: TimeRange | undefined;
  readonly selectedMarkerId?: number | undefined;
}

/** What became of the marks that the data brought along: a saved view keeps what differs from them, however many. */
export interface MarksOfData {
  /** Their ids are `firstId` and the `count` - 1 behind it, markers first. A count of 0: not seen yet. */
  readonly firstId: number;
  readonly count: number;
  readonly removed: readonly number[];
}

const finite = v.pipe(v.number(), v.finite());
const timeRange = v.pipe(
  v.object({ startS: finite, endS: finite }),
  v.check(({ startS, endS }) => endS > startS),
);
const valueRange = v.pipe(
  v.object({ min: finite, max: finite }),
  v.check(({ min, max }) => max > min),
);
const text = v.pipe(v.string(), v.maxLength(10_000));

const signalChoice = v.object({ label: text, signalId: text });

const savedState = v.object({
  version: v.literal(1),
  time: timeRange,
  isFollowing: v.boolean(),
  timeMode: v.picklist(TIME_MODES),
  lanes: v.record(
    text,
    v.object({
      range: v.optional(valueRange),
      isHidden: v.optional(v.boolean()),
      isLog: v.optional(v.boolean()),
    }),
  ),
  markers: v.array(
    v.object({
      id: v.pipe(v.number(), v.integer()),
      name: text,
      axis: v.picklist(['time', 'value']),
      laneId: v.optional(text),
      first: finite,
      second: v.optional(finite),
    }),
  ),
  notes: v.array(
    v.object({ id: v.pipe(v.number(), v.integer()), laneId: text, timeS: finite, value: v.optional(finite), text }),
  ),
  shifts: v.record(text, finite),
  raises: v.optional(v.record(text, v.record(text, finite)), {}),
  differences: v.optional(v.array(v.object({ minuend: signalChoice, subtrahend: signalChoice })), []),
  selectedMarkerId: v.optional(v.number()),
  /** Left out: `markers` and `notes` are all there are. */
  ofData: v.optional(v.object({ firstId: v.number(), count: v.number(), removed: v.array(v.number()) })),
});

/** A saved view as it comes back: the state, and which marks of the data belong to it. */
export interface SavedView {
  readonly state: ViewState;
  readonly ofData: MarksOfData | undefined;
}

/** The state as JSON, with `ofData` without the marks that are as the data have them. The selection belongs to the moment. */
export function saveState(state: ViewState, ofData?: MarksOfData): unknown {
  const { selection: _, ...kept } = state;
  return { version: 1, ...kept, ...(ofData && { ofData }) };
}

/** A saved state, or `undefined` when it is not one (another version, or damaged). */
export function parseState(saved: unknown): SavedView | undefined {
  const result = v.safeParse(savedState, saved);
  if (!result.success) return undefined;
  const { version: _, ofData, ...state } = result.output;
  return { state, ofData };
}
