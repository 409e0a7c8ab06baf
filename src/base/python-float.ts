// Numbers as Python writes them. The reference programs of several formats store numbers as text, and a file
// of ours has to be equal to theirs to the byte.

/**
 * `repr(x)` of a Python float: the shortest digits that read back as the same double, in exponent form
 * below 1e-4 and from 1e16 on, with `.0` on whole numbers. Infinities are `inf` and `-inf`, NaN is `nan`.
 */
export function pythonFloatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const exponentForm = value.toExponential();
  const [mantissa, exponentText] = exponentForm.split('e') as [string, string];
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = plainDecimal(mantissa, exponent);
  return text.includes('.') ? text : `${text}.0`;
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`;
}
