// The end of a Parquet file, which says what is in it, and what the library makes of that: looked over before it is used.

import type { ColumnMetaData, FileMetaData } from 'hyparquet';
import { FormatError, toError } from '../../base/errors.ts';
import type { RandomAccess } from '../source.ts';

/** The footer holds some hundred bytes for each column of each group. */
const MAX_FOOTER_BYTES = 64 * 2 ** 20;

/** The library asks for pieces of a file. */
export function fileOf(source: RandomAccess) {
  return {
    byteLength: source.sizeBytes,
    slice: async (start: number, end = source.sizeBytes): Promise<ArrayBuffer> => {
      const bytes = await source.read(start, end - start);
      return bytes.slice().buffer;
    },
  };
}

/** Footer length and magic stand in the last eight bytes. */
export async function checkFooter(source: RandomAccess): Promise<void> {
  const tail = await source.read(Math.max(0, source.sizeBytes - 8), 8);
  const text = new TextDecoder('latin1').decode(tail.slice(4));
  if (tail.length < 8 || text !== 'PAR1') {
    const why = text === 'PARE' ? 'is encrypted' : 'does not end as one: it is cut, or still being written';
    throw new FormatError('format/damaged', `The Parquet file ${why}.`, source.sizeBytes - 4);
  }
  const footerBytes = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (footerBytes + 8 > source.sizeBytes || footerBytes > MAX_FOOTER_BYTES) {
    throw new FormatError('format/damaged', `The footer states ${footerBytes} bytes.`, source.sizeBytes - 8);
  }
}

/** The library hands on what it reads: of a damaged footer that is not what its types say. Throws FormatError. */
export function checkMetadata({ schema, row_groups, num_rows, key_value_metadata = [] }: FileMetaData): void {
  const isList = (list: unknown) =>
    Array.isArray(list) && list.every((item) => item !== null && typeof item === 'object');
  const isSound =
    isList(schema) &&
    schema.every(({ name }) => typeof name === 'string') &&
    typeof num_rows === 'bigint' &&
    isList(key_value_metadata) &&
    key_value_metadata.every(({ key, value = '' }) => typeof key === 'string' && typeof value === 'string') &&
    isList(row_groups) &&
    row_groups.every(
      ({ columns, num_rows: rows }) =>
        typeof rows === 'bigint' && isList(columns) && columns.every(({ meta_data }) => isChunk(meta_data)),
    );
  if (!isSound) throw new FormatError('format/damaged', 'The footer of the Parquet file is damaged.');
}

function isChunk(meta: ColumnMetaData | undefined): boolean {
  return (
    meta !== undefined &&
    Array.isArray(meta.path_in_schema) &&
    meta.path_in_schema.every((part) => typeof part === 'string') &&
    typeof meta.data_page_offset === 'bigint' &&
    typeof meta.total_compressed_size === 'bigint' &&
    typeof (meta.dictionary_page_offset ?? 0n) === 'bigint'
  );
}

/** The library throws what it comes across: of a damaged file that is anything. */
export async function orDamaged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const message = `The Parquet file cannot be read: ${toError(error).message}. Write it again, or use another program.`;
    throw new FormatError('format/damaged', message, 0, { cause: error });
  }
}
