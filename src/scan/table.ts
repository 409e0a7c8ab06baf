// The table that a scan prints line by line, in the style of BLISS of 2019.

/** Narrowest column; wider ones are as wide as their label. */
const MIN_WIDTH = 12;
const SIGNIFICANT_DIGITS = 6;

/** Values right-aligned under their labels, two spaces between. */
export function tableLine(labels: readonly string[], values: readonly (string | number)[]): string {
  const cells = values.map((value, i) => {
    const text = typeof value === 'number' ? numberText(value) : value;
    return text.padStart(Math.max(MIN_WIDTH, labels[i]!.length));
  });
  return cells.join('  ');
}

/** Six significant digits, as %g of C prints them. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits, power] = value.toExponential(SIGNIFICANT_DIGITS - 1).split('e') as [string, string];
  const exponent = Number(power);
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${withoutZeros(digits)}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  return withoutZeros(value.toFixed(SIGNIFICANT_DIGITS - 1 - exponent));
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
