// All changes of a waveform view go through this class: it keeps the state inside what the data allow, and
// makes every change undoable. No DOM, no drawing, no data: seconds and values in, a new ViewState out.

import { Emitter } from '../../../base/emitter.ts';
import type { Arrangement } from './arrangement.ts';
import { ALL_OF_DATA, differences, type MarkLists, type Marks, merged, withIds } from './data-marks.ts';
import { History } from './history.ts';
import {
  type LaneState,
  type Marker,
  type MarksOfData,
  type Note,
  parseState,
  saveState,
  type TimeMode,
  type TimeRange,
  type ValueRange,
  type ViewState,
} from './state.ts';

/** Span of a live view before the user chooses one. */
const DEFAULT_LIVE_SPAN_S = 10;
/** A live view may be set wider than what has arrived so far. */
const MAX_LIVE_SPAN_S = 600;

/** What the data allow, renewed by the view in every frame. */
export interface Bounds {
  readonly extent: TimeRange;
  /** Where a followed view ends: with the newest sample, or a little before it. */
  readonly edgeS: number;
  /** Narrowest span worth showing: a few samples of the fastest signal. */
  readonly minSpanS: number;
  readonly isLive: boolean;
  /** Time of one pixel: a followed view moves in whole pixels, so that nothing shimmers. */
  readonly pixelS: number;
}

interface ViewStep {
  readonly time: TimeRange;
  readonly isFollowing: boolean;
  readonly lanes: ViewState['lanes'];
}

const INITIAL: ViewState = {
  time: { startS: -DEFAULT_LIVE_SPAN_S, endS: 0 },
  isFollowing: false,
  timeMode: 'relative',
  lanes: {},
  markers: [],
  notes: [],
  shifts: {},
  raises: {},
  differences: [],
};

export class WaveformModel {
  #state: ViewState = INITIAL;
  #bounds: Bounds = { extent: { startS: 0, endS: 0 }, edgeS: 0, minSpanS: 1e-9, isLive: false, pixelS: 0 };
  #nextId = 1;
  /** What the view wants of the data's marks; `undefined` once it has them, or has lists of its own instead. */
  #wanted: MarksOfData | undefined;
  #ofData: { readonly firstId: number; readonly marks: MarkLists } | undefined;
  readonly #history = new History<ViewState>();
  readonly #views = new History<ViewStep>();
  readonly #changed = new Emitter<ViewState>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get state(): ViewState {
    return this.#state;
  }

  get bounds(): Bounds {
    return this.#bounds;
  }

  get spanS(): number {
    return this.#state.time.endS - this.#state.time.startS;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  get canGoBack(): boolean {
    return this.#views.canUndo;
  }

  get canGoForward(): boolean {
    return this.#views.canRedo;
  }

  onChange(listener: (state: ViewState) => void): () => void {
    return this.#changed.on(listener);
  }

  /** Starts on new data: a file whole, a live store following. Nothing of this can be undone. */
  reset(bounds: Bounds): void {
    this.#bounds = bounds;
    this.#wanted = ALL_OF_DATA;
    this.#ofData = undefined;
    const { extent, edgeS, isLive } = bounds;
    this.#set({
      ...INITIAL,
      time: isLive ? { startS: edgeS - DEFAULT_LIVE_SPAN_S, endS: edgeS } : extent,
      isFollowing: isLive,
    });
  }

  /** The data grew (or forgot). Moves a followed view; never changes its span. */
  setBounds(bounds: Bounds): void {
    this.#bounds = bounds;
    if (!this.#state.isFollowing) return;
    const { edgeS, pixelS } = bounds;
    const endS = pixelS > 0 ? Math.floor(edgeS / pixelS) * pixelS : edgeS;
    const { time } = this.#state;
    if (endS === time.endS) return;
    this.#set({ ...this.#state, time: { startS: endS - this.spanS, endS } });
  }

  // View.

  /** `factor` < 1 zooms in; `anchorS` keeps its place on screen. */
  zoomTime(factor: number, anchorS: number, key?: string): void {
    const { startS, endS } = this.#state.time;
    const spanS = this.#clampSpan((endS - startS) * factor);
    const applied = spanS / (endS - startS);
    this.setTime({ startS: anchorS - (anchorS - startS) * applied, endS: anchorS + (endS - anchorS) * applied }, key);
  }

  /** Zooms without leaving the newest sample while following, else about the middle. */
  zoomCentered(factor: number, key?: string): void {
    const { startS, endS } = this.#state.time;
    this.zoomTime(factor, this.#state.isFollowing ? endS : (startS + endS) / 2, key);
  }

  panTime(deltaS: number, key?: string): void {
    const { startS, endS } = this.#state.time;
    this.setTime({ startS: startS + deltaS, endS: endS + deltaS }, key);
  }

  /** Shows a time range, as far as there are data. A followed view stays so while its right edge does. */
  setTime(range: TimeRange, key?: string): void {
    const time = this.#clamp(range);
    const isAtEnd = time.endS >= this.#state.time.endS - this.#bounds.pixelS / 2;
    this.#view({ time, isFollowing: this.#state.isFollowing && isAtEnd }, key);
  }

  fitTime(): void {
    const { extent, isLive } = this.#bounds;
    if (!isLive) this.setTime(extent);
    else this.#view({ time: this.#clamp(extent), isFollowing: true });
  }

  /** Stops or resumes following the newest sample. The span stays. */
  setFollowing(isFollowing: boolean): void {
    if (isFollowing === this.#state.isFollowing || !this.#bounds.isLive) return;
    const { edgeS: endS } = this.#bounds;
    this.#view({ isFollowing, ...(isFollowing && { time: { startS: endS - this.spanS, endS } }) });
  }

  setLane(laneId: string, change: LaneState, key?: string): void {
    this.#view({ lanes: { ...this.#state.lanes, [laneId]: { ...this.#state.lanes[laneId], ...change } } }, key);
  }

  /** Changes of several lanes in one step. */
  setLanes(changes: Readonly<Record<string, LaneState>>): void {
    const lanes = Object.entries(changes).map(([id, change]) => [id, { ...this.#state.lanes[id], ...change }] as const);
    this.#view({ lanes: { ...this.#state.lanes, ...Object.fromEntries(lanes) } });
  }

  /** All value axes follow their data again. */
  fitLanes(): void {
    const lanes = Object.entries(this.#state.lanes).map(([id, lane]) => [id, { ...lane, range: undefined }] as const);
    this.#view({ lanes: Object.fromEntries(lanes) });
  }

  /** Box zoom: time and one lane's values in one step. */
  zoomToBox(time: TimeRange, laneId: string, range: ValueRange): void {
    this.#view({
      time: this.#clamp(time),
      isFollowing: false,
      lanes: { ...this.#state.lanes, [laneId]: { ...this.#state.lanes[laneId], range } },
    });
  }

  goBack(): boolean {
    return this.#restoreView(this.#views.undo(this.#viewStep()));
  }

  goForward(): boolean {
    return this.#restoreView(this.#views.redo(this.#viewStep()));
  }

  setTimeMode(timeMode: TimeMode): void {
    this.#change({ timeMode });
  }

  /** Moves compared recordings, or shows other differences of them (see arrangement.ts). */
  arrange(change: Partial<Arrangement>): void {
    this.#change(change);
  }

  select(selection: TimeRange | undefined): void {
    this.#set({ ...this.#state, selection });
  }

  // Markers and notes.

  /** Adds a marker, selects it and returns its id. */
  addMarker(marker: Omit<Marker, 'id' | 'name'> & { readonly name?: string }): number {
    const id = this.#takeId();
    const name = marker.name ?? this.#freeName();
    this.#change({ markers: [...this.#state.markers, { ...marker, id, name }], selectedMarkerId: id });
    return id;
  }

  updateMarker(id: number, change: Partial<Omit<Marker, 'id' | 'axis'>>, key?: string): void {
    const markers = this.#state.markers.map((marker) => (marker.id === id ? { ...marker, ...change } : marker));
    this.#change({ markers, selectedMarkerId: id }, key);
  }

  /** Sets the distance of a pair exactly; its first position stays. */
  setMarkerDelta(id: number, delta: number): void {
    const marker = this.marker(id);
    if (marker) this.updateMarker(id, { second: marker.first + delta });
  }

  removeMarker(id: number): void {
    const markers = this.#state.markers.filter((marker) => marker.id !== id);
    this.#change({ markers, selectedMarkerId: undefined });
  }

  clearMarkers(): void {
    if (this.#state.markers.length > 0) this.#change({ markers: [], selectedMarkerId: undefined });
  }

  selectMarker(id: number | undefined): void {
    this.#set({ ...this.#state, selectedMarkerId: id });
  }

  marker(id: number | undefined): Marker | undefined {
    return this.#state.markers.find((marker) => marker.id === id);
  }

  /** Brings a time marker on screen: a pair with a fifth of its span around it, a single in the middle. */
  showMarker(id: number): void {
    const marker = this.marker(id);
    if (!marker) return;
    this.selectMarker(id);
    if (marker.axis === 'value') return;
    const { first, second } = marker;
    if (second === undefined || second === first) {
      this.setTime({ startS: first - this.spanS / 2, endS: first + this.spanS / 2 });
      return;
    }
    const marginS = Math.abs(second - first) / 5;
    this.setTime({ startS: Math.min(first, second) - marginS, endS: Math.max(first, second) + marginS });
  }

  addNote(note: Omit<Note, 'id'>): number {
    const id = this.#takeId();
    this.#change({ notes: [...this.#state.notes, { ...note, id }] });
    return id;
  }

  /** Brings a note into the middle of the screen. */
  showNote(id: number): void {
    const note = this.#state.notes.find((other) => other.id === id);
    if (note) this.setTime({ startS: note.timeS - this.spanS / 2, endS: note.timeS + this.spanS / 2 });
  }

  updateNote(id: number, change: Partial<Omit<Note, 'id'>>, key?: string): void {
    this.#change({ notes: this.#state.notes.map((note) => (note.id === id ? { ...note, ...change } : note)) }, key);
  }

  removeNote(id: number): void {
    this.#change({ notes: this.#state.notes.filter((note) => note.id !== id) });
  }

  /** The marks of the data are still to come. */
  get wantsMarks(): boolean {
    return this.#wanted !== undefined;
  }

  /** Takes over what the data bring along, as far as a restored view wants it. Not a step of the user. */
  adopt(marks: Marks): void {
    const { firstId, count, removed } = this.#wanted ?? ALL_OF_DATA;
    const total = marks.markers.length + marks.notes.length;
    // Other marks than the view was saved with: nothing is known about them.
    const isKnown = count === total;
    const data = withIds(marks, isKnown ? firstId : this.#nextId);
    this.#nextId = Math.max(this.#nextId, (isKnown ? firstId : this.#nextId) + total);
    this.#wanted = undefined;
    this.#ofData = { firstId: data.markers[0]?.id ?? data.notes[0]?.id ?? 0, marks: data };
    this.#history.clear();
    if (total > 0) this.#set({ ...this.#state, ...merged(data, this.#state, isKnown ? removed : []) });
  }

  // History and workspace.

  undo(): boolean {
    return this.#restore(this.#history.undo(this.#state));
  }

  redo(): boolean {
    return this.#restore(this.#history.redo(this.#state));
  }

  /** Takes back what a drag with this key did. */
  cancelDrag(key: string): void {
    this.#views.revert(key);
    this.#restore(this.#history.revert(key));
  }

  save(): unknown {
    if (!this.#ofData) return saveState(this.#state, this.#wanted);
    const { firstId, marks } = this.#ofData;
    const { ofData, ...changed } = differences(marks, this.#state, firstId);
    return saveState({ ...this.#state, ...changed }, ofData);
  }

  /** Takes a saved state; false when it is not one. Can be undone. */
  restore(saved: unknown): boolean {
    const view = parseState(saved);
    if (!view) return false;
    const { state, ofData } = view;
    this.#wanted = ofData;
    this.#ofData = undefined;
    const ids = [...state.markers, ...state.notes].map(({ id }) => id + 1);
    this.#nextId = ids.reduce((most, id) => Math.max(most, id), this.#nextId);
    this.#history.record(this.#state, undefined, this.#nowMs());
    return this.#restore(state);
  }

  #takeId(): number {
    return this.#nextId++;
  }

  #freeName(): string {
    const names = new Set(this.#state.markers.map(({ name }) => name));
    let number = 1;
    while (names.has(String(number))) number++;
    return String(number);
  }

  #view(change: Partial<ViewStep>, key?: string): void {
    this.#views.record(this.#viewStep(), key, this.#nowMs());
    this.#change(change, key);
  }

  #change(change: Partial<ViewState>, key?: string): void {
    this.#history.record(this.#state, key, this.#nowMs());
    this.#set({ ...this.#state, ...change });
  }

  #viewStep(): ViewStep {
    const { time, isFollowing, lanes } = this.#state;
    return { time, isFollowing, lanes };
  }

  #restoreView(step: ViewStep | undefined): boolean {
    if (!step) return false;
    this.#history.record(this.#state, undefined, this.#nowMs());
    return this.#restore({ ...this.#state, ...step });
  }

  /** A state from the past meets today's data: following means today's end. */
  #restore(state: ViewState | undefined): boolean {
    if (!state) return false;
    const isFollowing = state.isFollowing && this.#bounds.isLive;
    const { edgeS: endS } = this.#bounds;
    const spanS = state.time.endS - state.time.startS;
    const time = isFollowing ? { startS: endS - spanS, endS } : this.#clamp(state.time);
    this.#set({ ...state, isFollowing, time });
    return true;
  }

  #set(state: ViewState): void {
    this.#state = state;
    this.#changed.emit(state);
  }

  #clampSpan(spanS: number): number {
    const { extent, minSpanS, isLive } = this.#bounds;
    const extentS = extent.endS - extent.startS;
    return Math.max(Math.min(spanS, isLive ? Math.max(extentS, MAX_LIVE_SPAN_S) : extentS), minSpanS);
  }

  #clamp({ startS, endS }: TimeRange): TimeRange {
    const { extent } = this.#bounds;
    const spanS = this.#clampSpan(endS - startS);
    if (spanS >= extent.endS - extent.startS) return { startS: extent.endS - spanS, endS: extent.endS };
    const start = Math.min(Math.max(startS, extent.startS), extent.endS - spanS);
    return { startS: start, endS: start + spanS };
  }
}
