// Marks that the data bring along, in a view: they keep their ids from visit to visit, so that a saved view needs only
// what the user changed about them.

import type { Marker, MarksOfData, Note, ViewState } from './state.ts';

/** Markers and notes of a view. */
export type MarkLists = Pick<ViewState, 'markers' | 'notes'>;

/** Marks without ids, as the data have them. */
export interface Marks {
  readonly markers: readonly Omit<Marker, 'id'>[];
  readonly notes: readonly Omit<Note, 'id'>[];
}

/** Before the data have said what they bring: all of it will be taken. */
export const ALL_OF_DATA: MarksOfData = { firstId: 0, count: 0, removed: [] };

/** The marks with ids from `firstId` on. */
export function withIds({ markers, notes }: Marks, firstId: number): MarkLists {
  const noteId = firstId + markers.length;
  // Field by field: a spread takes several times as long, and there may be very many.
  return {
    markers: markers.map(({ name, axis, laneId, first, second }, i) => {
      return { id: firstId + i, name, axis, laneId, first, second };
    }),
    notes: notes.map(({ laneId, timeS, value, text }, i) => ({ id: noteId + i, laneId, timeS, value, text })),
  };
}

/** The marks of the data as a view has them: in their places those it changed, without those it removed, then its own. */
export function merged(data: MarkLists, view: MarkLists, removed: readonly number[]): MarkLists {
  const gone = new Set(removed);
  return {
    markers: mergedList(data.markers, view.markers, gone),
    notes: mergedList(data.notes, view.notes, gone),
  };
}

function mergedList<T extends { readonly id: number }>(
  data: readonly T[],
  view: readonly T[],
  gone: ReadonlySet<number>,
): readonly T[] {
  if (view.length === 0 && gone.size === 0) return data;
  const changed = new Map(view.map((mark) => [mark.id, mark]));
  const ofData = data.filter(({ id }) => !gone.has(id)).map((mark) => changed.get(mark.id) ?? mark);
  const ids = new Set(data.map(({ id }) => id));
  return [...ofData, ...view.filter(({ id }) => !ids.has(id))];
}

/** What of a view differs from the marks of its data; marks that were not touched are the same objects. */
export function differences(data: MarkLists, view: MarkLists, firstId: number): MarkLists & { ofData: MarksOfData } {
  const markers = differentIn(data.markers, view.markers);
  const notes = differentIn(data.notes, view.notes);
  return {
    markers: markers.changed,
    notes: notes.changed,
    ofData: {
      firstId,
      count: data.markers.length + data.notes.length,
      removed: [...markers.removed, ...notes.removed],
    },
  };
}

function differentIn<T extends { readonly id: number }>(data: readonly T[], view: readonly T[]) {
  if (data === view) return { changed: [], removed: [] };
  const untouched = new Set(data);
  const ids = new Set(view.map(({ id }) => id));
  return {
    changed: view.filter((mark) => !untouched.has(mark)),
    removed: data.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
  };
}
