// Numbers as scans print them, and a line of the table in the style of BLISS of 2019.

/** Narrowest column; wider ones are as wide as their label. */
export const MIN_WIDTH = 12;
const SIGNIFICANT_DIGITS = 6;

/** Values right-aligned under their labels, two spaces between. */
export function tableLine(labels: readonly string[], values: readonly (string | number)[]): string {
  const cells = values.map((value, i) => {
    const text = typeof value === 'number' ? numberText(value) : value;
    return text.padStart(Math.max(MIN_WIDTH, labels[i]!.length));
  });
  return cells.join('  ');
}

/** Six significant digits, as %g of C prints them; with all of their zeros and a point as %#g does. */
export function numberText(value: number, hasAllDigits = false): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const asWanted = hasAllDigits ? withPoint : withoutZeros;
  const [digits, power] = value.toExponential(SIGNIFICANT_DIGITS - 1).split('e') as [string, string];
  const exponent = Number(power);
  if (exponent < -4 || exponent >= SIGNIFICANT_DIGITS) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${asWanted(digits)}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const sign = Object.is(value, -0) ? '-' : '';
  return sign + asWanted(value.toFixed(SIGNIFICANT_DIGITS - 1 - exponent));
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function withPoint(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.`;
}
