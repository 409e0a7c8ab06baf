// Figures of a span as rows of a table: a column for each signal, so that it fits a narrow panel.

import { html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatPercent, formatSiText } from '../../../base/si.ts';
import { integralOf, type Measurement, SECONDS_PER_HOUR } from './measure.ts';
import { AT_LIMIT } from './scene-limits.ts';

export const DIGITS = { significantDigits: 6 };
export const BEYOND = 'Share of the samples at the limit of the range: the true values are beyond those shown.';
export const FROM_OVERVIEW = 'From the overview: the single samples of this time are no longer in memory.';
const UNKNOWN = '—';
const APPROXIMATE = 'Approximate. The exact figures are being computed from all samples.';

/** `headOf` names a column. */
export function pairRows(
  measurements: readonly Measurement[],
  headOf: (measurement: Measurement) => TemplateResult | string,
): TemplateResult {
  const row = (
    name: string,
    cell: (measurement: Measurement) => string,
    kind = '',
    help = '',
  ) => html`<tr class=${kind}>
    <th scope="row">${name}</th>
    ${measurements.map((measurement) => {
      return figureCell(measurement, cell(measurement), help);
    })}
  </tr>`;
  const integral = measurements[0] ? integralOf(measurements[0].trace.signal).name : '∫ dt';
  const hasGaps = measurements.some(({ statistics }) => statistics && statistics.coverage < 1);
  const figure = (value: number | undefined, unit: string) => formatSiText(value ?? Number.NaN, unit, DIGITS);
  return html`
    <thead>
      <tr>
        <td></td>
        ${measurements.map((measurement) => html`<th scope="col">${headOf(measurement)}</th>`)}
      </tr>
    </thead>
    ${row('mean', ({ statistics, lane }) => figure(statistics?.mean, lane.unit))}
    ${row('std', ({ statistics, lane }) => figure(statistics?.std, lane.unit))}
    ${row('max', ({ statistics, lane }) => figure(statistics?.max, lane.unit))}
    ${row('min', ({ statistics, lane }) => figure(statistics?.min, lane.unit))}
    ${row('p-p', ({ statistics, lane }) => figure(statistics && statistics.max - statistics.min, lane.unit))}
    ${
      // a sum is of what there is: nothing stands in for what is missing
      row(integral, ({ statistics, trace }) =>
        figure(integral === 'sum' ? statistics?.measured : statistics?.integral, integralOf(trace.signal).unit),
      )
    }
    ${
      hasGaps
        ? [
            integral === 'sum'
              ? nothing
              : row(
                  '∫ measured',
                  ({ statistics, trace }) => figure(statistics?.measured, integralOf(trace.signal).unit),
                  'gaps',
                ),
            row('measured', ({ statistics }) => formatPercent(statistics?.coverage ?? 0), 'gaps'),
          ]
        : nothing
    }
    ${
      measurements.some(({ saturated }) => saturated)
        ? row(AT_LIMIT, ({ saturated }) => (saturated === undefined ? '' : formatPercent(saturated)), 'limit', BEYOND)
        : nothing
    }
    ${
      integral === '∫ dt'
        ? row('∫ dt, in h', ({ statistics, trace }) => {
            const { hourUnit } = integralOf(trace.signal);
            return hourUnit ? figure(statistics && statistics.integral / SECONDS_PER_HOUR, hourUnit) : '';
          })
        : nothing
    }
    ${row('samples', ({ statistics }) => countText(statistics?.count ?? 0))}
  `;
}

export function figureCell(
  { isApproximate, isFromOverview, problem }: Measurement,
  text: string,
  help = '',
): TemplateResult {
  const shown = isApproximate && text !== '' && text !== UNKNOWN ? `≈ ${text}` : text;
  const why = isApproximate ? (isFromOverview ? FROM_OVERVIEW : APPROXIMATE) : help;
  return html`<td class="number" title=${problem ?? why}>${shown}</td>`;
}

/** Stored summaries do not count the samples that are missing. */
function countText(count: number): string {
  return Number.isNaN(count) ? UNKNOWN : formatCount(count);
}
