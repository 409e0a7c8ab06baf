// Single precision in decimal digits.

/** Any text of so many digits survives the way through single precision (FLT_DIG); nine are always enough to come back. */
const SURE_DIGITS = 6;
const MAX_DIGITS = 9;
/** Below it single precision loses digits. */
const LEAST_NORMAL = 2 ** -126;
/** Whole numbers up to here are all of single precision, and their own text. */
const WHOLE_UP_TO = 2 ** 24;
/** Largest power of ten that a double holds exactly. */
const MAX_EXACT_POWER = 22;

/**
 * The double next to `value`, a number of single precision, whose text is the shortest that reads back as that number:
 * 0.1 of the single next to 0.1, which is 0.10000000149011612.
 */
export function shortestFloat32(value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) <= WHOLE_UP_TO)) return value;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  // the smallest have fewer digits of their own
  const least = Math.abs(value) < LEAST_NORMAL ? 1 : SURE_DIGITS;
  for (let digits = least; digits <= MAX_DIGITS; digits++) {
    const power = digits - 1 - exponent;
    const short = power >= 0 && power <= MAX_EXACT_POWER ? rounded(value, power) : Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** To so many decimals; the quotient of two exact numbers is the double next to the decimal text. */
function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
