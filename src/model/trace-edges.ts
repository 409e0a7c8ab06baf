// Where a trace rests and where it changes: its two state levels and the edges between them, as IEEE 181-2011 defines
// them. Places are in samples, with fractions: between two samples a trace goes straight. Pure.

/** Bins between the lowest and the highest value, and how many on either side of the fullest one belong to a level. */
const BIN_COUNT = 256;
const NEAR_BINS = 3;
/** Share of its half of the values that a level holds at least. A sine's crest has a fifth, a ramp's end a twentieth. */
const LEAST_SHARE = 0.4;
/** An edge has come when the trace is this part of the amplitude beyond the middle. */
const HYSTERESIS = 0.1;

export interface TraceLevels {
  readonly min: number;
  readonly max: number;
  /** The lower state level, or the lowest value of a trace that does not rest. */
  readonly base: number;
  readonly top: number;
  /** Both are levels at which the trace rests. */
  readonly hasStates: boolean;
}

export interface TraceEdge {
  readonly isRising: boolean;
  /** Where it crosses the middle of the two levels. */
  readonly at: number;
  /** Holes in the trace before it: a period does not reach over one. */
  readonly holeCount: number;
}

/** `undefined` for a trace without a single value. */
export function traceLevels(samples: Float32Array): TraceLevels | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  // counted loops: of ten million samples an iterator takes three times as long
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (min > max) return undefined;
  if (min === max) return { min, max, base: min, top: max, hasStates: false };
  const counts = new Uint32Array(BIN_COUNT);
  const sums = new Float64Array(BIN_COUNT);
  const perUnit = BIN_COUNT / (max - min);
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (Number.isNaN(value)) continue;
    const bin = Math.min(BIN_COUNT - 1, Math.floor((value - min) * perUnit));
    counts[bin]!++;
    sums[bin]! += value;
  }
  const base = restLevel(counts, sums, 0, BIN_COUNT / 2);
  const top = restLevel(counts, sums, BIN_COUNT / 2, BIN_COUNT);
  const hasStates = base !== undefined && top !== undefined;
  return { min, max, base: base ?? min, top: top ?? max, hasStates };
}

/** Mean of the values around the fullest bin; `undefined` where too few lie there. */
function restLevel(counts: Uint32Array, sums: Float64Array, start: number, end: number): number | undefined {
  let fullest = start;
  let all = 0;
  for (let bin = start; bin < end; bin++) {
    all += counts[bin]!;
    if (counts[bin]! > counts[fullest]!) fullest = bin;
  }
  let near = 0;
  let sum = 0;
  for (let bin = Math.max(start, fullest - NEAR_BINS); bin <= Math.min(end - 1, fullest + NEAR_BINS); bin++) {
    near += counts[bin]!;
    sum += sums[bin]!;
  }
  return near >= LEAST_SHARE * all && near > 0 ? sum / near : undefined;
}

/** In their order; rising and falling ones take turns between two holes. Empty for a level trace. */
export function traceEdges(samples: Float32Array, { base, top }: TraceLevels): readonly TraceEdge[] {
  const middle = (base + top) / 2;
  const guard = HYSTERESIS * (top - base);
  const edges: TraceEdge[] = [];
  if (guard === 0) return edges;
  /** −1 or 1 since it was surely below or above; 0 while neither is known. */
  let side = 0;
  let upAt = Number.NaN;
  let downAt = Number.NaN;
  let holeCount = 0;
  /** The last sample that is not in the middle itself. */
  let away = -1;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (Number.isNaN(value)) {
      if (side !== 0) holeCount++;
      side = 0;
      away = -1;
      continue;
    }
    if (value !== middle) {
      const before = samples[away] ?? Number.NaN;
      // a trace that rests in the middle crosses it halfway through
      const at = i - away === 1 ? away + (middle - before) / (value - before) : (away + i) / 2;
      if (before < middle && value > middle) upAt = at;
      else if (before > middle && value < middle) downAt = at;
      away = i;
    }
    if (value >= middle + guard) {
      if (side < 0) edges.push({ isRising: true, at: upAt, holeCount });
      side = 1;
    } else if (value <= middle - guard) {
      if (side > 0) edges.push({ isRising: false, at: downAt, holeCount });
      side = -1;
    }
  }
  return edges;
}

/** The share of the amplitude that an edge's duration leaves out at each end. */
const EDGE_PART = 0.1;

/** From 10 to 90 % of the way between the levels, in samples; `undefined` where the edge does not go all the way. */
export function edgeDuration(samples: Float32Array, levels: TraceLevels, edge: TraceEdge): number | undefined {
  const { base, top } = levels;
  const sign = edge.isRising ? 1 : -1;
  const low = sign * (base + EDGE_PART * (top - base));
  const high = sign * (top - EDGE_PART * (top - base));
  const [from, to] = edge.isRising ? [low, high] : [high, low];
  const start = crossing(samples, Math.floor(edge.at), -1, (value) => sign * value <= from, sign * from);
  const end = crossing(samples, Math.floor(edge.at) + 1, 1, (value) => sign * value >= to, sign * to);
  return start === undefined || end === undefined ? undefined : end - start;
}

/** Where the level is crossed before the first sample that is beyond it, from `at` on; a hole ends the search. */
function crossing(
  samples: Float32Array,
  at: number,
  step: 1 | -1,
  isBeyond: (value: number) => boolean,
  level: number,
): number | undefined {
  for (let i = at; i >= 0 && i < samples.length; i += step) {
    const value = samples[i]!;
    if (Number.isNaN(value)) return undefined;
    if (!isBeyond(value)) continue;
    const inner = samples[i - step]!;
    return i - step * ((level - value) / (inner - value));
  }
  return undefined;
}
