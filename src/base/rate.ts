// The rate of even steps, without the noise of the division.

/** Parts of a number that rounding may be off by. */
export const DOUBLE_NOISE = 4 * Number.EPSILON;
/** Rounding of times that went through single precision: two halves of its last place (IEEE 754). */
export const SINGLE_NOISE = 2 ** -23;

/**
 * The rate of a step: one of six digits, or a whole number, where it is such but for rounding (`noise`: parts of it; that
 * of the quotient unless more is said).
 */
export function rateOf(stepS: number, noise = DOUBLE_NOISE): number {
  const rate = 1 / stepS;
  const plain = [Number(rate.toPrecision(6)), Math.round(rate)];
  return plain.find((short) => short > 0 && Math.abs(rate - short) <= noise * short) ?? rate;
}
