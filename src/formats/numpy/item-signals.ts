// Columns of items as signals of a scan store.

import type { Workspace } from '../../core/workspace.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { RandomAccess } from '../source.ts';
import type { SampleColumn } from './columns.ts';
import { type ItemGrid, ItemTable } from './item-table.ts';

/** One signal per column, in order; `describe` gives its name, which is its id too, and its rate. */
export function itemSignals(
  source: RandomAccess,
  grid: ItemGrid,
  columns: readonly SampleColumn[],
  workspace: Workspace,
  describe: (column: SampleColumn) => { readonly name: string; readonly sampleRateHz: number },
): PlainSignal[] {
  if (columns.length === 0) return [];
  const table = new ItemTable(source, grid, columns, workspace);
  return columns.map((column, index): PlainSignal => {
    const { name, sampleRateHz } = describe(column);
    return {
      info: {
        id: name,
        name,
        unit: '',
        source: '',
        dtype: column.dtype,
        timing: 'steady',
        sampleRateHz,
        startSample: 0,
        endSample: grid.itemCount,
        offsetS: 0,
        firstSampleId: 0n,
      },
      read: (start, end) => table.read(index, start, end),
      ...(table.isCompact ? { packed: { source: table, column: index } } : {}),
    };
  });
}
