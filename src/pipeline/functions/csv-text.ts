// Text tables as pandas 1.5 writes them with to_csv(index=False): comma, line feed, quotes only where needed; but a name is
// never a formula.

import { pythonFloatText } from '../../base/python-float.ts';
import { textCell } from '../../formats/csv/text-cell.ts';

/** One line of cells that are texts already. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(textCell).join(',')}\n`;
}

/** A float64 cell: Python's shortest text, empty for NaN. */
export function csvFloat(value: number): string {
  return Number.isNaN(value) ? '' : pythonFloatText(value);
}
