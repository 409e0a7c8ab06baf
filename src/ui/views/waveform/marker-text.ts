// Markers and their figures as text for the clipboard: tab-separated, so that it pastes into a sheet. Plain
// numbers in base units, with a point: a sheet must be able to calculate with them.

import { isCounted, reciprocalUnit } from '../../../model/axis.ts';
import type { SignalAxis } from '../../../model/signal-store.ts';
import { integralOf, type Measurement, SECONDS_PER_HOUR } from './measure.ts';
import type { Marker } from './state.ts';

export interface MeasuredMarker {
  readonly marker: Marker;
  /** Unit of the marker's positions: that of the axis, or the lane's. */
  readonly unit: string;
  /** What a time marker's positions lie on; a marker at values has none. */
  readonly axis: SignalAxis | undefined;
  readonly measurements: readonly Measurement[];
}

/** 15 significant digits: what a double holds, without its noise. */
const exact = (value: number): string => (Number.isNaN(value) ? '' : String(Number(value.toPrecision(15))));

export function markersAsText(markers: readonly MeasuredMarker[]): string {
  const lines: string[][] = [];
  for (const { marker, unit: ofPosition, axis, measurements } of markers) {
    const { first, second } = marker;
    const unit = axis && isCounted(axis) ? axis.name : ofPosition;
    const reciprocal = axis && reciprocalUnit(axis);
    lines.push(['marker', marker.name]);
    lines.push([second === undefined ? 'position' : 'first', exact(first), unit]);
    if (second !== undefined) {
      lines.push(['second', exact(second), unit], ['difference', exact(second - first), unit]);
      if (reciprocal !== undefined && second !== first) {
        const name = reciprocal === 'Hz' ? 'frequency' : 'reciprocal';
        lines.push([name, exact(1 / Math.abs(second - first)), reciprocal]);
      }
    }
    if (measurements.length > 0) lines.push(...measurementLines(marker, measurements));
    lines.push([]);
  }
  return lines.map((cells) => cells.join('\t')).join('\n');
}

function measurementLines(marker: Marker, measurements: readonly Measurement[]): string[][] {
  if (marker.second === undefined) {
    return measurements.map(({ lane, statistics, isApproximate }) => [
      isApproximate ? `${lane.name} (approximate)` : lane.name,
      exact(statistics?.mean ?? Number.NaN),
      lane.unit,
    ]);
  }
  const head = [
    'signal',
    'mean',
    'std',
    'min',
    'max',
    'p-p',
    'unit',
    'integral',
    'unit',
    'integral',
    'unit',
    'samples',
    'measured integral',
    'unit',
    'coverage',
    'saturated',
  ];
  const rows = measurements.map(({ lane, trace, statistics, saturated, isApproximate }) => {
    const integral = integralOf(trace.signal);
    const { mean, std, min, max, integral: sum, count, measured, coverage } = statistics ?? EMPTY;
    const hours = integral.hourUnit ? [exact(sum / SECONDS_PER_HOUR), integral.hourUnit] : ['', ''];
    const name = lane.traces.length > 1 ? `${lane.name} (${trace.shown.label})` : lane.name;
    const figures = [mean, std, min, max, max - min].map(exact);
    return [
      isApproximate ? `${name} (approximate)` : name,
      ...figures,
      lane.unit,
      exact(sum),
      integral.unit,
      ...hours,
      exact(count),
      exact(measured),
      integral.unit,
      exact(coverage),
      exact(saturated ?? Number.NaN),
    ];
  });
  return [head, ...rows];
}

const EMPTY = {
  mean: Number.NaN,
  std: Number.NaN,
  min: Number.NaN,
  max: Number.NaN,
  integral: Number.NaN,
  count: 0,
  measured: Number.NaN,
  coverage: Number.NaN,
};
