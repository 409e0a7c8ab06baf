// Opens a Parquet file: every column of plain numbers is a signal, and one of times places the rows. Columns are decoded
// one group of rows at a time; a damaged file ends in an error, since its index stands at its end.

import type { FileMetaData } from 'hyparquet';
import { FormatError } from '../../base/errors.ts';
import { UTC_EPOCH_UNIX_S, UTC_TICKS_PER_SECOND, type Utc, utcAddSeconds, utcFromTicks } from '../../base/time.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { axisDiagnostics, COUNTED_AXIS, stampedSignal, timeAxisOf } from '../time-axis.ts';
import { secondsPerTimeUnit, timeName } from '../time-names.ts';
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
  const numbers = columns.flatMap(({ column }) => (column ? withoutNulls(column, metadata) : []));
  const table = new ParquetTable(source, metadata);
  const said = Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
  const own = parseMetadata(said[METADATA_KEY]);
  const diagnostics: Diagnostic[] = leftOut(columns.flatMap(({ name, column }) => (column ? [] : name)));
  const placed = await placeRows(table, numbers, own, context, diagnostics);
  const signals = numbers
    .filter((column) => column !== placed.column)
    .slice(0, MAX_SIGNALS)
    .map((column) => placed.signal(column, table));
  if (signals.length === 0) {
    throw new FormatError('format/unsupported', 'The Parquet file has no column of numbers beside its times.', 0);
  }
  return createPlainReader({
    format: 'parquet',
    label: 'Parquet',
    version: String(metadata.version),
    signals,
    diagnostics,
    metadata: metadataOf(metadata, said),
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

interface Placed {
  /** The column of times. */
  readonly column: NumberColumn | undefined;
  readonly originUtc: Utc | undefined;
  signal(column: NumberColumn, table: ParquetTable): PlainSignal;
}

/** Finds out where rows lie in time, by the user's choice, our own words, a clock or a name, in this order. */
async function placeRows(
  table: ParquetTable,
  numbers: readonly NumberColumn[],
  { units, time }: ParquetMetadata,
  { choice }: OpenContext,
  diagnostics: Diagnostic[],
): Promise<Placed> {
  const { rowCount } = table;
  const base = ({ name, dtype, isScaled }: NumberColumn) => {
    const unit = units[name] ?? '';
    return {
      id: name,
      name,
      unit,
      source: '',
      dtype,
      isScaled,
      startSample: 0,
      endSample: rowCount,
      firstSampleId: 0n,
    };
  };
  const column = timeColumn(numbers, time?.column, choice.time);
  if (!column) {
    const { rateHz, startS = 0 } = choice;
    if (rateHz === undefined) {
      diagnostics.push({
        severity: 'warning',
        code: 'parquet/no-time-column',
        message: 'No column holds times: rows are counted. State a rate, or the column that holds the times.',
      });
    }
    const place = { timing: 'steady', sampleRateHz: rateHz ?? 1, offsetS: startS } as const;
    const counted = rateHz === undefined ? { axis: COUNTED_AXIS } : {};
    return {
      column: undefined,
      originUtc: undefined,
      signal: (of) => ({ info: { ...base(of), ...place, ...counted }, read: table.reading(of) }),
    };
  }
  const isOwn = column.name === time?.column;
  const perSecond = ticksPerSecond(column, isOwn ? time.ticksPerSecond : undefined, choice.timeUnit);
  const { timesS, originTicks } = await table.times(column, perSecond);
  const axis = timeAxisOf(timesS, column.dtype.startsWith('f') ? 0 : 1 / perSecond);
  if (axis) diagnostics.push(...axisDiagnostics(axis, column.name, 'parquet'));
  if (!isOwn && !column.clock && choice.timeUnit === undefined && timeName(column.name)?.unitSeconds === undefined) {
    diagnostics.push({
      severity: 'warning',
      code: 'parquet/time-unit',
      message: `Nothing says in which unit "${column.name}" is: seconds are taken. State its unit, or that it is no time.`,
    });
  }
  if (column.clock && !column.clock.isUtc) {
    diagnostics.push({
      severity: 'info',
      code: 'parquet/zone',
      message: `The times in "${column.name}" state no zone and are shown as UTC.`,
    });
  }
  const startS = choice.startS ?? (isOwn ? time.startS : undefined);
  const originUtc = column.clock && utcAddSeconds(utcOf(originTicks, perSecond), -(startS ?? 0));
  if (axis?.timing === 'stamped') {
    return {
      column,
      originUtc,
      signal: (of) => stampedSignal(axis, base(of), 'time', table.reading(of)),
    };
  }
  const place = {
    timing: 'steady',
    sampleRateHz: (isOwn ? time.sampleRateHz : undefined) ?? axis?.sampleRateHz ?? 1,
    offsetS: startS ?? axis?.offsetS ?? timesS[0] ?? 0,
  } as const;
  return {
    column,
    originUtc,
    signal: (of) => ({ info: { ...base(of), ...place }, read: table.reading(of) }),
  };
}

function timeColumn(
  numbers: readonly NumberColumn[],
  own: string | undefined,
  chosen: string | null | undefined,
): NumberColumn | undefined {
  if (chosen === null) return undefined;
  const named = (name: string) => numbers.find((column) => column.name === name);
  if (chosen !== undefined) {
    const column = named(chosen);
    if (column) return column;
    const known = numbers.map(({ name }) => name).join(', ');
    throw new FormatError('format/not-found', `The file has no column "${chosen}". Columns of numbers are ${known}.`);
  }
  return (
    (own === undefined ? undefined : named(own)) ??
    numbers.find(({ clock }) => clock !== undefined) ??
    numbers.find(({ name }) => timeName(name) !== undefined)
  );
}

function ticksPerSecond(column: NumberColumn, own: number | undefined, chosen: string | undefined): number {
  if (chosen !== undefined) {
    const unitSeconds = secondsPerTimeUnit(chosen);
    if (unitSeconds === undefined) {
      throw new FormatError('format/not-found', `"${chosen}" is no unit of time. Choose one such as s, ms, us or ns.`);
    }
    return 1 / unitSeconds;
  }
  return own ?? column.clock?.ticksPerSecond ?? 1 / (timeName(column.name)?.unitSeconds ?? 1);
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

/** UTC of ticks since 1970, to the nearest of ours. */
function utcOf(ticks: bigint, ticksPerSecond: number): Utc {
  const perSecond = BigInt(ticksPerSecond);
  const sinceEpoch = ticks - BigInt(UTC_EPOCH_UNIX_S) * perSecond;
  return utcFromTicks((sinceEpoch * UTC_TICKS_PER_SECOND + perSecond / 2n) / perSecond);
}
