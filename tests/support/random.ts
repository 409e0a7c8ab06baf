// Seeded random numbers (mulberry32), so that a failing run can be repeated.

/** A generator of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A count of Poisson's law: how many of a process's events come before `mean`. */
export function poissonCount(random: () => number, mean: number): number {
  const wait = () => -Math.log(1 - random());
  let count = 0;
  for (let at = wait(); at < mean; at += wait()) count++;
  return count;
}

/** Mean and standard deviation of a list. */
export function meanAndSpread(values: readonly number[]): { readonly mean: number; readonly spread: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, spread: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}
