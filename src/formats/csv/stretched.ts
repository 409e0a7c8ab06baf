// Rigol's DS1000 series spreads its times over one step less than there are: 1024 rows of 10 µs from 0 to 10.24 ms.

import { rateOf } from '../../base/rate.ts';
import { formatSiText } from '../../base/si.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { EvenTimes, UnevenTimes } from '../time-axis.ts';
import type { TableHead } from './head.ts';
import type { TimePlan } from './time-column.ts';

/** Rows of a capture, at least. */
const LEAST_ROWS = 256;
/** First digits of the steps that oscilloscopes have. */
const DIGITS = [1, 2, 2.5, 4, 5, 8, 10];

/** The axis that the instrument had, and a note; undefined where the times are not so written. */
export function unstretched(
  axis: EvenTimes | UnevenTimes | undefined,
  plan: TimePlan,
  { columns }: TableHead,
  { rowCount, resolutionS }: { readonly rowCount: number; readonly resolutionS: number },
): { readonly axis: EvenTimes; readonly note: Diagnostic } | undefined {
  if (axis?.timing !== 'steady' || axis.gaps || plan.kind !== 'numbers' || rowCount < LEAST_ROWS) return undefined;
  const isScope = columns.every(({ text }, column) =>
    column === plan.column ? text === 'X' : text === '' || /^CH ?\d \(V\)$/.test(text),
  );
  if (!isScope || axis.offsetS >= 0) return undefined;
  const stepS = 1 / axis.sampleRateHz;
  const ownS = (stepS * (rowCount - 1)) / rowCount;
  const nearestS = stepNear(ownS);
  // the ends are printed to half a unit each
  const errorS = resolutionS / (rowCount - 1);
  if (Math.abs(ownS - nearestS) > errorS || Math.abs(stepS - stepNear(stepS)) <= errorS) return undefined;
  const step = formatSiText(nearestS, 's', { significantDigits: 3 });
  const name = columns[plan.column]!.name;
  const message = `The times in "${name}" spread ${rowCount} steps of ${step} over ${rowCount - 1}, as Rigol's DS1000 oscilloscopes do: rows are shown ${step} apart, the first where it is.`;
  return {
    axis: { ...axis, sampleRateHz: rateOf(nearestS) },
    note: { severity: 'info', code: 'csv/stretched-time', message },
  };
}

function stepNear(stepS: number): number {
  const power = 10 ** Math.floor(Math.log10(stepS));
  const digit = DIGITS.reduce((best, next) =>
    Math.abs(next - stepS / power) < Math.abs(best - stepS / power) ? next : best,
  );
  return Number((digit * power).toPrecision(2));
}
