// Counting values into bins between given edges, by NumPy's rule: bin i counts edge[i] <= value < edge[i + 1], the last
// bin also its right edge; NaN and what lies outside is not counted.

/**
 * Adds `count` f64 values. `edges`: `binCount` + 1 ascending f64, nearly evenly spaced (`scale` = bins per unit only
 * guesses the bin; the edges decide). `counts`: `binCount` i64. Returns how many values were counted.
 */
export function histogramFill(
  values: usize,
  count: u32,
  edges: usize,
  binCount: u32,
  scale: f64,
  counts: usize,
): u32 {
  if (binCount == 0) return 0;
  const low = load<f64>(edges);
  const high = load<f64>(edges + (<usize>binCount << 3));
  const lastBin = binCount - 1;
  let counted: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    if (!(low <= value && value <= high)) continue;
    let bin = min(<u32>((value - low) * scale), lastBin);
    while (value < load<f64>(edges + (<usize>bin << 3))) bin--;
    while (bin < lastBin && load<f64>(edges + (<usize>bin << 3), 8) <= value) bin++;
    const place = counts + (<usize>bin << 3);
    store<i64>(place, load<i64>(place) + 1);
    counted++;
  }
  return counted;
}
