// Smoothing by local polynomials (Savitzky and Golay, Analytical Chemistry 36, 1964), the ends by those of the last window.

import { sumOf } from './curve.ts';

/** Cubic in a quarter of the points, an odd number of them; fewer than 4 points stay as they are. */
export function smoothed(y: readonly number[]): readonly number[] {
  const quarter = Math.floor(y.length / 4);
  const window = quarter % 2 === 0 ? quarter + 1 : quarter;
  if (window === 1) return y;
  const half = (window - 1) / 2;
  const basis = orthogonalPolynomials(window, Math.min(window - 1, 3));
  return y.map((_, i) => {
    const start = Math.min(Math.max(0, i - half), y.length - window);
    const place = i - start;
    return sumOf(
      basis.map((polynomial) => {
        const share = sumOf(polynomial.map((value, k) => value * y[start + k]!));
        return (share / sumOf(polynomial.map((value) => value * value))) * polynomial[place]!;
      }),
    );
  });
}

/** Polynomials of degree 0…`degree` on `count` even places in -1…1, each orthogonal to those before (Gram and Schmidt). */
function orthogonalPolynomials(count: number, degree: number): readonly (readonly number[])[] {
  const places = Array.from({ length: count }, (_, i) => (2 * i) / (count - 1) - 1);
  const basis: number[][] = [];
  for (let power = 0; power <= degree; power++) {
    let polynomial = places.map((place) => place ** power);
    for (const other of basis) {
      const share = sumOf(polynomial.map((value, i) => value * other[i]!)) / sumOf(other.map((value) => value * value));
      polynomial = polynomial.map((value, i) => value - share * other[i]!);
    }
    basis.push(polynomial);
  }
  return basis;
}
