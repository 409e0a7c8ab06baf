// Numbers as Python prints them (float.__repr__): shortest text that reads back the same, with a point always,
// exponent form outside of 1e-4 … 1e16 with at least two digits of exponent.

/** `100.0`, `1e-05`, `1.5e-07`, `1e+16`, `nan`, `inf`, `-inf`, `-0.0`. */
export function pythonFloatText(value: number): string {
  if (Number.isInteger(value)) {
    if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
    if (Math.abs(value) < 1e16) return `${value}.0`;
  } else if (!Number.isFinite(value)) {
    if (Number.isNaN(value)) return 'nan';
    return value > 0 ? 'inf' : '-inf';
  } else if (Math.abs(value) >= 1e-4) {
    return String(value);
  }
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const padded = exponent.slice(1).padStart(2, '0');
  return `${digits}e${exponent[0]}${padded}`;
}
