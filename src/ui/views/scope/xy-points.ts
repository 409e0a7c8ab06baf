// Which points of a record one channel is laid over another with. Pure.

/** More would take longer than a frame; the time that is shown can be made shorter. */
const MOST_POINTS = 2 ** 16;

export interface PointRange {
  readonly start: number;
  /** Of those that are taken: of more than there may be the first. */
  readonly end: number;
  /** All that lie in the time. */
  readonly allCount: number;
}

/** The samples between two times. */
export function xyPoints(
  sampleCount: number,
  { startS, stepS }: { readonly startS: number; readonly stepS: number },
  time: { readonly startS: number; readonly endS: number },
): PointRange {
  const start = Math.max(0, Math.ceil((time.startS - startS) / stepS));
  const end = Math.min(sampleCount, Math.floor((time.endS - startS) / stepS) + 1);
  const allCount = Math.max(0, end - start);
  return { start, end: start + Math.min(allCount, MOST_POINTS), allCount };
}
