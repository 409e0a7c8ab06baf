// The part of a histogram that is on screen, in places on its axis (see histogram-axis.ts).

type Places = readonly [start: number, end: number];

/** What one step of the wheel makes of the width. */
const ZOOM_PER_STEP = 1.25;
/** Bins on screen, at least. */
const LEAST_BINS = 8;

/** Closer by so many steps (further with fewer than 0); `place` stays where it is. Undefined when all is on screen. */
export function zoomed([start, end]: Places, place: number, steps: number, binCount: number): Places | undefined {
  const width = Math.max(Math.min(LEAST_BINS, binCount), (end - start) / ZOOM_PER_STEP ** steps);
  if (width >= binCount) return undefined;
  const part = (place - start) / (end - start);
  return within(place - part * width, width, binCount);
}

/** Moved to the right by a part of what is on screen. */
export function panned([start, end]: Places, part: number, binCount: number): Places {
  return within(start + part * (end - start), end - start, binCount);
}

function within(start: number, width: number, binCount: number): Places {
  const first = Math.min(Math.max(0, start), binCount - width);
  return [first, first + width];
}
