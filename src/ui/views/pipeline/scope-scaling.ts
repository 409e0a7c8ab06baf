// How an oscilloscope's worker wants its axes: keys of observers.oscilloscope. A key that cannot be used counts as
// left out; the picture is still of use.

import { isPythonList, type PythonValue } from '../../../base/yaml/python-value.ts';
import type { WorkerConfig } from '../../../pipeline/config.ts';

export interface ScopeScaling {
  /** Position on the x axis = sample · factor + offset. */
  readonly xFactor: number;
  readonly xOffset: number;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Left out: the values decide. */
  readonly yLimits: readonly [number, number] | undefined;
  readonly triggerLevel: number | undefined;
  /** CSS colours, used in turn; empty: the theme's. */
  readonly colors: readonly string[];
}

/** matplotlib's one-letter colours (matplotlib.colors.BASE_COLORS). */
const LETTERS: Readonly<Record<string, string>> = {
  b: '#0000ff',
  g: '#008000',
  r: '#ff0000',
  c: '#00bfbf',
  m: '#bf00bf',
  y: '#bfbf00',
};

export function scopeScaling(config: WorkerConfig): ScopeScaling {
  const [factor, offset, xLabel] = listOf(config.raw('t_scaling'));
  const [min, max] = listOf(config.raw('ylim')).map(numberOf);
  return {
    xFactor: numberOf(factor) ?? 1,
    xOffset: numberOf(offset) ?? 0,
    xLabel: typeof xLabel === 'string' ? xLabel : 'Samples',
    yLabel: textOf(listOf(config.raw('y_scaling'))[2]) ?? 'Value',
    yLimits: min !== undefined && max !== undefined && max > min ? [min, max] : undefined,
    triggerLevel: numberOf(config.raw('trigger_level')),
    colors: listOf(config.raw('colors')).flatMap((color) => cssColor(textOf(color)) ?? []),
  };
}

function listOf(value: PythonValue | undefined): readonly PythonValue[] {
  return isPythonList(value) ? value : [];
}

function numberOf(value: PythonValue | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

/** Black, white and matplotlib's own names are left to the theme: it is light or dark. */
function cssColor(name: string | undefined): string | undefined {
  const color = LETTERS[name ?? ''] ?? name?.replace(/^(?:tab|xkcd):/, '');
  return color !== undefined && CSS.supports('color', color) ? color : undefined;
}

function textOf(value: PythonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
