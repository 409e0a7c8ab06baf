// Markers and notes of the view as annotations of the data, and back: what other programs left in a file shows up
// in the view, and what was set here can be written. Joulescope's names are used: `1` for a single marker, `1a`
// and `1b` for the ends of a pair; whatever follows a file separator (U+001C) is that program's own and is left out.

import { type Utc, utcFromTicks, utcSecondsBetween } from '../../../base/time.ts';
import type { Annotation, SignalStore } from '../../../model/signal-store.ts';
import { markAt, timeOfMark } from '../../../model/timing.ts';
import { type MarkLists, type Marks, merged, withIds } from './data-marks.ts';
import { buildLanes, type Lane, type Trace } from './lanes.ts';
import { type Marker, type Note, parseState } from './state.ts';

/** One annotated position: a single marker, or one end of a pair. */
interface End extends Pick<Marker, 'axis' | 'laneId' | 'first'> {
  readonly text: string;
}

const FILE_SEPARATOR = '\u001c';

/** What the view can show of a store's annotations. `lanes` are those of the store's own signals. */
export function marksOf(annotations: readonly Annotation[], lanes: readonly Lane[], originUtc: Utc | undefined): Marks {
  const ends: End[] = [];
  const notes: Omit<Note, 'id'>[] = [];
  for (const annotation of annotations) {
    const lane = lanes.find(({ traces }) => traces[0]?.signal.id === annotation.signalId) ?? lanes[0];
    const timeS = timeAt(annotation, lane, originUtc);
    if (!lane || timeS === undefined || typeof annotation.data !== 'string') continue;
    const [text] = annotation.data.split(FILE_SEPARATOR, 1) as [string];
    const { kind, y } = annotation;
    if (kind === 'text') {
      notes.push({ laneId: lane.id, timeS, text, ...(Number.isFinite(y) && { value: y }) });
    } else if (kind === 'vertical-marker') {
      ends.push({ text, axis: 'time', first: timeS });
    } else if (kind === 'horizontal-marker' && Number.isFinite(y)) {
      ends.push({ text, axis: 'value', laneId: lane.id, first: y });
    }
  }
  return { markers: joinEnds(ends), notes };
}

/** Joins the two ends of a pair; the same marker on several signals counts once. */
function joinEnds(ends: readonly End[]): Omit<Marker, 'id'>[] {
  const places = new Map<string, Map<string, End>>();
  for (const end of ends) {
    const named = namedAt(places, end);
    if (!named.has(end.text)) named.set(end.text, end);
  }
  const markers: Omit<Marker, 'id'>[] = [];
  const joined = new Set<End>();
  const repeats = new Set<string>();
  for (const end of ends) {
    const named = namedAt(places, end);
    const first = named.get(end.text)!;
    const other = otherEnd(end.text);
    const partner = other === undefined ? undefined : named.get(other);
    if (first !== end) {
      // A name again: the same marker on another signal, or another marker of this name.
      const [marker, known] = [markerOf(end, partner), markerOf(first, partner)];
      const key = [marker.axis, marker.laneId, marker.name, marker.first, marker.second].join(FILE_SEPARATOR);
      if ((marker.first === known.first && marker.second === known.second) || repeats.has(key)) continue;
      repeats.add(key);
      markers.push(marker);
    } else if (!partner || !joined.has(partner)) {
      joined.add(end);
      markers.push(markerOf(end, partner));
    }
  }
  return markers;
}

/** The first end of each name on the axis of a lane, or of time, which no lane has. */
function namedAt(places: Map<string, Map<string, End>>, { laneId = '' }: End): Map<string, End> {
  let named = places.get(laneId);
  if (!named) {
    named = new Map();
    places.set(laneId, named);
  }
  return named;
}

/** The name of the other end, such as `1b` of `1a`; `undefined` of a name that is not an end's. */
function otherEnd(text: string): string | undefined {
  const last = text.at(-1);
  if (text.length < 2 || (last !== 'a' && last !== 'b')) return undefined;
  return text.slice(0, -1) + (last === 'a' ? 'b' : 'a');
}

function markerOf({ text, axis, laneId, first }: End, partner: End | undefined): Omit<Marker, 'id'> {
  const place = { axis, ...(laneId !== undefined && { laneId }) };
  if (!partner) return { ...place, name: text, first };
  const [a, b] = text.endsWith('a') ? [first, partner.first] : [partner.first, first];
  return { ...place, name: text.slice(0, -1), first: a, second: b };
}

function timeAt(annotation: Annotation, lane: Lane | undefined, originUtc: Utc | undefined): number | undefined {
  const trace = lane?.traces[0];
  if (trace?.signal.id === annotation.signalId) return timeOfMark(trace.signal, annotation.timestamp);
  // Global annotations carry UTC.
  if (originUtc === undefined) return undefined;
  return utcSecondsBetween(originUtc, utcFromTicks(annotation.timestamp));
}

/** The view's markers and notes, on the first store's signals. */
export function annotationsOf(state: MarkLists, lanes: readonly Lane[]): Annotation[] {
  const annotations: Annotation[] = [];
  const add = (laneId: string | undefined, timeS: number, rest: Pick<Annotation, 'kind' | 'y' | 'data'>) => {
    const trace: Trace | undefined = (lanes.find(({ id }) => id === laneId) ?? lanes[0])?.traces[0];
    if (!trace) return;
    annotations.push({
      signalId: trace.signal.id,
      timestamp: markAt(trace.signal, timeS),
      storage: 'string',
      groupId: 0,
      ...rest,
    });
  };
  for (const { axis, laneId, name, first, second } of state.markers) {
    const ends =
      second === undefined
        ? [[name, first] as const]
        : ([
            [`${name}a`, first],
            [`${name}b`, second],
          ] as const);
    for (const [data, at] of ends) {
      if (axis === 'time') add(undefined, at, { kind: 'vertical-marker', y: Number.NaN, data });
      else add(laneId, 0, { kind: 'horizontal-marker', y: at, data });
    }
  }
  for (const { laneId, timeS, value, text } of state.notes) {
    add(laneId, timeS, { kind: 'text', y: value ?? Number.NaN, data: text });
  }
  return annotations;
}

/** The markers and notes of a saved view, to be put on its data; `undefined` when they are as the data have them. */
export function savedMarks(savedView: unknown): ((store: SignalStore) => Promise<Annotation[]>) | undefined {
  const saved = parseState(savedView);
  if (!saved) return undefined;
  const { state, ofData } = saved;
  if (state.markers.length + state.notes.length + (ofData?.removed.length ?? 0) === 0) return undefined;
  return async (store) => {
    const lanes = buildLanes([{ store, label: '', shiftS: 0 }], () => undefined);
    if (!ofData) return annotationsOf(state, lanes);
    const data = withIds(marksOf(await store.annotations(), lanes, store.originUtc), ofData.firstId);
    return annotationsOf(merged(data, state, ofData.removed), lanes);
  };
}
