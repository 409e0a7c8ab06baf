// The columns of a Parquet file, decoded when they are asked for, a group of rows at a time.

import type { ColumnMetaData, Compressors, DecodedArray, FileMetaData } from 'hyparquet';
import { FormatError } from '../../base/errors.ts';
import type { SampleValues } from '../../model/signal-store.ts';
import { LoadCache } from '../lru.ts';
import type { RandomAccess } from '../source.ts';
import { type NumberColumn, withoutClocks } from './columns.ts';
import { orDamaged } from './footer.ts';
import { checkedPages } from './page-check.ts';
import { plainValues } from './plain-values.ts';

/** Decoded columns that are kept. */
const CACHE_BYTES = 64 * 2 ** 20;
/** A group of rows is decoded whole, at 8 bytes a value and more. */
const MAX_GROUP_ROWS = 1 << 25;
/** Equal values pack well: a million rows of them take a kilobyte. */
const MAX_ROWS_PER_BYTE = 4096;

interface Group {
  readonly start: number;
  readonly rowCount: number;
}

/** Columns on demand, a group of rows at a time. */
export class ParquetTable {
  readonly rowCount: number;
  readonly #source: RandomAccess;
  readonly #metadata: FileMetaData;
  readonly #groups: readonly Group[];
  readonly #decoded = new LoadCache<SampleValues>(CACHE_BYTES);
  readonly #columns = new Map<string, number>();

  constructor(source: RandomAccess, metadata: FileMetaData) {
    this.#source = source;
    this.#metadata = { ...metadata, schema: withoutClocks(metadata.schema) };
    let start = 0;
    this.#groups = metadata.row_groups.map(({ num_rows }) => {
      const group = { start, rowCount: Number(num_rows) };
      if (!(group.rowCount >= 0 && group.rowCount <= MAX_GROUP_ROWS)) {
        throw new FormatError('format/unsupported', `A group of ${num_rows} rows is too large to be read at once.`, 0);
      }
      start += group.rowCount;
      return group;
    });
    if (start > MAX_ROWS_PER_BYTE * source.sizeBytes) {
      throw new FormatError('format/damaged', `The Parquet file states ${start} rows, more than can be in it.`, 0);
    }
    this.rowCount = start;
  }

  /** How a store reads a column. */
  reading(column: NumberColumn): (start: number, end: number) => Promise<SampleValues> {
    return async (start, end) => {
      const values = emptyValues(column, end - start);
      for (let row = start; row < end; ) {
        const index = this.#groups.findIndex((group) => row < group.start + group.rowCount);
        const group = this.#groups[index]!;
        const decoded = await this.#column(column, index);
        const count = Math.min(end, group.start + group.rowCount) - row;
        const part = decoded.subarray(row - group.start, row - group.start + count);
        (values as Float64Array).set(part as Float64Array, row - start);
        row += count;
      }
      return values;
    };
  }

  /** A column whole as it is stored, NaN where a row has no value. */
  async all(column: NumberColumn): Promise<ArrayLike<number | bigint>> {
    const parts: DecodedArray[] = [];
    for (const index of this.#groups.keys()) parts.push(await this.#raw(column, index));
    const filled = parts.filter(({ length }) => length > 0);
    const [first] = filled;
    if (!first) return [];
    const isPlain = ArrayBuffer.isView(first) && filled.every((part) => part.constructor === first.constructor);
    if (!isPlain) return filled.flatMap((part) => Array.from(part as ArrayLike<unknown>, asNumber));
    if (filled.length === 1) return first as SampleValues;
    const all = new (first.constructor as Float64ArrayConstructor)(this.rowCount);
    let row = 0;
    for (const part of filled) {
      all.set(part as Float64Array, row);
      row += part.length;
    }
    return all;
  }

  #column(column: NumberColumn, group: number): Promise<SampleValues> {
    let place = this.#columns.get(column.name);
    if (place === undefined) {
      place = this.#columns.size;
      this.#columns.set(column.name, place);
    }
    const { rowCount } = this.#groups[group]!;
    const key = place * this.#groups.length + group;
    return this.#decoded.get(key, rowCount * 8, async () => {
      const raw = await this.#raw(column, group);
      const values = emptyValues(column, rowCount);
      if (raw.constructor === values.constructor) return raw as SampleValues;
      for (let i = 0; i < rowCount; i++) {
        if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[i] = wholeOf(raw[i], column);
        else values[i] = raw[i] === null || raw[i] === undefined ? Number.NaN : Number(raw[i]);
      }
      return values;
    });
  }

  async #raw({ name, dtype, isScaled }: NumberColumn, index: number): Promise<DecodedArray> {
    const { start, rowCount } = this.#groups[index]!;
    if (rowCount === 0) return [];
    const meta = this.#metadata.row_groups[index]!.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === name,
    )?.meta_data;
    if (!meta) throw new FormatError('format/damaged', `A group of the Parquet file has no column "${name}".`);
    const values = await orDamaged(async () => {
      const { parquetScan } = await import('hyparquet');
      const { parquetHeader } = await import('hyparquet/src/column.js');
      const compressors = rememberingCompressors((await import('hyparquet-compressors')).compressors);
      const from = chunkStart(meta);
      const bytes = (await this.#source.read(from, chunkLength(meta, from, this.#source.sizeBytes))).slice();
      const isOptional = this.#metadata.schema.find((element) => element.name === name)?.repetition_type !== 'REQUIRED';
      const pages = checkedPages({ bytes, meta, isOptional, rowCount }, parquetHeader, compressors);
      const plain = isScaled ? undefined : plainValues(pages, meta.type, dtype, rowCount);
      if (plain) return plain;
      const scan = await parquetScan({
        file: {
          byteLength: this.#source.sizeBytes,
          slice: (sliceStart, sliceEnd = this.#source.sizeBytes) =>
            sliceStart === from && sliceEnd === from + bytes.length
              ? bytes.buffer
              : bytes.buffer.slice(sliceStart - from, sliceEnd - from),
        },
        metadata: this.#metadata,
        columns: [name],
        compressors,
        parsers: { timestampFromNanoseconds: (ticks) => ticks },
        rowStart: start,
        rowEnd: start + rowCount,
        useOffsetIndex: false,
      });
      return scan.readColumn({ column: name, rowStart: start, rowEnd: start + rowCount });
    });
    if (values.length === rowCount) return values;
    throw new FormatError('format/damaged', `Column "${name}" has ${values.length} of ${rowCount} rows.`);
  }
}

/** A damaged schema may announce integers of 64 bits where the values are something else. */
function wholeOf(value: unknown, { name }: NumberColumn): bigint {
  if (typeof value === 'bigint') return value;
  if (value === null || value === undefined) return 0n;
  throw new FormatError('format/damaged', `Column "${name}" holds other values than the Parquet file states.`);
}

function asNumber(value: unknown): number | bigint {
  return typeof value === 'bigint' || typeof value === 'number' ? value : Number.NaN;
}

/** A dictionary stands before the values. */
function chunkStart({ dictionary_page_offset: dictionary, data_page_offset: data }: ColumnMetaData): number {
  return Number(dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data);
}

function chunkLength({ path_in_schema, total_compressed_size }: ColumnMetaData, from: number, fileBytes: number) {
  const length = Number(total_compressed_size);
  if (from >= 0 && length >= 0 && from + length <= fileBytes) return length;
  throw new FormatError('format/damaged', `Column "${path_in_schema.join('.')}" lies outside of the Parquet file.`);
}

/** Unpacks each page once, though it is asked for twice: by the check, and by the library. */
function rememberingCompressors(compressors: Compressors): Compressors {
  const pages = new Map<number, Uint8Array>();
  const remembering = (unpack: NonNullable<Compressors['SNAPPY']>) => (input: Uint8Array, lengthBytes: number) => {
    const known = pages.get(input.byteOffset);
    if (known?.length === lengthBytes) return known;
    const page = unpack(input, lengthBytes);
    pages.set(input.byteOffset, page);
    return page;
  };
  return Object.fromEntries(Object.entries(compressors).map(([codec, unpack]) => [codec, remembering(unpack)]));
}

function emptyValues({ dtype }: NumberColumn, count: number): SampleValues {
  if (dtype === 'i64') return new BigInt64Array(count);
  if (dtype === 'u64') return new BigUint64Array(count);
  return dtype === 'f64' || dtype === 'i32' || dtype === 'u32' ? new Float64Array(count) : new Float32Array(count);
}
