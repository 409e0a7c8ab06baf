// Writes signals as a Parquet table: a column of times and one per signal. Units, and the exact rate, stand in the file's
// key-value metadata.

import type { SchemaElement } from 'hyparquet';
import type { SampleValues, SignalInfo } from '../../model/signal-store.ts';
import {
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  lossNotes,
  selectNumbers,
} from '../export/selection.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { inWholeBytes } from '../stored.ts';
import { METADATA_KEY, type ParquetMetadata } from './metadata.ts';
import { timeColumn } from './time-column.ts';

/** Rows of a group: DuckDB's own size, a unit of work for readers. */
const GROUP_ROWS = 122_880;

/** The signals must have one rate; the span is what all of them have. Leaves `sink` open. */
export async function writeParquet(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const { spans, count: rowCount, notes } = await selectNumbers(reader, options, 'table');
  const time = timeColumn(spans, reader.store.originUtc);
  const columns = spans.map(({ info }) => elementOf(info));
  const told: ParquetMetadata = {
    units: Object.fromEntries(spans.map(({ info }) => [info.name, info.unit])),
    time: time.told,
  };
  const bytes = new ByteWriter();
  const table = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: 1 + columns.length }, time.element, ...columns],
    kvMetadata: [
      { key: METADATA_KEY, value: JSON.stringify(told) },
      ...Object.entries(reader.about ?? {}).map(([key, value]) => ({ key, value })),
    ],
    createdBy: 'Pulsebench',
  });
  const flush = () => {
    sink.append(bytes.getBytes());
    bytes.index = 0;
  };
  const progress = new ExportProgress(options, rowCount);
  for (let row = 0; row < rowCount; row += GROUP_ROWS) {
    const count = Math.min(GROUP_ROWS, rowCount - row);
    const blocks = await Promise.all(
      spans.map(({ info, start }) => reader.store.samples(info.id, start + row, start + row + count)),
    );
    await table.write({
      rowGroupSize: GROUP_ROWS,
      columnData: [
        { name: time.element.name, data: time.values(row, count, blocks[0]!.timesS), ...howTime(time.element) },
        ...blocks.map(({ values }, index) => ({
          name: columns[index]!.name,
          data: valuesFor(columns[index]!, values),
          ...howValues(columns[index]!),
        })),
      ],
    });
    flush();
    progress.add(count);
  }
  await table.finish();
  flush();
  const size = `${rowCount} rows of ${spans.length} ${spans.length === 1 ? 'signal' : 'signals'}.`;
  return { notes: [size, ...lossNotes(reader, spans), ...notes] };
}

/** Ticks at even steps are next to nothing as differences. */
function howTime(element: SchemaElement) {
  return element.type === 'INT64' ? ({ encoding: 'DELTA_BINARY_PACKED' } as const) : howValues(element);
}

/** Measured floats hardly pack, and packing them takes most of the time. */
function howValues({ type }: SchemaElement) {
  const isFloat = type === 'FLOAT' || type === 'DOUBLE';
  return isFloat ? ({ encoding: 'PLAIN', codec: 'UNCOMPRESSED', statistics: false } as const) : {};
}

function elementOf({ name, dtype, isScaled = false }: SignalInfo): SchemaElement {
  const place = { name, repetition_type: 'REQUIRED' } as const;
  if (isScaled || dtype === 'f64') return { ...place, type: 'DOUBLE' };
  if (dtype === 'f32') return { ...place, type: 'FLOAT' };
  if (dtype === 'u1') return { ...place, type: 'BOOLEAN' };
  const stored = inWholeBytes(dtype);
  const bitWidth = Number(stored.slice(1));
  const isSigned = stored.startsWith('i');
  return {
    ...place,
    type: bitWidth === 64 ? 'INT64' : 'INT32',
    // the newer logical type comes out of the library in a form that other programs refuse
    converted_type: `${isSigned ? 'INT' : 'UINT'}_${bitWidth as 8 | 16 | 32 | 64}`,
  };
}

/** As the library wants them: one array of the type that the column is stored as. */
function valuesFor({ type, converted_type: converted }: SchemaElement, values: SampleValues) {
  if (type === 'BOOLEAN') return Array.from(values as Float64Array, (value) => value !== 0);
  if (type === 'FLOAT') return values instanceof Float32Array ? values : Float32Array.from(values as Float64Array);
  if (type === 'DOUBLE') return values instanceof Float64Array ? values : Float64Array.from(values as Float32Array);
  if (type !== 'INT32') return values;
  const Integers = converted?.startsWith('U') ? Uint32Array : Int32Array;
  return Integers.from(values as Float64Array);
}
