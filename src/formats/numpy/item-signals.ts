// Columns of items as signals of a scan store.

import type { Workspace } from '../../core/workspace.ts';
import type { SampleType, SampleValues, SignalAxis } from '../../model/signal-store.ts';
import type { PlainSignal, SteadyPlainSignal } from '../plain-store.ts';
import type { RandomAccess } from '../source.ts';
import type { SampleColumn } from './columns.ts';
import type { ScalarDtype } from './dtype.ts';
import { type ItemGrid, ItemTable } from './item-table.ts';

/** A column of numbers whose place on an axis is not decided yet. */
export interface ItemColumn {
  /** Its id, too. */
  readonly name: string;
  readonly dtype: SampleType;
  readonly scalar: ScalarDtype;
  readonly length: number;
  /** Samples [start, end). */
  read(start: number, end: number): Promise<SampleValues>;
  readonly packed?: SteadyPlainSignal['packed'];
}

/** The columns of a grid, in order. */
export function itemColumns(
  source: RandomAccess,
  grid: ItemGrid,
  columns: readonly SampleColumn[],
  workspace: Workspace,
): readonly ItemColumn[] {
  if (columns.length === 0) return [];
  const table = new ItemTable(source, grid, columns, workspace);
  return columns.map(({ name, dtype, scalar }, index) => ({
    name,
    dtype,
    scalar,
    length: grid.itemCount,
    read: (start, end) => table.read(index, start, end),
    ...(table.isCompact ? { packed: { source: table, column: index } } : {}),
  }));
}

/** Where the items of a column are on its axis. */
export interface ItemAxis {
  readonly sampleRateHz: number;
  readonly offsetS?: number;
  readonly axis?: SignalAxis;
}

/** A column at a rate; `name` is its id, too. */
function steadyColumn(
  { dtype, length, read, packed }: ItemColumn,
  name: string,
  { sampleRateHz, offsetS = 0, axis }: ItemAxis,
): SteadyPlainSignal {
  return {
    info: {
      id: name,
      name,
      unit: '',
      source: '',
      dtype,
      timing: 'steady',
      sampleRateHz,
      offsetS,
      ...(axis && { axis }),
      startSample: 0,
      endSample: length,
      firstSampleId: 0n,
    },
    read,
    ...(packed && { packed }),
  };
}

/** One signal per column, in order; `describe` gives its name and its axis. */
export function itemSignals(
  source: RandomAccess,
  grid: ItemGrid,
  columns: readonly SampleColumn[],
  workspace: Workspace,
  describe: (column: SampleColumn) => ItemAxis & { readonly name: string },
): PlainSignal[] {
  return itemColumns(source, grid, columns, workspace).map((column, index) => {
    const { name, ...axis } = describe(columns[index]!);
    return steadyColumn(column, name, axis);
  });
}
