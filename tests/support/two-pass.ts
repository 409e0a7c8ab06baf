// Statistics computed plainly, to compare others with: the mean first, then the squares around it. NaN is left out.

export interface TwoPass {
  readonly count: number;
  readonly mean: number;
  /** n − 1 in the denominator; 0 of one value. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** Of `values` [start, end), each × `scale`; all NaN without a valid one. */
export function twoPass(values: ArrayLike<number>, start = 0, end = values.length, scale = 1): TwoPass {
  let count = 0;
  let sum = 0;
  let min = Number.NaN;
  let max = Number.NaN;
  for (let i = start; i < end; i++) {
    const value = values[i]! * scale;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (!(min <= value)) min = value;
    if (!(max >= value)) max = value;
  }
  if (count === 0) return { count, mean: Number.NaN, std: Number.NaN, min, max };
  // The sum of millions of values is a little off: what is left around its mean puts that right.
  const nearMean = sum / count;
  let rest = 0;
  let squares = 0;
  for (let i = start; i < end; i++) {
    const deviation = values[i]! * scale - nearMean;
    if (Number.isNaN(deviation)) continue;
    rest += deviation;
    squares += deviation ** 2;
  }
  const std = count > 1 ? Math.sqrt((squares - rest ** 2 / count) / (count - 1)) : 0;
  return { count, mean: nearMean + rest / count, std, min, max };
}
