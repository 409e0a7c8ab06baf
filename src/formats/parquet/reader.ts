// Opens a Parquet file: every column of plain numbers is a signal, and one of times places the rows. Columns are decoded
// one group of rows at a time; a damaged file ends in an error, since its index stands at its end.

import type { FileMetaData } from 'hyparquet';
import { FormatError } from '../../base/errors.ts';
import { utcAddSeconds } from '../../base/time.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { type ArrayAxis, arrayAxis } from '../arrays/array-axis.ts';
import { placeColumns, type ValueColumn } from '../arrays/place-columns.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { unevenTimes } from '../time-axis.ts';
import { type NumberColumn, numberColumn } from './columns.ts';
import { checkFooter, checkMetadata, fileOf, orDamaged } from './footer.ts';
import { METADATA_KEY, type ParquetMetadata, parseMetadata } from './metadata.ts';
import { ParquetTable } from './table.ts';

/** Signals that are shown, at most. */
const MAX_SIGNALS = 1024;

/** Rejects with `format/damaged` or `format/unsupported`. */
export async function openParquet(source: RandomAccess, context: OpenContext): Promise<FormatReader> {
  const { parquetMetadataAsync, parquetSchema } = await import('hyparquet');
  await checkFooter(source);
  const metadata = await orDamaged(() => parquetMetadataAsync(fileOf(source)));
  checkMetadata(metadata);
  const schema = await orDamaged(async () => parquetSchema(metadata));
  const columns = schema.children.map((tree) => ({
    name: tree.element.name,
    column: numberColumn(tree),
  }));
  const numbers = columns.flatMap(({ column }) => column ?? []);
  const table = new ParquetTable(source, metadata);
  const said = Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
  const own = parseMetadata(said[METADATA_KEY]);
  const diagnostics: Diagnostic[] = leftOut(columns.flatMap(({ name, column }) => (column ? [] : name)));
  const all = numbers.map((column) => valueColumn(column, metadata, table, own));
  const rules = { format: 'parquet', showsTimes: false, ownAxis: () => ownAxis(all, own, diagnostics) };
  const placed = await placeColumns(all, context.choice, rules, diagnostics);
  if (placed.signals.length === 0) {
    throw new FormatError('format/unsupported', 'The Parquet file has no column of numbers beside its times.', 0);
  }
  return createPlainReader({
    format: 'parquet',
    label: 'Parquet',
    version: String(metadata.version),
    signals: placed.signals.slice(0, MAX_SIGNALS),
    diagnostics,
    metadata: metadataOf(metadata, said),
    reading: placed.reading,
    originUtc: placed.originUtc,
  });
}

function metadataOf({ created_by }: FileMetaData, said: Readonly<Record<string, string | undefined>>) {
  // what programs keep for themselves: the schema again in their own form
  const own = new Set([METADATA_KEY, 'ARROW:schema', 'pandas']);
  const told = Object.entries(said).filter(([key, value]) => !own.has(key) && value !== undefined);
  return { ...(created_by !== undefined && { createdBy: created_by }), ...Object.fromEntries(told) };
}

function leftOut(names: readonly string[]): Diagnostic[] {
  if (names.length === 0) return [];
  const message = `Columns that are not plain numbers are left out: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`;
  return [{ severity: 'info', code: 'parquet/no-signal', message }];
}

function valueColumn(
  stored: NumberColumn,
  metadata: FileMetaData,
  table: ParquetTable,
  { units }: ParquetMetadata,
): ValueColumn {
  const column = withoutNulls(stored, metadata);
  const { name, dtype, isScaled } = column;
  const isWhole = !isScaled && /^[iu]/.test(stored.dtype);
  const read = table.reading(column);
  return {
    id: name,
    name,
    unit: units[name] ?? '',
    dtype,
    isScaled,
    length: table.rowCount,
    floatBits: isWhole ? undefined : stored.dtype === 'f32' ? 24 : 53,
    clock: stored.clock,
    read,
    values: () => table.all(stored),
    valueAt: async (index) => (await read(index, index + 1))[0]!,
  };
}

/** Where rows lie by our own words: the rate and the start are exact there. */
async function ownAxis(
  columns: readonly ValueColumn[],
  { time }: ParquetMetadata,
  diagnostics: Diagnostic[],
): Promise<ArrayAxis | undefined> {
  const column = time && columns.find(({ id }) => id === time.column);
  if (!time || !column) return undefined;
  const unitSeconds = 1 / time.ticksPerSecond;
  const clock = column.clock ?? { unitSeconds, since: 'unknown' };
  const values = await column.values();
  if (values.length === 0) return { id: column.id, places: unevenTimes([]), diagnostics: [] };
  const axis = arrayAxis({ ...column, clock, values }, values.length, 'parquet', {});
  if (!axis?.places) return undefined;
  diagnostics.push(...axis.diagnostics);
  const { sampleRateHz, startS } = time;
  const isUneven = axis.places.timing === 'stamped' && values.length > 1;
  if (isUneven || sampleRateHz === undefined || startS === undefined) return axis;
  const zeroUtc = axis.zeroUtc === undefined ? undefined : utcAddSeconds(axis.zeroUtc, -startS);
  return { ...axis, places: { timing: 'steady', sampleRateHz, offsetS: startS }, zeroUtc };
}

/** A 64-bit integer has no mark for a missing value: where there may be some, it becomes a double. */
function withoutNulls(column: NumberColumn, { row_groups }: FileMetaData): NumberColumn {
  if (column.isRequired || column.clock || !/^[iu]64$/.test(column.dtype)) return column;
  const chunks = row_groups.flatMap(({ columns }) =>
    columns.filter((c) => c.meta_data?.path_in_schema[0] === column.name),
  );
  const isFull = chunks.every(({ meta_data }) => meta_data?.statistics?.null_count === 0n);
  return isFull ? column : { ...column, dtype: 'f64' };
}
