// Numbers that stand for others: netCDF's `scale_factor`, `add_offset` and `_FillValue`, NeXus' `scaling_factor` and `offset`.
// (NetCDF Climate and Forecast Metadata Conventions, "Packed Data"; NeXus manual, "Data Storage Attributes".)

import type { SampleValues } from '../../model/signal-store.ts';
import { attribute, type Content } from './content.ts';
import type { DatasetNode } from './tree.ts';

export interface Scaling {
  readonly factor: number;
  readonly offset: number;
  /** Stands for a missing sample. */
  readonly fill: number | undefined;
}

/** Undefined when the numbers are what they are. */
export function scalingOf(content: Content, { dataset }: DatasetNode): Scaling | undefined {
  const number = (name: string): number | undefined => {
    const value = attribute(content, dataset, name);
    return typeof value === 'number' ? value : undefined;
  };
  const packed = number('scale_factor');
  const scaled = number('scaling_factor');
  const offset = number('add_offset') ?? (scaled === undefined ? undefined : number('offset'));
  const fill = number('_FillValue');
  if (packed === undefined && scaled === undefined && offset === undefined && fill === undefined) return undefined;
  return { factor: packed ?? scaled ?? 1, offset: offset ?? 0, fill };
}

export function scaledValues(values: SampleValues, { factor, offset, fill }: Scaling): Float64Array {
  return Float64Array.from(values as ArrayLike<number | bigint>, (value) => {
    const number = Number(value);
    return number === fill ? Number.NaN : number * factor + offset;
  });
}
