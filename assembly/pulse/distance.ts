// Peaks that keep a distance: the highest first, each that is still there removes all others nearer than `distance`.
// Of equally high peaks the later one goes first. (SciPy leaves this to an unstable sort; with few peaks it does the
// same.)
//
// No sort is needed. From the first peak that is not decided, climb: whenever a peak nearer than `distance` on the right is
// as high or higher, go on from that one. What is reached has nothing as high near it and stays. All steps of the climb
// ascend, and what lies between two steps is lower than both, so going back down each step stays that is far enough from
// the last one that stayed. A step that stays is less than two distances before the next one that does: all between are
// too near to one of them. So one climb decides everything up to its top and near behind it.

/**
 * Sets the flag (u8) of each peak: 1 if it stays, 0 if it must go. `heights`: f64 per peak, none NaN. `distance` in
 * samples, at least 1. `steps`: work space of 4 bytes per peak, 4-aligned.
 */
export function pulseDistance(
  peaks: usize,
  heights: usize,
  count: u32,
  distance: u32,
  flags: usize,
  steps: usize,
): void {
  memory.fill(flags, 0, count);
  let next: u32 = 0;
  while (next < count) {
    let top = next;
    let height = load<f64>(heights + (<usize>top << 3));
    let reach = load<u32>(peaks + (<usize>top << 2));
    let step = steps;
    store<u32>(step, top);
    for (next++; next < count; next++) {
      const peak = load<u32>(peaks + (<usize>next << 2));
      if (peak - reach >= distance) break;
      const other = load<f64>(heights + (<usize>next << 3));
      if (other < height) continue;
      top = next;
      height = other;
      reach = peak;
      step += 4;
      store<u32>(step, top);
    }
    store<u8>(flags + top, 1);
    for (step -= 4; step >= steps; step -= 4) {
      const ordinal = load<u32>(step);
      const peak = load<u32>(peaks + (<usize>ordinal << 2));
      if (reach - peak < distance) continue;
      store<u8>(flags + ordinal, 1);
      reach = peak;
    }
  }
}
