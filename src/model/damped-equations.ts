// The linear equations of a fit, which change the parameters that are free.

/**
 * Solves (matrix + damping · its diagonal) x = right for the free rows; 0 for the others. Gauss' elimination with pivots.
 * `undefined` where they do not tell the parameters apart.
 */
export function solveDamped(
  matrix: readonly Float64Array[],
  right: readonly number[],
  free: readonly number[],
  damping: number,
): readonly number[] | undefined {
  const n = free.length;
  const rows = free.map((r) => [...free.map((c) => matrix[r]![c]! * (r === c ? 1 + damping : 1)), right[r]!]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(rows[r]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = r;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    if (!(Math.abs(rows[k]![k]!) > 1e-300)) return undefined;
    for (let r = k + 1; r < n; r++) {
      const factor = rows[r]![k]! / rows[k]![k]!;
      for (let c = k; c <= n; c++) rows[r]![c]! -= factor * rows[k]![c]!;
    }
  }
  const result = right.map(() => 0);
  for (let r = n - 1; r >= 0; r--) {
    let value = rows[r]![n]!;
    for (let c = r + 1; c < n; c++) value -= rows[r]![c]! * result[free[c]!]!;
    result[free[r]!] = value / rows[r]![r]!;
  }
  return result;
}
