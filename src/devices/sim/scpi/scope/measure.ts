// What scopes measure on the trace that they show.

export interface TraceFigures {
  readonly max: number;
  readonly min: number;
  readonly peakToPeak: number;
  readonly mean: number;
  readonly rms: number;
  /** Undefined where fewer than two rising edges are in the trace. */
  readonly frequencyHz: number | undefined;
}

/** Of evenly spaced samples. */
export function figuresOf(volts: ArrayLike<number>, stepS: number): TraceFigures {
  let [max, min, sum, squares] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (let i = 0; i < volts.length; i++) {
    const value = volts[i]!;
    max = Math.max(max, value);
    min = Math.min(min, value);
    sum += value;
    squares += value * value;
  }
  return {
    max,
    min,
    peakToPeak: max - min,
    mean: sum / volts.length,
    rms: Math.sqrt(squares / volts.length),
    frequencyHz: frequencyOf(volts, (max + min) / 2, (max - min) / 10, stepS),
  };
}

/** From the first to the last rising edge through `middle`; below `middle - hysteresis` it is armed again. */
function frequencyOf(volts: ArrayLike<number>, middle: number, hysteresis: number, stepS: number): number | undefined {
  const edges: number[] = [];
  let isArmed = false;
  for (let i = 1; i < volts.length; i++) {
    const [before, after] = [volts[i - 1]!, volts[i]!];
    if (before < middle - hysteresis) isArmed = true;
    if (!isArmed || after < middle || before >= middle) continue;
    isArmed = false;
    edges.push(i - 1 + (middle - before) / (after - before));
  }
  if (edges.length < 2) return undefined;
  return (edges.length - 1) / ((edges.at(-1)! - edges[0]!) * stepS);
}
