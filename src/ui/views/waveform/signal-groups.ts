// Lanes in groups for a long list: by what they come from, else by the path in front of their names.

import type { Lane } from './lanes.ts';

export interface LaneGroup {
  /** Empty where there is nothing to tell groups apart. */
  readonly name: string;
  readonly lanes: readonly Lane[];
}

/** Those of which name, source and unit hold all words of `search`. */
export function foundLanes(lanes: readonly Lane[], search: string): readonly Lane[] {
  const words = search.toLowerCase().split(/\s+/);
  return lanes.filter((lane) => {
    const source = lane.traces[0]?.signal.source ?? '';
    const text = `${source} ${lane.name} ${lane.unit}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function laneGroups(lanes: readonly Lane[]): readonly LaneGroup[] {
  const groups = new Map<string, Lane[]>();
  for (const lane of lanes) {
    const name = groupOf(lane);
    const group = groups.get(name) ?? [];
    groups.set(name, group);
    group.push(lane);
  }
  return [...groups].map(([name, inGroup]) => ({ name: groups.size > 1 ? name || 'Others' : '', lanes: inGroup }));
}

function groupOf({ traces, name }: Lane): string {
  const source = traces[0]?.signal.source ?? '';
  if (source !== '') return source;
  const end = name.lastIndexOf('/');
  return end > 0 ? name.slice(0, end) : '';
}
