// Which columns of a Parquet file are numbers, and of which kind.

import type { SchemaElement, SchemaTree } from 'hyparquet';
import type { SampleType } from '../../model/signal-store.ts';
import type { Clock } from '../arrays/array-axis.ts';

/** A column of plain numbers. */
export interface NumberColumn {
  readonly name: string;
  readonly dtype: SampleType;
  /** Fixed-point: values are numbers of this type divided by 10 to this power. */
  readonly isScaled: boolean;
  /** Every row has a value. */
  readonly isRequired: boolean;
  /** Present when the column holds times of a clock. */
  readonly clock?: Clock;
}

const UNIT_SECONDS = { MILLIS: 1e-3, MICROS: 1e-6, NANOS: 1e-9 } as const;

/** `undefined` for what is no column of numbers: texts, lists, groups. */
export function numberColumn({ element, children }: SchemaTree): NumberColumn | undefined {
  if (children.length > 0 || element.repetition_type === 'REPEATED') return undefined;
  const { name, logical_type: logical, converted_type: converted } = element;
  const isRequired = element.repetition_type === 'REQUIRED';
  const clock = clockOf(element);
  if (clock) return { name, dtype: 'i64', isScaled: false, isRequired, clock };
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') return { name, dtype: 'f64', isScaled: true, isRequired };
  const dtype = dtypeOf(element);
  return dtype && { name, dtype, isScaled: false, isRequired };
}

function clockOf({ type, logical_type: logical, converted_type: converted }: SchemaElement): Clock | undefined {
  if (logical?.type === 'TIMESTAMP') {
    return { unitSeconds: UNIT_SECONDS[logical.unit], since: logical.isAdjustedToUTC ? 'utc' : 'unzoned' };
  }
  if (converted === 'TIMESTAMP_MILLIS') return { unitSeconds: 1e-3, since: 'utc' };
  if (converted === 'TIMESTAMP_MICROS') return { unitSeconds: 1e-6, since: 'utc' };
  // the oldest form: nanoseconds of a day and the day, which the library joins
  return type === 'INT96' ? { unitSeconds: 1e-9, since: 'unzoned' } : undefined;
}

function dtypeOf({ type, logical_type: logical, converted_type: converted }: SchemaElement): SampleType | undefined {
  const widths = /^(U?)INT_(8|16|32|64)$/.exec(converted ?? '');
  const isUnsigned = logical?.type === 'INTEGER' ? !logical.isSigned : widths?.[1] === 'U';
  const width = logical?.type === 'INTEGER' ? logical.bitWidth : Number(widths?.[2] ?? 0);
  const letter = isUnsigned ? 'u' : 'i';
  switch (type) {
    case 'BOOLEAN':
      return 'u1';
    case 'INT32':
      if (logical?.type === 'DATE' || converted === 'DATE') return undefined;
      return width === 8 || width === 16 ? `${letter}${width}` : `${letter}32`;
    case 'INT64':
      return `${letter}64`;
    case 'FLOAT':
      return 'f32';
    case 'DOUBLE':
      return 'f64';
    default:
      return logical?.type === 'FLOAT16' ? 'f32' : undefined;
  }
}

/** The schema without its clocks, so that the library hands out their plain integers. */
export function withoutClocks(schema: readonly SchemaElement[]): SchemaElement[] {
  return schema.map((element) => {
    if (!clockOf(element) || element.type === 'INT96') return element;
    const { logical_type: _logical, converted_type: _converted, ...plain } = element;
    return plain;
  });
}
