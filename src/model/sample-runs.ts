// Runs of samples: in order, apart from each other, half-open.

import type { SampleRange } from './signal-store.ts';

/** The parts of the runs that lie in [start, end). */
export function runsWithin(runs: readonly SampleRange[], start: number, end: number): readonly SampleRange[] {
  const found: SampleRange[] = [];
  for (let i = firstBehind(runs, start); i < runs.length && runs[i]!.start < end; i++) {
    const run = runs[i]!;
    found.push({ start: Math.max(run.start, start), end: Math.min(run.end, end) });
  }
  return found;
}

/** What of [start, end) lies in none of the runs. */
export function runsBetween(runs: readonly SampleRange[], start: number, end: number): readonly SampleRange[] {
  const found: SampleRange[] = [];
  let at = start;
  for (const run of runsWithin(runs, start, end)) {
    if (run.start > at) found.push({ start: at, end: run.start });
    at = run.end;
  }
  if (at < end) found.push({ start: at, end });
  return found;
}

/** Ranges in any order, as runs. */
export function joinedRuns(ranges: readonly SampleRange[]): readonly SampleRange[] {
  const runs: SampleRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = runs.at(-1);
    if (!(range.end > range.start)) continue;
    if (last && range.start <= last.end)
      runs[runs.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else runs.push(range);
  }
  return runs;
}

/** Place of the first run that ends behind `sample`. */
function firstBehind(runs: readonly SampleRange[], sample: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle]!.end > sample) high = middle;
    else low = middle + 1;
  }
  return low;
}
