// What the aim of a benchmark's row means.

/** Whether a value misses an aim such as `≥ 4`, `< 25`, `≥ 30 ×` or `0`. Words, and no aim, are not missed. */
export function isMissed(value, aim) {
  const [, sign, limit] = /^(≤|≥|<|>)?\s*(\d+(?:\.\d+)?)/.exec(aim ?? '') ?? [];
  if (limit === undefined) return false;
  const border = Number(limit);
  if (sign === '≤') return value > border;
  if (sign === '≥') return value < border;
  if (sign === '<') return value >= border;
  if (sign === '>') return value <= border;
  return value !== border;
}
