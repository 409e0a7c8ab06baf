// Columns of NumPy's items as columns that may be the axis of others: dates and spans know how they count.

import type { Clock } from '../arrays/array-axis.ts';
import type { ValueColumn } from '../arrays/place-columns.ts';
import type { ScalarDtype } from './dtype.ts';
import type { ItemColumn } from './item-signals.ts';

/** Values that are read at once. */
const CHUNK = 65_536;
/** NumPy's code of "not a time" (NaT). */
const NOT_A_TIME = -(2n ** 63n);
/** Seconds of the units of NumPy's dates that have a fixed length. */
const DATE_UNITS: Readonly<Record<string, number>> = {
  W: 604_800,
  D: 86_400,
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  ns: 1e-9,
  ps: 1e-12,
  fs: 1e-15,
  as: 1e-18,
};

/** `unit` of the column, if the file says one. `isUnnamed`: it is one of several channels of an array. */
export function valueColumn(column: ItemColumn, unit = '', isUnnamed = false): ValueColumn {
  const { name, dtype, scalar, length, read, packed } = column;
  const date = dateOf(scalar);
  const values = () => allValues(column, date?.count);
  return {
    id: name,
    // a field of a record in an archive is called by its own name
    name: isUnnamed ? name : name.slice(name.lastIndexOf('.') + 1),
    unit,
    dtype,
    length,
    isUnnamed,
    floatBits: floatBits(scalar),
    clock: date?.clock,
    read,
    ...(packed && { packed }),
    values,
    valueAt: async (index) => (await read(index, index + 1))[0]!,
  };
}

function floatBits({ kind, itemBytes }: ScalarDtype): number | undefined {
  return kind === 'f' ? ({ 2: 11, 4: 24 }[itemBytes] ?? 53) : undefined;
}

/** How dates count, and how many units one of their numbers is; undefined for months and years, which have no length. */
function dateOf({ kind, unit: text }: ScalarDtype): { clock: Clock; count: bigint } | undefined {
  if (kind !== 'M' && kind !== 'm') return undefined;
  const [, count = '', unit = ''] = /^(\d{0,9})([A-Za-z]+)$/.exec(text) ?? [];
  const unitSeconds = DATE_UNITS[unit];
  if (unitSeconds === undefined) return undefined;
  return { clock: { unitSeconds, since: kind === 'M' ? 'unzoned' : 'unknown' }, count: BigInt(count || 1) };
}

/** Dates as whole units, NaN where there is none. */
async function allValues({ length, read }: ItemColumn, count: bigint | undefined): Promise<ArrayLike<number | bigint>> {
  const first = await read(0, Math.min(length, CHUNK));
  const all = length <= CHUNK ? first : new (first.constructor as Float64ArrayConstructor)(length);
  for (let at = 0; at < length && all !== first; at += CHUNK) {
    const piece = at === 0 ? first : await read(at, Math.min(length, at + CHUNK));
    (all as Float64Array).set(piece as Float64Array, at);
  }
  if (!(all instanceof BigInt64Array) || count === undefined) return all;
  if (count === 1n && !all.includes(NOT_A_TIME)) return all;
  return Array.from(all, (tick) => (tick === NOT_A_TIME ? Number.NaN : tick * count));
}
