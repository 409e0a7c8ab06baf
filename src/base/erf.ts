// The error function, to the last digits of a double.

/** Beyond it, 1 − erf is less than half of the last bit of 1. */
const SATURATED = 6;

/** erf(x) by its series of positive terms (Abramowitz and Stegun, 7.1.6). */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) >= SATURATED) return Math.sign(x);
  let term = x;
  let sum = 0;
  for (let n = 1; sum + term !== sum; n++) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
